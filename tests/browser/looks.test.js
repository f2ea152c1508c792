/**
 * Every page of the demo, as those who may see it, in twelve looks: axe finds nothing, text and controls are large enough,
 * nothing has to be scrolled sideways on a small phone. What the routes are, tests/it/web/layers.rs knows.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PORTS, enrolInDemo, readGuide, startDemo } from "./demo.js";
import { assertQuiet, launch, newPerson } from "./lib.js";
import { inTwelveLooks } from "./looks.js";

/** Milliseconds: of the pages of one role, and of the demo's setting up. */
const timeout = 900_000;
const SET_UP = 300_000;

let browser;
let server;
let guide;
/** A finished, a running and a drafted poll. */
const polls = {};
/** The oldest matter, which is talked over, and one that waits to be acknowledged. */
const matters = {};
/** Motions by their numbers. */
const motions = {};

/** The first matter on a page of the board. */
const firstMatter = (page) => /href="(\/matters\/[0-9a-f-]{36})"/.exec(page)?.[1];

before(
  async () => {
    server = await startDemo(PORTS.looks, SET_UP);
    guide = readGuide(server.output());
    browser = await launch();
    const audit = await (await fetch(`${server.url}/audit`)).text();
    matters.oldest = firstMatter(await (await fetch(`${server.url}/matters?before=2`)).text());
    const listed = await (await fetch(`${server.url}/motions`)).text();
    for (const [, address, number] of listed.matchAll(/href="(\/motions\/[0-9a-f-]{36})">第 (\d+) 号/g)) motions[number] = address;
    polls.finished = guide.finished;
    polls.running = [...audit.matchAll(/href="\/polls\/([0-9a-f-]{36})"/g)].map(([, id]) => id).find((id) => id !== guide.finished);
  },
  { timeout: SET_UP },
);

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Looks at pages in order, and fails with all that is wrong with any. */
async function look(person, pages) {
  const found = [];
  for (const [name, address, options] of pages) {
    found.push(...(await inTwelveLooks(person, address, { name, ...options })));
  }
  assert.deepEqual(found, []);
  // A page that is not there is looked at as well, and the browser notes that.
  const expected = pages.filter(([, , options]) => options?.status).map(([, address]) => `${server.url}${address})`);
  assertQuiet({ trouble: person.trouble.filter((what) => !expected.some((address) => what.endsWith(address))) });
}

const unfold = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));

/** With every fold open; of long tables some rows are like the others. */
const opened = (page) =>
  page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    for (const row of document.querySelectorAll("tbody tr:nth-child(n + 9)")) row.remove();
  });

/** Somebody of the demo who has enrolled. */
async function visitor(role, place) {
  const person = await newPerson(browser, server.url);
  await enrolInDemo(person, guide, role, place);
  return person;
}

test("pages for everybody", { timeout }, async () => {
  const reader = await newPerson(browser, server.url);
  await reader.page.goto("/");
  const { finished, running } = polls;
  const [posted] = /\/notices\/[0-9a-f-]{36}/.exec(await (await fetch(`${server.url}/notices`)).text());
  await look(reader, [
    ["home", "/"],
    ["help", "/help"],
    ["trust", "/about/trust"],
    ["offline", "/offline"],
    ["login", "/login"],
    ["enrol", "/enrol"],
    ["sitting", "/sitting"],
    ["outbox", "/outbox"],
    ["check-none", "/check"],
    ["check-wrong", "/check?c=abc"],
    ["check-unknown", "/check?c=0000-0000-0000"],
    ["receipt-none", "/receipt"],
    ["audit", "/audit"],
    ["audit-finished", `/audit/${finished}`, { prepare: opened }],
    ["audit-running", `/audit/${running}`, { prepare: opened }],
    ["poll-finished", `/polls/${finished}`, { prepare: opened }],
    ["poll-running", `/polls/${running}`, { prepare: opened }],
    ["result", `/polls/${finished}/result`, { prepare: opened }],
    ["result-none", `/polls/${running}/result`],
    ["announcement", `/polls/${finished}/announcement`],
    ["notice", `/polls/${running}/notice`],
    ["papers", `/polls/${running}/papers`],
    ["papers-slip", `/polls/${running}/papers?form=123456`],
    ["matters", "/matters"],
    ["matters-missing", "/matters?show=answered"],
    ["wishes", "/wishes"],
    ["matter", matters.oldest, { prepare: opened }],
    ["opinion", `${matters.oldest}/opinion`],
    ["motions", "/motions"],
    ["motion-opinion", `${motions[5]}/opinion`],
    ["rules", "/rules"],
    ["body-rules", "/bodies/1/rules"],
    ["search", "/search?q=电梯"],
    ["search-none", "/search?q=飞船"],
    ["notices", "/notices"],
    ["surveys", "/surveys"],
    ["mediations", "/mediations"],
    ["survey-done", "/surveys/1"],
    ["survey-open", "/surveys/2"],
    ["survey-paper", "/surveys/2/paper"],
    ["survey-poster", "/surveys/2/poster"],
    ["notice-posted", posted, { prepare: opened }],
    ["notice-paper", `${posted}/paper`],
    ["places", "/places"],
    ["decisions", "/decisions"],
    ["decision", "/decisions/1", { prepare: opened }],
    ["meetings", "/meetings"],
    ["meeting-held", "/meetings/1"],
    ["meeting-coming", "/meetings/2"],
    ["minutes", "/meetings/1/minutes"],
    ["body", "/bodies/1"],
    ["motion-carried", motions[1], { prepare: opened }],
    ["motion-amended", motions[9], { prepare: opened }],
  ]);
});

test("an owner's pages", { timeout }, async () => {
  const owner = await visitor("业主 owner");
  const vote = `/polls/${polls.running}/vote`;
  const choose = async (page) => {
    await page.locator("#go button").click();
  };
  const check = async (page) => {
    await choose(page);
    for (const motion of await page.locator("[data-motion]").all()) await motion.locator(".card").first().click();
    await page.locator("#choose button").click();
    await page.locator("#check").waitFor();
  };
  const nothing = async (page) => {
    await choose(page);
    await page.locator("#choose button").click();
    await page.locator("#choose-error p").first().waitFor();
  };
  await look(owner, [
    ["owner-home", "/"],
    ["me", "/me"],
    ["me-data", "/me/data", { prepare: unfold }],
    ["privacy", "/privacy"],
    ["enrol-done", "/enrol/done"],
    ["vote-start", vote],
    ["vote-choose", vote, { prepare: choose }],
    ["vote-error", vote, { prepare: nothing }],
    ["vote-check", vote, { prepare: check }],
  ]);
  const { page } = owner;
  await page.goto(vote);
  await check(page);
  await page.locator("#cast").click();
  await page.locator("#codes .code").waitFor();
  const code = (await page.locator("#codes .code").innerText()).trim();
  const me = await (await owner.context.request.get("/me")).text();
  const [revoke] = /\/me\/devices\/[0-9a-f-]+\/revoke/.exec(me);
  await look(owner, [
    ["vote-again", vote],
    ["check-found", `/check?c=${code}`, { prepare: (shown) => shown.locator("#verify [role=status]", { hasText: "✓" }).waitFor() }],
    ["receipt", "/receipt", { prepare: (shown) => shown.locator("#receipts .panel").first().waitFor() }],
    ["revoke", revoke],
    ["owner-roll", `/polls/${polls.running}/roll`],
    ["owner-proxy", `/polls/${polls.running}/proxy`],
    ["matters-mine", "/matters?show=mine"],
    ["matter-new", "/matters/new?building=3"],
    ["matter-owner", matters.oldest],
    ["matter-reply", `${matters.oldest}?reply=3`],
    ["opinion-owner", `${matters.oldest}/opinion`, { prepare: unfold }],
    ["motion-opinion-owner", `${motions[5]}/opinion`, { prepare: unfold }],
    ["news", "/news"],
    ["item-new", `/meetings/propose?about=${encodeURIComponent(matters.oldest.replace("/matters/", "matter:"))}`],
    ["meeting-here", "/meetings/2/here?code=abc"],
    ["motion-new", "/motions/new"],
    ["survey-answer", "/surveys/2/answer"],
    ["mediation-new", "/mediations/new", { prepare: unfold }],
    ["mediations-own", "/mediations"],
    ["mediation-closed", "/mediations/1", { prepare: unfold }],
    ["mediation-paper", "/mediations/1/agreement"],
    ["motion-support", motions[10]],
    ["motion-amend", motions[4], { prepare: unfold }],
    ["motion-talk", motions[5]],
  ]);
});

test("a mediator's pages", { timeout }, async () => {
  const mediator = await visitor("多套房业主");
  await look(mediator, [["mediation-open", "/mediations/2", { prepare: unfold }]]);
});

test("an officer's pages", { timeout }, async () => {
  const officer = await visitor("officer");
  const { page } = officer;
  await page.goto("/c/polls");
  const ids = [...(await page.content()).matchAll(/\/c\/polls\/([0-9a-f-]{36})/g)].map(([, id]) => id);
  const draft = ids.find((id) => id !== polls.finished && id !== polls.running);
  await page.goto("/c/people/new");
  await page.locator("[name=name]").fill("沈佳怡");
  await page.locator("[name=phone]").fill("10088880001");
  await page.locator("[name=term]").fill("2029-12-31");
  await page.locator("label:has([name=role][value=clerk])").click();
  await page.locator("main form button").last().click();
  await page.waitForURL(/\/c\/acts\/[^/]+$/);
  const act = new URL(page.url()).pathname;
  const acts = await (await officer.context.request.get("/c/acts")).text();
  const past = [...acts.matchAll(/\/c\/acts\/[0-9a-f-]{36}/g)].map(([path]) => path).filter((path) => path !== act);
  const people = await (await officer.context.request.get("/c/people")).text();
  const member = /\/c\/people\/[0-9a-f-]{36}/.exec(people)[0];
  const unit = async (shown) => {
    await shown.locator("main input[type=search]").fill("1");
    await shown.locator("main form[role=search] button").click();
    await shown.locator("form.panel").first().waitFor();
  };
  const correct = "/c/roll/correct?text=1101";
  const found = (await (await officer.context.request.get(correct)).text()).replaceAll("&amp;", "&");
  const [representative] = /\/c\/roll\/correct\/representative\?label=[^"]+/.exec(found);
  const [contacts] = /\/c\/roll\/correct\/contacts\/[^"]+/.exec(found);
  const at = (name) => `/c/polls/${draft}/${name}`;
  const [hung] = /\/notices\/[0-9a-f-]{36}/.exec(await (await officer.context.request.get("/notices")).text());
  await look(officer, [
    ["console", "/c"],
    ["rules-change", "/rules", { prepare: unfold }],
    ["body-rules-change", "/bodies/1/rules", { prepare: unfold }],
    ["acts", "/c/acts"],
    ["act-open", act],
    ["act-refuse", `${act}/refuse`],
    ["act-withdraw", `${act}/withdraw`],
    ...past.slice(0, 6).map((path, place) => [`act-past-${place}`, path]),
    ["polls", "/c/polls"],
    ["polls-new", "/c/polls/new"],
    ["draft", `/c/polls/${draft}`],
    ["draft-title", at("title")],
    ["draft-scope", at("scope")],
    ["draft-answers", at("answers")],
    ["draft-times", at("times")],
    ["draft-preview", at("preview")],
    ["draft-paper", at("preview/paper")],
    ["draft-notice", at("preview/notice")],
    ["draft-as-owner", at("preview/standard/zh")],
    ["draft-freeze", at("freeze")],
    ["draft-delete", at("delete")],
    ...["matter", "rule", "title", "candidates", "text", "files", "remove"].map((name) => [`motion-${name}`, at(`motions/committee/${name}`)]),
    ["console-running", `/c/polls/${polls.running}`],
    ["console-finished", `/c/polls/${polls.finished}`],
    ["amend", `/c/polls/${polls.running}/amend`, { prepare: unit }],
    ["strike", `/c/polls/${polls.running}/strike`],
    ["bar", `/c/polls/${polls.running}/bar`],
    ["remind", `/c/polls/${polls.running}/remind`],
    ["roll", "/c/roll"],
    ["units", "/c/roll/units?building=1"],
    ["history", "/c/roll/history"],
    ["upload", "/c/roll/upload"],
    ["correct", correct],
    ["correct-representative", representative],
    ["correct-contacts", contacts],
    ["place", "/c/place"],
    ["notice-new", "/notices/new"],
    ["meeting-new", "/meetings/new"],
    ["body-new", "/bodies/new"],
    ["body-officer", "/bodies/1", { prepare: unfold }],
    ["minutes-officer", "/meetings/1/minutes", { prepare: unfold }],
    ["survey-new", "/surveys/new"],
    ["survey-needs", "/surveys/1/needs"],
    ["notice-hang", hung, { prepare: unfold }],
    ["motion-tasks", motions[1], { prepare: unfold }],
    ["motion-final", motions[6], { prepare: unfold }],
    ["motion-decide", motions[13], { prepare: unfold }],
    ["motion-council", motions[4], { prepare: unfold }],
    ["official", `/c/polls/${polls.finished}/official`],
    ["filing", `/polls/${polls.finished}/filing`],
    ["people", "/c/people"],
    ["people-new", "/c/people/new"],
    ["erase", "/c/privacy?text=%E7%8E%8B"],
    ["erase-one", /\/c\/privacy\/[-0-9a-f]+/.exec(await (await officer.context.request.get("/c/privacy?text=%E7%8E%8B")).text())[0]],
    ["posts", "/c/posts"],
    ["posts-find", "/c/posts/new?text=1101"],
    ["posts-new", /\/c\/posts\/new\?who=[^"]+/.exec(await (await officer.context.request.get("/c/posts/new?text=1101")).text())[0]],
    ["people-end", `${member}/end`],
    ["people-renew", `${member}/renew`],
    ["people-letter", `${member}/letter`],
    ["letters", "/c/letters"],
    ["no-such-page", "/nothing", { status: 404 }],
  ].filter(([, address]) => address));
});

test("a clerk's and an auditor's pages", { timeout }, async () => {
  const clerk = await visitor("clerk");
  const units = await (await clerk.context.request.get("/c/roll/units")).text();
  const again = /\/c\/letters\/[0-9a-f-]{36}[^"]*/.exec(units)[0].replaceAll("&amp;", "&");
  const behalf = /\/matters\/new\?for=person:[0-9a-f-]{36}/.exec(units)[0];
  const board = async (query) => (await clerk.context.request.get(`/matters?${query}`)).text();
  const waiting = firstMatter(await board("show=acknowledged"));
  const heard = firstMatter(await board("before=12"));
  const read = async (address) => (await clerk.context.request.get(address)).text();
  const [proxy] = new RegExp(`/desk/${polls.running}/proxies/[0-9a-f-]{36}`).exec(await read(`/desk/${polls.running}/proxies`));
  const [delegate] = /\/desk\/delegates\/[0-9a-f-]{36}/.exec(await read("/desk/delegates"));
  await look(clerk, [
    ["clerk-home", "/"],
    ["clerk-me", "/me"],
    ["clerk-letters", "/c/letters"],
    ["desk", "/desk"],
    ["desk-poll", `/desk/${polls.running}`],
    ["desk-receive", `/desk/${polls.running}/receive`],
    ["desk-number", `/desk/${polls.running}/paper`],
    ["desk-slip", `/desk/${polls.running}/paper?form=123456`, { status: 422 }],
    ["desk-print", `/desk/${polls.running}/forms`],
    ["desk-deliveries", `/desk/${polls.running}/deliveries`],
    ["desk-deliver", `/desk/${polls.running}/deliveries/to?building=1`],
    ["desk-assist", `/desk/${polls.running}/assist?home=1-101`, { prepare: unfold }],
    ["desk-assist-wrong", `/desk/${polls.running}/assist?home=99-999`, { status: 422 }],
    ["desk-hall", `/desk/${polls.running}/hall`],
    ["desk-hall-sheets", `/desk/${polls.running}/hall/sheet`],
    ["desk-hall-sheet", `/desk/${polls.running}/hall/sheet?building=1`],
    ["desk-doors", `/desk/${polls.running}/deliveries/doors?building=1`],
    ["desk-proxies", `/desk/${polls.running}/proxies`],
    ["desk-proxy-new", `/desk/${polls.running}/proxies/new`],
    ["desk-proxy", proxy],
    ["desk-delegates", "/desk/delegates"],
    ["desk-delegate", delegate],
    ["clerk-units", "/c/roll/units?building=1"],
    ["clerk-letter-again", again],
    ["matter-handle", waiting, { prepare: unfold }],
    ["matter-assign", heard, { prepare: unfold }],
    ["matter-new-office", "/matters/new"],
    ["matter-new-behalf", behalf],
    ["meeting-run", "/meetings/2/run", { prepare: unfold }],
    ["meeting-hall", "/meetings/2/hall"],
    ["meeting-sheet", "/meetings/2/sheet"],
    ["posters", "/matters/poster"],
    ["poster", "/matters/poster?building=1"],
  ]);
  const auditor = await visitor("auditor");
  const audit = `/audit/${polls.finished}`;
  const [holder] = /\/audit\/[0-9a-f-]{36}\/holders\/\d+/.exec(await (await auditor.context.request.get(audit)).text());
  const evidence = /\/audit\/[0-9a-f-]{36}\/evidence\/[0-9a-f]{64}/.exec(await (await auditor.context.request.get(holder)).text());
  await look(auditor, [
    ["auditor-home", "/"],
    ["auditor-me", "/me"],
    ["auditor-audit", audit],
    ["holder", holder],
    ...(evidence ? [["evidence", evidence[0]]] : []),
    ["what-if", `${audit}/what-if`],
    ["what-if-wrong", `${audit}/what-if?motion=lift&rule=cn.278.special&strike=none`],
    ["what-if-other-rule", `${audit}/what-if?motion=lift&rule=cn.278.special`],
  ]);
});
