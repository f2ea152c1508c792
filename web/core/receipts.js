// @ts-check
/**
 * The receipts that this device has kept. Not for the page that votes, which only adds to them.
 *
 * @typedef {import("./keys.js").ReceiptRecord} ReceiptRecord
 */
import { transact } from "./keys.js";

/**
 * All receipts on this device, or those of one poll, oldest first.
 *
 * @param {string} [poll]
 * @returns {Promise<ReceiptRecord[]>}
 * @throws {Unsupported}
 */
export async function receipts(poll) {
  /** @type {ReceiptRecord[]} */
  const all = await transact("receipts", "readonly", (store) => store.getAll());
  return all.filter((record) => poll === undefined || record.poll === poll).sort((a, b) => a.saved - b.saved);
}
