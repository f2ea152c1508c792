/**
 * Every page in every look: three sizes, two schemes, two languages.
 *
 * The server renders a page once in each language; size and scheme are style alone, so they are changed on the page that is
 * there. What depends on the markup alone is looked at once a language, what depends on the style in each of the twelve
 * looks.
 */
import assert from "node:assert/strict";
import { checkControls, checkText, checkWidths, findByAxe, screenshot } from "./lib.js";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Rules whose answer may change with the colours, and with the size. */
const COLOURS = ["color-contrast", "link-in-text-block"];
const LENGTHS = ["target-size", "scrollable-region-focusable"];
const SIZES = ["standard", "large", "elder"];
const SCHEMES = ["light", "dark"];
/** Pictures are taken of these. */
const SHOTS = ["standard-light-zh", "elder-dark-zh", "standard-dark-en"];

/**
 * @param {import("./lib.js").Person} person Somebody who may see the page.
 * @param {string} address
 * @param {{ name?: string, prepare?: (page: import("playwright-core").Page) => Promise<void>, status?: number }} [options]
 *   `prepare` brings the page into the state to be looked at, each time it was loaded.
 */
export async function inTwelveLooks({ context, page }, address, { name, prepare, status = 200 } = {}) {
  const found = [];
  for (const lang of ["zh", "en"]) {
    const site = new URL("/", page.url()).href;
    await context.addCookies([
      { name: "lang", value: lang, url: site },
      { name: "size", value: "standard", url: site },
    ]);
    await page.emulateMedia({ colorScheme: "light" });
    const answer = await page.goto(address);
    assert.equal(answer.status(), status, address);
    await prepare?.(page);
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const size of SIZES) {
        await page.evaluate((size) => (document.documentElement.className = size), size);
        const look = `${size}-${scheme}-${lang}`;
        const isFirst = size === "standard" && scheme === "light";
        const rules = { type: "rule", values: scheme === "light" ? [...COLOURS, ...LENGTHS] : COLOURS };
        found.push(...(await run(page, isFirst ? { type: "tag", values: WCAG } : rules, look)));
        // Lengths are the same in the dark.
        const checks = scheme === "light" ? [checkText, checkControls, checkWidths] : [];
        for (const check of checks) found.push(...(await complaint(check(page, size), look)));
        if (name && SHOTS.includes(look)) await screenshot(page, `look-${name}-${look}`);
      }
    }
  }
  return found;
}

/** What axe finds, with the page and the look. */
async function run(page, runOnly, look) {
  const found = await findByAxe(page, runOnly);
  return found.map((line) => `${new URL(page.url()).pathname} ${look} ${line}`);
}

/** The words of a check that fails. */
const complaint = (check, look) =>
  check.then(
    () => [],
    (error) => [`${look}: ${error.message}`],
  );
