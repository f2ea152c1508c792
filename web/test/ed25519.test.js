import assert from "node:assert/strict";
import test from "node:test";
import { verify } from "../core/ed25519.js";
import { fromHex, vectors } from "./vectors.js";

for (const { accept, why, public: key, message, signature } of vectors("ed25519_edge").rows) {
  test(`${accept ? "accepted" : "refused"}: ${why}`, async () => {
    assert.equal(await verify(fromHex(key), fromHex(message), fromHex(signature)), accept);
  });
}

/** What only the equation tells. */
const ONLY_THE_EQUATION = ["other message", "key of another signer"];

test("the engine is trusted with the equation, and with nothing else", async (t) => {
  t.mock.method(crypto.subtle, "verify", async () => true);
  for (const { accept, why, public: key, message, signature } of vectors("ed25519_edge").rows) {
    const expected = accept || ONLY_THE_EQUATION.includes(why);
    assert.equal(await verify(fromHex(key), fromHex(message), fromHex(signature)), expected, why);
  }
});
