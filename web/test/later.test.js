import assert from "node:assert/strict";
import test from "node:test";
import { Invalid } from "../core/bytes.js";
import { openLater, underWitnessed } from "../core/later.js";
import { parseKey } from "../core/note.js";
import { vectors } from "./vectors.js";

const { logKey, witnesses, cases, upgrades } = vectors("later");

const log = async (quorum) => ({
  key: await parseKey(logKey),
  witnesses: await Promise.all(witnesses.map(parseKey)),
  quorum,
});

for (const { name, quorum, receipt, later, expected } of cases) {
  test(`a receipt a day later: ${name}`, async () => {
    const opening = openLater(receipt, later, await log(quorum));
    if (expected === "invalid") return assert.rejects(opening, Invalid);
    const { receipt: opened, newest, seen } = await opening;
    assert.deepEqual([opened.checkpoint.size, newest.size], [expected.from, expected.to]);
    assert.deepEqual(seen ?? null, expected.seen);
  });
}

for (const { name, quorum, receipt, proven, expected } of upgrades) {
  test(`a receipt is witnessed afterwards: ${name}`, async () => {
    const opening = underWitnessed(receipt, proven, await log(quorum));
    if (expected === "invalid") return assert.rejects(opening, Invalid);
    const { text, receipt: opened, seen } = await opening;
    assert.equal(text, expected.receipt);
    assert.equal(opened.checkpoint.size, expected.size);
    assert.deepEqual(seen, expected.seen);
  });
}
