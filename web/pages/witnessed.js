// @ts-check
/**
 * Waits until a ballot just cast is witnessed, verifies that, and keeps the receipt that says so.
 *
 * @typedef {import("../core/cast.js").Poll & { quorum: number }} Poll
 */
import { Invalid } from "../core/bytes.js";
import { receipts, saveReceipt } from "../core/keys.js";
import { underWitnessed } from "../core/later.js";
import { parseKey } from "../core/note.js";

/** Milliseconds between looks: soon at first, since a witness mostly answers within seconds. */
const PAUSES = [1500, 2000, 3000, 5000, 10_000, 20_000, 40_000];

/**
 * @param {Poll} poll
 * @param {import("../core/post.js").Stored} stored
 * @param {(names: string[], text: string) => void} show Told once, if it comes to be.
 */
export async function whenWitnessed(poll, { text, receipt: { ballot, index } }, show) {
  const log = {
    key: await parseKey(poll.logKey),
    witnesses: await Promise.all(poll.witnesses.map(parseKey)),
    quorum: poll.quorum,
  };
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const response = await fetch(`/polls/${poll.id}/inclusion/${index}`, { cache: "no-store" }).catch(() => undefined);
    if (!response?.ok) continue;
    try {
      const witnessed = await underWitnessed(text, await response.json(), log);
      const own = (await receipts(poll.id)).find(({ credential, seq }) => credential === ballot.credential && seq === ballot.seq);
      if (own) await saveReceipt({ ...own, receipt: witnessed.text });
      return show(witnessed.seen.names, witnessed.text);
    } catch (error) {
      // The receipt that the phone has is as good as before; what does not hold is not shown.
      if (!(error instanceof Invalid)) throw error;
    }
  }
}
