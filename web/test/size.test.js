import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";

const core = new URL("../core/", import.meta.url);
const web = new URL("../", import.meta.url);

/** A module with all that it imports at once. @param {URL} address */
function follow(address, found = new Map()) {
  if (found.has(address.href)) return found;
  const text = readFileSync(address, "utf8");
  found.set(address.href, text);
  for (const [, next] of text.matchAll(/(?:from|^import) "(\.[^"]+\.js)"/gm)) follow(new URL(next, address), found);
  return found;
}

const packed = (texts) => texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
const names = (found) => [...found.keys()].map((address) => address.slice(web.href.length));

/** A module of core with all that it imports. */
const withImports = (name, found) => follow(new URL(name, core), found);

test("what a page for voting loads stays below 20,000 bytes compressed", () => {
  const modules = withImports("register.js", withImports("cast.js"));
  const size = packed([...modules.values()]);
  assert.ok(size < 20_000, `${size} bytes in ${names(modules)}`);
  assert.ok(!names(modules).includes("core/strict.js"));
});

test("the page that votes has its scripts and styles in 27,300 bytes: with its own text within 30 KB", () => {
  const modules = follow(new URL("pages/vote.js", web));
  const styles = ["styles/main.css", "styles/print.css"].map((path) => readFileSync(new URL(path, web), "utf8"));
  const size = packed([...modules.values(), ...styles]);
  assert.ok(size < 27_300, `${size} bytes in ${names(modules)}`);
  // What is wanted once a ballot is in is fetched then.
  for (const later of ["core/later.js", "core/history.js", "pages/witnessed.js"]) assert.ok(!names(modules).includes(later), later);
});
