// @ts-check
/**
 * Who computes Ed25519: the browser where it can, else the npm-built bundle, which is fetched only then.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {CryptoKey | Bytes} Secret A key that the browser never shows, or, from the bundle, its 32 secret bytes.
 *
 * @typedef {object} Engine
 * @property {() => Promise<{ secret: Secret, publicKey: Bytes }>} generate
 * @property {(secret: Secret, message: Bytes) => Promise<Bytes>} sign
 * @property {(publicKey: Bytes, message: Bytes, signature: Bytes) => Promise<boolean>} verify The bare equation; ask
 *   `ed25519.js` instead, which adds what the record wants.
 */

const ALGORITHM = { name: "Ed25519" };

/** Why this browser cannot vote; `code` chooses the sentence that the page shows. */
export class Unsupported extends Error {
  /** @param {"no_secure_context" | "no_ed25519" | "no_storage"} code @param {unknown} [cause] */
  constructor(code, cause) {
    super(code);
    this.code = code;
    this.cause = cause;
  }
}

/** @type {Engine} */
const browser = {
  async generate() {
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Unsupported("no_ed25519");
    const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    return { secret: pair.privateKey, publicKey };
  },
  async sign(secret, message) {
    if (secret instanceof Uint8Array) throw new TypeError("a secret of the bundle is signed with by the bundle");
    return new Uint8Array(await crypto.subtle.sign(ALGORITHM, secret, message));
  },
  async verify(publicKey, message, signature) {
    const key = await crypto.subtle.importKey("raw", publicKey, ALGORITHM, false, ["verify"]);
    return crypto.subtle.verify(ALGORITHM, key, signature, message);
  },
};

/** @type {Promise<Engine> | undefined} */
let chosen;

/**
 * The engine for new keys and for verifying.
 *
 * @throws {Unsupported} if there is none; asking again tries again
 */
export function engine() {
  chosen ??= choose().catch((error) => {
    chosen = undefined;
    throw error;
  });
  return chosen;
}

/**
 * Signs with a secret of either engine: a browser may have learnt Ed25519 since the bundle made the key.
 *
 * @param {Secret} secret
 * @param {Bytes} message
 */
export async function sign(secret, message) {
  const signer = secret instanceof Uint8Array ? await bundle() : browser;
  return signer.sign(secret, message);
}

/** @returns {Promise<Engine>} */
async function choose() {
  if (!globalThis.crypto?.subtle) throw new Unsupported("no_secure_context");
  try {
    // Only trying tells: old browsers know the API but not the curve.
    await browser.generate();
    return browser;
  } catch {
    return bundle();
  }
}

/** @returns {Promise<Engine>} */
async function bundle() {
  // Held in a variable so that a type check does not need the build output.
  const address = new URL("../fallback/fallback.js", import.meta.url).href;
  try {
    return (await import(address)).engine;
  } catch (cause) {
    throw new Unsupported("no_ed25519", cause);
  }
}
