/**
 * A survey of needs that reaches everybody: written by one and opened by another, answered on phones, on paper and at the
 * door, entered twice, sorted by two, answered need by need by the day that was promised. Nobody's words or name is shown.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertQuiet, launch, newPerson } from "./lib.js";
import { printed } from "./paper.js";
import { NAMES, Village, press, read, send } from "./village.js";

/** Milliseconds: a debug build on a busy machine. */
const timeout = 600_000;

/** Ten to choose from and two in people's own words. */
const CHOICES = ["楼道灯", "电梯", "停车", "充电", "绿化", "保洁", "门禁", "健身", "食堂", "快递"];
const OPEN = ["您最想先解决什么？", "还有什么要说的？"];
/** What people say in their own words. */
const SAID = { elder: "楼道灯坏了，晚上看不见", james: "没有坡道，推车上不来", paper: "楼道太黑", door: "坡道太陡", tenant: "坡道入口堵住了" };

/** Who rents a home, and is reached so. */
const TENANT = { name: "田小雨", contact: "10012349999" };

let browser;
let village;

before(
  async () => {
    browser = await launch();
    village = await Village.settle(browser, "survey");
  },
  { timeout },
);

after(async () => {
  await village?.end();
  await browser?.close();
});

/** Answers on one's own phone: the first choice of one question, and some words. */
async function answer(person, path, size, words) {
  await person.page.goto("/");
  await person.page.locator(`main a[href='${path}']`).first().click();
  await person.page.locator(`main a[href='${path}/answer']`).click();
  await village.look(person, `02-answer-${size}`, size);
  await person.page.locator("label:has([name=q1][value='0'])").click();
  await person.page.locator("#q11").fill(words);
  await press(person);
  assert.match(await read(person), /您已经答过/);
}

/** Sorts everything that is left for a coder; `word` says which need holds a text. */
async function sort(clerk, path, needOf) {
  const { page } = clerk;
  await page.goto(`${path}/code`);
  while (await page.locator("form[action$='/code']").count()) {
    const need = needOf(await page.locator("blockquote").innerText());
    const known = page.locator("#need label", { hasText: need });
    if (await known.count()) await known.click();
    else await page.locator("#fresh").fill(need);
    await press(clerk);
  }
}

test("a survey reaches everybody, and every need has its answer by the day that was promised", { timeout }, async () => {
  const { clock } = village.world;
  const { people, officers } = village;
  const [writer, opener] = officers;
  const [elder, james, li] = ["elder", "james", "li"].map((who) => people.get(NAMES[who]));
  await village.write("large", james);
  const clerks = [await village.clerk("沈佳怡", "10088880001"), await village.clerk("方志强", "10088880002")];

  // At the door a tenant is written down; another looks at the lease.
  await village.appoint(li, "community");
  await village.appoint(james, "moderator");
  const [door] = clerks;
  await door.page.goto("/matters");
  await door.page.locator("main a[href='/places']").click();
  await village.look(door, "08-places");
  await door.page.locator("main a[href^='/places/building']").first().click();
  await village.look(door, "09-homes");
  await door.page.locator("main a[href^='/places/home']").last().click();
  const home = door.page.url();
  const lease = { ...TENANT, kind: { choose: "tenant" }, proof: "租赁合同原件", until: clock.day(300) };
  await send(door, "/places/home", { ...lease, contact: "12" });
  assert.equal(await door.page.locator("#contact").inputValue(), "12", "what was typed stays");
  await village.look(door, "10-refused");
  await send(door, "/places/home", lease);
  assert.equal(await door.page.locator("form[action$='/verify']").count(), 0, "not by who wrote it down");
  await village.write("large", li);
  await li.page.goto("/places");
  await li.page.locator("main a[href^='/places/home']").first().click();
  await send(li, "/verify");
  await village.look(li, "11-home", "large");
  await door.page.goto(home);
  assert.match(await read(door), /已核实/);

  // One writes twelve questions, another opens it.
  await writer.page.goto("/surveys");
  await writer.page.locator("main a[href='/surveys/new']").click();
  await writer.page.locator("#title").fill("一品苑居民需求");
  await writer.page.locator("#text").fill("请告诉我们，明年先办哪几件事。");
  await writer.page.locator("#closes").fill(clock.day(7));
  await writer.page.locator("#promised").fill(clock.day(40));
  await press(writer);
  const path = new URL(writer.page.url()).pathname.replace(/\/edit$/, "");
  for (const choice of CHOICES) {
    await send(writer, "/questions", { prompt: `${choice}怎么样？`, kind: { choose: "single" }, options: "满意\n一般\n要改进" });
  }
  for (const prompt of OPEN) await send(writer, "/questions", { prompt, kind: { choose: "open" } });
  await village.look(writer, "01-edit");
  await writer.page.goto(path);
  await send(writer, "/step/review");
  assert.equal(await writer.page.locator("main form[action$='/step/open']").count(), 0, "never by who wrote it");
  await opener.page.goto(path);
  await send(opener, "/step/open");

  // In large print on paper, and on a poster with a code.
  const stranger = await newPerson(browser, village.world.url);
  for (const sheet of ["paper", "poster"]) {
    await stranger.page.goto(`${path}/${sheet}`);
    const paper = await printed(stranger.page, village.world.folder);
    assert.match(paper.text, /一品苑居民需求/);
    assert.ok(paper.codes.some((code) => code.startsWith(`${village.world.url}${path}`)), `${sheet}: ${paper.codes}`);
  }

  // On phones; on paper, and at the door of whoever cannot go out.
  await answer(elder, path, "elder", SAID.elder);
  await answer(james, path, "large", SAID.james);
  const tenant = await village.meet(TENANT.name);
  await village.signInByCode(tenant, TENANT.contact);
  await answer(tenant, path, "standard", SAID.tenant);
  const [entering, calling] = clerks;
  await entering.page.goto(path);
  await entering.page.locator(`main a[href='${path}/enter']`).click();
  await send(entering, "/enter", { channel: { choose: "paper" }, building: { index: 0 }, tenure: { choose: "tenant" }, q2: { choose: "2" }, q11: SAID.paper });
  await calling.page.goto(path);
  await calling.page.locator(`main a[href='${path}/visits']`).click();
  await calling.page.locator("main ul.links a").first().click();
  const left = await calling.page.locator("main ul.links a").count();
  assert.doesNotMatch(await read(calling), new RegExp(Object.values(NAMES).join("|")), "homes, and no names");
  await village.look(calling, "03-visits");
  await calling.page.locator("main ul.links a").first().click();
  await send(calling, "/enter", { channel: { choose: "interview" }, consent: true, tenure: { choose: "owner" }, q3: { choose: "1" }, q11: SAID.door });
  await calling.page.goto(`${path}/visits`);
  await calling.page.locator("main ul.links a").first().click();
  assert.equal(await calling.page.locator("main ul.links a").count(), left - 1, "one home less to call at");

  // Who took part is seen by everybody while it runs, and what they say by nobody.
  await stranger.page.goto(path);
  assert.match(await read(stranger), /共收到 5 份回答/);
  assert.doesNotMatch(await read(stranger), new RegExp(Object.values(SAID).join("|")));
  await village.look(stranger, "04-coverage");
  assert.equal((await entering.page.goto(`${path}/code`)).status(), 404, "before the close nobody reads what is said");

  // After the close a sample is entered again by another, and two sort what was said.
  await village.later(8, [...officers, ...clerks, elder, james, li]);
  await entering.page.goto(`${path}/twice`);
  await send(entering, "/draw");
  for (const clerk of clerks) {
    await clerk.page.goto(`${path}/twice`);
    for (;;) {
      const open = clerk.page.locator("#papers a").first();
      if (!(await open.count())) break;
      await open.click();
      const isPaper = clerk === calling;
      const fields = isPaper ? { q2: { choose: "2" }, q11: SAID.paper } : { q3: { choose: "1" }, q11: SAID.door };
      await send(clerk, new URL(clerk.page.url()).pathname, fields);
      await clerk.page.goto(`${path}/twice`);
    }
  }
  await sort(entering, path, (said) => (/灯|黑/.test(said) ? "楼道照明" : "无障碍坡道"));
  await sort(calling, path, (said) => (/灯坏/.test(said) ? "楼道照明" : "无障碍坡道"));
  await calling.page.goto(`${path}/code`);
  assert.match(await read(calling), /5 条里有 4 条一致/, "how far they agree is shown");
  await village.look(calling, "05-agreement");
  const differ = calling.page.locator("form[action$='/code/settle']").first();
  await differ.locator("label", { hasText: "楼道照明" }).click();
  await press(calling, differ.locator("button"));
  await writer.page.goto(path);
  await send(writer, "/step/code");

  // What was named most is put to everybody, one at a time, once a moderator has looked.
  await writer.page.goto(`${path}/needs`);
  await send(writer, "/opinion/needs");
  await james.page.goto("/matters");
  await james.page.locator(`main a[href^='${path}/opinion']`).click();
  for (const number of [1, 2]) await send(james, `/opinion/${number}/accept`);
  await elder.page.goto(path);
  await elder.page.locator(`main a[href='${path}/opinion']`).click();
  await press(elder, elder.page.locator("form.choices button").first());
  await village.look(elder, "14-weighed", "elder");

  // A plan that cites needs; every need has an answer.
  await writer.page.goto(`${path}/needs`);
  await send(writer, "/needs/1", { answer: { choose: "adopted" }, reason: "年底前换完感应灯。" });
  await writer.page.locator("#plan-title").fill("更换楼道灯");
  await writer.page.locator("#plan-needs label").first().click();
  await press(writer, writer.page.locator("form[action$='/plan'] button").last());
  await writer.page.goto(path);
  await send(writer, "/step/report", { text: "五份回答，两类需求。" });
  await send(writer, "/step/answer");
  assert.match(await writer.page.locator("[role=alert]").innerText(), /\S/, "one need has no answer yet");
  await writer.page.goto(`${path}/needs`);
  await send(writer, "/needs/2", { answer: { choose: "partly" }, reason: "先做 1 号楼，2 号楼没有位置。" });
  await village.look(writer, "06-needs");
  await writer.page.goto(path);
  await send(writer, "/step/answer");

  // Whoever answered is told, and everybody reads what became of it.
  await elder.page.goto("/news");
  await elder.page.locator(`main a[href='${path}']`).first().click();
  const shown = await read(elder);
  for (const said of ["年底前换完感应灯", "先做 1 号楼", "更换楼道灯", "五份回答，两类需求"]) assert.ok(shown.includes(said), said);
  for (const said of [...Object.values(SAID), NAMES.james]) assert.ok(!shown.includes(said), "nobody's own words");
  await village.look(elder, "07-answered", "elder");
  await li.page.goto("/news");
  assert.equal(await li.page.locator(`main a[href='${path}']`).count(), 0, "and nobody else");

  // A year later the same is asked, and read beside what was said before.
  await village.later(300, officers);
  await writer.page.goto(path);
  await writer.page.locator("main a[href^='/surveys/new?again=']").click();
  assert.equal(await writer.page.locator("#title").inputValue(), "一品苑居民需求");
  await writer.page.locator("#closes").fill(clock.day(5));
  await writer.page.locator("#promised").fill(clock.day(30));
  await village.look(writer, "12-again");
  await press(writer);
  const again = new URL(writer.page.url()).pathname.replace(/\/edit$/, "");
  await writer.page.goto(again);
  assert.equal(await writer.page.locator("main > ol > li").count(), CHOICES.length + OPEN.length, "the same questions");
  await send(writer, "/step/review");
  await opener.page.goto(again);
  await send(opener, "/step/open");
  await village.later(6, officers);
  await writer.page.goto(again);
  assert.match(await read(writer), /上一次：/);
  await village.look(writer, "13-beside");
  await stranger.page.goto(path);
  assert.equal(await stranger.page.locator(`main a[href='${again}']`).count(), 1, "and found from the first");
  assertQuiet(stranger);
  village.assertQuiet();
});
