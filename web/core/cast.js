// @ts-check
/**
 * A ballot's way on the phone: sign, keep, send, verify the receipt, keep that.
 *
 * @typedef {import("./ballot.js").Ballot} Ballot
 * @typedef {import("./post.js").Options} Options
 * @typedef {import("./post.js").Stored | import("./post.js").Refused | import("./post.js").Unknown} Sent
 * @typedef {Omit<Ballot, "seq">} Choice
 *
 * @typedef {object} Poll
 * @property {string} host As in the poll's key names.
 * @property {string} id
 * @property {string} logKey Verifier key.
 * @property {string[]} witnesses Verifier keys.
 * @property {number} [quorum] How many of them make a receipt a witnessed one.
 * @property {string} address Where ballots are posted.
 * @property {string} title For people, to know receipts by.
 */
import { ballotText, readBallot, signBallot } from "./ballot.js";
import { Invalid } from "./bytes.js";
import { ballotOf, dropBallot, holdBallot, saveReceipt, votingKey } from "./keys.js";
import { openReceipt } from "./log.js";
import { parseKey } from "./note.js";
import { postBallot } from "./post.js";

/**
 * Casts a ballot. One that still waits for its answer is sent first; if it says the same, it is the one.
 *
 * @param {Poll} poll
 * @param {Choice} choice
 * @param {number} lastSeq The server's last `seq` of this credential, 0 if none.
 * @param {Options} [options]
 * @returns {Promise<Sent | { answer: "no_key" } | { answer: "busy" }>} `busy`: another tab is casting.
 */
export async function castBallot(poll, choice, lastSeq, options) {
  const { credential } = choice;
  const { seq, waiting } = await ballotOf(poll.id, credential);
  if (waiting !== undefined) {
    const sent = await send(poll, waiting, options);
    const before = readBallot(waiting);
    const isSame = ballotText(before) === ballotText({ ...choice, seq: before.seq });
    if (sent.answer === "unknown" || (sent.answer === "refused" && !sent.settled)) return sent;
    if (sent.answer === "stored" && isSame) return sent;
    return castBallot(poll, choice, lastSeq, options);
  }
  const signer = await votingKey(poll.id, credential);
  if (!signer) return { answer: "no_key" };
  const ballot = { ...choice, seq: Math.max(seq, lastSeq) + 1 };
  const note = await signBallot(poll.host, ballot, signer);
  const isHeld = await holdBallot({ poll: poll.id, credential, seq: ballot.seq, waiting: note });
  return isHeld ? send(poll, note, options) : { answer: "busy" };
}

/**
 * Sends a ballot that was left waiting, for example when a page is opened again.
 *
 * @param {Poll} poll
 * @param {number} credential
 * @param {Options} [options]
 * @returns {Promise<Sent | undefined>} Nothing if none waits.
 */
export async function resumeBallot(poll, credential, options) {
  const { waiting } = await ballotOf(poll.id, credential);
  return waiting === undefined ? undefined : send(poll, waiting, options);
}

/** @param {Poll} poll @param {string} note @param {Options} [options] @returns {Promise<Sent>} */
export async function sendBallot(poll, note, options) {
  const logKey = await parseKey(poll.logKey);
  const witnesses = await Promise.all(poll.witnesses.map(parseKey));
  return postBallot(
    poll.address,
    note,
    async (text) => {
      const receipt = await openReceipt(text, logKey, witnesses);
      if (receipt.note !== note) throw new Invalid("a receipt of another ballot");
      return receipt;
    },
    options,
  );
}

/** @param {Poll} poll @param {string} note @param {Options} [options] @returns {Promise<Sent>} */
async function send(poll, note, options) {
  const { credential, seq, for_holder } = readBallot(note);
  const sent = await sendBallot(poll, note, options);
  if (sent.answer === "stored") {
    const { id, logKey, witnesses, quorum, title } = poll;
    await saveReceipt({ poll: id, credential, seq, for_holder, receipt: sent.text, saved: Date.now(), logKey, witnesses, quorum, title });
  } else if (sent.answer === "refused" && sent.settled) {
    await dropBallot(poll.id, credential, seq);
  }
  return sent;
}
