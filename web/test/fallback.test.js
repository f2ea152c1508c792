import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import test from "node:test";
import { isSoundKey, verify } from "../core/ed25519.js";
import { engine } from "../core/engine.js";
import { fromHex, vectors } from "./vectors.js";

const built = new URL("../fallback/dist/fallback.js", import.meta.url);
const skip = existsSync(built) ? false : "run `npm ci --ignore-scripts && npm run build` in web/fallback";
const message = new TextEncoder().encode("合议");

test("the bundle and the browser accept each other's signatures", { skip }, async () => {
  const bundle = (await import(built.href)).engine;
  const browser = await engine();
  const key = await bundle.generate();
  assert.equal(key.secret.length, 32);
  assert.ok(isSoundKey(key.publicKey));
  assert.equal(await verify(key.publicKey, message, await bundle.sign(key.secret, message)), true);
  const own = await browser.generate();
  const signature = await browser.sign(own.secret, message);
  assert.equal(await bundle.verify(own.publicKey, message, signature), true);
  signature[0] ^= 1;
  assert.equal(await bundle.verify(own.publicKey, message, signature), false);
});

test("the bundle verifies what the signature rule accepts", { skip }, async () => {
  const bundle = (await import(built.href)).engine;
  for (const row of vectors("ed25519_edge").rows.filter(({ accept }) => accept)) {
    assert.equal(await bundle.verify(fromHex(row.public), fromHex(row.message), fromHex(row.signature)), true, row.why);
  }
});
