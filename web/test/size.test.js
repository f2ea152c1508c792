import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";

const core = new URL("../core/", import.meta.url);

/** A module with all that it imports. */
function withImports(name, found = new Map()) {
  if (found.has(name)) return found;
  const text = readFileSync(new URL(name, core), "utf8");
  found.set(name, text);
  for (const [, next] of text.matchAll(/(?:from|import) "\.\/([a-z0-9]+\.js)"/g)) withImports(next, found);
  return found;
}

test("what a page for voting loads stays below 20,000 bytes compressed", () => {
  const modules = withImports("register.js", withImports("cast.js"));
  const size = [...modules.values()].reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
  assert.ok(size < 20_000, `${size} bytes in ${[...modules.keys()].join(", ")}`);
  assert.ok(!modules.has("strict.js"));
});
