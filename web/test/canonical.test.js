import assert from "node:assert/strict";
import test from "node:test";
import { parse, serialise } from "../core/canonical.js";
import { parseStrict, unicode15 } from "../core/strict.js";
import { vectors } from "./vectors.js";

const isAssigned = unicode15(vectors("unicode15").ranges);
/** What the phone's reader leaves to the strict one. */
const NEEDS_THE_TABLE = ["assigned in Unicode 16.0 only", "not assigned", "not a character"];

const repeated = ([open, n, inner, close, m]) => open.repeat(n) + inner + close.repeat(m);

for (const { json, json_repeat, accept, why } of vectors("notes").json) {
  const text = json ?? repeated(json_repeat);
  test(`json ${accept ? "accepted" : "refused"}: ${why}`, () => {
    if (accept) {
      assert.equal(serialise(parseStrict(text, isAssigned)), text);
    } else {
      assert.throws(() => parseStrict(text, isAssigned));
      if (!NEEDS_THE_TABLE.includes(why)) assert.throws(() => parse(text));
    }
  });
}

test("32 deep is accepted, 33 is not", () => {
  const nested = (depth) => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
  assert.equal(serialise(parse(nested(32))), nested(32));
  assert.throws(() => parse(nested(33)));
});

test("a key that objects have by nature is a key like others", () => {
  const text = '{"__proto__":{"a":1},"constructor":2}';
  assert.equal(serialise(parse(text)), text);
});

test("what has no canonical form is not written", () => {
  for (const value of [undefined, null, -1, 0.5, Number.NaN, 2 ** 53, "\ud800", "e\u0301", () => 1, [undefined]]) {
    assert.throws(() => serialise({ a: value }));
  }
  assert.throws(() => serialise([]));
  assert.equal(serialise({ b: "和", a: [] }), '{"a":[],"b":"和"}');
});
