// @ts-check
/**
 * Checks a found ballot on this phone, if it has the receipt: the receipt itself, and that the box has only grown since.
 *
 * @typedef {{ code: string, poll: string, logKey: string, witnesses: string[], index: number }} Found
 */
import { Invalid, fromBase64 } from "../core/bytes.js";
import { isConsistent } from "../core/history.js";
import { receipts } from "../core/keys.js";
import { openCheckpoint, openReceipt } from "../core/log.js";
import { parseKey } from "../core/note.js";
import { part } from "./common.js";
import { offerFile } from "./file.js";

/** @param {Found} found */
async function ownReceipt({ code, poll, logKey, witnesses }) {
  const key = await parseKey(logKey);
  const keys = await Promise.all(witnesses.map(parseKey));
  const own = await receipts(poll);
  for (const record of own) {
    // The key that the phone voted under is the one that counts, whatever the server says today.
    const receipt = await openReceipt(record.receipt, await parseKey(record.logKey ?? logKey), keys);
    if (receipt.code !== code) continue;
    const isReplaced = own.some(({ credential, seq }) => credential === record.credential && seq > record.seq);
    return { record, receipt, isReplaced, key, keys };
  }
  return undefined;
}

/** @param {Found} found */
async function verify(found) {
  const own = await ownReceipt(found);
  if (!own) return undefined;
  const { receipt, key, keys } = own;
  if (receipt.index !== found.index) throw new Invalid("another place than in the receipt");
  const response = await fetch(`/polls/${found.poll}/consistency/${receipt.checkpoint.size}`, { cache: "no-store" });
  if (!response.ok) return undefined;
  const { checkpoint, proof } = await response.json();
  const newest = await openCheckpoint(checkpoint, key, keys);
  if (!(await isConsistent(receipt.checkpoint, newest, proof.map(fromBase64)))) {
    throw new Invalid("the newest checkpoint does not go on from the receipt's");
  }
  return own;
}

async function start() {
  const box = document.getElementById("verify");
  if (!box) return;
  const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  status.textContent = status.dataset.verifying ?? "";
  try {
    const own = await verify(JSON.parse(box.dataset.found ?? ""));
    status.textContent = (own ? status.dataset.verified : status.dataset.unverified) ?? "";
    if (!own) return;
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

start();
