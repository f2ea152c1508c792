// @ts-check
/**
 * The signature rule of the record (docs/formats.md §1), the same in every implementation: `s < l`; `A` and `R` are
 * canonical encodings of points of the prime-order group other than the identity; `sB = R + kA`.
 *
 * Browsers differ in the corner cases (cofactor, small order, unreduced encodings), so these are decided here and only
 * the equation is left to the engine. Nothing here touches a secret, so it need not run in constant time.
 */
import { toHex } from "./bytes.js";
import { engine } from "./engine.js";

/**
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {[x: bigint, y: bigint, z: bigint, t: bigint]} Point Extended coordinates (RFC 8032 §5.1.4).
 */

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n);

/** Keys found to be sound; of those it has seen, a page asks about the same few again and again. */
const sound = new Set();

/**
 * Whether a public key may be admitted at all.
 *
 * @param {Uint8Array} publicKey
 */
export function isSoundKey(publicKey) {
  const hex = toHex(publicKey);
  if (!sound.has(hex) && isPrimeOrder(publicKey)) sound.add(hex);
  return sound.has(hex);
}

/**
 * @param {Bytes} publicKey
 * @param {Bytes} message
 * @param {Bytes} signature
 */
export async function verify(publicKey, message, signature) {
  if (signature.length !== 64 || littleEndian(signature.subarray(32)) >= L) return false;
  if (!isSoundKey(publicKey) || !isPrimeOrder(signature.subarray(0, 32))) return false;
  return (await engine()).verify(publicKey, message, signature);
}

/**
 * Whether these are 32 bytes that canonically encode a point of order `l`.
 *
 * @param {Uint8Array} bytes
 */
function isPrimeOrder(bytes) {
  const point = decode(bytes);
  if (!point || isIdentity(point)) return false;
  return isIdentity(multiply(point, L));
}

/**
 * RFC 8032 §5.1.3, refusing `y >= p` and the sign bit on `x = 0`.
 *
 * @param {Uint8Array} bytes
 * @returns {Point | undefined}
 */
function decode(bytes) {
  if (bytes.length !== 32) return undefined;
  const encoded = littleEndian(bytes);
  const sign = encoded >> 255n;
  const y = encoded & (2n ** 255n - 1n);
  if (y >= P) return undefined;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
  if (mod(v * x * x + u) === 0n) x = mod(x * SQRT_MINUS_1);
  if (mod(v * x * x - u) !== 0n || (x === 0n && sign === 1n)) return undefined;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

/**
 * The formulas of RFC 8032 §5.1.4 are complete: they double, too.
 *
 * @param {Point} p
 * @param {Point} q
 * @returns {Point}
 */
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = (y1 - x1) * (y2 - x2);
  const b = (y1 + x1) * (y2 + x2);
  const c = mod(2n * t1 * t2) * D;
  const d = 2n * z1 * z2;
  const e = mod(b - a);
  const f = mod(d - c);
  const g = mod(d + c);
  const h = mod(b + a);
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

/** @param {Point} point @param {bigint} scalar */
function multiply(point, scalar) {
  /** @type {Point} */
  let product = [0n, 1n, 1n, 0n];
  for (const bit of scalar.toString(2)) {
    product = add(product, product);
    if (bit === "1") product = add(product, point);
  }
  return product;
}

/** @param {Point} point */
const isIdentity = ([x, y, z]) => x === 0n && y === z;

/** @param {bigint} a */
function mod(a) {
  const remainder = a % P;
  return remainder < 0n ? remainder + P : remainder;
}

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let product = 1n;
  for (const bit of exponent.toString(2)) {
    product = mod(product * product);
    if (bit === "1") product = mod(product * base);
  }
  return product;
}

/** @param {Uint8Array} bytes */
const littleEndian = (bytes) => BigInt(`0x${toHex(bytes.slice().reverse())}`);
