/** What people do again and again: enrol, sign in, sign an act, vote. */
import assert from "node:assert/strict";

/**
 * Enrols this browser by letter and one-time code.
 *
 * @param {import("./lib.js").Person} person
 * @param {string} letter
 * @param {(page: import("playwright-core").Page) => Promise<string>} readCode The code that was sent meanwhile.
 */
export async function enrol({ page }, letter, readCode) {
  await page.goto(`/enrol#${letter}`);
  await page.waitForFunction(() => document.querySelector("#letter").value.length > 8);
  await page.locator("#letter-form button").click();
  await page.locator("main form button").first().click();
  await page.waitForURL(/\/enrol\/[^/]+$/);
  await page.locator("#code").fill(await readCode(page));
  await page.locator("main form button").first().click();
  await page.waitForURL(/\/enrol\/done/);
}

/** Signs in by the key that this browser has, after a while away. */
export async function signIn({ page }) {
  await page.goto("/login");
  await page.locator("#by-device button").click();
  await page.waitForURL((url) => url.pathname !== "/login");
}

/** Signs the act on the page with this browser's office key. */
export async function signAct({ page }) {
  const isSigned = page.waitForResponse((response) => response.url().endsWith("/sign"));
  const isShown = page.waitForEvent("load");
  await page.locator("#sign button").first().click();
  assert.ok((await isSigned).ok(), "the signature is taken");
  await isShown;
}

/** One officer puts an act up by the button, signs, and a second one signs as well. @returns {Promise<string>} Its path. */
export async function carry(first, second, button) {
  await button.click();
  await first.page.waitForURL(/\/c\/acts\/[0-9a-f-]+$/);
  const act = new URL(first.page.url()).pathname;
  await signAct(first);
  await second.page.goto(act);
  await signAct(second);
  return act;
}

/**
 * Votes on the page of a poll, from the big button to the code.
 *
 * @param {{ [motion: string]: string | string[] }} answers Of a motion its choice, of an election the candidates voted for.
 * @returns {Promise<string>} The check code.
 */
export async function vote({ page }, poll, answers, look = async () => undefined) {
  await page.goto(`/polls/${poll}/vote`);
  await page.locator("#go button").click();
  for (const [motion, answer] of Object.entries(answers)) {
    const question = page.locator(`#q-${motion}`);
    const ticks = typeof answer === "string" ? [[motion, answer]] : answer.map((name) => [`${motion}.${name}`, "for"]);
    for (const [name, value] of ticks) await question.locator(`label:has([name="${name}"][value="${value}"])`).click();
  }
  await look("choose");
  await page.locator("#choose > button").click();
  await look("check");
  await page.locator("#cast").click();
  await page.locator("#codes .code").first().waitFor();
  await look("done");
  return (await page.locator("#codes .code").first().innerText()).trim();
}

/** The text of the page's main part. */
export const read = ({ page }) => page.locator("main").innerText();

/** Presses the last button that is not the second kind, and waits for what comes. */
export async function press({ page }, button = page.locator("main form button.btn:not(.second)").last()) {
  await Promise.all([page.waitForEvent("load"), button.click()]);
}

/** The questions of a page with their choices, as they stand in it. */
export const questions = (page) => page.locator("[data-motion]").evaluateAll((all) => all.map(({ outerHTML }) => outerHTML));
