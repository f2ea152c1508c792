/** A log of one poll, for tests to cast into: takes any ballot, and gives the receipt of docs/formats.md §4. */
import { generateKeyPairSync, sign } from "node:crypto";
import { toBase64, toUtf8 } from "../../web/core/bytes.js";
import { leafHash, nodeHash } from "../../web/core/log.js";
import { formatKey, signNote } from "../../web/core/note.js";

export const POLL = "cd5481b2-8b85-4990-827e-9932c69c1260";
export const HOST = "vote.example.org";

export async function newLog() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  const signer = { publicKey: raw, sign: async (message) => new Uint8Array(sign(null, message, privateKey)) };
  const name = `${HOST}/poll/${POLL}`;
  const ballots = ["another"];
  return {
    vkey: await formatKey(name, raw),
    ballots,
    /** The receipt of a ballot, which is put in if it is not there. */
    async cast(ballot) {
      if (!ballots.includes(ballot)) ballots.push(ballot);
      const leaves = await Promise.all(ballots.map((text) => leafHash(toUtf8(text))));
      const index = ballots.indexOf(ballot);
      const checkpoint = await signNote(`${name}\n${leaves.length}\n${toBase64(await rootOf(leaves))}\n`, name, signer);
      const proof = (await path(index, leaves)).map((hash) => `${toBase64(hash)}\n`).join("");
      return `c2sp.org/tlog-proof@v1\nextra ${toBase64(toUtf8(ballot))}\nindex ${index}\n${proof}\n${checkpoint}`;
    },
  };
}

/** RFC 6962 §2.1: the largest power of two below `size`. */
const split = (size) => 2 ** Math.ceil(Math.log2(size) - 1);

async function rootOf(leaves) {
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return nodeHash(await rootOf(leaves.slice(0, k)), await rootOf(leaves.slice(k)));
}

async function path(index, leaves) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...(await path(index, left)), await rootOf(right)]
    : [...(await path(index - k, right)), await rootOf(left)];
}
