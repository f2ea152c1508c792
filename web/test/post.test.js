import assert from "node:assert/strict";
import test from "node:test";
import { Invalid } from "../core/bytes.js";
import { postBallot } from "../core/post.js";

const RECEIPT = "c2sp.org/tlog-proof@v1\n…";
const opens = async (text) => ({ read: text });
const problem = (status, body, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/problem+json", ...headers } });

/** A server that gives these answers in turn, each a response, an error, or a function of the request. */
function server(...answers) {
  const bodies = [];
  const fetch = async (_address, request) => {
    bodies.push(request.body);
    const answer = answers[bodies.length - 1];
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(request) : answer;
  };
  return { fetch, bodies, pauses: answers.slice(1).map(() => 0) };
}

const post = ({ fetch, pauses }, options = {}) =>
  postBallot("/b", "ballot", options.open ?? opens, { fetch, pauses, ...options });

test("stored, with a receipt that holds", async () => {
  const answer = await post(server(new Response(RECEIPT)));
  assert.deepEqual(answer, { answer: "stored", text: RECEIPT, receipt: { read: RECEIPT } });
});

test("a receipt that does not hold is evidence, not an answer, and is not asked for again", async () => {
  const open = async () => {
    throw new Invalid("no");
  };
  const tried = server(new Response(RECEIPT), new Response(RECEIPT));
  assert.deepEqual(await post(tried, { open }), { answer: "unknown", evidence: RECEIPT });
  assert.equal(tried.bodies.length, 1);
});

for (const [status, settled] of [
  [400, false],
  [401, false],
  [403, false],
  [404, false],
  [409, true],
  [410, true],
  [413, false],
  [422, true],
]) {
  test(`a problem with ${status} refuses${settled ? " for good" : ""}`, async () => {
    assert.deepEqual(await post(server(problem(status, { code: "why" }))), { answer: "refused", code: "why", settled });
  });
}

for (const [why, first] of [
  ["no network", new TypeError("failed")],
  ["500", problem(500, { code: "internal" })],
  ["503", problem(503, { code: "try_again" })],
  ["408", problem(408, { code: "slow" })],
  ["429", problem(429, { code: "often" })],
  ["a proxy's 413", new Response("<h1>too large</h1>", { status: 413 })],
  ["a problem without a code", problem(422, { title: "?" })],
  [
    "a problem that is no JSON",
    new Response("<", { status: 422, headers: { "Content-Type": "application/problem+json" } }),
  ],
  ["a sign-in page of a hotel", new Response("<h1>welcome</h1>")],
]) {
  test(`asks again with the same bytes after ${why}`, async () => {
    const tried = server(first, new Response(RECEIPT));
    assert.equal((await post(tried)).answer, "stored");
    assert.deepEqual(tried.bodies, ["ballot", "ballot"]);
  });
}

test("gives up in the end, without an answer", async () => {
  const tried = server(...Array.from({ length: 3 }, () => new TypeError("failed")));
  assert.deepEqual(await post(tried), { answer: "unknown" });
  assert.equal(tried.bodies.length, 3);
});

test("a try that takes too long is cut off", async () => {
  const hangs = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  assert.deepEqual(await post(server(hangs), { timeout: 1 }), { answer: "unknown" });
});

test("says once that the network is slow", async () => {
  let said = 0;
  let go;
  const told = new Promise((resolve) => (go = resolve));
  const slow = async () => {
    await told;
    return new Response(RECEIPT);
  };
  const onSlow = () => {
    said += 1;
    go();
  };
  assert.equal((await post(server(slow), { onSlow, slowAfter: 0 })).answer, "stored");
  assert.equal(said, 1);
});
