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
import { assertQuiet, checkLook, inEveryLook, launch, newPerson, screenshot, startServer } from "./lib.js";

/** Milliseconds that a test may take, and the demo to be set up: a debug build on a busy machine. */
const timeout = 400_000;
const SET_UP = 300_000;
const PORT = 8085;
const TESTS = fileURLToPath(new URL("..", import.meta.url));

let browser;
let server;
let guide;

before(
  async () => {
    const args = ["demo", "--listen", `127.0.0.1:${PORT}`, "--voters", "24"];
    server = await startServer(args, { ready: /heyi listens on .* as (http:\S+)/, start: SET_UP });
    guide = readGuide(server.output());
    browser = await launch();
  },
  { timeout: SET_UP },
);

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Who can sign in, with the code of their letter; the finished poll, and its log's key. */
function readGuide(output) {
  const people = [...output.matchAll(/^(\S.*): .+\n.*letter (\S+)$/gm)].map(([, role, letter]) => ({ role, letter }));
  const finished = /\/polls\/([0-9a-f-]+)\/result/.exec(output)?.[1];
  const key = /--log-key '([^']+)'/.exec(output)?.[1];
  assert.ok(people.length >= 9 && finished && key, output);
  return { people, finished, key };
}

const letterOf = (role, place = 0) => guide.people.filter((person) => person.role.includes(role))[place].letter;

/** Enrols this browser by letter and one-time code. */
async function enrol({ page, context }, letter) {
  await page.goto(`/enrol#${letter}`);
  await page.waitForFunction(() => document.querySelector("#letter").value.length > 8);
  await page.locator("#letter-form button").click();
  await page.locator("main form button").first().click();
  await page.waitForURL(/\/enrol\/[^/]+$/);
  const outbox = await context.newPage();
  await outbox.goto("/outbox");
  const code = /(?<!\d)\d{6}(?!\d)/.exec(await outbox.locator("main").innerText())?.[0];
  await outbox.close();
  assert.ok(code, "the outbox shows the code");
  await page.locator("#code").fill(code);
  await page.locator("main form button").first().click();
  await page.waitForURL(/\/enrol\/done|\/$|\/c$/);
}

test("an owner enrols by letter and code, votes in six taps, and finds the ballot by its code", { timeout }, async () => {
  const owner = await newPerson(browser, server.url);
  const { page } = owner;
  await enrol(owner, letterOf("业主 owner"));
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
  await enrol(first, letterOf("officer", 0));
  await enrol(second, letterOf("officer", 1));
  await first.page.goto("/c/people/new");
  await first.page.locator("[name=name]").fill("沈佳怡");
  await first.page.locator("[name=phone]").fill("10088880001");
  await first.page.locator("[name=term]").fill("2029-12-31");
  await first.page.locator("label:has([name=role][value=clerk])").click();
  await first.page.locator("main form button").last().click();
  await first.page.waitForURL(/\/c\/acts\/[^/]+$/);
  const act = new URL(first.page.url()).pathname;
  await sign(first, "one");
  await second.page.goto(act);
  await sign(second, "two");
  await second.page.goto("/c/people");
  assert.match(await second.page.locator("main").innerText(), /沈佳怡/);
  assertQuiet(first);
  assertQuiet(second);
});

/** Signs the act on the page with this browser's office key. */
async function sign({ page }, name) {
  const signed = page.waitForResponse((response) => response.url().endsWith("/sign"));
  await page.locator("#sign button").first().click();
  assert.ok((await signed).ok(), "the signature is taken");
  await page.waitForLoadState();
  await screenshot(page, `officer-${name}-signed`);
}

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

test("public pages can be read by everybody in every look", { timeout }, async () => {
  const reader = await newPerson(browser, server.url);
  const { finished } = guide;
  await reader.page.goto("/");
  for (const address of ["/audit", `/polls/${finished}`, `/polls/${finished}/result`, `/audit/${finished}`]) {
    await inEveryLook(reader, address, async ({ name, size }) => {
      const place = address.replaceAll("/", "-").replace(finished, "lift");
      if (["standard-light-zh", "elder-dark-zh", "large-light-en"].includes(name)) await screenshot(reader.page, `public${place}-${name}`);
      await checkLook(reader.page, size);
    });
  }
  assertQuiet(reader);
});
