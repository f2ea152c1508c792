/**
 * What browser tests share: a server, people with phones, and checks that every page must pass.
 *
 * - `$HEYI_BIN`: the command that starts `heyi`, words separated by blanks.
 * - `$CHROMIUM`: the browser; `/usr/bin/chromium` if unset.
 * - `$HEYI_SHOTS`: a folder for screenshots; none are taken if unset.
 *
 * Everything that waits has a time limit: a test that hangs says less than one that fails.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import axeCore from "axe-core";
import { chromium } from "playwright-core";

/** Milliseconds: of an action in a page, and of a server's or browser's start. */
const ACTION = 30_000;
const START = 30_000;

const LAUNCH = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  timeout: START,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** A small phone, held upright. */
export const PHONE = { width: 360, height: 740 };
const WIDTHS = [320, 360];

/** Pixels of base text, and of the height that a control has at least. */
const SIZES = {
  standard: { text: 18, control: 48 },
  large: { text: 22, control: 60 },
  elder: { text: 30, control: 64 },
};

/** The words of a command line of `heyi`. @param {string[]} args */
export function heyi(args) {
  const words = (process.env.HEYI_BIN ?? "").split(/\s+/).filter(Boolean);
  assert.ok(words.length > 0, "HEYI_BIN names the command that starts heyi");
  return [...words, ...args];
}

/**
 * Starts `heyi` with these arguments and waits for a line that matches `ready`, whose first group is its address.
 *
 * @returns {Promise<{ url: string, output: () => string, stop: () => Promise<void> }>}
 */
export async function startServer(args, { ready = /(https?:\/\/[^\s/]+)/, env = {}, start = START } = {}) {
  const [command, ...words] = heyi(args);
  const child = spawn(command, words, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`heyi ${why}:\n${output}`));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail("was not ready in time");
    }, start);
    const read = (chunk) => {
      output += chunk;
      const match = ready.exec(output);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1]);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
  return { url, output: () => output, stop: () => stop(child) };
}

/** Asks a child to end, and makes it end if it does not. */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), ACTION);
  child.kill("SIGTERM");
  await gone;
  clearTimeout(timer);
}

/** A port that nobody listens on now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

export const launch = () => chromium.launch(LAUNCH);

/**
 * Somebody with a phone and a cookie jar of their own.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} origin The only one that pages may talk to.
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function newPerson(browser, origin, options = {}) {
  return meet(await browser.newContext({ ...phone(origin), ...options }), origin);
}

/** The same with a profile on the disk: it can be closed, and opened again. */
export async function openProfile(directory, origin, options = {}) {
  return meet(await chromium.launchPersistentContext(directory, { ...LAUNCH, ...phone(origin), ...options }), origin);
}

const phone = (origin) => ({
  baseURL: origin,
  viewport: PHONE,
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
  locale: "zh-CN",
  timezoneId: "Asia/Shanghai",
});

/**
 * @typedef {object} Person
 * @property {import("playwright-core").BrowserContext} context
 * @property {import("playwright-core").Page} page
 * @property {string[]} trouble What went wrong in any page of theirs so far.
 */

/** @returns {Promise<Person>} */
async function meet(context, origin) {
  context.setDefaultTimeout(ACTION);
  const trouble = [];
  context.on("console", (message) => {
    if (message.type() === "error") trouble.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => trouble.push(`error: ${error.error().stack ?? error.error()}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== origin) trouble.push(`request to another host: ${url}`);
  });
  await context.exposeFunction("heyiViolation", (violation) => trouble.push(`policy: ${violation}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      globalThis.heyiViolation(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  return { context, page: context.pages()[0] ?? (await context.newPage()), trouble };
}

/** Fails if any page of this person had an error, broke the content policy or asked another host. */
export function assertQuiet({ trouble }) {
  assert.deepEqual(trouble, []);
}

/**
 * What axe finds, one line per element; by default all its rules.
 *
 * It is run by the debugging protocol and not by a tag, so that the page's content policy stays as it is.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ type: "tag" | "rule", values: string[] }} [runOnly]
 */
export async function findByAxe(page, runOnly) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeCore.source);
  return page.evaluate(async (runOnly) => {
    const options = { resultTypes: ["violations"], preload: false, ...(runOnly && { runOnly }) };
    const { violations } = await globalThis.axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
  }, runOnly);
}

/** Fails with what axe finds. */
export async function axe(page) {
  assert.deepEqual(await findByAxe(page), [], `axe on ${page.url()}`);
}

/** A picture for people to look at, of the whole page. */
export async function screenshot(page, name) {
  const folder = process.env.HEYI_SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true, timeout: START });
}

/**
 * Fails on text that is smaller than the base size; in `<small>` it may be 0.85 of that, but never below 16 px. Sizes
 * are as drawn: text inside a scaled SVG counts as what it becomes.
 */
export async function checkText(page, size) {
  const found = await page.evaluate((base) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const small = [];
    while (texts.nextNode()) {
      const { parentElement: element, data } = texts.currentNode;
      if (!data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNode(texts.currentNode);
      const { width, height } = range.getBoundingClientRect();
      // Text for screen readers alone is clipped to a dot.
      if (width <= 1 || height <= 1 || element.closest(".visually-hidden, noscript, script, style")) continue;
      const scale = element instanceof SVGElement ? Math.abs(element.getScreenCTM?.()?.d ?? 1) : 1;
      const drawn = Number.parseFloat(getComputedStyle(element).fontSize) * scale;
      const least = element.closest("small") ? Math.max(16, 0.85 * base) : base;
      if (drawn < least - 0.1) small.push(`${drawn} px instead of ${least}: ${data.trim().slice(0, 40)}`);
    }
    return small;
  }, SIZES[size].text);
  assert.deepEqual(found, [], `text on ${page.url()} in ${size}`);
}

/**
 * Fails on controls that are lower than a finger needs. A radio or check box counts with its label; a link inside a
 * sentence is part of the sentence.
 */
export async function checkControls(page, size) {
  const found = await page.evaluate((least) => {
    const controls = document.querySelectorAll(
      "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]",
    );
    const isInSentence = (element) =>
      element.matches("a") &&
      getComputedStyle(element).display === "inline" &&
      element.parentElement.textContent.trim() !== element.textContent.trim() &&
      !element.closest("header, nav, footer");
    return [...controls].flatMap((element) => {
      const target = element.matches("[type=radio], [type=checkbox]") ? (element.labels?.[0] ?? element) : element;
      const { width, height } = target.getBoundingClientRect();
      const isShown = element.checkVisibility({ visibilityProperty: true }) && width > 1 && height > 1;
      if (!isShown || isInSentence(element) || height >= least - 0.5) return [];
      return [`${height} px instead of ${least}: ${element.outerHTML.slice(0, 80)}`];
    });
  }, SIZES[size].control);
  assert.deepEqual(found, [], `controls on ${page.url()} in ${size}`);
}

/** Fails if a page must be scrolled sideways on a small phone, and says what sticks out. */
export async function checkWidths(page) {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: before.height });
    const found = await page.evaluate((width) => {
      if (document.documentElement.scrollWidth <= width) return [];
      const wide = [...document.body.querySelectorAll("*")].filter(
        (element) => element.getBoundingClientRect().right > width + 0.5,
      );
      return [
        `${document.documentElement.scrollWidth} px`,
        ...wide.slice(-5).map(({ outerHTML }) => outerHTML.slice(0, 80)),
      ];
    }, width);
    assert.deepEqual(found, [], `${page.url()} is wider than ${width} px`);
  }
  await page.setViewportSize(before);
}
