import assert from "node:assert/strict";
import test from "node:test";
import { parseText } from "../core/ballot.js";
import { Invalid } from "../core/bytes.js";
import { proxyText } from "../core/proxy.js";

const POLL = { id: "cd5481b2-8b85-4990-827e-9932c69c1260", manifest: "29".repeat(32) };
const GIVEN = { principal: 4, seq: 1, state: /** @type {const} */ ("granted"), to_holder: 9 };

test("a proxy is signed as the record has it", () => {
  const head = `heyi/proxy/v1\n{"manifest":"${POLL.manifest}","poll":"${POLL.id}","principal":4,"seq":1,"state":"granted",`;
  assert.equal(proxyText(POLL, GIVEN), `${head}"to_holder":9}\n`);
  assert.equal(parseText(proxyText(POLL, GIVEN)).type, "proxy");
  const back = proxyText(POLL, { principal: 4, seq: 2, state: "revoked", agent: 1 });
  assert.match(back, /^heyi\/proxy\/v1\n\{"agent":1,.*"state":"revoked"\}\n$/);
});

for (const [why, proxy] of [
  ["to nobody", { ...GIVEN, to_holder: undefined }],
  ["to two", { ...GIVEN, agent: 1 }],
  ["with no number", { ...GIVEN, seq: 0 }],
  ["of another state", { ...GIVEN, state: "lent" }],
]) {
  test(`a proxy ${why} is not signed`, () => assert.throws(() => proxyText(POLL, proxy), Invalid));
}
