/**
 * The demo as its visitors use it: an owner enrols, votes and checks the ballot; two officers appoint somebody; everybody
 * reads the result, and an auditor takes the record away and checks it with a program of their own.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { PORTS, enrolInDemo, readGuide, startDemo } from "./demo.js";
import { PHONE, assertQuiet, checkWidths, launch, newPerson, screenshot } from "./lib.js";
import { signAct } from "./people.js";

/** Milliseconds that a test may take, and the demo to be set up: a debug build on a busy machine. */
const timeout = 400_000;
const SET_UP = 300_000;
const TESTS = fileURLToPath(new URL("..", import.meta.url));

let browser;
let server;
let guide;
/** One who has enrolled: a letter is good once. */
let officer;

before(
  async () => {
    server = await startDemo(PORTS.demo, SET_UP);
    guide = readGuide(server.output());
    browser = await launch();
  },
  { timeout: SET_UP },
);

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("an owner enrols by letter and code, votes in six taps, and finds the ballot by its code", { timeout }, async () => {
  const owner = await newPerson(browser, server.url);
  const { page } = owner;
  await enrolInDemo(owner, guide, "业主 owner");
  await page.goto("/");
  await screenshot(page, "owner-1-home");
  assert.equal(await page.locator("main .btn:not(.second)").count(), 1, "one big button");
  await page.locator("main .btn:not(.second)").click();
  assert.match(await page.locator("#start").innerText(), /平方米/, "what one votes with is said before choosing");
  const poll = /\/polls\/([0-9a-f-]{36})/.exec(page.url())[1];
  const before = await (await fetch(`${server.url}/log/${poll}/checkpoint`)).text();
  await page.locator("#go button").click();
  for (const motion of await page.locator("[data-motion]").all()) await motion.locator(".card").first().click();
  await screenshot(page, "owner-2-choose");
  await page.locator("#choose button").click();
  await screenshot(page, "owner-3-check");
  await page.locator("#cast").click();
  await page.locator("#codes .code").waitFor();
  await screenshot(page, "owner-4-done");
  await checkAbroad(page, poll, before);
  const code = (await page.locator("#codes .code").innerText()).trim();
  assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/);
  await page.goto(`/check?c=${code.toLowerCase().replaceAll("-", "+")}`);
  await screenshot(page, "owner-5-found");
  assert.match(await page.locator("main").innerText(), /找到了/, "typed in lower case, with blanks");
  assertQuiet(owner);
});

/**
 * Two verifiers that share no code with the service, in Go and in Python, accept the new checkpoint, the receipt that this
 * phone keeps, and the proof that the log has only grown; and neither accepts a receipt with one bit bent.
 */
async function checkAbroad(page, poll, before) {
  const folder = await mkdtemp(path.join(tmpdir(), "heyi-verify-"));
  try {
    const receipt = await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const opening = indexedDB.open("heyi");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const all = opening.result.transaction("receipts").objectStore("receipts").getAll();
            all.onerror = () => reject(all.error);
            all.onsuccess = () => resolve(all.result[0].receipt);
          };
        }),
    );
    const key = /data-key="([^"]+)"|([\w.:-]+\/poll\/[0-9a-f-]{36}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)/.exec(
      await (await fetch(`${server.url}/audit/${poll}`)).text(),
    );
    const size = before.split("\n")[1];
    const grown = await (await fetch(`${server.url}/polls/${poll}/consistency/${size}`)).json();
    const leaf = Buffer.from(/^extra (.+)$/m.exec(receipt)[1], "base64");
    const files = {
      vkey: `${key[1] ?? key[2]}\n`,
      checkpoint: grown.checkpoint,
      "checkpoint.old": before,
      consistency: grown.proof.map((hash) => `${hash}\n`).join(""),
      "receipt.tlog-proof": receipt,
      leaf,
    };
    for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, name), bytes);
    const options = { timeout: 120_000, stdio: "pipe" };
    const go = path.join(folder, "goverify");
    const env = { ...process.env, GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOFLAGS: "", GOCACHE: `${folder}/cache` };
    execFileSync("go", ["build", "-o", go, path.join(TESTS, "goverify/main.go")], { ...options, env });
    const verifiers = [
      () => execFileSync(go, [folder], options),
      () => execFileSync("/usr/bin/python3", [path.join(TESTS, "pyverify/verify.py"), folder], options),
    ];
    for (const verify of verifiers) verify();
    leaf[leaf.length >> 1] ^= 1;
    await writeFile(path.join(folder, "leaf"), leaf);
    for (const verify of verifiers) assert.throws(verify, "one bit is noticed");
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("what one officer puts up is done once a second one has signed", { timeout }, async () => {
  const [first, second] = await Promise.all([newPerson(browser, server.url), newPerson(browser, server.url)]);
  await enrolInDemo(first, guide, "officer", 0);
  await enrolInDemo(second, guide, "officer", 1);
  await first.page.goto("/c/people/new");
  await first.page.locator("[name=name]").fill("沈佳怡");
  await first.page.locator("[name=phone]").fill("10088880001");
  await first.page.locator("[name=term]").fill("2029-12-31");
  await first.page.locator("label:has([name=role][value=clerk])").click();
  await first.page.locator("main form button").last().click();
  await first.page.waitForURL(/\/c\/acts\/[^/]+$/);
  const act = new URL(first.page.url()).pathname;
  assert.match(await first.page.locator("main").innerText(), /2029 年 12 月 31 日/, "the term's last day as it was typed");
  await signAct(first);
  await second.page.goto(act);
  await signAct(second);
  await second.page.goto("/c/people");
  assert.match(await second.page.locator("main").innerText(), /沈佳怡/);
  assertQuiet(first);
  assertQuiet(second);
  officer = first;
});

/** A picture of noise, which no format makes small. */
async function noise(page, width, height) {
  const data = await page.evaluate(
    async ([width, height]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d");
      const picture = context.createImageData(width, height);
      // A generator of one's own: the same picture each time.
      let state = 1;
      for (let at = 0; at < picture.data.length; at += 1) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        picture.data[at] = at % 4 === 3 ? 255 : state >>> 24;
      }
      context.putImageData(picture, 0, 0);
      return canvas.toDataURL("image/png").split(",")[1];
    },
    [width, height],
  );
  return Buffer.from(data, "base64");
}

test("a notice hangs with a photo that was made small on the phone, and is posted", { timeout }, async () => {
  const { page } = officer;
  await page.goto("/notices");
  await page.locator("main a", { hasText: "7 号楼业主表决公告" }).click();
  const address = page.url();
  assert.equal((await fetch(address)).status, 404, "it is not posted yet");
  const photo = await noise(page, 1800, 300);
  await page.locator("details summary").first().click();
  await page.locator("#photo-0").setInputFiles({ name: "IMG_0001.png", mimeType: "image/png", buffer: photo });
  const chosen = () => page.evaluate(() => Array.from(document.querySelector("#photo-0").files, (file) => [file.name, file.size])[0]);
  let [name, sent] = await chosen();
  for (let tries = 0; name !== "photo.jpg" && tries < 100; tries += 1) {
    await page.waitForTimeout(100);
    [name, sent] = await chosen();
  }
  assert.ok(sent < photo.length / 2, `${sent} of ${photo.length} bytes are sent`);
  await page.locator("details button").first().click();
  await page.locator("#boards + ul a", { hasText: "照片" }).waitFor();
  await checkWidths(page, PHONE);
  await screenshot(page, "notice-hung");
  const shown = await page.locator("#boards + ul a").getAttribute("href");
  const kept = await officer.context.request.get(shown);
  assert.equal(kept.headers()["content-type"], "image/jpeg");
  await page.locator("main form button", { hasText: "正式公布" }).click();
  await page.locator("main .tag", { hasText: "公示中" }).waitFor();
  assert.equal((await fetch(address)).status, 200, "everybody sees it now");
  const found = await (await fetch(`${server.url}/search?q=${encodeURIComponent("业主表决 电梯")}`)).text();
  assert.ok(found.includes(new URL(address).pathname), "and finds it");
  assertQuiet(officer);
});

test("an auditor takes the record away and checks it without this server", { timeout }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "heyi-audit-"));
  try {
    const response = await fetch(`${server.url}/log/${guide.finished}/bundle.tar`);
    assert.equal(response.status, 200);
    const bundle = path.join(folder, "poll.tar");
    const bytes = new Uint8Array(await response.arrayBuffer());
    await writeFile(bundle, bytes);
    const verify = () =>
      execFileSync(process.env.HEYI_AUDIT_BIN, ["verify", bundle, "--log-key", guide.key, "--json"], { timeout: 60_000 });
    const report = JSON.parse(verify().toString());
    assert.equal(report.ok, true);
    assert.equal(report.results[0].outcome, "carried");
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(bundle, bytes);
    assert.throws(verify, "one bit is noticed");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("nothing of a running poll's choices is to be had", { timeout }, async () => {
  const audit = await (await fetch(`${server.url}/audit`)).text();
  const running = [...audit.matchAll(/href="\/polls\/([0-9a-f-]{36})"/g)].map(([, id]) => id).find((id) => id !== guide.finished);
  assert.ok(running);
  for (const address of [
    `/log/${running}/bundle.tar`,
    `/log/${running}/tile/entries/000.p/1`,
    `/audit/${running}/ballots.csv`,
    `/audit/${running}/ballots.json`,
    `/audit/${running}/report.json`,
    `/polls/${running}/announcement`,
  ]) {
    assert.equal((await fetch(server.url + address)).status, 404, address);
  }
  const checkpoint = await (await fetch(`${server.url}/log/${running}/checkpoint`)).text();
  assert.match(checkpoint, new RegExp(`/poll/${running}\n\\d+\n`));
});

test("a browser without Ed25519 enrols and votes with the code that comes along", { timeout }, async () => {
  const owner = await newPerson(browser, server.url);
  await makeOld(owner.context);
  await enrolInDemo(owner, guide, "老年业主");
  const { page } = owner;
  const loaded = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto("/");
  await page.locator("main .btn:not(.second)").click();
  await page.locator("#go button").click();
  assert.equal(await page.locator("#not-ready").isVisible(), false);
  for (const motion of await page.locator("[data-motion]").all()) await motion.locator(".card").nth(1).click();
  await page.locator("#choose > button").click();
  await page.locator("#cast").click();
  const code = await page.locator("#codes .code").innerText();
  assert.ok(loaded.some((path) => path.endsWith("/fallback.js")), "the fall-back signed");
  await page.goto(`/check?c=${code}`);
  await page.locator("#verify [role=status]", { hasText: "✓" }).waitFor();
  assertQuiet(owner);
});

test("without scripts everything can be read, large letters stay, and the way out is said", { timeout }, async () => {
  const owner = await newPerson(browser, server.url);
  await enrolInDemo(owner, guide, "共有人", 0);
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: PHONE,
    javaScriptEnabled: false,
    locale: "zh-CN",
    storageState: await owner.context.storageState(),
  });
  const page = await context.newPage();
  await page.goto("/");
  await page.locator("header button[name=size]").click();
  assert.equal(await page.locator("html.elder").count(), 1);
  await page.locator("main .btn:not(.second)").click();
  assert.match(page.url(), /\/vote$/);
  assert.equal(await page.locator("html.elder").count(), 1, "they stay on the next page");
  const text = await page.locator("main").innerText();
  for (const what of [/平方米/, /纸质票/, /截止/]) assert.match(text, what);
  assert.ok(await page.locator("#not-ready").isVisible(), "voting wants a browser that can sign, and this is said");
  assert.equal(await page.locator("#cast:visible").count(), 0);
  assert.match(await page.locator("footer").innerText(), /010-12345678/);
  for (const [address, what] of [
    [`/polls/${guide.finished}`, /维修资金/],
    [`/polls/${guide.finished}/result`, /通过/],
    [`/audit/${guide.finished}`, /heyi-audit verify/],
    ["/check?c=0000-0000-0000", /没有找到/],
    ["/enrol", /纸质/],
  ]) {
    await page.goto(address);
    assert.match(await page.locator("main").innerText(), what, address);
  }
  await context.close();
});

test("a vote can be cast by the keyboard alone, and read by a screen reader", { timeout }, async () => {
  const owner = await newPerson(browser, server.url);
  await enrolInDemo(owner, guide, "共有人", 1);
  const { page } = owner;
  await page.goto("/");
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /^跳到正文/, "the first stop leads to the content");
  await page.keyboard.press("Enter");
  await reach(page, (name) => name === "去投票");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/vote$/);
  await page.locator("#go button").waitFor();
  await reach(page, (name) => name.startsWith("开始"));
  await page.keyboard.press("Enter");
  await page.locator("#choose h1").waitFor();
  assert.equal(await page.locator("#choose").ariaSnapshot(), SNAPSHOT.trim());
  await reach(page, (name) => name.startsWith("下一步"));
  await page.keyboard.press("Enter");
  const error = page.locator("#choose [role=alert]");
  assert.match(await error.ariaSnapshot(), /^- alert:[^]*请选择“同意”“反对”或“弃权”中的一项/, "what is missing is read out");
  for (const motion of await page.locator("[data-motion]").all()) {
    const id = await motion.getAttribute("data-motion");
    await reachElement(page, `#q-${id} input`);
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
    assert.equal(await motion.locator("input:checked").inputValue(), "against", "arrows move between choices");
  }
  await reach(page, (name) => name.startsWith("下一步"));
  await page.keyboard.press("Enter");
  await page.locator("#check").waitFor();
  assert.match(await page.locator("#chosen").innerText(), /反对/);
  await reach(page, (name) => name === "确认投票");
  await page.keyboard.press("Enter");
  await page.locator("#codes .code").waitFor();
  assertQuiet(owner);
});

/** What a screen reader says of the second screen. */
const SNAPSHOT = `
- paragraph: 第 2 步，共 4 步
- heading "每件事都请选一项" [level=1]
- group "是否同意在地面停车场东侧安装 40 个充电桩？":
  - text: 是否同意在地面停车场东侧安装 40 个充电桩？
  - radio "同意 支持这项方案"
  - strong: 同意
  - text: 支持这项方案
  - radio "反对 不支持这项方案"
  - strong: 反对
  - text: 不支持这项方案
  - radio "弃权 参加表决，但不表态"
  - strong: 弃权
  - text: 参加表决，但不表态
- group "是否同意把南门改为人车分流？":
  - text: 是否同意把南门改为人车分流？
  - radio "同意 支持这项方案"
  - strong: 同意
  - text: 支持这项方案
  - radio "反对 不支持这项方案"
  - strong: 反对
  - text: 不支持这项方案
  - radio "弃权 参加表决，但不表态"
  - strong: 弃权
  - text: 参加表决，但不表态
- button "下一步：核对选择"
`;

test("colours of one's own and a zoom of 200 % leave the choices legible", { timeout }, async () => {
  const owner = await newPerson(browser, server.url, { isMobile: false, viewport: { width: 640, height: 400 } });
  await enrolInDemo(owner, guide, "多套房业主");
  const { page } = owner;
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto("/");
  await page.locator("main .btn:not(.second)").click();
  await page.locator("#go button").click();
  await page.locator("[data-motion] .card").first().click();
  await screenshot(page, "forced-colors-choose");
  for (const card of await page.locator("[data-motion] .card").all()) {
    const [border, input] = await card.evaluate((element) => [
      getComputedStyle(element).borderTopStyle,
      element.querySelector("input").getBoundingClientRect().height,
    ]);
    assert.notEqual(border, "none");
    assert.ok(input >= 16, `the radio is ${input} px high`);
  }
  assert.deepEqual(await page.evaluate(() => document.documentElement.scrollWidth), 640, "nothing is beside the page");
  await checkWidths(page);
  assertQuiet(owner);
});

test("every figure of a result leads to how it was reckoned", { timeout }, async () => {
  const reader = await newPerson(browser, server.url);
  const { page } = reader;
  await page.goto(`/polls/${guide.finished}/result`);
  for (const motion of await page.locator("section.motion").all()) {
    const target = await motion.locator("details [id^=how-]").getAttribute("id");
    const links = motion.locator(`a[href="#${target}"]`);
    assert.ok((await links.count()) >= 2, "after the bars and after the table");
    assert.equal(await motion.locator(`#${target}`).isVisible(), false);
    await links.first().click();
    await motion.locator(`#${target}`).waitFor();
    const explained = await motion.locator("details", { has: page.locator(`#${target}`) }).innerText();
    // The figures of the bars are those that are explained.
    for (const bar of await motion.locator(".meter > p:first-child").allInnerTexts()) {
      for (const figure of bar.match(/\d[\d ]*\.\d\d(?= *平方米)/g) ?? []) {
        assert.ok(explained.includes(figure), `${figure} is explained`);
      }
    }
  }
  assertQuiet(reader);
});

/** A browser of the time before Ed25519. @param {import("playwright-core").BrowserContext} context */
const makeOld = (context) =>
  context.addInitScript(() => {
    // An empty page before the first has none.
    if (!crypto.subtle) return;
    for (const name of ["generateKey", "importKey", "sign", "verify"]) {
      const known = crypto.subtle[name].bind(crypto.subtle);
      crypto.subtle[name] = async (...parameters) => {
        if (!JSON.stringify(parameters).includes("Ed25519")) return known(...parameters);
        throw new DOMException("unknown algorithm", "NotSupportedError");
      };
    }
  });

/** What has the focus, by its words; fails if that cannot be seen. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const target = element.matches("[type=radio]") ? (element.labels[0] ?? element) : element;
    const isSeen = [element, target].some((one) => getComputedStyle(one).outlineStyle !== "none");
    if (!isSeen) throw new Error(`nobody sees that this has the focus: ${element.outerHTML.slice(0, 80)}`);
    return target.textContent.trim();
  });

/** Steps on until something of this name has the focus. */
async function reach(page, isIt) {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    if (isIt(await focused(page))) return;
  }
  assert.fail("the keyboard does not get there");
}

/** Steps on until one of these elements has the focus. */
async function reachElement(page, selector) {
  for (let step = 0; step < 60; step += 1) {
    if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`the keyboard does not get to ${selector}`);
}

test("a wish goes from the wall to an answer that whoever raised it rates", { timeout }, async () => {
  const resident = await newPerson(browser, server.url);
  await enrolInDemo(resident, guide, "业主 owner", 1);
  await resident.page.goto("/wishes");
  await screenshot(resident.page, "wish-1-wall");
  await resident.page.locator("main a.btn").first().click();
  await resident.page.locator("[name=title]").fill("北门装一个放快递的架子");
  await resident.page.locator("main form button").last().click();
  await resident.page.locator("[role=alert] a[href='#text']").waitFor();
  assert.equal(await resident.page.locator("[name=title]").inputValue(), "北门装一个放快递的架子", "what was typed stays");
  await resident.page.locator("[name=text]").fill("快递都堆在地上，下雨会湿。");
  await resident.page.locator("[name=building]").selectOption({ index: 1 });
  await screenshot(resident.page, "wish-2-form");
  await resident.page.locator("main form button").last().click();
  await resident.page.waitForURL(/\/matters\/[0-9a-f-]{36}$/);
  const { pathname } = new URL(resident.page.url());
  await checkWidths(resident.page, PHONE);
  await screenshot(resident.page, "wish-3-raised");
  assert.equal((await fetch(server.url + pathname)).status, 404, "nobody else sees it yet");

  const desk = await newPerson(browser, server.url);
  await enrolInDemo(desk, guide, "clerk");
  await desk.page.goto(pathname);
  await desk.page.locator("#acknowledge").click();
  await desk.page.locator("#assign").click();
  await desk.page.locator("details[open] label.card").first().click();
  await screenshot(desk.page, "wish-4-assign");
  const chosen = (await desk.page.locator("details[open] label.card").first().innerText()).trim();
  await desk.page.locator("details[open] button").click();
  await desk.page.locator(".timeline li", { hasText: chosen }).first().waitFor();
  assert.equal((await fetch(server.url + pathname)).status, 200, "it is public now");

  await desk.page.locator("[name=side]").selectOption("question");
  await desk.page.locator("#say").fill("放几层的架子？");
  await desk.page.locator("main form[action$='/say'] button").click();
  await desk.page.locator("#r1", { hasText: "放几层的架子？" }).waitFor();

  await resident.page.goto("/news");
  const told = resident.page.locator("main li", { hasText: "放快递的架子" });
  assert.equal(await told.locator(".tag.warn").count(), 2, "acknowledged and assigned");
  await screenshot(resident.page, "wish-5-news");
  await told.locator("a").first().click();
  await resident.page.locator("#r1 a", { hasText: "回复" }).click();
  await resident.page.locator("#say").fill("三层就够。");
  await resident.page.locator("main form[action$='/say'] button").click();
  await resident.page.locator("#r2", { hasText: "三层就够" }).waitFor();
  await screenshot(resident.page, "wish-6-talk");
  for (const person of [resident, desk]) {
    // The form that was refused and the page that was not there yet are noted by the browser.
    assertQuiet({ trouble: person.trouble.filter((what) => !/422|\/matters\//.test(what)) });
    await person.context.close();
  }
});
