// @ts-check
/**
 * Statements that a browser signs: ballots, and what an officer, clerk or principal approves (docs/formats.md §2).
 *
 * @typedef {import("./note.js").Signer} Signer
 * @typedef {{ [candidate: string]: "for" | "against" }} Marks
 *
 * @typedef {object} Ballot
 * @property {string} poll
 * @property {string} manifest SHA-256 of the manifest's text, hex.
 * @property {number} credential
 * @property {number} seq 1, 2, … per credential.
 * @property {number} [holder] The credential's; exactly one of holder and agent is there.
 * @property {number} [agent] The credential's.
 * @property {number} [for_holder] The principal, if this is cast as a proxy; there if `agent` is.
 * @property {"meeting"} [channel]
 * @property {{ [motion: string]: string | Marks }} answers
 */
import { Invalid } from "./bytes.js";
import { isObject, parse, serialise } from "./canonical.js";
import { parseNote, signNote } from "./note.js";

/** @typedef {(value: unknown) => boolean} Check */

const ID = /^[a-z0-9_]{1,32}$/;
const STATEMENT = /^heyi\/([a-z_]+)\/v1\n(.+)\n$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** @type {Check} */
const isNumber = (value) => typeof value === "number" && value >= 1;
/** @param {RegExp} pattern @returns {Check} */
const isText = (pattern) => (value) => typeof value === "string" && pattern.test(value);
/** @type {Check} */
const isMarks = (value) =>
  isObject(value) && Object.entries(value).every(([id, mark]) => ID.test(id) && (mark === "for" || mark === "against"));
/** @type {Check} */
const isAnswers = (value) =>
  isObject(value) &&
  Object.entries(value).every(([id, answer]) => ID.test(id) && (isText(ID)(answer) || isMarks(answer)));

/** @type {[keyof Ballot, Check][]} */
const REQUIRED = [
  ["answers", isAnswers],
  ["credential", isNumber],
  ["manifest", isText(/^[0-9a-f]{64}$/)],
  ["poll", isText(UUID)],
  ["seq", isNumber],
];

/** @type {[keyof Ballot, Check][]} */
const OPTIONAL = [
  ["agent", isNumber],
  ["channel", (value) => value === "meeting"],
  ["for_holder", isNumber],
  ["holder", isNumber],
];

/**
 * The text that a ballot's signature covers.
 *
 * @param {Ballot} ballot
 * @throws {Invalid}
 */
export function ballotText(ballot) {
  return `heyi/ballot/v1\n${serialise({ ...check(ballot) })}\n`;
}

/**
 * Signs a ballot as its credential.
 *
 * @param {string} host As in every key name of the poll.
 * @param {Ballot} ballot
 * @param {Signer} signer
 */
export function signBallot(host, ballot, signer) {
  return signNote(ballotText(ballot), `${host}/poll/${ballot.poll}/credential/${ballot.credential}`, signer);
}

/**
 * Signs a statement that the server has prepared, after seeing that it is one.
 *
 * @param {string} name For example `<host>/officer/3`.
 * @param {string} text
 * @param {Signer} signer
 */
export async function signText(name, text, signer) {
  parseText(text);
  return signNote(text, name, signer);
}

/**
 * The ballot in a note. Its signature is not looked at: who reads a ballot back has its receipt, or made it.
 *
 * @param {string} note
 * @throws {Invalid}
 */
export function readBallot(note) {
  const { type, fields } = parseText(parseNote(note).text);
  if (type !== "ballot") throw new Invalid("not a ballot");
  return check(fields);
}

/**
 * The type and fields of a statement's text: two lines, the second in canonical form.
 *
 * @param {string} text
 * @throws {Invalid}
 */
export function parseText(text) {
  const match = STATEMENT.exec(text);
  if (!match) throw new Invalid("a statement is the line heyi/<type>/v1 and one line of JSON");
  return { type: match[1], fields: parse(match[2]) };
}

/** @param {object} value @returns {Ballot} */
function check(value) {
  const fields = new Map(Object.entries(value));
  /** @param {[string, Check]} field */
  const isGood = ([name, check]) => check(fields.get(name));
  const given = OPTIONAL.filter(([name]) => fields.has(name));
  if (fields.size !== REQUIRED.length + given.length) throw new Invalid("a ballot with a field too many or too few");
  const bad = [...REQUIRED, ...given].find((field) => !isGood(field));
  if (bad) throw new Invalid(`a ballot whose ${bad[0]} is not one`);
  if (fields.has("holder") === fields.has("agent")) throw new Invalid("a ballot is of a holder or of an agent");
  if (fields.has("agent") && !fields.has("for_holder")) throw new Invalid("an agent votes for a holder");
  return /** @type {Ballot} */ (value);
}
