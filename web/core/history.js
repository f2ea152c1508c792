// @ts-check
/**
 * What checks a log over time, and a code that somebody typed; not for the page that votes, which loads as little as it can.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./log.js").Tree} Tree
 */
import { equal, sha256 } from "./bytes.js";
import { half, nodeHash } from "./log.js";

/**
 * Whether `newer` holds the leaves of `older` as its first (RFC 9162 §2.1.4.2).
 *
 * @param {Tree} older
 * @param {Tree} newer
 * @param {Bytes[]} proof
 */
export async function isConsistent(older, newer, proof) {
  if (older.size === newer.size) return proof.length === 0 && equal(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && equal(older.root, await sha256(new Uint8Array()));
  if (older.size > newer.size) return false;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  // A whole subtree is its own start; otherwise the proof begins with one.
  const [start, ...rest] = at === 0 ? [older.root, ...proof] : proof;
  if (!start) return false;
  let [old, all] = [start, start];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = await nodeHash(sibling, old);
      all = await nodeHash(sibling, all);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      all = await nodeHash(all, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equal(old, older.root) && equal(all, newer.root);
}

/**
 * Whether two checkpoints of one log, both opened, cannot both be true. Of two sizes only a proof can tell.
 *
 * @param {Tree} a
 * @param {Tree} b
 */
export const isContradiction = (a, b) => a.size === b.size && !equal(a.root, b.root);

/**
 * What somebody typed, as a check code, or `undefined`. Forgives case, spaces, hyphens and dashes, full-width forms,
 * and letters that look like digits.
 *
 * @param {string} typed
 */
export function readCheckCode(typed) {
  const code = typed
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\s\p{Pd}\u2212]/gu, "")
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(code)) return undefined;
  return code.replace(/(.{4})(?=.)/g, "$1-");
}
