// @ts-check
/**
 * Checks a ballot on this phone: by a receipt that it keeps, or by one saved as a file. The receipt itself, that the box has
 * only grown since, and who else saw it so.
 *
 * @typedef {import("../core/later.js").Later} Later
 * @typedef {{ logKey: string, witnesses: string[], quorum: number }} Known
 * @typedef {Known & { code: string, poll: string, index: number }} Found
 */
import { Invalid } from "../core/bytes.js";
import { receipts } from "../core/receipts.js";
import { isReplacedBy, openLater } from "../core/later.js";
import { openReceipt } from "../core/log.js";
import { parseKey } from "../core/note.js";
import { part } from "./common.js";
import { offerFile } from "./file.js";

/** Bytes of a receipt's file at most: one of the largest ballot in the largest tree is smaller. */
const LARGEST = 200_000;

/** @param {Known} known */
async function logOf({ logKey, witnesses, quorum }) {
  return { key: await parseKey(logKey), witnesses: await Promise.all(witnesses.map(parseKey)), quorum };
}

/**
 * What the server says today of a log that had so many entries.
 *
 * @param {string} poll
 * @param {number} size
 * @returns {Promise<(Later & Known) | undefined>} Nothing if it does not answer.
 */
async function ask(poll, size) {
  const response = await fetch(`/polls/${poll}/consistency/${size}`, { cache: "no-store" }).catch(() => undefined);
  return response?.ok ? response.json() : undefined;
}

/** The receipt of this ballot that the phone keeps, with what it knew of the log then. @param {Found} found */
async function ownReceipt({ code, poll, logKey, witnesses, quorum }) {
  const own = await receipts(poll);
  for (const record of own) {
    // The key that the phone voted under is the one that counts, whatever the server says today.
    const then = { logKey: record.logKey ?? logKey, witnesses: record.witnesses ?? witnesses, quorum: record.quorum ?? quorum };
    const log = await logOf(then);
    const receipt = await openReceipt(record.receipt, log.key, log.witnesses);
    if (receipt.code !== code) continue;
    const isReplaced = own.some((other) => isReplacedBy(record, other));
    return { record, receipt, isReplaced, log };
  }
  return undefined;
}

/** @param {Found} found */
async function verify(found) {
  const own = await ownReceipt(found);
  if (!own) return undefined;
  if (own.receipt.index !== found.index) throw new Invalid("another place than in the receipt");
  const later = await ask(found.poll, own.receipt.checkpoint.size);
  return later && { ...own, ...(await openLater(own.record.receipt, later, own.log)) };
}

/** Says that nothing was changed, and who saw it. @param {Awaited<ReturnType<typeof openLater>>} checked */
function sayUnchanged({ seen }) {
  const box = part("since");
  box.hidden = false;
  const line = /** @type {HTMLElement} */ (box.querySelector("[data-text]"));
  line.hidden = !seen;
  if (!seen) return;
  const format = new Intl.DateTimeFormat(box.dataset.lang, { dateStyle: "full", timeStyle: "short", timeZone: "Asia/Shanghai" });
  const sentence = (line.dataset.text ?? "").replace("{when}", format.format(seen.time * 1000));
  line.textContent = sentence.replace("{names}", seen.names.join(box.dataset.lang === "en" ? ", " : "、"));
}

async function startFound() {
  const box = document.getElementById("verify");
  if (!box) return;
  const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  status.textContent = status.dataset.verifying ?? "";
  try {
    const own = await verify(JSON.parse(box.dataset.found ?? ""));
    status.textContent = (own ? status.dataset.verified : status.dataset.unverified) ?? "";
    if (!own) return;
    sayUnchanged(own);
    part("how").hidden = false;
    part("replaced").hidden = !own.isReplaced;
    const evidence = part("evidence");
    offerFile(/** @type {HTMLAnchorElement} */ (evidence.querySelector("a")), `${own.receipt.code}.txt`, own.record.receipt);
    evidence.hidden = false;
  } catch (error) {
    status.textContent = error instanceof Invalid ? "" : (status.dataset.unverified ?? "");
    part("broken").hidden = !(error instanceof Invalid);
  }
}

/**
 * What becomes of a file, as the name of the sentence that says so.
 *
 * @param {File} file
 * @returns {Promise<"kept" | "noReceipt" | "noAnswer" | "broken">}
 */
async function checkFile(file) {
  const text = file.size <= LARGEST ? await file.text() : "";
  const [, poll] = /\n\n[^\n]*\/poll\/([0-9a-f-]{36})\n/.exec(text) ?? [];
  const [, size] = /\n\n[^\n]*\n([1-9][0-9]{0,14})\n/.exec(text) ?? [];
  if (!poll || !size || !text.startsWith("c2sp.org/tlog-proof@v1\n")) return "noReceipt";
  const later = await ask(poll, Number(size));
  if (!later) return "noAnswer";
  try {
    // The file's own signature is by the key it was given under: a key that the server makes up today does not fit it.
    const checked = await openLater(text, later, await logOf(later));
    sayUnchanged(checked);
    part("file-code").textContent = checked.receipt.code;
    return "kept";
  } catch (error) {
    if (error instanceof Invalid) return "broken";
    throw error;
  }
}

function startFile() {
  const box = part("file-check");
  const input = /** @type {HTMLInputElement} */ (part("receipt-file"));
  const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  box.hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    if (!file) return;
    part("since").hidden = true;
    part("file-code").textContent = "";
    status.textContent = status.dataset.verifying ?? "";
    const outcome = await checkFile(file).catch(() => /** @type {const} */ ("noAnswer"));
    status.textContent = status.dataset[outcome] ?? "";
    status.className = outcome === "broken" ? "notice bad" : "";
  });
}

startFound();
startFile();
