import { readFileSync } from "node:fs";

const directory = new URL("../../tests/vectors/", import.meta.url);

/** The vectors of this name, as they lie in `tests/vectors`. */
export const vectors = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, directory), "utf8"));

/** Files of a sample bundle by path: a plain tar of regular files. */
export function bundle(name) {
  const tar = readFileSync(new URL(name, directory));
  const files = new Map();
  for (let at = 0; tar[at] !== 0;) {
    const path = tar.toString("latin1", at, at + 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 135), 8);
    files.set(path, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** The first entries of a bundle, up to 256. */
export function entries(files) {
  const tile = [...files].find(([path]) => path.startsWith("tile/entries/000"))[1];
  const found = [];
  for (let at = 0; at < tile.length;) {
    const length = tile.readUInt16BE(at);
    found.push(new Uint8Array(tile.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return found;
}

export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
