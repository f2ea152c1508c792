/**
 * What stands by an owner on a page: a warning before the session ends, with everything typed kept, and a motion read
 * aloud. The scripts are the real ones, the pages around them the least that they need.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { assertQuiet, axe, launch, newPerson } from "./lib.js";
import { html, startSite } from "./site.js";

const script = async (name) => readFile(new URL(`../../web/pages/${name}`, import.meta.url), "utf8");
const module = (name) => `<script type="module" src="/pages/${name}"></script>`;

const FORM = html(
  `<h1>反馈</h1><form><label for="typed">内容</label><input id="typed"></form>
  <div id="session" role="status" data-left="600" data-soon="快到时间了" data-keep="继续使用" data-kept="可以继续用"
    data-ended="已经到时间" data-sign-in="登录" data-failed="没有连上"></div>`,
  module("session.js"),
);

const MOTION = html(
  `<h1>表决</h1><section id="motion-m1"><h2>是否同意更换电梯？</h2>
  <p hidden><button type="button" data-speak="motion-m1" data-read="读给我听" data-stop="停下">读给我听</button></p>
  <p>两部电梯。已经用了二十年！</p><ul><li>Cost: 300 000 yuan.</li></ul>
  <details open><summary>通过线</summary><p>不读这一句</p></details></section>`,
  module("speak.js"),
);

let browser;
let site;
/** What the server answers when a session is to be prolonged. */
let answer;
let asked = 0;

before(async () => {
  site = await startSite({
    "/form": FORM,
    "/motion": MOTION,
    "/pages/session.js": await script("session.js"),
    "/pages/speak.js": await script("speak.js"),
    "/session": (request, response) => {
      asked += request.method === "POST" ? 1 : 0;
      answer(response);
    },
  });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

const prolong = (response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ left: 1800 }));
};

const said = (page) => page.locator("#session").innerText();

async function fillForm(person) {
  const { page } = person;
  await page.clock.install({ time: new Date("2026-11-26T09:00:00+08:00") });
  await page.goto("/form");
  await page.locator("#typed").fill("楼道的灯坏了");
  return page;
}

test("a session that is about to end says so in time, and a press prolongs it with everything typed kept", async () => {
  answer = prolong;
  const person = await newPerson(browser, site.url);
  const page = await fillForm(person);
  await page.clock.runFor("06:30");
  assert.equal(await said(page), "", "nothing is said while there is time");
  await page.clock.runFor("00:40");
  assert.match(await said(page), /快到时间了/, "three minutes before");
  await axe(page);
  const before = asked;
  await page.getByRole("button", { name: "继续使用" }).click();
  await page.getByText("可以继续用").waitFor();
  assert.equal(asked, before + 1);
  await page.clock.runFor("26:00");
  assert.match(await said(page), /可以继续用/, "half an hour from the press on");
  await page.clock.runFor("01:30");
  assert.match(await said(page), /快到时间了/);
  assert.equal(await page.locator("#typed").inputValue(), "楼道的灯坏了");
  assertQuiet(person);
});

test("a session that has ended leaves the page as it is and leads to signing in on another", async () => {
  answer = (response) => {
    response.statusCode = 401;
    response.end("{}");
  };
  const { page } = await newPerson(browser, site.url);
  await fillForm({ page });
  await page.clock.runFor("08:00");
  await page.getByRole("button", { name: "继续使用" }).click();
  const link = page.getByRole("link", { name: "登录" });
  await link.waitFor();
  assert.deepEqual([await link.getAttribute("target"), await link.getAttribute("href")], ["_blank", "/login"]);
  assert.match(await said(page), /已经到时间/);
  assert.equal(await page.locator("#typed").inputValue(), "楼道的灯坏了");
});

test("without a connection one may press again", async () => {
  answer = prolong;
  const { page, context } = await newPerson(browser, site.url);
  await fillForm({ page });
  await page.clock.runFor("08:00");
  await context.setOffline(true);
  await page.getByRole("button", { name: "继续使用" }).click();
  await page.getByText("没有连上").waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "继续使用" }).click();
  await page.getByText("可以继续用").waitFor();
});

test("another tab that was used in between counts", async () => {
  answer = prolong;
  const { page, context } = await newPerson(browser, site.url);
  await fillForm({ page });
  await page.clock.runFor("06:00");
  const other = await context.newPage();
  await other.clock.install({ time: new Date("2026-11-26T09:06:00+08:00") });
  await other.goto("/form");
  await page.clock.runFor("05:00");
  assert.equal(await said(page), "", "the other tab has opened a page five minutes ago");
  await page.clock.runFor("03:00");
  assert.match(await said(page), /快到时间了/);
});

/** A browser that speaks, and writes down what it was told. */
function speaking() {
  const spoken = [];
  globalThis.spoken = spoken;
  const voice = { speak: (words) => spoken.push([words.lang, words.text, words]), cancel: () => spoken.push(["stop"]) };
  Object.defineProperty(globalThis, "speechSynthesis", { value: voice });
}

const spoken = (page) => page.evaluate(() => globalThis.spoken.map(([lang, text]) => (text ? `${lang} ${text}` : lang)));

test("a motion is read aloud in its language, and stopped by a second press", async () => {
  const person = await newPerson(browser, site.url);
  const { page } = person;
  await page.addInitScript(speaking);
  await page.goto("/motion");
  const button = page.locator("[data-speak]");
  await button.click();
  assert.equal(await button.innerText(), "停下");
  const expected = ["zh-CN 是否同意更换电梯？", "zh-CN 两部电梯。", "zh-CN 已经用了二十年！", "en Cost: 300 000 yuan."];
  assert.deepEqual((await spoken(page)).slice(-4), expected, "what is folded away and the button are not read");
  const before = (await spoken(page)).length;
  await button.click();
  assert.equal(await button.innerText(), "读给我听");
  assert.deepEqual((await spoken(page)).slice(before), ["stop"]);
  await button.click();
  await page.evaluate(() => globalThis.spoken.at(-1)[2].dispatchEvent(new Event("end")));
  assert.equal(await button.innerText(), "读给我听", "at its end it can be read once more");
  await axe(page);
  assertQuiet(person);
});

test("where a browser cannot speak there is no button", async () => {
  const { page } = await newPerson(browser, site.url);
  await page.addInitScript(() => Object.defineProperty(globalThis, "speechSynthesis", { value: undefined }));
  await page.goto("/motion");
  await page.locator("h2").waitFor();
  assert.equal(await page.locator("[data-speak]").isVisible(), false);
});
