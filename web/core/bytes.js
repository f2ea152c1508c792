// @ts-check
/**
 * Bytes as text and back, each in one way only.
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */

/** Something from outside that is not what the record's formats say; the message says what is wrong. */
export class Invalid extends Error {}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @param {string} text @returns {Bytes} */
export const toUtf8 = (text) => new TextEncoder().encode(text);

/**
 * Strict: malformed UTF-8 is refused, and a byte order mark stays part of the text.
 *
 * @param {BufferSource} bytes
 */
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Invalid("not UTF-8");
  }
}

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  // Not `fromCharCode(...bytes)`: a whole ballot may have more bytes than a call may have arguments.
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * Standard alphabet, padded, unused bits zero; anything else is refused.
 *
 * @param {string} text
 * @returns {Bytes}
 */
export function fromBase64(text) {
  if (!BASE64.test(text)) throw new Invalid("not padded standard base64");
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  if (toBase64(bytes) !== text) throw new Invalid("base64 with unused bits set");
  return bytes;
}

/** @param {Uint8Array[]} parts @returns {Bytes} */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** @param {Bytes} bytes @returns {Promise<Bytes>} */
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
