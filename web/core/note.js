// @ts-check
/**
 * Signed notes (C2SP signed-note) and the keys that sign them (docs/formats.md §1).
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 *
 * @typedef {object} Key A verifier key, checked.
 * @property {string} name
 * @property {Bytes} id 4 bytes.
 * @property {typeof STATEMENT | typeof COSIGNATURE} kind
 * @property {Bytes} publicKey 32 bytes, sound.
 *
 * @typedef {object} Note
 * @property {string} text What is signed; ends with a newline.
 * @property {{ name: string, id: Bytes, signature: Bytes }[]} lines
 *
 * @typedef {object} Signer
 * @property {Bytes} publicKey
 * @property {(message: Bytes) => Promise<Bytes>} sign
 */
import { Invalid, concat, equal, fromBase64, sha256, toBase64, toHex, toUtf8 } from "./bytes.js";
import { isSoundKey, verify } from "./ed25519.js";

/** The two kinds of key, by the byte that stands for them in key ids and verifier keys. */
export const STATEMENT = 1;
export const COSIGNATURE = 4;

/** Bytes of a whole statement: the limit of a tlog-tiles entry. */
const MAX_STATEMENT = 65535;
const CONTROL = /[\u0000-\u0009\u000B-\u001F]/;
const NAME = /^[^\s\u0085+]+$/u;

/** @param {string} name @param {number} kind @param {Uint8Array} publicKey @returns {Promise<Bytes>} */
async function keyId(name, kind, publicKey) {
  return (await sha256(concat(toUtf8(name), Uint8Array.of(10, kind), publicKey))).slice(0, 4);
}

/** @param {string} name @param {Bytes} publicKey */
export async function formatKey(name, publicKey) {
  const id = await keyId(name, STATEMENT, publicKey);
  return `${name}+${toHex(id)}+${toBase64(concat(Uint8Array.of(STATEMENT), publicKey))}`;
}

/**
 * Reads a verifier key `name+id+base64(kind ‖ public key)` and admits it only if it is sound.
 *
 * @param {string} vkey
 * @returns {Promise<Key>}
 * @throws {Invalid}
 */
export async function parseKey(vkey) {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
  if (!match || !NAME.test(match[1])) throw new Invalid("a verifier key is name+id+base64");
  const [, name, hexId, encoded] = match;
  const [kind, ...rest] = fromBase64(encoded);
  const publicKey = Uint8Array.from(rest);
  if (kind !== STATEMENT && kind !== COSIGNATURE) throw new Invalid("a verifier key of an unknown kind");
  const id = await keyId(name, kind, publicKey);
  if (toHex(id) !== hexId) throw new Invalid("a verifier key whose id is not its own");
  if (!isSoundKey(publicKey)) throw new Invalid("a public key that is not a point of prime order");
  return { name, id, kind, publicKey };
}

/**
 * Splits a note at its last blank line; nothing is verified yet.
 *
 * @param {string} note
 * @returns {Note}
 * @throws {Invalid}
 */
export function parseNote(note) {
  if (CONTROL.test(note)) throw new Invalid("a control character in a note");
  const end = note.lastIndexOf("\n\n");
  if (end < 1) throw new Invalid("a note has its text, a blank line and signatures");
  const tail = note.slice(end + 2);
  if (!tail.endsWith("\n")) throw new Invalid("a note ends with a signature line and a newline");
  const lines = tail.slice(0, -1).split("\n").map(parseLine);
  return { text: note.slice(0, end + 1), lines };
}

/** @param {string} line */
function parseLine(line) {
  const parts = line.split(" ");
  if (parts.length !== 3 || parts[0] !== "—" || !NAME.test(parts[1])) {
    throw new Invalid("a signature line is: em dash, space, name, space, base64");
  }
  const bytes = fromBase64(parts[2]);
  if (bytes.length < 5) throw new Invalid("a signature line without a signature");
  return { name: parts[1], id: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** @param {Note} note @param {Key} key */
export const linesOf = (note, key) => note.lines.filter((line) => line.name === key.name && equal(line.id, key.id));

/**
 * Reads a statement: a note in which every line counts. Lines stand in ascending order of name, none twice, and each is
 * of one of `keys` and verifies. Which keys a type allows, and how many must sign, the caller knows.
 *
 * @param {string} note
 * @param {Key[]} keys
 * @throws {Invalid}
 */
export async function openStatement(note, keys) {
  if (toUtf8(note).length > MAX_STATEMENT) throw new Invalid(`a statement has at most ${MAX_STATEMENT} bytes`);
  const { text, lines } = parseNote(note);
  const message = toUtf8(text);
  for (const [i, line] of lines.entries()) {
    if (i > 0 && lines[i - 1].name >= line.name) throw new Invalid("signature lines are not in order of name");
    const key = keys.find((key) => key.kind === STATEMENT && key.name === line.name && equal(key.id, line.id));
    if (!key) throw new Invalid(`signed by a key that is not allowed: ${line.name}`);
    if (!(await verify(key.publicKey, message, line.signature))) throw new Invalid(`bad signature: ${line.name}`);
  }
  return { text, names: lines.map((line) => line.name) };
}

/**
 * @param {string} text Ends with a newline.
 * @param {string} name
 * @param {Signer} signer
 */
export async function signNote(text, name, signer) {
  const id = await keyId(name, STATEMENT, signer.publicKey);
  const signature = await signer.sign(toUtf8(text));
  return `${text}\n— ${name} ${toBase64(concat(id, signature))}\n`;
}
