import assert from "node:assert/strict";
import test from "node:test";
import { verify } from "../core/ed25519.js";
import { fromHex, vectors } from "./vectors.js";

for (const { accept, why, public: key, message, signature } of vectors("ed25519_edge").rows) {
  test(`${accept ? "accepted" : "refused"}: ${why}`, async () => {
    assert.equal(await verify(fromHex(key), fromHex(message), fromHex(signature)), accept);
  });
}
