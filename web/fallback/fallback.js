/**
 * The engine of `core/engine.js` for browsers without Ed25519. The secret is 32 bytes that scripts of this site can
 * read, so it is less well kept than a key of the browser's own: the page says so.
 */
import { ed25519 } from "@noble/curves/ed25519.js";

export const engine = {
  async generate() {
    const { secretKey, publicKey } = ed25519.keygen();
    return { secret: secretKey, publicKey };
  },
  async sign(secret, message) {
    return ed25519.sign(message, secret);
  },
  async verify(publicKey, message, signature) {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  },
};
