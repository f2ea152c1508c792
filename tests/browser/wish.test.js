/**
 * A wish becomes a decision that is carried out: said by a neighbour, placed, what people think of it gathered, made a motion,
 * amended, voted on by owners on their phones, counted, objected to and counted again, given to somebody to do, shown by a
 * photo, verified by another, and answered. One page leads through all of it by links, each with its date.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { corrected } from "./estate.js";
import { assertQuiet, launch, newPerson } from "./lib.js";
import { carry, signAct, signIn, vote } from "./people.js";
import { NAMES, Village, press, read, send } from "./village.js";

/** What an owner wants otherwise, and the motion takes in. */
const ELSEWHERE = "在地面停车位装三十个桩，离卧室窗户八米以上。";

/** Milliseconds: a debug build on a busy machine. */
const timeout = 600_000;

let browser;
let village;

before(
  async () => {
    browser = await launch();
    village = await Village.settle(browser, "wish");
  },
  { timeout },
);

after(async () => {
  await village?.end();
  await browser?.close();
});

test("a wish is voted on, done, verified and answered, and every step leads to the next", { timeout }, async () => {
  const { clock } = village.world;
  const { people, officers } = village;
  const [elder, james, li, wang, chen] = ["elder", "james", "li", "wang", "chen"].map((who) => people.get(NAMES[who]));
  const [first, second] = officers;
  await village.appoint(li, "building_lead");
  await village.appoint(wang, "secretary");
  await village.appoint(chen, "property");
  await village.appoint(james, "moderator");
  await village.appoint(james, "street");
  const photo = { name: "page.png", mimeType: "image/png", buffer: await readFile(new URL("../it/web/pixel.png", import.meta.url)) };

  // The wish, placed with the committee.
  await elder.page.goto("/matters/new");
  await elder.page.locator("#title").fill("装充电桩");
  await elder.page.locator("#text").fill("楼下没有地方充电，大家从窗户拉线，不安全。");
  await press(elder);
  const matter = new URL(elder.page.url()).pathname;
  await li.page.goto(matter);
  await send(li, "/acknowledge");
  const name = village.officers[0].name;
  const who = await li.page.locator("form[action$='/assign'] label", { hasText: name }).locator("input").getAttribute("value");
  await send(li, "/assign", { who: { choose: who }, due: clock.day(300) });
  await first.page.goto(matter);
  await send(first, "/start");

  // What people think: said by one, let through by a moderator, and answered by the others one at a time.
  await elder.page.goto(matter);
  await elder.page.locator(`main a[href='${matter}/opinion']`).click();
  await send(elder, "/opinion/say", { text: "先解决消防，再扩容。" });
  await james.page.goto(`${matter}/opinion`);
  await send(james, "/opinion/1/accept");
  for (const neighbour of [li, wang, chen]) {
    await neighbour.page.goto(`${matter}/opinion`);
    await press(neighbour, neighbour.page.locator("form.choices button").first());
  }
  await village.look(wang, "06-opinion");

  // The motion, admitted by the secretary, and the matter's answer to come.
  await first.page.goto("/motions/new");
  await first.page.locator("label:has([name=kind][value=other])").click();
  await first.page.locator("#title").fill("是否同意安装三十个充电桩？");
  await first.page.locator("#text").fill("先解决消防，再扩容。\n\n在地面停车位装三十个桩。");
  await press(first);
  const motion = new URL(first.page.url()).pathname;
  await send(first, "/submit");
  await wang.page.goto(motion);
  await send(wang, "/admit");
  await first.page.goto(matter);
  await send(first, "/link", { motion: "1" });
  await first.page.goto(motion);
  assert.match(await read(first), /装充电桩/, "where it came from");
  await send(first, "/deliberate");
  await village.later(15, officers);
  await first.page.goto(motion);
  await send(first, "/open_amendments");

  // An owner wants it otherwise; whoever proposed it takes that in, and both texts stand side by side.
  await signIn(elder);
  await elder.page.goto(motion);
  await send(elder, "/amend", { which: "2", text: ELSEWHERE, why: "夜里充电有声音。" });
  await first.page.goto(motion);
  await send(first, "/adopt_as_proposer");
  await elder.page.goto(motion);
  assert.match(await read(elder), /离卧室窗户八米以上/);
  await village.look(elder, "07-amended", "elder");
  await village.later(15, officers);
  await first.page.goto(motion);
  await send(first, "/finalise");

  // The vote: its draft holds the final text; two officers sign.
  await send(first, "/poll");
  const poll = /\/c\/polls\/([0-9a-f-]{36})/.exec(first.page.url())[1];
  const next = () => press(first, first.page.locator("main form button[name=then][value=next]"));
  await first.page.goto(`/c/polls/${poll}/scope`);
  await next();
  await first.page.goto(`/c/polls/${poll}/times`);
  for (const [id, value] of [["opens_day", clock.day(17)], ["opens_time", "09:00"], ["closes_day", clock.day(30)], ["closes_time", "18:00"]]) {
    await first.page.locator(`#${id}`).fill(value);
  }
  await next();
  await first.page.goto(`/c/polls/${poll}/freeze`);
  await first.page.locator("main form button").click();
  await first.page.waitForURL(/\/c\/acts\//);
  const act = new URL(first.page.url()).pathname;
  await signAct(first);
  await second.page.goto(act);
  await signAct(second);
  await first.page.goto(motion);
  await first.page.locator(`form[action$='/schedule'] label:has([value='${poll}'])`).click();
  await press(first, first.page.locator("form[action$='/schedule'] button"));

  // The notice hangs on the board of every building, shown by a photo, before it is posted.
  await first.page.goto("/notices/new");
  await first.page.locator("label:has([name=kind][value=meeting])").click();
  for (const [id, value] of [["title", "充电桩表决公告"], ["text", "议题：安装三十个充电桩。"], ["until", clock.day(40)], ["motion", "1"]]) {
    await first.page.locator(`#${id}`).fill(value);
  }
  await press(first);
  const notice = new URL(first.page.url()).pathname;
  await send(first, "/approve");
  await signIn(li);
  await li.page.goto(notice);
  for (let board = li.page.locator("details:has(form[action*='/boards/'])").first(); await board.count(); ) {
    await board.locator("summary").click();
    await board.locator("input[type=file]").setInputFiles(photo);
    await press(li, board.locator("button"));
  }
  await first.page.goto(notice);
  await send(first, "/post");

  // Owners vote on their phones; two officers sign the result.
  await village.later(18, [elder, li, wang, chen, james]);
  for (const owner of [elder, li, wang, chen]) await vote(owner, poll, { motion_1: "for" });
  await vote(james, poll, { motion_1: "against" });
  await village.later(14, officers);
  await first.page.goto(`/c/polls/${poll}`);
  await carry(first, second, first.page.locator("form[action$=result] button"));
  const stranger = await newPerson(browser, village.world.url);
  await stranger.page.goto(motion);
  assert.match(await read(stranger), /表决通过，公示中/);

  // An owner objects to an area of the roll. The street office, whom it is not directed against, upholds it.
  for (const person of [elder, james]) await signIn(person);
  await elder.page.goto(motion);
  await elder.page.locator("details:has(form[action$='/object']) summary").click();
  const objection = elder.page.locator("form[action$='/object']");
  await objection.locator("label:has([value=roll])").click();
  await objection.locator("textarea").fill("2 号楼有一户的面积登记错了。");
  await objection.locator("input[type=file]").setInputFiles(photo);
  await press(elder, objection.locator("button"));
  await village.look(elder, "08-objection", "elder");
  await james.page.goto(motion);
  await send(james, "/objections/1/accept");
  await first.page.goto(motion);
  await send(first, "/objections/1/answer", { text: "经核对产权证，确实登记错了。" });
  await james.page.goto(motion);
  await send(james, "/objections/1/uphold", { reason: "产权证与名册不符。" });
  await send(james, "/objections/1/take_effect", { effect: { choose: "amend_roll" } });
  await stranger.page.goto(motion);
  assert.match(await read(stranger), /异议成立/);

  // The register is corrected, the roll amended in the log, and a new result signed beside the old one.
  await first.page.goto("/c/roll/upload");
  await first.page.locator("#file").setInputFiles({ name: "更正.xlsx", mimeType: "application/octet-stream", buffer: corrected() });
  await press(first);
  if (await first.page.locator("#confirmed").count()) await first.page.locator("label:has(#confirmed)").click();
  await carry(first, second, first.page.locator("form[action$=propose] button"));
  await first.page.goto(`/c/polls/${poll}/amend?text=${encodeURIComponent("赵敏")}`);
  const unit = first.page.locator("main form.panel", { hasText: "71.50" });
  await unit.locator("label:has([value=objection_upheld])").click();
  await carry(first, second, unit.locator("button"));
  await first.page.goto(`/c/polls/${poll}`);
  await carry(first, second, first.page.locator("form[action$=result] button"));
  await stranger.page.goto(`/polls/${poll}/result`);
  await village.look(stranger, "09-counted-again");
  await stranger.page.goto(motion);
  assert.match(await read(stranger), /表决通过，公示中/);

  // The outcome is the same: it is decided, given out, done with a photo, and verified by another.
  await village.later(8, [first, elder, li, chen]);
  await first.page.goto("/decisions");
  await first.page.locator("section.panel h2 a").first().click();
  const decision = new URL(first.page.url()).pathname;
  const firm = await first.page.locator("form[action$='/tasks'] label", { hasText: NAMES.chen }).locator("input").getAttribute("value");
  await send(first, "/tasks", { title: "装三十个充电桩", who: { choose: firm }, due: clock.day(20) });
  await village.look(first, "01-given");
  await chen.page.goto("/news");
  await chen.page.locator(`main a[href^='${decision}']`).first().click();
  await send(chen, "/tasks/1/accept");
  await send(chen, "/tasks/1/progress", { percent: "50" });
  const done = chen.page.locator("form[action$='/tasks/1/done']");
  await chen.page.locator("details:has(form[action$='/tasks/1/done']) summary").click();
  await done.locator("input[type=file]").setInputFiles(photo);
  await press(chen, done.locator("button"));
  assert.equal(await chen.page.locator("form[action$='/verify']").count(), 0, "not by whom it is of");
  await li.page.goto(decision);
  await send(li, "/tasks/1/verify");
  await elder.page.goto("/decisions?show=done");
  await village.look(elder, "02-decisions", "elder");
  await elder.page.locator("section.panel h2 a").first().click();
  await village.look(elder, "03-decision", "elder");

  // Every step of the way is a link to a page that is there, and has a date.
  await stranger.page.goto(decision);
  await village.look(stranger, "04-chain");
  const links = await stranger.page.locator("#chain ~ ol li").evaluateAll((steps) =>
    steps.map((step) => [step.querySelector("strong").innerText, step.querySelector("a").getAttribute("href"), step.innerText]),
  );
  assert.deepEqual(links.map(([label]) => label).filter((label, place, all) => label !== all[place - 1]),
    ["第 1 号事项", "提交议案", "定稿", "公示", "表决", "表决结果", "决定", "表决结果", "决定", "督办", "落实"]);
  for (const [label, address, text] of links) {
    assert.match(text, /20\d\d 年/, `${label} has a date`);
    if (address.startsWith("/")) assert.equal((await stranger.context.request.get(address)).status(), 200, `${label}: ${address}`);
  }

  // The wish has its answer, and whoever had it says how well.
  await first.page.goto(matter);
  await send(first, "/answer", { kind: { choose: "done" }, text: "表决通过，三十个桩已经装好。" });
  await elder.page.goto(matter);
  assert.match(await read(elder), /三十个桩已经装好/);
  await send(elder, "/close", { rating: { choose: "5" } });
  await signIn(james);
  await james.page.goto("/matters");
  await village.look(james, "05-board");
  assertQuiet(stranger);
  village.assertQuiet();
});
