/**
 * A small estate in which people live: its officers in office, its roll signed, its owners with their phones. What is
 * told here goes through the pages, as everything in a journey does; how each of them looks, `journey.test.js` sees.
 */
import { ESTATE, OWNERS, sound } from "./estate.js";
import { axe, assertQuiet, checkControls, checkText, checkWidths, newPerson, screenshot } from "./lib.js";
import { letterCodes } from "./paper.js";
import { carry, enrol, signIn } from "./people.js";
import { newWorld } from "./world.js";

const DAY = 86_400;

/** The owners of the estate, by the name that the roll has. */
export const NAMES = { elder: "张秀兰", li: "李明", wang: "王芳", james: "JAMES SMITH", chen: "陈建国" };

export class Village {
  people = new Map();

  constructor(world, browser, story) {
    Object.assign(this, { world, browser, story });
  }

  /** An estate that has just been set up, of which everybody has enrolled. `story` begins the names of its pictures. */
  static async settle(browser, story) {
    const village = new Village(await newWorld("sqlite", ESTATE), browser, story);
    try {
      await village.#takeOffice();
      await village.#signRoll();
      await village.#moveIn();
      return village;
    } catch (error) {
      await village.end();
      throw error;
    }
  }

  /** Somebody with a browser of their own. */
  async meet(name, options) {
    const person = this.people.get(name) ?? { name, ...(await newPerson(this.browser, this.world.url, options)) };
    this.people.set(name, person);
    return person;
  }

  async #enrol(person, letter, phone) {
    const before = this.world.sms.count(phone);
    await enrol(person, letter, () => this.world.sms.codeFor(phone, before));
  }

  async #takeOffice() {
    this.officers = [];
    for (const [place, [name, phone]] of ESTATE.officers.entries()) {
      const officer = await this.meet(name);
      await this.#enrol(officer, this.world.letters[place], phone);
      this.officers.push(officer);
    }
  }

  async #signRoll() {
    const [first, second] = this.officers;
    await first.page.goto("/c/roll/upload");
    await first.page.locator("#file").setInputFiles({ name: "业主名册.csv", mimeType: "text/csv", buffer: sound() });
    await press(first);
    await carry(first, second, first.page.locator("form[action$=propose] button"));
  }

  async #moveIn() {
    const [{ page }] = this.officers;
    await page.goto("/c/letters");
    for (const label of await page.locator("label:has([name=building])").all()) await label.click();
    await page.locator("label:has([name=whom][value=everybody])").click();
    await press({ page });
    const letters = await letterCodes(page);
    for (const { name, phone, options } of OWNERS) {
      const owner = await this.meet(name, { ...options, locale: "zh-CN" });
      await this.#enrol(owner, letters.find((letter) => letter.name === name).code, phone);
    }
    await this.write("elder", this.people.get(NAMES.elder));
  }

  /** Lets somebody read in letters of this size. */
  async write(size, { context }) {
    await context.addCookies([{ name: "size", value: size, url: `${this.world.url}/` }]);
  }

  /** An officer appoints somebody of the register to a post over the whole estate. */
  async appoint({ name }, role) {
    const officer = this.officers[0];
    const { page } = officer;
    await page.goto(`/c/posts/new?text=${encodeURIComponent(name)}`);
    await page.locator("main a[href*='who=person:']", { hasText: name }).first().click();
    await page.locator(`label:has([name=role][value=${role}])`).click();
    await page.locator("#until").fill(this.world.clock.day(900));
    await press(officer);
  }

  /** A new clerk at the service point, appointed and signed by the officers. */
  async clerk(name, phone) {
    const [first, second] = this.officers;
    const { page } = first;
    await page.goto("/c/people/new");
    await page.locator("[name=name]").fill(name);
    await page.locator("[name=phone]").fill(phone);
    await page.locator("[name=term]").fill(this.world.clock.day(900));
    await page.locator("label:has([name=role][value=clerk])").click();
    await carry(first, second, page.locator("main form button").last());
    await page.goto("/c/people");
    await page.locator("section.panel", { hasText: name }).locator("a[href$='/letter']").click();
    await press(first);
    const letter = (await page.locator("article.sheet .code").first().innerText()).trim();
    const clerk = await this.meet(name);
    await this.#enrol(clerk, letter, phone);
    return clerk;
  }

  /** Signs in by the code that is sent there: all that somebody without a letter has. */
  async signInByCode({ page }, phone) {
    const before = this.world.sms.count(phone);
    await page.goto("/login");
    await page.locator("form[action='/login'] input:not([type=hidden])").fill(phone);
    await press({ page }, page.locator("form[action='/login'] button"));
    await page.locator("#code").fill(await this.world.sms.codeFor(phone, before));
    await press({ page }, page.locator("form[action^='/login/'] button"));
  }

  /** Days go by, and these come back. */
  async later(days, people) {
    await this.world.clock.pass(days * DAY);
    for (const person of people) await signIn(person);
  }

  /** A picture of a page, which must also hold what every page must: no rule broken, nothing too small or too wide. */
  async look({ page }, name, size = "standard") {
    await axe(page);
    await checkWidths(page);
    await checkText(page, size);
    await checkControls(page, size);
    await screenshot(page, `${this.story}-${name}`);
  }

  /**
   * Nothing went wrong for anybody, but what was refused for a reason: among it the keys that the page of a vote was still
   * putting by for the next one when weeks went by and its reader was signed out.
   */
  assertQuiet() {
    const expected = /status of (404|422)|status of 401 .*\/me\/keys\)$/;
    for (const { trouble } of this.people.values()) assertQuiet({ trouble: trouble.filter((what) => !expected.test(what)) });
  }

  async end() {
    for (const { context } of this.people.values()) await context.close();
    await this.world.stop();
  }
}

/** The text of the page's main part. */
export const read = ({ page }) => page.locator("main").innerText();

/** Presses the last button that is not the second kind, and waits for what comes. */
export async function press({ page }, button = page.locator("main form button.btn:not(.second)").last()) {
  await Promise.all([page.waitForEvent("load"), button.click()]);
}

/**
 * Does one step on the page: unfolds its form, fills the fields by their names, and sends it.
 *
 * @param {{ page: import("playwright-core").Page }} person
 * @param {string} action How the address of the form ends.
 * @param {{ [name: string]: string | true | { choose: string } | { index: number } }} [fields] `true` ticks, `choose` picks a
 *   radio by its value, `index` the place in a list.
 */
export async function send({ page }, action, fields = {}) {
  const form = page.locator(`main form[action$='${action}']`).first();
  const fold = page.locator(`main details:not([open]):has(form[action$='${action}'])`).first();
  if (await fold.count()) await fold.locator("summary").first().click();
  for (const [name, value] of Object.entries(fields)) {
    if (value === true) await form.locator(`label:has([name=${name}])`).click();
    else if (value.index !== undefined) await form.locator(`select[name=${name}]`).selectOption({ index: value.index + 1 });
    else if (value.choose !== undefined) await form.locator(`label:has([name=${name}][value="${value.choose}"])`).click();
    else if (await form.locator(`select[name=${name}]`).count()) await form.locator(`select[name=${name}]`).selectOption(value);
    else await form.locator(`[name=${name}]`).fill(value);
  }
  await press({ page }, form.locator("button").last());
}
