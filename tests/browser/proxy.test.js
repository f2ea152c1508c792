/** Two neighbours in the demo: one gives the vote to the other, who casts it; then it is taken back. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PORTS, enrolInDemo, readGuide, startDemo } from "./demo.js";
import { assertQuiet, axe, launch, newPerson, screenshot } from "./lib.js";

const SET_UP = 300_000;
const timeout = 120_000;

let server;
let browser;
let guide;

before(
  async () => {
    server = await startDemo(PORTS.proxy, SET_UP);
    guide = readGuide(server.output());
    browser = await launch();
  },
  { timeout: SET_UP },
);

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** An owner with a phone at the page that votes, and what neighbours know of them. */
async function neighbour(role) {
  const person = await newPerson(browser, server.url);
  const { page } = person;
  await enrolInDemo(person, guide, role);
  await page.goto("/me");
  const name = (await page.locator("main h1 + p").innerText()).trim();
  await page.goto("/");
  await page.locator("main .btn:not(.second)").click();
  const [home] = (await page.locator("#start ul li").first().innerText()).split("，");
  return { ...person, name, home, vote: page.url() };
}

test("a neighbour is asked by home and name, votes on one's behalf, and no longer once it is taken back", { timeout }, async () => {
  const giver = await neighbour("老年业主");
  const agent = await neighbour("业主 owner");
  const { page } = giver;
  await page.goto(giver.vote.replace(/vote$/, "proxy"));
  await page.locator("#home").fill(agent.home);
  await page.locator("#name").fill(giver.name);
  await page.locator("#ask form button").click();
  assert.match(await page.locator("main").innerText(), /没有这个姓名的业主/, "the name of another home");
  assert.equal(await page.locator("#home").inputValue(), agent.home, "what was typed stays");
  await page.locator("#name").fill(agent.name);
  await page.locator("#ask form button").click();
  const give = page.locator("[data-sign]");
  await give.waitFor();
  await axe(page);
  await screenshot(page, "proxy-1-confirm");
  await give.click();
  await page.locator("#done").waitFor();
  assert.match(await page.locator("#code").innerText(), /^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/);
  await axe(page);

  await agent.page.goto(agent.vote);
  await agent.page.locator("#start a[href*='/vote/']").click();
  const banner = agent.page.locator("#vote > .notice");
  assert.match(await banner.innerText(), new RegExp(`代 ${giver.name} 投票`));
  const address = agent.page.url();
  await agent.page.locator("#go button").click();
  for (const motion of await agent.page.locator("[data-motion]").all()) await motion.locator(".card").first().click();
  assert.ok(await banner.isVisible(), "while choosing");
  await agent.page.locator("#choose button").click();
  assert.ok(await banner.isVisible(), "while reading over");
  await screenshot(agent.page, "proxy-2-check");
  await axe(agent.page);
  await agent.page.locator("#cast").click();
  await agent.page.locator("#codes .code").waitFor();
  assert.match(await agent.page.locator("#codes").innerText(), new RegExp(`代 ${giver.name}`));
  // The agent's own vote is another ballot, and neither replaces the other.
  await agent.page.goto(agent.vote);
  assert.match(await agent.page.locator("#start h1").innerText(), /还没投/, "own homes have not been voted for");
  await agent.page.locator("#go button").click();
  for (const motion of await agent.page.locator("[data-motion]").all()) await motion.locator(".card").nth(1).click();
  await agent.page.locator("#choose button").click();
  await agent.page.locator("#cast").click();
  await agent.page.locator("#codes .code").waitFor();
  await agent.page.goto("/receipt");
  await agent.page.locator("#receipts .code").first().waitFor();
  assert.equal(await agent.page.locator("[data-part=replaced]:not([hidden])").count(), 0);

  await page.goto(giver.vote.replace(/vote$/, "proxy"));
  await page.locator("[data-sign]").click();
  await page.locator("#done").waitFor();
  assert.match(await page.locator("#said").innerText(), /已经撤回/);
  assertQuiet(agent);
  // The name that was wrong.
  assertQuiet({ trouble: giver.trouble.filter((line) => !line.includes("status of 422")) });
  const gone = await agent.page.goto(address);
  assert.equal(gone.status(), 404);
});
