// @ts-check
/** Lists the receipts of this phone, each verified here; works without a network. */
import { receipts } from "../core/receipts.js";
import { isReplacedBy } from "../core/later.js";
import { openReceipt } from "../core/log.js";
import { parseKey } from "../core/note.js";
import { registerWorker } from "../core/register.js";
import { part } from "./common.js";
import { offerFile } from "./file.js";

/** @param {Element} root @param {string} name @returns {HTMLElement} */
const named = (root, name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part=${name}]`));

/** @param {string} id */
function copyOf(id) {
  const template = /** @type {HTMLTemplateElement} */ (part(id));
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

/**
 * @param {import("../core/keys.js").ReceiptRecord} record
 * @param {boolean} isReplaced
 */
async function card(record, isReplaced) {
  const copy = copyOf("receipt-template");
  const format = new Intl.DateTimeFormat(part("receipts").dataset.lang, {
    dateStyle: "full",
    timeStyle: "short",
    timeZone: "Asia/Shanghai",
  });
  named(copy, "title").textContent = record.title ?? "";
  named(copy, "saved").textContent = format.format(record.saved);
  named(copy, "replaced").hidden = !isReplaced;
  const verified = named(copy, "verified");
  try {
    const witnesses = await Promise.all((record.witnesses ?? []).map(parseKey));
    const { code, index } = await openReceipt(record.receipt, await parseKey(record.logKey), witnesses);
    named(copy, "code").textContent = code;
    named(copy, "index").textContent = String(index);
    named(copy, "check").setAttribute("href", `/check?c=${encodeURIComponent(code)}`);
    verified.textContent = verified.dataset.verified ?? "";
    offerFile(/** @type {HTMLAnchorElement} */ (named(copy, "save")), `${code}.txt`, record.receipt);
  } catch {
    verified.textContent = verified.dataset.broken ?? "";
  }
  return copy;
}

async function start() {
  const list = part("receipts");
  registerWorker(list.dataset.release ?? "");
  const kept = await receipts();
  const cards = kept.map((record) => card(record, kept.some((other) => isReplacedBy(record, other))));
  // The newest first.
  list.replaceChildren(...(kept.length > 0 ? (await Promise.all(cards)).reverse() : [copyOf("none-template")]));
  const button = part("print");
  button.hidden = kept.length === 0;
  button.addEventListener("click", () => print());
}

// Without storage the page says what it says without scripts.
start().catch(() => undefined);
