// @ts-check
/**
 * The log as a voter sees it: Merkle proofs (RFC 6962 §2.1), checkpoints, receipts, check codes (docs/formats.md §4).
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./note.js").Key} Key
 * @typedef {{ size: number, root: Bytes }} Tree
 * @typedef {Tree & { cosigned: { name: string, time: number }[] }} Checkpoint
 *
 * @typedef {object} Receipt A receipt that holds.
 * @property {number} index Of the ballot in the log, from 0.
 * @property {string} note The ballot's full text.
 * @property {import("./ballot.js").Ballot} ballot
 * @property {string} code
 * @property {Checkpoint} checkpoint
 */
import { readBallot } from "./ballot.js";
import { Invalid, concat, equal, fromBase64, fromUtf8, sha256, toUtf8 } from "./bytes.js";
import { verify } from "./ed25519.js";
import { COSIGNATURE, linesOf, parseNote } from "./note.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/** @param {Uint8Array} leaf */
export const leafHash = (leaf) => sha256(concat(Uint8Array.of(0), leaf));

/** @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** Halves; tree sizes may exceed 32 bits, so no shifts. @param {number} n */
export const half = (n) => Math.floor(n / 2);

/**
 * Whether a leaf is in a tree (RFC 9162 §2.1.3.2, which says the steps that RFC 6962 leaves out).
 *
 * @param {Bytes} leaf Its hash.
 * @param {number} index
 * @param {Bytes[]} proof
 * @param {Tree} tree
 */
export async function isIncluded(leaf, index, proof, tree) {
  if (index >= tree.size) return false;
  let [at, last, hash] = [index, tree.size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equal(hash, tree.root);
}

/**
 * Reads and verifies a checkpoint: three lines, one signature of the log; lines of known witnesses verify, of others
 * are ignored.
 *
 * @param {string} note
 * @param {Key} logKey
 * @param {Key[]} [witnesses]
 * @returns {Promise<Checkpoint>}
 * @throws {Invalid}
 */
export async function openCheckpoint(note, logKey, witnesses = []) {
  const parsed = parseNote(note);
  const lines = parsed.text.split("\n");
  if (lines.length !== 4) throw new Invalid("a checkpoint has three lines");
  const [origin, size, root] = lines;
  if (origin !== logKey.name) throw new Invalid("a checkpoint of another log");
  const tree = { size: parseDecimal(size), root: parseHash(root) };
  const own = linesOf(parsed, logKey);
  if (own.length !== 1 || !(await verify(logKey.publicKey, toUtf8(parsed.text), own[0].signature))) {
    throw new Invalid("a checkpoint that the log did not sign");
  }
  const cosigned = [];
  for (const witness of witnesses) {
    const lines = linesOf(parsed, witness);
    const times = await Promise.all(lines.map(({ signature }) => cosignatureTime(parsed.text, witness, signature)));
    if (times.length > 0) cosigned.push({ name: witness.name, time: Math.min(...times) });
  }
  return { ...tree, cosigned };
}

/**
 * When a witness cosigned, in Unix seconds (C2SP tlog-cosignature).
 *
 * @param {string} text
 * @param {Key} witness
 * @param {Bytes} signature
 */
async function cosignatureTime(text, witness, signature) {
  if (witness.kind !== COSIGNATURE || signature.length !== 72) throw new Invalid("not a cosignature");
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  const message = toUtf8(`cosignature/v1\ntime ${time}\n${text}`);
  if (time > Number.MAX_SAFE_INTEGER || !(await verify(witness.publicKey, message, signature.slice(8)))) {
    throw new Invalid(`bad cosignature: ${witness.name}`);
  }
  return Number(time);
}

/**
 * Reads and verifies a receipt: a C2SP tlog-proof whose `extra` is the ballot.
 *
 * @param {string} text
 * @param {Key} logKey Pinned; never taken from the receipt.
 * @param {Key[]} [witnesses]
 * @param {typeof readBallot} [read]
 * @returns {Promise<Receipt>}
 * @throws {Invalid}
 */
export async function openReceipt(text, logKey, witnesses = [], read = readBallot) {
  const blank = text.indexOf("\n\n");
  if (blank < 0) throw new Invalid("a receipt without a checkpoint");
  const [head, extra, index, ...hashes] = text.slice(0, blank).split("\n");
  if (head !== "c2sp.org/tlog-proof@v1") throw new Invalid("not a receipt of version 1");
  if (!extra?.startsWith("extra ") || !index?.startsWith("index ")) throw new Invalid("a receipt has extra and index");
  const bytes = fromBase64(extra.slice(6));
  const at = parseDecimal(index.slice(6));
  const proof = hashes.map(parseHash);
  const checkpoint = await openCheckpoint(text.slice(blank + 2), logKey, witnesses);
  const note = fromUtf8(bytes);
  const ballot = read(note);
  if (!logKey.name.endsWith(`/poll/${ballot.poll}`)) throw new Invalid("a ballot of another poll");
  const leaf = await leafHash(bytes);
  if (!(await isIncluded(leaf, at, proof, checkpoint))) throw new Invalid("the ballot is not in the log at that place");
  return { index: at, note, ballot, code: checkCode(leaf), checkpoint };
}

/**
 * The first 60 bits of a leaf hash as people read them: `7K4P-9QXM-2RTD`.
 *
 * @param {Uint8Array} hash
 */
export function checkCode(hash) {
  let bits = 0n;
  for (const byte of hash.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
  let code = "";
  for (let shift = 59n; shift > 0n; shift -= 5n) code += ALPHABET[Number((bits >> shift) & 31n)];
  return code.replace(/(.{4})(?=.)/g, "$1-");
}

/** @param {string} text */
function parseDecimal(text) {
  const number = Number(text);
  if (!DECIMAL.test(text) || !Number.isSafeInteger(number)) throw new Invalid("not a decimal number");
  return number;
}

/** @param {string} text */
function parseHash(text) {
  const hash = fromBase64(text);
  if (hash.length !== 32) throw new Invalid("a hash has 32 bytes");
  return hash;
}
