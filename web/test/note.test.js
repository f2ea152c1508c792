import assert from "node:assert/strict";
import test from "node:test";
import { ballotText, parseText, readBallot, signBallot, signText } from "../core/ballot.js";
import { fromUtf8, sha256, toHex, toUtf8 } from "../core/bytes.js";
import { engine, sign } from "../core/engine.js";
import { checkCode, leafHash } from "../core/log.js";
import { formatKey, openStatement, parseKey, parseNote } from "../core/note.js";
import { readStatement, unicode15 } from "../core/strict.js";
import { bundle, entries, fromHex, vectors } from "./vectors.js";

const notes = vectors("notes");
const isAssigned = unicode15(vectors("unicode15").ranges);
const polls = new Map(
  await Promise.all(["small", "medium"].map(async (name) => [name, await pollOf(`sample-${name}.tar`)])),
);

/** What a reader of a poll's statements knows: its manifest, and the keys in that and in its credentials. */
async function pollOf(sample) {
  const texts = entries(bundle(sample)).map((entry) => parseNote(fromUtf8(entry)).text);
  const [{ fields }, ...others] = texts.map(parseText);
  const { log, registrar, officers, clerks } = fields.keys;
  const credentials = others.filter(({ type }) => type === "credential").map(({ fields }) => fields.key);
  const keys = await Promise.all([log, registrar, ...officers, ...clerks, ...credentials].map(parseKey));
  return { poll: fields.poll, manifest: toHex(await sha256(toUtf8(texts[0]))), keys };
}

for (const row of notes.keys) {
  test(`key ${row.name}`, async () => {
    const key = await parseKey(row.vkey);
    assert.deepEqual([key.name, toHex(key.id), toHex(key.publicKey)], [row.name, row.key_id, row.public]);
    if (key.kind === 1) assert.equal(await formatKey(row.name, fromHex(row.public)), row.vkey);
  });
}

for (const row of notes.valid) {
  test(`valid: ${row.type} ${row.poll}/${row.index}`, async () => {
    const { type, text, names } = await readStatement(toUtf8(row.note), polls.get(row.poll), isAssigned);
    assert.equal(type, row.type);
    assert.deepEqual(names, row.signers);
    assert.equal(toHex(await sha256(toUtf8(text))), row.text_sha256);
    const leaf = await leafHash(toUtf8(row.note));
    assert.equal(toHex(leaf), row.leaf_hash);
    assert.equal(checkCode(leaf), row.check_code);
  });
}

/** Only the fields of ballots are read in a browser. */
const isOtherShape = ({ category, note }) => category === "shape" && !note.startsWith("heyi/ballot/");

for (const row of notes.invalid.filter((row) => !isOtherShape(row))) {
  test(`refused (${row.category}): ${row.reason}`, async () => {
    const bytes = row.note_hex ? fromHex(row.note_hex) : toUtf8(row.note);
    await assert.rejects(readStatement(bytes, polls.get(row.poll), isAssigned), { name: "Error" });
    if (row.category === "note" && !/order|twice/.test(row.reason)) {
      assert.throws(() => parseNote(fromUtf8(bytes)), "from the bytes alone");
    }
  });
}

const BALLOT = {
  poll: "cd5481b2-8b85-4990-827e-9932c69c1260",
  manifest: "29dea2f0925373e44c7e053032e6bcbabf6d132ab51980879b6217a27db8483f",
  credential: 4,
  holder: 3,
  seq: 1,
  answers: { m1: "for" },
};

async function newSigner() {
  const { secret, publicKey } = await (await engine()).generate();
  return { publicKey, sign: (message) => sign(secret, message) };
}

test("a ballot is written as the vectors have it", () => {
  const row = notes.valid.find(
    ({ note }) => note.includes('"credential":4,"holder":3,') && note.startsWith("heyi/ballot/"),
  );
  assert.equal(ballotText(BALLOT), parseNote(row.note).text);
  assert.deepEqual(readBallot(row.note), BALLOT);
});

test("a signed ballot opens under the credential's key and no other", async () => {
  const signer = await newSigner();
  const note = await signBallot("vote.example.org", BALLOT, signer);
  const name = `vote.example.org/poll/${BALLOT.poll}/credential/4`;
  const key = await parseKey(await formatKey(name, signer.publicKey));
  assert.deepEqual((await openStatement(note, [key])).names, [name]);
  const other = await parseKey(await formatKey(name, (await newSigner()).publicKey));
  await assert.rejects(openStatement(note, [other]));
  await assert.rejects(openStatement(note.replace('"for"', '"against"'), [key]));
});

test("what is no ballot is not signed", () => {
  for (const [why, change] of [
    ["no credential", { credential: undefined }],
    ["seq from 1", { seq: 0 }],
    ["of nobody", { holder: undefined }],
    ["of a holder and an agent", { agent: 1, for_holder: 2 }],
    ["an answer that is no id", { answers: { m1: "FOR" } }],
    ["a mark that does not exist", { answers: { e1: { c1: "abstain" } } }],
    ["another channel", { channel: "paper" }],
    ["a field too many", { weight: 2 }],
  ]) {
    assert.throws(() => ballotText({ ...BALLOT, ...change }), why);
  }
  const agent = { ...BALLOT, agent: 2, for_holder: 3, answers: { e1: { c1: "for", c2: "against" }, e2: {} } };
  delete agent.holder;
  assert.match(ballotText(agent), /^heyi\/ballot\/v1\n\{"agent":2,/);
});

test("what is no ballot is not read as one", () => {
  const { note } = notes.valid.find(({ type }) => type === "ballot");
  assert.throws(() => readBallot(note.replace("heyi/ballot/v1", "heyi/paper/v1")), /not a ballot/);
});

test("a statement of 65,535 bytes is read, a longer one is not", async () => {
  const signer = await newSigner();
  const key = await parseKey(await formatKey("x", signer.publicKey));
  const ofLength = async (length) => {
    const empty = await signText("x", 'heyi/poll/v1\n{"a":""}\n', signer);
    return signText("x", `heyi/poll/v1\n{"a":"${"a".repeat(length - toUtf8(empty).length)}"}\n`, signer);
  };
  const longest = await ofLength(65_535);
  assert.equal(toUtf8(longest).length, 65_535);
  await openStatement(longest, [key]);
  await assert.rejects(openStatement(await ofLength(65_536), [key]), /at most/);
});

test("an approval is signed as it is, and only if it is a statement", async () => {
  const signer = await newSigner();
  const { text } = parseNote(notes.valid[0].note);
  const note = await signText("vote.example.org/officer/1", text, signer);
  assert.equal(parseNote(note).text, text);
  for (const bad of ["hello\n", `${text}more\n`, text.slice(0, -1), text.replace('{"', '{ "')]) {
    await assert.rejects(signText("vote.example.org/officer/1", bad, signer));
  }
});

test("keys that are not admitted", async () => {
  const { vkey, name } = notes.keys.find(({ key_id }) => /[a-f]/.test(key_id));
  for (const [why, text] of [
    ["another name", vkey.replace(name, "vote.example.org/other")],
    ["upper-case id", vkey.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase())],
    ["no id", vkey.replace(/\+[0-9a-f]{8}/, "")],
    ["key cut", vkey.slice(0, -4)],
  ]) {
    await assert.rejects(parseKey(text), why);
  }
  await assert.rejects(parseKey(await formatKey("x", fromHex("01".padEnd(64, "0")))), /prime order/);
});
