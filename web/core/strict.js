// @ts-check
/**
 * The whole reader of statements, for tests and auditors' pages; a page for voting does not load it.
 *
 * It adds to `canonical.js` and `note.js` what needs more than the bytes at hand: the table of Unicode 15.0, the known
 * types, and which keys each allows (docs/formats.md §2). The fields of types other than the ballot are not checked.
 *
 * @typedef {import("./canonical.js").Fields} Fields
 * @typedef {import("./note.js").Key} Key
 * @typedef {(text: string) => boolean} IsAssigned
 */
import { parseText, readBallot } from "./ballot.js";
import { Invalid, fromUtf8 } from "./bytes.js";
import { parse } from "./canonical.js";
import { openStatement } from "./note.js";

/**
 * Who may sign a type; all lines of one kind.
 *
 * @type {{ [type: string]: (poll: string, fields: Fields) => RegExp[] }}
 */
const SIGNERS = {
  poll: () => [OFFICER],
  credential: () => [REGISTRAR],
  revocation: () => [REGISTRAR],
  ballot: (poll, { credential }) => [exactly(`/poll/${poll}/credential/${credential}`)],
  paper: () => [CLERK],
  attendance: () => [CLERK],
  proxy: (poll, fields) => ("scan_sha256" in fields ? [CLERK] : [startingWith(`/poll/${poll}/credential/`)]),
  delivery: () => [CLERK],
  amendment: () => [OFFICER],
  strike: () => [OFFICER],
  anchor: (poll) => [exactly(`/poll/${poll}`)],
  close: (poll) => [OFFICER, exactly(`/poll/${poll}`)],
  result: () => [OFFICER],
};

const OFFICER = startingWith("/officer/");
const CLERK = startingWith("/clerk/");
const REGISTRAR = exactly("/registrar");

/** @param {string} path */
function exactly(path) {
  return new RegExp(`^[a-z0-9.-]+(?::[0-9]+)?${path}$`);
}

/** @param {string} path */
function startingWith(path) {
  return exactly(`${path}[1-9][0-9]*`);
}

/**
 * Whether all code points of a text are assigned in Unicode 15.0.
 *
 * @param {string[]} ranges As in `unicode15.json`: `lo-hi` or `one`, in hex, separated by spaces, ascending.
 * @returns {IsAssigned}
 */
export function unicode15(ranges) {
  const table = ranges
    .flatMap((row) => row.split(" "))
    .map((range) => {
      const [low, high = low] = range.split("-").map((hex) => Number.parseInt(hex, 16));
      return { low, high };
    });
  return (text) => {
    for (const char of text) {
      const point = char.codePointAt(0) ?? 0;
      if (!table.some(({ low, high }) => low <= point && point <= high)) return false;
    }
    return true;
  };
}

/**
 * Canonical JSON by all of its rules.
 *
 * @param {string} text
 * @param {IsAssigned} isAssigned
 * @throws {Invalid}
 */
export function parseStrict(text, isAssigned) {
  const fields = parse(text);
  if (!isAssigned(text)) throw new Invalid("a code point that Unicode 15.0 does not assign");
  return fields;
}

/**
 * Reads a statement of one poll: its form, its type, and that every line is of a key which the type allows.
 *
 * @param {BufferSource} bytes
 * @param {{ poll: string, manifest: string, keys: Key[] }} known `manifest`: SHA-256 of the manifest's text.
 * @param {IsAssigned} isAssigned
 * @throws {Invalid}
 */
export async function readStatement(bytes, { poll, manifest, keys }, isAssigned) {
  const note = fromUtf8(bytes);
  const { text, names } = await openStatement(note, keys);
  const { type, fields } = parseText(text);
  if (!isAssigned(text)) throw new Invalid("a code point that Unicode 15.0 does not assign");
  if (!Object.keys(SIGNERS).includes(type)) throw new Invalid("a statement of an unknown type");
  if (type === "ballot") readBallot(note);
  if (fields.poll !== poll) throw new Invalid("a statement of another poll");
  if (type !== "poll" && fields.manifest !== manifest) throw new Invalid("a statement under another manifest");
  const allowed = SIGNERS[type](poll, fields);
  const kinds = allowed.filter((pattern) => names.every((name) => pattern.test(name)));
  if (kinds.length === 0) throw new Invalid(`a ${type} is not signed by ${names.join(" and ")}`);
  return { type, text, fields, names };
}
