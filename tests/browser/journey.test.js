/**
 * The whole way of a vote, on each database: from `heyi admin init` and the property firm's spreadsheet to a record that an
 * auditor verifies with nothing but the archive and the log's key. Everybody has a browser of their own.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { assertQuiet, checkWidths, launch, newPerson, screenshot } from "./lib.js";
import { inTwelveLooks } from "./looks.js";
import { letterCodes, printed } from "./paper.js";
import { carry, enrol, press, questions, read, signAct, signIn, vote } from "./people.js";
import { pollIsPublished } from "./drafting.js";
import { ESTATE, OWNERS, broken, corrected, sound } from "./estate.js";
import { newWorld } from "./world.js";

/** Milliseconds of a whole journey: a debug build on a busy machine. */
const timeout = 600_000;
const DAY = 86_400;
const ROLLS = fileURLToPath(new URL("../rolls/", import.meta.url));

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

for (const kind of ["sqlite", "postgres"]) {
  test(`from a spreadsheet to a verified archive, on ${kind}`, { timeout }, async (t) => {
    const world = await newWorld(kind, ESTATE);
    t.after(() => world.stop());
    const journey = new Journey(world);
    t.after(() => journey.end());
    for (const [name, work] of CHAPTERS) await chapter(t, name, () => work(journey));
    journey.assertQuiet();
  });
}

/** A part with a name; without it the rest is nothing to go on with. */
async function chapter(t, name, work) {
  let failure;
  await t.test(name, { timeout }, () => work().catch((error) => {
    failure = error;
    throw error;
  }));
  if (failure) throw failure;
}

/** Who is there, and what has come of it so far. */
class Journey {
  people = new Map();
  poll = "";
  letters = new Map();

  constructor(world) {
    this.world = world;
  }

  /** Somebody by a short name, with a browser of their own. */
  async meet(name, options) {
    const person = this.people.get(name) ?? (await newPerson(browser, this.world.url, options));
    this.people.set(name, person);
    return person;
  }

  get officers() {
    return [this.people.get("officer 1"), this.people.get("officer 2")];
  }

  /** Enrols with a letter; the code comes to this phone. */
  async enrol(person, letter, phone) {
    const before = this.world.sms.count(phone);
    await enrol(person, letter, () => this.world.sms.codeFor(phone, before));
  }

  shot(person, name) {
    return this.world.kind === "sqlite" ? screenshot(person.page, `journey-${name}`) : undefined;
  }

  /** Nothing went wrong for anybody but what was typed wrong, which the browser notes as well. */
  assertQuiet() {
    for (const { trouble } of this.people.values()) {
      assertQuiet({ trouble: trouble.filter((what) => !/status of 422 .*\/(propose|text|candidates|times|lot\/m2)\)$/.test(what)) });
    }
  }

  async end() {
    for (const { context } of this.people.values()) await context.close();
  }
}

async function upload(officer, file) {
  const { page } = officer;
  await page.goto("/c/roll/upload");
  await page.locator("#file").setInputFiles(file);
  await press(officer);
}

const CHAPTERS = [
  ["the first officers enrol with the letters of init", officersEnrol],
  ["a messy workbook and a broken CSV are shown with every fault, and change nothing", messyRolls],
  ["a sound roll is signed by two, and the next one by its differences", rollIsSigned],
  ["letters are printed, and owners enrol", ownersEnrol],
  ["a clerk takes up office", clerkTakesOffice],
  ["a motion, an election and two alternatives are drafted page by page, and signed by two", pollIsPublished],
  ["the notice can be printed, and the clock comes to the opening", noticeAndOpening],
  ["the clerk notes whom the papers reached, and signs it", papersAreDelivered],
  ["owners vote, and nobody sees more than who has", ownersVote],
  ["officers sign the result, and everybody reads it", resultIsSigned],
  ["of two with equal votes one is drawn before witnesses, and two sign that", lotIsDrawn],
  ["whoever votes, and whoever reads the result, can read it in every look", everyLook],
  ["an auditor without a name verifies the archive; one bit less and it does not hold", archiveIsVerified],
];

async function officersEnrol(journey) {
  const { letters } = journey.world;
  for (const [place, [name, phone]] of ESTATE.officers.entries()) {
    const officer = await journey.meet(`officer ${place + 1}`);
    await journey.enrol(officer, letters[place], phone);
    await officer.page.goto("/c");
    assert.match(await officer.page.locator("header").innerText(), new RegExp(ESTATE.name), name);
  }
  await journey.shot(journey.officers[0], "01-console");
  const stranger = await journey.meet("auditor");
  assert.equal((await stranger.context.request.get("/c")).status(), 401);
}

async function messyRolls(journey) {
  const [officer] = journey.officers;
  const workbook = path.join(ROLLS, "property-export-messy.xlsx");
  const expected = JSON.parse(await readFile(path.join(ROLLS, "property-export-messy.expected.json"), "utf8"));
  await upload(officer, workbook);
  const preview = await read(officer);
  for (const figure of [expected.totals.units, expected.totals.holders, expected.totals.heads]) {
    assert.match(preview, new RegExp(`(?<!\\d)${figure}(?!\\d)`), "the totals of the expected result");
  }
  assert.match(preview, new RegExp(`${expected.issues.length} 处`), "every doubtful place");
  await journey.shot(officer, "02-roll-doubts");
  // What is doubtful has to be looked at.
  await officer.page.locator("form[action$=propose] button").click();
  await officer.page.locator("#confirmed").waitFor();
  assert.match(await read(officer), /先/);
  await officer.page.locator("form[action$=discard] button").click();
  await officer.page.waitForURL(/\/c\/roll$/);

  await upload(officer, { name: "业主名册.csv", mimeType: "text/csv", buffer: broken() });
  const faults = await read(officer);
  for (const row of [4, 7]) assert.match(faults, new RegExp(`第 ${row} 行`));
  assert.equal(await officer.page.locator("form[action$=propose]").count(), 0, "all or nothing");
  await checkWidths(officer.page);
  await journey.shot(officer, "03-roll-errors");
  await officer.page.goto("/c/roll");
  assert.doesNotMatch(await read(officer), /张秀兰/);
}

async function rollIsSigned(journey) {
  const [first, second] = journey.officers;
  await upload(first, { name: "业主名册.csv", mimeType: "text/csv", buffer: sound() });
  await journey.shot(first, "04-roll-sound");
  assert.match(await read(first), /612\.50/, "the area of eight units");
  await carry(first, second, first.page.locator("form[action$=propose] button"));
  await journey.shot(second, "05-roll-signed");

  await upload(first, { name: "业主名册（更正）.xlsx", mimeType: "application/octet-stream", buffer: corrected() });
  const preview = await read(first);
  assert.match(preview, /70\.00/, "as it was");
  assert.match(preview, /71\.50/, "as it will be");
  await journey.shot(first, "06-roll-diff");
  if (await first.page.locator("#confirmed").count()) await first.page.locator("label:has(#confirmed)").click();
  const act = await carry(first, second, first.page.locator("form[action$=propose] button"));
  await second.page.goto(act);
  assert.match(await read(second), /71\.50/, "the second officer saw what changes");
  await second.page.goto("/c/roll/history");
  await journey.shot(second, "07-roll-history");
  await second.page.goto("/c/roll/units");
  assert.match(await read(second), /张秀兰/);
  await journey.shot(second, "08-roll-units");
}

async function ownersEnrol(journey) {
  const [officer] = journey.officers;
  const { page } = officer;
  await page.goto("/c/letters");
  for (const label of await page.locator("label:has([name=building])").all()) await label.click();
  await page.locator("label:has([name=whom][value=everybody])").click();
  await press(officer);
  await journey.shot(officer, "09-letters");
  journey.letters = await letterCodes(page);
  const sheets = await printed(page, journey.world.folder);
  await sheets.assertFits(journey.letters.length);
  assert.equal(sheets.pages, journey.letters.length, "a sheet each");
  for (const { name, code, address } of journey.letters) {
    assert.ok(sheets.text.includes(code), `the letter of ${name} has its code`);
    assert.ok(sheets.codes.includes(address), `and the QR code leads there: ${sheets.codes}`);
  }
  assert.doesNotMatch(sheets.text, /English/, "the site's own buttons are not printed");

  for (const { name, phone, options, size, lang } of OWNERS) {
    const owner = await journey.meet(name, options);
    if (size || lang) {
      const cookies = Object.entries({ size, lang }).filter(([, value]) => value);
      await owner.context.addCookies(cookies.map(([key, value]) => ({ name: key, value, url: `${journey.world.url}/` })));
    }
    await journey.enrol(owner, journey.letters.find((letter) => letter.name === name).code, phone);
    await owner.page.goto("/");
    await journey.shot(owner, `10-home-${phone}`);
    await checkWidths(owner.page);
  }
}

/** The name and telephone of the clerk. */
const CLERK = { name: "沈佳怡", phone: "10088880001" };

async function clerkTakesOffice(journey) {
  const [first, second] = journey.officers;
  const { page } = first;
  await page.goto("/c/people/new");
  await page.locator("[name=name]").fill(CLERK.name);
  await page.locator("[name=phone]").fill(CLERK.phone);
  await page.locator("[name=term]").fill("2029-12-31");
  await page.locator("label:has([name=role][value=clerk])").click();
  await carry(first, second, page.locator("main form button").last());
  await page.goto("/c/people");
  await page.locator("main a[href$='/letter']").last().click();
  await press(first, page.locator("main form button").last());
  const letter = (await page.locator("article.sheet .code").first().innerText()).trim();
  const clerk = await journey.meet(CLERK.name);
  await journey.enrol(clerk, letter, CLERK.phone);
}

async function papersAreDelivered(journey) {
  const clerk = await journey.meet(CLERK.name);
  const { page } = clerk;
  await signIn(clerk);
  await page.goto(`/desk/${journey.poll}`);
  await page.locator("main a[href$='/deliveries']").click();
  await page.locator("main table a").first().click();
  await page.locator("main input[type=checkbox]").first().check();
  await page.locator("#proof").fill("本人签收");
  await checkWidths(page);
  await page.locator("main form button").last().click();
  await page.locator("#sign button").waitFor();
  assert.match(await page.locator("#act-text").innerText(), /"method":"hand"/);
  await journey.shot(clerk, "20-delivery");
  await checkWidths(page);
  await signAct(clerk);
  assert.match(await read(clerk), /已经写进公开记录/);
}

async function noticeAndOpening(journey) {
  const { page } = await journey.meet("auditor");
  await page.goto(`/polls/${journey.poll}/notice`);
  await journey.shot({ page }, "18-notice");
  journey.key = (await page.locator(".key").innerText()).trim();
  const notice = await printed(page, journey.world.folder);
  await notice.assertFits(2);
  assert.ok(notice.squeezed.includes(journey.key.replace(/\s/g, "")), "the log's key is on the wall");
  assert.deepEqual(notice.codes, [`${journey.world.url}/polls/${journey.poll}`]);
  assert.match(notice.text, /(?<!\d)8 ?套/);
  assert.match(notice.text, /614\.00/, "the area of the roll");

  const { people, world } = journey;
  const elderly = people.get("张秀兰");
  await elderly.page.goto(`/polls/${journey.poll}`);
  assert.match(await read(elderly), /屋面防水/);
  await journey.shot(elderly, "19-poll-before");
  await world.clock.pass(18 * DAY);
  for (const person of [...journey.officers, ...OWNERS.map(({ name }) => people.get(name))]) await signIn(person);
  await elderly.page.goto("/");
  assert.equal(await elderly.page.locator("main .btn:not(.second)").count(), 1, "one big button");
  await journey.shot(elderly, "20-home-open");
}

async function ownersVote(journey) {
  const { poll, people, world } = journey;
  const reader = people.get("auditor");
  await reader.page.goto(`/polls/${poll}`);
  const heads = reader.page.locator("[data-turnout=heads]");
  assert.match(await heads.innerText(), /0/);
  // Four are elected so, and the last two come out equal, by heads and by area.
  const slates = {
    zhang: ["c1", "c2", "c3", "c5", "c6"],
    li: ["c1", "c2", "c4", "c5", "c6"],
    james: ["c1", "c3", "c4", "c5", "c6"],
    chen: ["c1", "c2", "c3", "c4"],
  };
  const both = { alt1_1: "for", alt1_2: "for" };
  const firstOnly = { alt1_1: "for", alt1_2: "against" };

  const elderly = people.get("张秀兰");
  // One too many is refused before anything is signed.
  await elderly.page.goto(`/polls/${poll}/vote`);
  await elderly.page.locator("#go button").click();
  await elderly.page.locator("label:has([name=m1][value=for])").click();
  for (const id of [...slates.zhang, "c4"]) await elderly.page.locator(`label:has([name="m2.${id}"][value=for])`).click();
  await elderly.page.locator("#choose > button").click();
  assert.match(await elderly.page.locator("#choose-error").innerText(), /选的人太多/);
  const code = await vote(elderly, poll, { m1: "for", m2: slates.zhang, ...both }, async (screen) => {
    await journey.shot(elderly, `21-elder-${screen}`);
    await checkWidths(elderly.page);
  });
  await heads.filter({ hasText: /1/ }).waitFor();

  // Four ways of typing it, and one that is somebody else's or nobody's.
  const spoken = code.toLowerCase().replaceAll("-", " ");
  const wide = code.replaceAll("-", "").replace(/[0-9A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
  const sloppy = code.replaceAll("0", "o").replaceAll("1", "l");
  for (const typed of [code, spoken, wide, sloppy, ` ${code.replaceAll("-", "")} `]) {
    await elderly.page.goto("/check");
    await elderly.page.locator("#c").fill(typed);
    await press(elderly);
    assert.match(await read(elderly), /找到了/, typed);
  }
  // This phone has verified the receipt.
  await elderly.page.locator("#verify [role=status]", { hasText: "✓" }).waitFor();
  await journey.shot(elderly, "22-elder-found");
  const last = code.endsWith("7") ? "8" : "7";
  await elderly.page.goto(`/check?c=${code.slice(0, -1)}${last}`);
  assert.doesNotMatch(await read(elderly), /找到了/);

  const james = people.get("JAMES SMITH");
  await vote(james, poll, { m1: "for", m2: ["c1"], ...firstOnly });
  const again = await vote(james, poll, { m1: "against", m2: slates.james, ...both }, async (screen) => {
    await journey.shot(james, `23-english-${screen}`);
    await checkWidths(james.page);
  });
  await james.page.goto("/receipt");
  await james.page.locator("#receipts .panel").nth(1).waitFor();
  await james.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await james.page.reload();
  await james.page.waitForFunction(() => navigator.serviceWorker.controller);
  await james.context.setOffline(true);
  await james.page.goto("/receipt");
  await james.page.locator("#receipts .code").first().waitFor();
  const kept = await james.page.locator("#receipts").innerText();
  assert.ok(kept.includes(again), "the receipt is there without a network");
  assert.match(kept, /✓/, "and is verified there");
  await journey.shot(james, "24-offline-receipt");
  await james.page.goto(`/polls/${poll}`);
  assert.match(await read(james), /no network|No network/i);
  await james.context.setOffline(false);
  james.trouble.splice(0, Infinity, ...james.trouble.filter((what) => !/ERR_INTERNET_DISCONNECTED/.test(what)));

  const [li, wang] = [people.get("李明"), people.get("王芳")];
  await li.page.goto(`/polls/${poll}/vote`);
  assert.deepEqual(await questions(li.page), journey.preview, "the preview was what owners see");
  await vote(li, poll, { m1: "for", m2: slates.li, ...both });
  await wang.page.goto(`/polls/${poll}/vote`);
  const hers = await read(wang);
  assert.match(hers, /李明/, "she sees that he has voted");
  assert.match(hers, /无效|不同/, "and what happens if they differ");
  assert.doesNotMatch(hers, /选了|李明.{0,8}同意/, "and not how");
  await journey.shot(wang, "25-co-owner");
  await vote(wang, poll, { m1: "for", m2: slates.li, ...both });
  const several = people.get("陈建国");
  await several.page.goto(`/polls/${poll}/vote`);
  assert.match(await several.page.locator("#start").innerText(), /212\.50/, "several units, one vote with all of their area");
  await vote(several, poll, { m1: "for", m2: slates.chen, ...firstOnly });

  await heads.filter({ hasText: /4/ }).waitFor();
  await reader.page.locator("#turnout summary").click();
  const live = await read(reader);
  await journey.shot(reader, "26-turnout");
  for (const figure of [/同意\s*\d/, /反对\s*\d/, /\d+\s*票/]) assert.doesNotMatch(live, figure);
  for (const address of [`/log/${poll}/bundle.tar`, `/log/${poll}/tile/entries/000.p/1`, `/audit/${poll}/ballots.csv`, `/audit/${poll}/report.json`]) {
    assert.equal((await fetch(world.url + address)).status, 404, address);
  }
  const stream = await fetch(`${world.url}/polls/${poll}/turnout`);
  const { value } = await stream.body.getReader().read();
  const shown = JSON.parse(/^data: (.*)$/m.exec(new TextDecoder().decode(value))[1]);
  assert.deepEqual(Object.keys(shown).filter((name) => !/^(heads|area|building-.+)$/.test(name)), []);
  const [officer] = journey.officers;
  await officer.page.goto(`/c/polls/${poll}`);
  const desk = await read(officer);
  for (const figure of [/同意\s*\d/, /反对\s*\d/]) assert.doesNotMatch(desk, figure, "nor do officers");
  await journey.shot(officer, "27-console-running");
}

async function resultIsSigned(journey) {
  const { poll, people, world } = journey;
  const [first, second] = journey.officers;
  await world.clock.pass(14 * DAY);
  await signIn(first);
  await signIn(second);
  const late = people.get("张秀兰");
  await signIn(late);
  await late.page.goto(`/polls/${poll}/vote`);
  assert.equal(await late.page.locator("#choose").count(), 0, "it is over");
  await first.page.goto(`/c/polls/${poll}`);
  const act = await carry(first, second, first.page.locator("form[action$=result] button"));
  await first.page.goto(act);
  const sheet = await read(first);
  for (const name of ESTATE.candidates) assert.ok(sheet.includes(name), `${name} is called by name`);
  assert.match(sheet, /续筹维修资金，每平方米 20 元/);
  await journey.shot(first, "28-result-act");

  const { page } = people.get("auditor");
  await page.goto(`/polls/${poll}/result`);
  await journey.shot({ page }, "29-result");
  const result = await page.locator("main").innerText();
  for (const figure of ["通过", "482.50", "614.00", "382.50", "当选", "抽签"]) assert.ok(result.includes(figure), figure);
  const english = people.get("JAMES SMITH");
  await english.page.goto(`/polls/${poll}/result`);
  await journey.shot(english, "30-result-english-dark");
  await checkWidths(english.page);

  await page.goto(`/polls/${poll}/announcement`);
  await journey.shot({ page }, "31-announcement");
  const paper = await printed(page, world.folder);
  await paper.assertFits(4);
  for (const figure of ["482.50", "614.00", "382.50", ...ESTATE.candidates]) assert.ok(paper.text.includes(figure), figure);
  assert.deepEqual(paper.codes, [`${world.url}/polls/${poll}/result`]);
  const [, size, root] = (await (await fetch(`${world.url}/log/${poll}/checkpoint`)).text()).split("\n");
  assert.ok(paper.squeezed.includes(root), "the checkpoint on paper is the log's");
  assert.match(paper.text, new RegExp(`(?<!\\d)${size}(?!\\d)`));
}

async function lotIsDrawn(journey) {
  const { poll, people, world } = journey;
  const [first, second] = journey.officers;
  const { page } = first;
  await page.goto(`/c/polls/${poll}`);
  await page.locator("a[href$='/lot/m2']").click();
  await page.waitForURL(/\/lot\/m2$/);
  await page.locator("#drawn").fill("c6 袁淑芬");
  await page.locator("#method").fill("两张写名字的纸条放进空箱，由一名业主抽取");
  await page.locator("#when").fill(`${world.clock.day(0)} 00:00`);
  await page.locator("#witnesses").fill("王芳，业主");
  await press(first);
  assert.match(await read(first), /见证人至少两位，最多/, "one witness is too few");
  assert.match(await page.locator("#method").inputValue(), /空箱/, "and nothing is lost");
  await journey.shot(first, "33-lot");
  await checkWidths(page);
  await page.locator("#witnesses").fill("王芳，业主\n李明，业主");
  await carry(first, second, page.locator("main form button"));
  const reader = people.get("auditor");
  await reader.page.goto(`/polls/${poll}/result`);
  const result = await read(reader);
  assert.match(result, /抽签结果，当选：袁淑芬/);
  assert.match(result, /王芳/);
  assert.match(result, /有效的是：是否选聘安泰物业/, "of the alternatives one prevails");
  await journey.shot(reader, "34-result-with-lot");
}

/** An election, alternatives and a lot, as the demo's polls have none. */
async function everyLook(journey) {
  if (journey.world.kind !== "sqlite") return;
  const { poll, people } = journey;
  const unfold = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
  const [officer] = journey.officers;
  const reader = people.get("auditor");
  const found = [];
  for (const [person, name, address] of [
    [officer, "election-preview", `/c/polls/${poll}/preview/standard/zh`],
    [officer, "election-console", `/c/polls/${poll}`],
    [reader, "election-poll", `/polls/${poll}`],
    [reader, "election-result", `/polls/${poll}/result`],
    [reader, "election-announcement", `/polls/${poll}/announcement`],
  ]) {
    found.push(...(await inTwelveLooks(person, address, { name, prepare: unfold })));
  }
  assert.deepEqual(found, []);
}

async function archiveIsVerified(journey) {
  const { people, poll, world, key } = journey;
  const { page } = people.get("auditor");
  await page.goto(`/audit/${poll}`);
  await journey.shot({ page }, "32-audit");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("a[href$='bundle.tar']").click()]);
  const archive = path.join(world.folder, "poll.tar");
  await download.saveAs(archive);
  const bytes = await readFile(archive);
  const sum = execFileSync("sha256sum", [archive], { encoding: "utf8", timeout: 10_000 }).slice(0, 64);
  assert.ok((await page.locator("main").innerText()).includes(sum), "the page says what the archive's SHA-256 is");
  const verify = () =>
    execFileSync(process.env.HEYI_AUDIT_BIN, ["verify", archive, "--log-key", key, "--json"], { timeout: 60_000, stdio: "pipe" });
  const report = JSON.parse(verify().toString());
  assert.equal(report.ok, true);
  assert.deepEqual(report.results.map(({ motion, outcome }) => [motion, outcome]), [
    ["m1", "carried"],
    ["m2", "tie_lot"],
    ["alt1_1", "carried"],
    ["alt1_2", "carried"],
  ]);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(archive, bytes);
  assert.throws(verify, "one bit is noticed");
}
