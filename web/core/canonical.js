// @ts-check
/**
 * The one JSON encoding of a statement (docs/formats.md §1): RFC 8785, without null, fractions or negative numbers,
 * keys in lower case, strings in NFC without control, bidirectional or invisible characters.
 *
 * One rule is left to `strict.js`: that every code point is assigned in Unicode 15.0. Its table is larger than all of
 * this together, and what a phone writes or reads back is made of ids and numbers.
 */
import { Invalid } from "./bytes.js";

/**
 * @typedef {string | number | boolean | Value[] | Fields} Value
 * @typedef {{ [key: string]: Value }} Fields
 */

/** Objects and arrays may stand this deep, the outer one counted. */
const MAX_DEPTH = 32;
const KEY = /^[a-z0-9_]+$/;
const BARRED = /[\p{Cc}\p{Cs}\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]/u;

/**
 * @param {Fields} fields
 * @throws {Invalid} if a value has no canonical form
 */
export function serialise(fields) {
  if (!isObject(fields)) throw new Invalid("the outer value must be an object");
  return write(fields, 1);
}

/**
 * Reads canonical JSON, and nothing else: what does not come out again byte for byte is refused, which covers blanks,
 * order, repeated keys, escapes and ways to write a number.
 *
 * @param {string} text
 * @returns {Fields}
 * @throws {Invalid}
 */
export function parse(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Invalid("not JSON");
  }
  if (serialise(value) !== text) throw new Invalid("not in canonical form");
  return value;
}

/** @param {unknown} value @returns {value is Fields} */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {unknown} value @param {number} depth @returns {string} */
function write(value, depth) {
  if (typeof value === "string") return writeString(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) throw new Invalid("numbers are integers in 0..=2^53-1");
    return String(value);
  }
  if (depth > MAX_DEPTH) throw new Invalid(`nested more than ${MAX_DEPTH} deep`);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join()}]`;
  if (!isObject(value)) throw new Invalid("neither object, array, string, boolean nor integer");
  const members = Object.keys(value)
    .sort()
    .map((key) => {
      if (!KEY.test(key)) throw new Invalid("keys are of a-z, 0-9 and _");
      return `"${key}":${write(value[key], depth + 1)}`;
    });
  return `{${members.join()}}`;
}

/** @param {string} text */
function writeString(text) {
  if (BARRED.test(text)) throw new Invalid("a string has a control, bidirectional or invisible character");
  if (text.normalize("NFC") !== text) throw new Invalid("a string is not in NFC");
  return JSON.stringify(text);
}
