/** Finding files by a pattern with one `*` for the name of a folder. */
import { existsSync, readdirSync } from "node:fs";

export { existsSync };

/** @param {string} pattern @returns {string[]} Those that exist, the last in the order of names first. */
export function globSync(pattern) {
  const [before, after] = pattern.split("*");
  const folder = before.replace(/\/$/, "");
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder).map((name) => `${folder}/${name}${after}`);
  const byNumber = (one, other) => other.localeCompare(one, "en", { numeric: true });
  return found.filter((name) => existsSync(name)).sort(byNumber);
}
