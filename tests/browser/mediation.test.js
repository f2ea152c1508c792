/**
 * Noise at night: a neighbour says so, the building head tries, a mediator sits down with both, they agree and sign on the
 * screen and on paper, what they agreed is done and looked after, and the case is closed. Nobody else learns of what, by
 * whom, or what was said.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { assertQuiet, launch, newPerson } from "./lib.js";
import { printed } from "./paper.js";
import { signIn } from "./people.js";
import { NAMES, Village, press, read, send } from "./village.js";

/** Milliseconds: a debug build on a busy machine. */
const timeout = 600_000;
/** Stands in what is said in the room, and nowhere else. */
const SECRET = "半夜拖椅子";

let browser;
let village;

before(
  async () => {
    browser = await launch();
    village = await Village.settle(browser, "mediation");
  },
  { timeout },
);

after(async () => {
  await village?.end();
  await browser?.close();
});

test("a quarrel about noise is settled in a closed room, and what was agreed is done", { timeout }, async () => {
  const { clock } = village.world;
  const { people } = village;
  const [applicant, other, lead, mediator, property] = ["elder", "chen", "li", "wang", "james"].map((who) => people.get(NAMES[who]));
  const clerk = await village.clerk("沈佳怡", "10088880001");
  await village.appoint(lead, "building_lead");
  await village.appoint(mediator, "mediator");
  await village.appoint(property, "property");
  const photo = { name: "page.png", mimeType: "image/png", buffer: await readFile(new URL("../it/web/pixel.png", import.meta.url)) };

  // She says so on the page for matters; the building head tries within three days, and writes two lines.
  await applicant.page.goto("/matters/new");
  await applicant.page.locator("label:has([name=kind][value=matter])").click();
  await applicant.page.locator("#title").fill("楼上夜里太吵");
  await applicant.page.locator("#text").fill("晚上十一点以后常有响声，睡不着。");
  await village.look(applicant, "01-matter", "elder");
  await press(applicant);
  const matter = new URL(applicant.page.url()).pathname;
  await lead.page.goto(matter);
  await send(lead, "/acknowledge");
  const self = await lead.page.locator("form[action$='/assign'] label", { hasText: NAMES.li }).locator("input").getAttribute("value");
  await send(lead, "/assign", { who: { choose: self }, due: clock.day(3) });
  await send(lead, "/start");
  await send(lead, "/answer", { kind: { choose: "refused" }, text: "两家都去谈了，没有谈拢。\n建议请调解员。" });
  await applicant.page.goto(matter);
  assert.match(await read(applicant), /建议请调解员/);

  // From her matter she finds the way to mediation.
  await applicant.page.locator("main a[href='/mediations/new']").click();
  await applicant.page.locator("label:has([name=category][value=noise])").click();
  await applicant.page.locator("#text").fill(`楼上${SECRET}，孩子睡不好。`);
  await applicant.page.locator("[name=name1]").fill(NAMES.chen);
  await applicant.page.locator("[name=building1]").selectOption({ index: 1 });
  await applicant.page.locator("[name=home1]").fill("0202");
  await village.look(applicant, "02-ask", "elder");
  await press(applicant);
  await applicant.page.waitForURL(/\/mediations\/\d+$/);
  const room = new URL(applicant.page.url()).pathname;

  // Nobody sees names or contents before taking it on.
  await mediator.page.goto("/mediations");
  assert.doesNotMatch(await read(mediator), new RegExp(`${SECRET}|${NAMES.chen}`));
  await send(mediator, "/take", { free: true });
  await other.page.goto("/news");
  await other.page.locator(`main a[href^='${room}']`).first().click();
  await village.look(other, "03-asked");
  await send(other, "/join");
  await mediator.page.goto(room);
  await send(mediator, "/consent");
  await send(mediator, "/invite", { name: NAMES.li, consent: true });
  await send(mediator, "/schedule", { at: `${clock.day(2)}T19:00`, place: "社区调解室" });
  await applicant.page.goto(room);
  assert.match(await read(applicant), /社区调解室/);
  await village.look(applicant, "04-room", "elder");

  // Two sessions.
  await village.later(2, [applicant, other, mediator]);
  await mediator.page.goto(room);
  await send(mediator, "/meet");
  await send(mediator, "/minute", { present: "双方和律师", text: "各说了各的难处，约好再谈一次。" });
  await send(mediator, "/schedule", { at: `${clock.day(3)}T19:00`, place: "社区调解室" });
  await other.page.goto(room);
  await send(other, "/say", { text: "我先给椅子脚贴上垫子。" });
  await village.later(3, [applicant, other, mediator]);
  await mediator.page.goto(room);
  await send(mediator, "/meet");
  await send(mediator, "/minute", { present: "双方和律师", text: "谈成了。" });
  await send(mediator, "/agree", { text: "十天内贴好橡胶垫。\n晚上十一点到早上六点不搬家具。" });

  // One signs on the screen, the other on paper; the mediator last.
  await applicant.page.goto(room);
  await village.look(applicant, "05-agreement", "elder");
  await send(applicant, "/undersign");
  await mediator.page.goto(`${room}/agreement`);
  const sheet = await printed(mediator.page, village.world.folder);
  await sheet.assertFits(1);
  assert.match(sheet.text, /橡胶垫/);
  await mediator.page.goto(room);
  await unfold(mediator, "/enter_paper");
  const paper = mediator.page.locator("form[action$='/enter_paper']");
  await paper.locator("[name=party]").selectOption({ label: NAMES.chen });
  await paper.locator("input[type=file]").setInputFiles(photo);
  await press(mediator, paper.locator("button"));
  await send(mediator, "/sign");
  assert.match(await read(mediator), /还没有上传签好的纸质协议书/);
  await unfold(mediator, "/enter_paper");
  await mediator.page.locator("form[action$='/enter_paper'] input[type=file]").setInputFiles(photo);
  await press(mediator, mediator.page.locator("form[action$='/enter_paper'] button"));
  assert.doesNotMatch(await read(mediator), /还没有上传签好的纸质协议书/);
  await village.look(mediator, "06-signed");

  // What is to be done in the common parts becomes a matter of its own, which holds nothing private.
  await applicant.page.goto("/matters/new");
  await applicant.page.locator("label:has([name=kind][value=matter])").click();
  await applicant.page.locator("#title").fill("楼道门加橡胶垫");
  await applicant.page.locator("#text").fill("1 号楼楼道门关门声大，请物业加橡胶垫。");
  await press(applicant);
  const remedy = new URL(applicant.page.url()).pathname;
  const [, number] = /第?\s*(\d+)\s*号/.exec(await read(applicant));
  await mediator.page.goto(room);
  await send(mediator, "/link", { kind: { choose: "matter" }, object: number });
  for (const person of [lead, property]) await signIn(person);
  await lead.page.goto(remedy);
  await send(lead, "/acknowledge");
  const firm = await lead.page.locator("form[action$='/assign'] label", { hasText: NAMES.james }).locator("input").getAttribute("value");
  await send(lead, "/assign", { who: { choose: firm }, due: clock.day(10) });
  await property.page.goto(remedy);
  await send(property, "/start");
  await send(property, "/answer", { kind: { choose: "done" }, text: "已装好橡胶垫。" });

  // A visit after thirty days; everything was kept, and it is closed.
  await village.later(30, [applicant, other, mediator, clerk]);
  await mediator.page.goto(room);
  await send(mediator, "/visit", { day: clock.day(0), kept: { choose: "yes" }, text: "两家都说安静了。", next: "" });
  await send(mediator, "/perform");
  await send(mediator, "/close");
  await applicant.page.goto(room);
  assert.match(await applicant.page.locator("main .tag").first().innerText(), /结案/);
  assert.equal(await applicant.page.locator("main form").count(), 0, "it is over");
  await village.look(applicant, "07-closed", "elder");

  // The public sees kind, duration and outcome, and of a single case not even that.
  const stranger = await newPerson(browser, village.world.url);
  for (const [who, pages] of [
    [stranger, ["/", "/mediations", "/matters", remedy, "/search?q=椅子"]],
    [clerk, ["/", "/mediations", "/matters", remedy, "/news"]],
  ]) {
    for (const page of pages) {
      await who.page.goto(page);
      assert.doesNotMatch(await read(who), new RegExp(`${SECRET}|搬家具|贴上垫子`), page);
    }
  }
  assert.equal((await clerk.page.goto(room)).status(), 404);
  await stranger.page.goto("/mediations");
  assert.match(await read(stranger), /件少，不显示/);
  await village.look(stranger, "08-public");
  assertQuiet(stranger);
  village.assertQuiet();
});

/** Unfolds the form of a step, if it is folded. */
async function unfold({ page }, action) {
  const fold = page.locator(`main details:not([open]):has(form[action$='${action}'])`).first();
  if (await fold.count()) await fold.locator("summary").first().click();
}
