// @ts-check
/** Waits until a ballot just cast is witnessed, verifies that, keeps the receipt that says so, and shows it. */
import { Invalid } from "../core/bytes.js";
import { saveReceipt } from "../core/keys.js";
import { underWitnessed } from "../core/later.js";
import { parseKey } from "../core/note.js";
import { receipts } from "../core/receipts.js";
import { offerFile } from "./file.js";

/** Milliseconds between looks: soon at first, since a witness mostly answers within seconds. */
const PAUSES = [1500, 2000, 3000, 5000, 10_000, 20_000, 40_000];

/**
 * @param {import("../core/cast.js").Poll} poll
 * @param {import("../core/post.js").Stored} stored
 * @param {HTMLElement} card What is shown of the ballot.
 */
export async function watch(poll, { text, receipt: { ballot, code, index } }, card) {
  const log = {
    key: await parseKey(poll.logKey),
    witnesses: await Promise.all(poll.witnesses.map(parseKey)),
    quorum: poll.quorum ?? 0,
  };
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const response = await fetch(`/polls/${poll.id}/inclusion/${index}`, { cache: "no-store" }).catch(() => undefined);
    if (!response?.ok) continue;
    try {
      const witnessed = await underWitnessed(text, await response.json(), log);
      const own = (await receipts(poll.id)).find(({ credential, seq }) => credential === ballot.credential && seq === ballot.seq);
      if (own) await saveReceipt({ ...own, receipt: witnessed.text });
      show(card, witnessed.seen.names);
      const save = /** @type {HTMLAnchorElement} */ (card.querySelector("[data-part=save]"));
      return offerFile(save, `${code}.txt`, witnessed.text);
    } catch (error) {
      // The receipt that the phone has is as good as before; what does not hold is not shown.
      if (!(error instanceof Invalid)) throw error;
    }
  }
}

/** @param {HTMLElement} card @param {string[]} names */
function show(card, names) {
  const line = /** @type {HTMLElement} */ (card.querySelector("[data-part=witnessed]"));
  line.textContent = (line.dataset.text ?? "").replace("{names}", names.join(document.documentElement.lang === "en" ? ", " : "、"));
}
