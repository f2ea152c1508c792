// @ts-check
/**
 * A receipt against what the log says later: that nothing was changed since, and who else saw it so. Not for the page that
 * votes, which loads it only once a ballot is in.
 *
 * @typedef {import("./note.js").Key} Key
 * @typedef {import("./log.js").Checkpoint} Checkpoint
 * @typedef {import("./log.js").Receipt} Receipt
 *
 * @typedef {object} Proven A checkpoint with a proof, as the server gives them.
 * @property {string} checkpoint
 * @property {string[]} proof Hashes in base64.
 *
 * @typedef {Proven & { witnessed?: Proven | null }} Later The newest checkpoint, and the newest witnessed one unless it is
 *   the same, each with the proof that the receipt's tree is its beginning.
 *
 * @typedef {object} Log What is known of the log from before, and never taken from the answer.
 * @property {Key} key
 * @property {Key[]} witnesses
 * @property {number} quorum How many of them make a checkpoint a witnessed one; 0 if the poll has no witnesses.
 *
 * @typedef {{ names: string[], time: number }} Seen Who cosigned, and when enough of them had, in Unix seconds.
 */
import { Invalid, fromBase64 } from "./bytes.js";
import { isConsistent } from "./history.js";
import { openCheckpoint, openReceipt } from "./log.js";

/**
 * Verifies a receipt, and that the log's newest checkpoint goes on from it.
 *
 * @param {string} text The receipt.
 * @param {Later} later
 * @param {Log} log
 * @returns {Promise<{ receipt: Receipt, newest: Checkpoint, seen: Seen | undefined }>}
 * @throws {Invalid} if anything does not add up
 */
export async function openLater(text, later, { key, witnesses, quorum }) {
  const receipt = await openReceipt(text, key, witnesses);
  /** @param {Proven} proven */
  const goesOn = async ({ checkpoint, proof }) => {
    const opened = await openCheckpoint(checkpoint, key, witnesses);
    if (!(await isConsistent(receipt.checkpoint, opened, proof.map(fromBase64)))) {
      throw new Invalid("a checkpoint that does not go on from the receipt's");
    }
    return opened;
  };
  const newest = await goesOn(later);
  const witnessed = later.witnessed ? await goesOn(later.witnessed) : undefined;
  const all = [newest, witnessed, receipt.checkpoint];
  const seen = all.map((checkpoint) => checkpoint && seenBy(checkpoint, quorum)).find(Boolean);
  return { receipt, newest, seen };
}

/**
 * Who cosigned a checkpoint, if enough did.
 *
 * @param {Checkpoint} checkpoint
 * @param {number} quorum
 * @returns {Seen | undefined}
 */
export function seenBy({ cosigned }, quorum) {
  if (quorum < 1 || cosigned.length < quorum) return undefined;
  const times = cosigned.map(({ time }) => time).sort((a, b) => a - b);
  return { names: cosigned.map(({ name }) => name), time: times[quorum - 1] };
}

/**
 * The same ballot's receipt under another checkpoint, which must be a witnessed one.
 *
 * @param {string} text The receipt.
 * @param {Proven} proven
 * @param {Log} log
 * @returns {Promise<{ text: string, receipt: Receipt, seen: Seen }>}
 * @throws {Invalid} if it does not hold, or not enough witnesses cosigned
 */
export async function underWitnessed(text, { checkpoint, proof }, { key, witnesses, quorum }) {
  const [head, extra, index] = text.split("\n");
  const witnessed = `${[head, extra, index, ...proof].join("\n")}\n\n${checkpoint}`;
  const receipt = await openReceipt(witnessed, key, witnesses);
  const seen = seenBy(receipt.checkpoint, quorum);
  if (!seen) throw new Invalid("a checkpoint that too few witnesses cosigned");
  return { text: witnessed, receipt, seen };
}

/**
 * Whether another ballot of the same voter for the same holder came later.
 *
 * @param {import("./keys.js").ReceiptRecord} record
 * @param {import("./keys.js").ReceiptRecord} other
 */
export const isReplacedBy = (record, other) =>
  record.poll === other.poll &&
  record.credential === other.credential &&
  record.for_holder === other.for_holder &&
  record.seq < other.seq;
