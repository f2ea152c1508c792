// @ts-check
/**
 * Sending a ballot. There are three answers only: stored, with a receipt that holds; refused, with a reason; unknown,
 * after which the same bytes must be sent again.
 *
 * @typedef {import("./log.js").Receipt} Receipt
 *
 * @typedef {object} Stored
 * @property {"stored"} answer
 * @property {string} text The receipt's, to keep.
 * @property {Receipt} receipt
 *
 * @typedef {object} Refused
 * @property {"refused"} answer
 * @property {string} code Chooses the sentence that the page shows.
 * @property {boolean} settled Whether the server looked for these very bytes in the log and they are not there. If not
 *   (signed out, say), an earlier try may have stored them: keep them.
 *
 * @typedef {object} Unknown
 * @property {"unknown"} answer
 * @property {string} [evidence] A receipt that does not hold: something is wrong with the server; worth keeping.
 *
 * @typedef {object} Options
 * @property {() => void} [onSlow] Called once if there is no answer after a while.
 * @property {number} [slowAfter] Milliseconds.
 * @property {number} [timeout] Of one try, in milliseconds.
 * @property {number[]} [pauses] Milliseconds between the tries, of which there is one more.
 * @property {typeof globalThis.fetch} [fetch]
 */
import { Invalid } from "./bytes.js";

/** With one of these the server says that it has looked at the ballot, and does not have it. */
const SETTLED = [409, 410, 422];
/** Client errors that say nothing about the ballot and go away by themselves. */
const TRANSIENT = [408, 425, 429];
const MAX_PAUSE = 30_000;

/**
 * @param {string} address
 * @param {string} note The signed ballot.
 * @param {(receipt: string) => Promise<Receipt>} open Verifies a receipt; throws `Invalid`.
 * @param {Options} [options]
 * @returns {Promise<Stored | Refused | Unknown>}
 */
export async function postBallot(address, note, open, options = {}) {
  const { onSlow = () => undefined, slowAfter = 3000, pauses = [1000, 2000, 4000, 8000] } = options;
  const slow = setTimeout(onSlow, slowAfter);
  try {
    for (const pause of [...pauses, undefined]) {
      const answer = await attempt(address, note, open, options);
      if ("answer" in answer) return answer;
      // Spread, so that phones cut off together do not come back together.
      const wait = Math.max((pause ?? 0) * (0.5 + Math.random()), answer.wait);
      if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return { answer: "unknown" };
  } finally {
    clearTimeout(slow);
  }
}

/**
 * @param {string} address
 * @param {string} note
 * @param {(receipt: string) => Promise<Receipt>} open
 * @param {Options} options
 * @returns {Promise<Stored | Refused | Unknown | { wait: number }>} Or how long to wait at least before the next try.
 */
async function attempt(address, note, open, options) {
  const response = await exchange(address, note, options);
  if (!response) return { wait: 0 };
  const { status, body, retryAfter } = response;
  // The first words are asked for since a hotel's sign-in page, for one, answers 200 to everything.
  if (200 <= status && status < 300 && body.startsWith("c2sp.org/tlog-proof@")) {
    try {
      return { answer: "stored", text: body, receipt: await open(body) };
    } catch (error) {
      if (error instanceof Invalid) return { answer: "unknown", evidence: body };
      throw error;
    }
  }
  if (400 <= status && status < 500 && response.code !== undefined && !TRANSIENT.includes(status)) {
    return { answer: "refused", code: response.code, settled: SETTLED.includes(status) };
  }
  return { wait: Math.min(MAX_PAUSE, retryAfter) };
}

/**
 * One request; nothing if there was no whole answer: no network, cut off, too slow.
 *
 * @param {string} address
 * @param {string} note
 * @param {Options} options
 */
async function exchange(address, note, { timeout = 15_000, fetch = globalThis.fetch }) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout);
  try {
    const response = await fetch(address, {
      method: "POST",
      // No form of another site can send this type.
      headers: { "Content-Type": "application/vnd.heyi.statement", Accept: "text/plain, application/problem+json" },
      body: note,
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: abort.signal,
    });
    const body = await response.text();
    const retryAfter = 1000 * (Number(response.headers.get("Retry-After")) || 0);
    return { status: response.status, body, retryAfter, code: problemCode(response, body) };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The `code` of an RFC 9457 problem. Anything else with such a status may come from a proxy in between.
 *
 * @param {Response} response
 * @param {string} body
 * @returns {string | undefined}
 */
function problemCode({ headers }, body) {
  if (!headers.get("Content-Type")?.startsWith("application/problem+json")) return undefined;
  const { code } = JSON.parse(body);
  return typeof code === "string" ? code : undefined;
}
