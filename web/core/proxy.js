// @ts-check
/**
 * A proxy's way on the phone: sign, keep until it is answered, send, verify the receipt.
 *
 * @typedef {import("./post.js").Options} Options
 *
 * @typedef {object} Poll
 * @property {string} host As in the poll's key names.
 * @property {string} id
 * @property {string} manifest SHA-256 of the manifest's text, hex.
 * @property {string} logKey Verifier key.
 * @property {string[]} witnesses Verifier keys.
 * @property {string} address Where proxies are posted.
 *
 * @typedef {object} Proxy What changes; exactly one of `to_holder` and `agent` is there.
 * @property {number} principal
 * @property {number} seq 1, 2, … per principal.
 * @property {"granted" | "revoked"} state
 * @property {number} [to_holder]
 * @property {number} [agent]
 *
 * @typedef {import("./post.js").Stored | import("./post.js").Refused | import("./post.js").Unknown} Sent
 */
import { parseText, signText } from "./ballot.js";
import { Invalid } from "./bytes.js";
import { serialise } from "./canonical.js";
import { ballotOf, dropBallot, holdBallot, votingKey } from "./keys.js";
import { openReceipt } from "./log.js";
import { parseKey, parseNote } from "./note.js";
import { postBallot } from "./post.js";

/**
 * The text that a proxy's signature covers.
 *
 * @param {Pick<Poll, "id" | "manifest">} poll
 * @param {Proxy} proxy
 * @throws {Invalid}
 */
export function proxyText({ id, manifest }, proxy) {
  const { principal, seq, state, to_holder, agent } = proxy;
  const numbers = [principal, seq, to_holder ?? agent];
  if (!numbers.every((number) => Number.isSafeInteger(number) && Number(number) > 0)) throw new Invalid("a proxy has numbers");
  if ((to_holder === undefined) === (agent === undefined)) throw new Invalid("a proxy is to a holder or to an agent");
  if (state !== "granted" && state !== "revoked") throw new Invalid("a proxy is granted or revoked");
  /** @type {{ [name: string]: number }} */
  const party = agent === undefined ? { to_holder: Number(to_holder) } : { agent };
  return `heyi/proxy/v1\n${serialise({ poll: id, manifest, principal, seq, state, ...party })}\n`;
}

/**
 * The fields of a proxy in a note, read where a receipt has a ballot's.
 *
 * @type {typeof import("./ballot.js").readBallot}
 */
function readProxy(note) {
  const { type, fields } = parseText(parseNote(note).text);
  if (type !== "proxy") throw new Invalid("not a proxy");
  return /** @type {any} */ (fields);
}

/** What a proxy is kept under while it waits, beside the ballots of the poll. @param {Poll} poll */
const drawer = (poll) => `${poll.id}/proxy`;

/**
 * Gives a proxy or takes it back. One that still waits for its answer is sent first; if it says the same, it is the one.
 *
 * @param {Poll} poll
 * @param {number} credential The principal's.
 * @param {Proxy} proxy
 * @param {Options} [options]
 * @returns {Promise<Sent | { answer: "no_key" } | { answer: "busy" }>} `busy`: another tab is sending.
 */
export async function giveProxy(poll, credential, proxy, options) {
  const text = proxyText(poll, proxy);
  const { seq, waiting } = await ballotOf(drawer(poll), proxy.principal);
  if (waiting !== undefined) {
    const sent = await send(poll, { principal: proxy.principal, seq, note: waiting }, options);
    const isSame = parseNote(waiting).text === text;
    if (sent.answer === "unknown" || (sent.answer === "refused" && !sent.settled)) return sent;
    if (sent.answer === "stored" && isSame) return sent;
  }
  const signer = await votingKey(poll.id, credential);
  if (!signer) return { answer: "no_key" };
  const note = await signText(`${poll.host}/poll/${poll.id}/credential/${credential}`, text, signer);
  const isHeld = await holdBallot({ poll: drawer(poll), credential: proxy.principal, seq: proxy.seq, waiting: note });
  return isHeld ? send(poll, { principal: proxy.principal, seq: proxy.seq, note }, options) : { answer: "busy" };
}

/**
 * @param {Poll} poll
 * @param {{ principal: number, seq: number, note: string }} held
 * @param {Options} [options]
 * @returns {Promise<Sent>}
 */
async function send(poll, { principal, seq, note }, options) {
  const logKey = await parseKey(poll.logKey);
  const witnesses = await Promise.all(poll.witnesses.map(parseKey));
  const sent = await postBallot(
    poll.address,
    note,
    async (text) => {
      const receipt = await openReceipt(text, logKey, witnesses, readProxy);
      if (receipt.note !== note) throw new Invalid("a receipt of another proxy");
      return receipt;
    },
    options,
  );
  // Its number comes from the server each time, as the holder's other people may have used it.
  if (sent.answer === "stored" || (sent.answer === "refused" && sent.settled)) await dropBallot(drawer(poll), principal, seq);
  return sent;
}
