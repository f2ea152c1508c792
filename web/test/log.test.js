import assert from "node:assert/strict";
import test from "node:test";
import { toBase64, toHex, toUtf8 } from "../core/bytes.js";
import { engine, sign } from "../core/engine.js";
import { isConsistent, isContradiction, readCheckCode } from "../core/history.js";
import {
  checkCode,
  isIncluded,
  leafHash,
  nodeHash,
  openCheckpoint,
  openReceipt,
} from "../core/log.js";
import { formatKey, parseKey, signNote } from "../core/note.js";
import { bundle, entries, fromHex, vectors } from "./vectors.js";

const merkle = vectors("merkle");
const leaf = (index) => leafHash(toUtf8(`heyi leaf ${index}`));
const leaves = (size) => Promise.all(Array.from({ length: size }, (_, index) => leaf(index)));
/** Not every tree of the proofs is among the roots: the rest are computed, as the test of roots allows. */
const sizes = [...merkle.roots, ...merkle.consistency.map(({ from_size: size }) => ({ size })), { size: 1 }];
const roots = new Map(
  await Promise.all(
    sizes.map(async ({ size, root }) => [size, root ? fromHex(root) : await rootOf(await leaves(size))]),
  ),
);
const tree = (size) => ({ size, root: roots.get(size) });
const hashes = (proof) => proof.map(fromHex);

/** RFC 6962 §2.1, for the test to compare with. */
async function rootOf(leaves) {
  if (leaves.length === 1) return leaves[0];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return nodeHash(await rootOf(leaves.slice(0, split)), await rootOf(leaves.slice(split)));
}

/** RFC 6962 §2.1.2: the proof from the first `size` leaves; `whole` says that their root is known. */
async function proofFrom(size, leaves, whole = true) {
  if (size === leaves.length) return whole ? [] : [await rootOf(leaves)];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split
    ? [...(await proofFrom(size, left, whole)), await rootOf(right)]
    : [...(await proofFrom(size - split, right, false)), await rootOf(left)];
}

test("roots", async () => {
  for (const { size, root } of merkle.roots.filter(({ size }) => size > 0)) {
    assert.equal(toHex(await rootOf(await leaves(size))), root);
  }
});

test("inclusion proofs hold", async () => {
  for (const { size, index, proof } of merkle.inclusion) {
    assert.ok(await isIncluded(await leaf(index), index, hashes(proof), tree(size)), `${index} in ${size}`);
  }
});

test("consistency proofs hold", async () => {
  for (const { from_size, to_size, proof } of merkle.consistency) {
    assert.ok(await isConsistent(tree(from_size), tree(to_size), hashes(proof)), `${from_size} to ${to_size}`);
  }
});

for (const row of merkle.invalid) {
  test(`${row.kind} refused: ${row.why}`, async () => {
    const proof = hashes(row.proof);
    if (row.kind === "inclusion") {
      const claimed = { size: row.size, root: roots.get(row.root_of ?? row.size) };
      assert.equal(await isIncluded(await leaf(row.leaf ?? row.index), row.index, proof, claimed), false);
    } else {
      const older = { size: row.from_size, root: roots.get(row.from_root_of ?? row.from_size) };
      assert.equal(await isConsistent(older, tree(row.to_size), proof), false);
    }
  });
}

test("the empty tree is the start of every tree", async () => {
  assert.equal(await isConsistent(tree(0), tree(5), []), true);
  assert.equal(await isConsistent({ size: 0, root: roots.get(1) }, tree(5), []), false);
});

const receipts = vectors("tlog_proof");
const logKey = await parseKey(receipts.log_key);
const manifest = JSON.parse(
  vectors("notes")
    .valid.find(({ type, poll }) => type === "poll" && poll === "small")
    .note.split("\n")[1],
);
const witnesses = await Promise.all(manifest.keys.witnesses.map(parseKey));

for (const row of receipts.valid) {
  test(`receipt holds: ${row.why}`, async () => {
    const receipt = await openReceipt(row.receipt, logKey, witnesses);
    assert.deepEqual(
      [receipt.index, receipt.checkpoint.size, toBase64(receipt.checkpoint.root), receipt.code],
      [row.index, row.size, row.root, row.check_code],
    );
    assert.equal(toHex(await leafHash(toUtf8(receipt.note))), row.leaf_hash);
    const cosigned = row.receipt.includes("\n— witness1.example/w ");
    assert.deepEqual(
      receipt.checkpoint.cosigned.map(({ name }) => name),
      cosigned ? ["witness1.example/w"] : [],
    );
  });
}

for (const row of receipts.invalid) {
  test(`receipt refused: ${row.why}`, async () => {
    await assert.rejects(openReceipt(row.receipt, logKey), { name: "Error" });
  });
}

test("a line of a known witness must verify, of an unknown one need not", async () => {
  const [{ receipt }] = receipts.valid;
  const forged = receipt.replace(/(witness1.example\/w .{30})./, (_, start) => `${start}A`);
  await assert.rejects(openReceipt(forged, logKey, witnesses), /cosignature/);
  assert.deepEqual((await openReceipt(forged, logKey)).checkpoint.cosigned, []);
});

test("a ballot of another poll has no receipt, even from the log", async () => {
  const signer = await newSigner();
  const name = "vote.example.org/poll/0376a121-e4ab-4f69-a39a-12a6060c2b52";
  const own = await parseKey(await formatKey(name, signer.publicKey));
  const { note } = await openReceipt(receipts.valid[0].receipt, logKey);
  const checkpoint = await signNote(`${name}\n1\n${toBase64(await leafHash(toUtf8(note)))}\n`, name, signer);
  const receipt = `c2sp.org/tlog-proof@v1\nextra ${toBase64(toUtf8(note))}\nindex 0\n\n${checkpoint}`;
  await assert.rejects(openReceipt(receipt, own), /another poll/);
});

test("a log does not witness itself", async () => {
  await assert.rejects(openReceipt(receipts.valid[0].receipt, logKey, [logKey]), /not a cosignature/);
});

test("check codes", () => {
  for (const { leaf_hash, code } of receipts.check_codes) assert.equal(checkCode(fromHex(leaf_hash)), code);
  for (const { typed, code } of receipts.readings) assert.equal(readCheckCode(typed), code ?? undefined, typed);
});

for (const row of vectors("compare").rows) {
  test(`checkpoints: ${row.why}`, async () => {
    const [a, b] = await Promise.all([row.a, row.b].map((note) => openCheckpoint(note, logKey, witnesses)));
    if (!row.bundle) {
      assert.equal(isContradiction(a, b), row.contradiction);
      return;
    }
    const hashed = await Promise.all(entries(bundle(row.bundle)).map(leafHash));
    const proof = await proofFrom(a.size, hashed);
    assert.equal(await isConsistent({ size: a.size, root: await rootOf(hashed.slice(0, a.size)) }, b, proof), true);
    assert.equal(await isConsistent(a, b, proof), !row.contradiction);
  });
}

test("a leaf beyond the tree is not in it, not even of a tree that is the leaf", async () => {
  assert.equal(await isIncluded(await leaf(0), 0, [], tree(1)), true);
  assert.equal(await isIncluded(await leaf(0), 1, [], tree(1)), false);
});

test("checkpoints that are not read, though the log signed them", async () => {
  const signer = await newSigner();
  const name = "vote.example.org/log";
  const key = await parseKey(await formatKey(name, signer.publicKey));
  const root = toBase64(roots.get(20));
  const signed = (text) => signNote(text, name, signer);
  const good = await signed(`${name}\n20\n${root}\n`);
  const [text, line] = good.split("\n\n");
  assert.equal((await openCheckpoint(good, key)).size, 20);
  for (const [why, note] of [
    ["an extension line", await signed(`${name}\n20\n${root}\nmore\n`)],
    ["two lines", await signed(`${name}\n20\n`)],
    ["the origin of another log", await signed(`${name}2\n20\n${root}\n`)],
    ["a size with a leading zero", await signed(`${name}\n020\n${root}\n`)],
    ["a size with a sign", await signed(`${name}\n+20\n${root}\n`)],
    ["a size that is too large", await signed(`${name}\n9007199254740993\n${root}\n`)],
    ["a root of 31 bytes", await signed(`${name}\n20\n${toBase64(roots.get(20).subarray(1))}\n`)],
    ["two lines of the log", `${good}${line}`],
    [
      "another key of that name",
      `${text}\n\n${(await signNote(`${text}\n`, name, await newSigner())).split("\n\n")[1]}`,
    ],
  ]) {
    await assert.rejects(openCheckpoint(note, key), { name: "Error" }, why);
  }
});

async function newSigner() {
  const { secret, publicKey } = await (await engine()).generate();
  return { publicKey, sign: (message) => sign(secret, message) };
}
