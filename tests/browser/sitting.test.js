/** Somebody without a phone votes on the tablet of the demo's service point; nothing of the vote stays on it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PORTS, enrolInDemo, readGuide, startDemo } from "./demo.js";
import { assertQuiet, axe, launch, newPerson, screenshot } from "./lib.js";

const SET_UP = 300_000;
const timeout = 120_000;

let server;
let browser;
let guide;
/** A clerk, whose letter is used up once it has enrolled a device. */
let scene;

before(
  async () => {
    server = await startDemo(PORTS.sitting, SET_UP);
    guide = readGuide(server.output());
    browser = await launch();
    scene = await atDesk();
  },
  { timeout: SET_UP },
);

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A clerk at the page of the running vote's desk, and the home of somebody on its roll. */
async function atDesk() {
  const clerk = await newPerson(browser, server.url);
  await enrolInDemo(clerk, guide, "clerk");
  await clerk.page.goto("/desk");
  await clerk.page.locator("main .panel a.btn").first().click();
  const desk = new URL(clerk.page.url()).pathname;
  await clerk.page.goto(`${desk}/deliveries/to?building=1`);
  const line = await clerk.page.locator("main label.card:has([type=checkbox]), main > ul > li").last().innerText();
  const [homes] = line.split("·");
  return { clerk, desk, home: homes.trim().split(/室\s*/)[0].concat("室") };
}

/** What this browser has kept of keys, ballots and receipts. */
const kept = (page) =>
  page.evaluate(async () => {
    const { transact } = await import(document.querySelector("script[src*='vote.js']").src.replace("pages/vote.js", "core/keys.js"));
    const counts = [];
    for (const name of ["keys", "ballots", "receipts"]) counts.push(await transact(name, "readonly", (store) => store.count()));
    return counts;
  });

test("the person chooses alone on the tablet, and the slip has the code", { timeout }, async () => {
  const { clerk, desk, home } = scene;
  const { page } = clerk;
  await page.goto(`${desk}/assist`);
  await page.locator("#home").fill(home);
  await page.locator("main form button").first().click();
  await page.locator("#who input").first().check();
  await page.locator("#identity input").first().check();
  await page.locator("#witness_1").fill("见证人甲");
  await page.locator("#witness_2").fill("见证人乙");
  await axe(page);
  await screenshot(page, "sitting-1-desk");
  await page.locator("main form button").last().click();
  await page.locator(".qr svg").waitFor();
  await axe(page);
  const code = (await page.locator("main .code").innerText()).trim();
  await page.locator("main a.btn").click();
  const slip = page.url();

  const tablet = await newPerson(browser, server.url);
  await tablet.page.goto(`/sitting#${code}`);
  await tablet.page.waitForFunction(() => document.querySelector("#letter").value.length > 8);
  await axe(tablet.page);
  await tablet.page.locator("main form button").click();
  await tablet.page.waitForURL(/\/sitting\/vote$/);
  assert.equal(await tablet.page.locator("html.elder").count(), 1, "in the largest type");
  await axe(tablet.page);
  await screenshot(tablet.page, "sitting-2-tablet");
  await tablet.page.locator("#go button").click();
  for (const motion of await tablet.page.locator("[data-motion]").all()) await motion.locator(".card").first().click();
  await tablet.page.locator("#choose button").click();
  await tablet.page.locator("#cast").click();
  await tablet.page.locator("#codes .code").waitFor();
  const cast = (await tablet.page.locator("#codes .code").innerText()).trim();
  await axe(tablet.page);
  assert.deepEqual(await kept(tablet.page), [0, 0, 0], "neither key nor ballot nor receipt stays");
  await tablet.page.locator("#done form button").click();
  await tablet.page.waitForURL(/\/sitting\?left=true$/);
  const over = await tablet.context.request.get("/sitting/vote", { headers: { accept: "text/html" } });
  assert.equal(over.status(), 410, "the next one sees nothing of it");
  assertQuiet(tablet);

  await page.goto(slip);
  assert.equal((await page.locator("article.sheet .code").innerText()).trim(), cast);
  assert.match(await page.locator("article.sheet").innerText(), /见证人甲[\s\S]*见证人乙/);
  await axe(page);
  await screenshot(page, "sitting-3-slip");
  assertQuiet(clerk);
});

test("a device that somebody has enrolled is none to sit down at", { timeout }, async () => {
  const { clerk, desk, home } = scene;
  const { page } = clerk;
  await page.goto(`${desk}/assist`);
  await page.locator("#home").fill(home);
  await page.locator("main form button").first().click();
  await page.locator("#who input").last().check();
  await page.locator("#identity input").first().check();
  await page.locator("#witness_1").fill("见证人甲");
  await page.locator("#witness_2").fill("见证人乙");
  await page.locator("main form button").last().click();
  const code = (await page.locator("main .code").innerText()).trim();
  await page.goto(`/sitting#${code}`);
  await page.waitForFunction(() => document.querySelector("#letter").value.length > 8);
  await page.locator("main form button").click();
  await page.locator("#no-key:not([hidden])").waitFor();
  assert.equal(await page.locator("#go").isVisible(), false, "the clerk's own device opens no ballot");
  const desks = await clerk.context.request.get(desk, { headers: { accept: "text/html" } });
  assert.equal(desks.status(), 401, "and the clerk is signed out there");
  await page.locator("#start form button").click();
  await page.waitForURL(/\/sitting\?left=true$/);
});
