/** The core modules in a real browser, under the content policy of the server. */
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { assertQuiet, launch, newPerson, openProfile } from "./lib.js";
import { HOST, POLL, newLog } from "./log.js";
import { html, startSite } from "./site.js";

const OPTIONS = { timeout: 60_000 };
const MANIFEST = "29dea2f0925373e44c7e053032e6bcbabf6d132ab51980879b6217a27db8483f";
const VECTORS = new URL("../vectors/", import.meta.url);
const vectors = async (name) => JSON.parse(await readFile(new URL(`${name}.json`, VECTORS), "utf8"));
const bundleIsBuilt = existsSync(new URL("../../web/fallback/dist/fallback.js", import.meta.url));

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Somebody on the first page of a site, at its end both gone; nothing may have gone wrong that `expected` does not name. */
async function visit(t, routes = {}, { expected, prepare } = {}) {
  const site = await startSite({ "/": html("<p>合议</p>"), ...routes });
  t.after(() => site.stop());
  const person = await newPerson(browser, site.url);
  await prepare?.(person);
  await person.page.goto("/");
  t.after(async () => {
    const trouble = person.trouble.filter((what) => !expected?.test(what));
    await person.context.close();
    assertQuiet({ trouble });
  });
  return person;
}

test("the signature rule", OPTIONS, async (t) => {
  const { page } = await visit(t);
  const { rows } = await vectors("ed25519_edge");
  const answers = await page.evaluate(async (rows) => {
    const { verify } = await import("/core/ed25519.js");
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    return Promise.all(rows.map((row) => verify(bytes(row.public), bytes(row.message), bytes(row.signature))));
  }, rows);
  assert.deepEqual(
    answers.map((accept, i) => [rows[i].why, accept]),
    rows.map(({ why, accept }) => [why, accept]),
  );
});

test("canonical JSON", OPTIONS, async (t) => {
  const { page } = await visit(t);
  const { json } = await vectors("notes");
  const rows = json.filter((row) => row.json !== undefined);
  const answers = await page.evaluate(
    async ([rows, ranges]) => {
      const { parseStrict, unicode15 } = await import("/core/strict.js");
      const isAssigned = unicode15(ranges);
      return rows.map(({ json }) => {
        try {
          parseStrict(json, isAssigned);
          return true;
        } catch {
          return false;
        }
      });
    },
    [rows, (await vectors("unicode15")).ranges],
  );
  assert.deepEqual(
    answers.map((accept, i) => [rows[i].why, accept]),
    rows.map(({ why, accept }) => [why, accept]),
  );
});

test("receipts", OPTIONS, async (t) => {
  const { page } = await visit(t);
  const { log_key, valid, invalid } = await vectors("tlog_proof");
  const answers = await page.evaluate(
    async ([vkey, receipts]) => {
      const [{ openReceipt }, { parseKey }] = await Promise.all([import("/core/log.js"), import("/core/note.js")]);
      const logKey = await parseKey(vkey);
      return Promise.all(
        receipts.map((text) =>
          openReceipt(text, logKey).then(
            ({ code }) => code,
            () => null,
          ),
        ),
      );
    },
    [log_key, [...valid, ...invalid].map(({ receipt }) => receipt)],
  );
  assert.deepEqual(answers, [...valid.map(({ check_code }) => check_code), ...invalid.map(() => null)]);
});

test("a key survives closing the browser, and never leaves it", OPTIONS, async (t) => {
  const site = await startSite({ "/": html("<p>合议</p>") });
  const profile = await mkdtemp(path.join(tmpdir(), "heyi-profile-"));
  t.after(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  t.after(() => site.stop());
  /** Opens the profile, does something on the page, and closes the browser. */
  const withBrowser = async (work, argument) => {
    const { context, page, trouble } = await openProfile(profile, site.url);
    try {
      await page.goto("/");
      return await page.evaluate(work, argument);
    } finally {
      await context.close();
      assertQuiet({ trouble });
    }
  };

  const made = await withBrowser(async () => {
    const { fillStock, findDeviceKey, makeDeviceKey } = await import("/core/keys.js");
    const none = await findDeviceKey("sign_in");
    const { publicKey } = await makeDeviceKey("sign_in");
    return { none, publicKey: [...publicKey], stock: (await fillStock(3)).map((key) => [...key]) };
  });
  assert.equal(made.none, undefined);
  assert.equal(new Set(made.stock.map(String)).size, 3);

  const found = await withBrowser(async () => {
    const { findDeviceKey, makeDeviceKey, fillStock } = await import("/core/keys.js");
    const key = await findDeviceKey("sign_in");
    const again = await makeDeviceKey("sign_in");
    const signature = await key.sign(new TextEncoder().encode("合议"));
    const stock = (await fillStock(3)).map((key) => [...key]);
    const records = await new Promise((resolve) => {
      indexedDB.open("heyi").onsuccess = ({ target }) => {
        target.result.transaction("keys").objectStore("keys").getAll().onsuccess = ({ target }) =>
          resolve(target.result);
      };
    });
    const exports = await Promise.all(
      records.flatMap(({ secret }) =>
        ["pkcs8", "jwk"].map((format) =>
          crypto.subtle.exportKey(format, secret).then(
            () => "out",
            ({ name }) => name,
          ),
        ),
      ),
    );
    return { publicKey: [...key.publicKey], again: [...again.publicKey], signature: [...signature], stock, exports };
  });
  assert.deepEqual([found.publicKey, found.again], [made.publicKey, made.publicKey]);
  assert.deepEqual(found.stock.map(String).sort(), made.stock.map(String).sort());
  assert.deepEqual(
    found.exports,
    Array.from({ length: 8 }, () => "InvalidAccessError"),
  );
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(made.publicKey).toString("base64url") },
    format: "jwk",
  });
  assert.ok(verify(null, Buffer.from("合议"), key, Buffer.from(found.signature)));
});

test("a voting key is bound to one credential only", OPTIONS, async (t) => {
  const { page } = await visit(t);
  const answers = await page.evaluate(async () => {
    const { bindKey, fillStock, votingKey } = await import("/core/keys.js");
    const [first, second] = await fillStock(2);
    const bound = [
      await bindKey(first, "a", 1),
      await bindKey(first, "a", 1),
      await bindKey(first, "b", 1),
      await bindKey(second, "a", 1),
      await bindKey(new Uint8Array(32), "a", 2),
    ];
    const key = await votingKey("a", 1);
    return {
      bound,
      isFirst: String(key.publicKey) === String(first),
      none: await votingKey("b", 1),
      spare: (await fillStock(0)).length,
    };
  });
  assert.deepEqual(answers, {
    bound: [true, true, false, false, false],
    isFirst: true,
    none: undefined,
    spare: 1,
  });
});

test("two tabs make one key", OPTIONS, async (t) => {
  const { context, page } = await visit(t);
  const other = await context.newPage();
  await other.goto("/");
  const make = async () => [...(await (await import("/core/keys.js")).makeDeviceKey("office")).publicKey];
  const [a, b] = await Promise.all([page.evaluate(make), other.evaluate(make)]);
  assert.deepEqual(a, b);
});

/** Casts in the page, with a key that was bound for credential 4. */
async function cast(page, vkey, answer, lastSeq = 0) {
  return page.evaluate(
    async ([poll, choice, lastSeq]) => {
      const [{ castBallot }, keys, { receipts }] = await Promise.all([import("/core/cast.js"), import("/core/keys.js"), import("/core/receipts.js")]);
      if (!(await keys.votingKey(poll.id, 4))) await keys.bindKey((await keys.fillStock(1))[0], poll.id, 4);
      const sent = await castBallot(poll, choice, lastSeq, { pauses: [0] });
      return { ...sent, record: await keys.ballotOf(poll.id, 4), kept: (await receipts(poll.id)).length };
    },
    [
      { host: HOST, id: POLL, logKey: vkey, witnesses: [], address: "/ballots" },
      { poll: POLL, manifest: MANIFEST, credential: 4, holder: 3, answers: { m1: answer } },
      lastSeq,
    ],
  );
}

/** Where ballots are posted: `answer` gets each ballot and the number of requests before it. */
function ballotBox(answer) {
  let requests = 0;
  return async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const ballot = Buffer.concat(chunks).toString("utf8");
    const { status = 200, type = "text/plain; charset=utf-8", body, drop } = await answer(ballot, requests++, request);
    if (drop) return request.socket.destroy();
    response.writeHead(status, { "Content-Type": type });
    return response.end(body);
  };
}

const refusal = (status, code) => ({ status, type: "application/problem+json", body: JSON.stringify({ code }) });
const FAILED_REQUEST = /^console: Failed to load resource/;

test("a ballot is cast, again and changed", OPTIONS, async (t) => {
  const log = await newLog();
  const types = new Set();
  const box = ballotBox(async (ballot, _, { headers }) => {
    types.add(headers["content-type"]);
    return { body: await log.cast(ballot) };
  });
  const { page } = await visit(t, { "/ballots": box });
  const first = await cast(page, log.vkey, "for");
  assert.equal(first.answer, "stored");
  assert.match(first.receipt.code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  assert.deepEqual([first.record, first.kept], [{ poll: POLL, credential: 4, seq: 1 }, 1]);
  const second = await cast(page, log.vkey, "against");
  assert.deepEqual([second.receipt.ballot.seq, second.receipt.ballot.answers, second.kept], [2, { m1: "against" }, 2]);
  const fromServer = await cast(page, log.vkey, "for", 7);
  assert.equal(fromServer.receipt.ballot.seq, 8);
  assert.equal(log.ballots.length, 4);
  assert.deepEqual([...types], ["application/vnd.heyi.statement"]);
});

test("a lost answer does not make a second ballot", OPTIONS, async (t) => {
  const log = await newLog();
  let isCutOff = true;
  const box = ballotBox(async (ballot) => {
    const body = await log.cast(ballot);
    return isCutOff ? { drop: true } : { body };
  });
  const { page } = await visit(t, { "/ballots": box }, { expected: FAILED_REQUEST });
  const lost = await cast(page, log.vkey, "for");
  assert.deepEqual([lost.answer, lost.kept, typeof lost.record.waiting], ["unknown", 0, "string"]);
  await page.reload();
  const still = await cast(page, log.vkey, "against");
  assert.deepEqual([still.answer, still.record.waiting], ["unknown", lost.record.waiting]);
  isCutOff = false;
  const found = await cast(page, log.vkey, "for");
  assert.deepEqual([found.answer, found.receipt.note, found.kept], ["stored", lost.record.waiting, 1]);
  assert.equal(log.ballots.length, 2);
});

test("of two tabs that cast at once, one has to wait", OPTIONS, async (t) => {
  const { context, page } = await visit(t);
  const other = await context.newPage();
  await other.goto("/");
  const hold = async (waiting) =>
    (await import("/core/keys.js")).holdBallot({ poll: "a", credential: 1, seq: 1, waiting });
  const held = await Promise.all([page.evaluate(hold, "for"), other.evaluate(hold, "against")]);
  assert.deepEqual(held.sort(), [false, true]);
});

test("a refusal for good frees the number, another keeps the ballot", OPTIONS, async (t) => {
  const log = await newLog();
  const answers = [
    () => refusal(422, "wrong_manifest"),
    () => refusal(401, "signed_out"),
    async (ballot) => ({ body: await log.cast(ballot) }),
  ];
  const { page } = await visit(
    t,
    { "/ballots": ballotBox((ballot, before) => answers[before](ballot)) },
    { expected: FAILED_REQUEST },
  );
  const refused = await cast(page, log.vkey, "for");
  assert.deepEqual(
    [refused.answer, refused.code, refused.record],
    ["refused", "wrong_manifest", { poll: POLL, credential: 4, seq: 0 }],
  );
  const signedOut = await cast(page, log.vkey, "for");
  assert.deepEqual([signedOut.code, signedOut.settled, signedOut.record.seq], ["signed_out", false, 1]);
  const stored = await cast(page, log.vkey, "for");
  assert.deepEqual([stored.answer, stored.receipt.note], ["stored", signedOut.record.waiting]);
});

test("a receipt of another log or ballot is not taken", OPTIONS, async (t) => {
  const [log, other] = [await newLog(), await newLog()];
  let answer = (ballot) => other.cast(ballot);
  const { page } = await visit(t, { "/ballots": ballotBox(async (ballot) => ({ body: await answer(ballot) })) });
  const forged = await cast(page, log.vkey, "for");
  assert.equal(forged.answer, "unknown");
  assert.match(forged.evidence, /^c2sp.org/);
  answer = (ballot) => log.cast(ballot.replace('"for"', '"against"'));
  assert.equal((await cast(page, log.vkey, "for")).answer, "unknown");
  answer = (ballot) => log.cast(ballot);
  assert.equal((await cast(page, log.vkey, "for")).answer, "stored");
});

/** A browser of the time before Ed25519. */
const prepareOldBrowser = ({ context }) =>
  context.addInitScript(() => {
    for (const name of ["generateKey", "importKey", "sign", "verify"]) {
      const known = crypto.subtle[name].bind(crypto.subtle);
      crypto.subtle[name] = async (...parameters) => {
        if (JSON.stringify(parameters).includes("Ed25519"))
          throw new DOMException("unknown algorithm", "NotSupportedError");
        return known(...parameters);
      };
    }
  });

test(
  "an old browser votes with the bundle",
  { ...OPTIONS, skip: bundleIsBuilt ? false : "web/fallback is not built" },
  async (t) => {
    const log = await newLog();
    const box = ballotBox(async (ballot) => ({ body: await log.cast(ballot) }));
    const { page } = await visit(t, { "/ballots": box }, { prepare: prepareOldBrowser });
    const { answer, receipt } = await cast(page, log.vkey, "for");
    assert.deepEqual([answer, receipt.ballot.answers], ["stored", { m1: "for" }]);
  },
);

test("an old browser without the bundle says so", OPTIONS, async (t) => {
  const missing = (_, response) => response.writeHead(404).end();
  const person = await visit(
    t,
    { "/fallback/fallback.js": missing },
    { prepare: prepareOldBrowser, expected: FAILED_REQUEST },
  );
  const code = () =>
    person.page.evaluate(async () => (await import("/core/keys.js")).fillStock(1).catch(({ code }) => code));
  assert.equal(await code(), "no_ed25519");
});

test("a browser without storage says so", OPTIONS, async (t) => {
  const prepare = ({ context }) =>
    context.addInitScript(() => Object.defineProperty(globalThis, "indexedDB", { value: undefined }));
  const { page } = await visit(t, {}, { prepare });
  assert.equal(
    await page.evaluate(async () => (await import("/core/keys.js")).makeDeviceKey("sign_in").catch(({ code }) => code)),
    "no_storage",
  );
});

test("a page that is not secure says so", OPTIONS, async (t) => {
  const prepare = ({ context }) =>
    context.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined }));
  const { page } = await visit(t, {}, { prepare });
  assert.equal(
    await page.evaluate(async () => (await import("/core/engine.js")).engine().catch(({ code }) => code)),
    "no_secure_context",
  );
});

test("receipts open without a network, other pages say that there is none", OPTIONS, async (t) => {
  const routes = {
    "/receipt": html(
      "<h1>选票回执</h1>",
      '<link rel="stylesheet" href="/page.css"><script type="module" src="/receipt.js"></script>',
    ),
    "/receipt.js":
      'import { checkCode } from "./core/log.js";\ndocument.querySelector("h1").dataset.code = checkCode(new Uint8Array(32));\n',
    "/page.css": "h1 { color: rgb(1, 2, 3) }",
    "/offline": html("<h1>现在没有网络</h1>"),
    "/private": html("<h1>邻居</h1>"),
    "/events": (_, response) => response.writeHead(200, { "Content-Type": "text/event-stream" }).end("data: 1\n\n"),
  };
  const { context, page } = await visit(t, routes, { expected: /ERR_INTERNET_DISCONNECTED/ });
  await page.evaluate(async () => {
    const { registerWorker } = await import("/core/register.js");
    await registerWorker("r1");
    if (!(await registerWorker("r1"))) throw new Error("registering again fails");
    await navigator.serviceWorker.ready;
  });
  await page.goto("/private");
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  const kept = () =>
    page.evaluate(async () => {
      const all = await Promise.all(
        (await caches.keys()).map(async (name) =>
          (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname),
        ),
      );
      return all.flat().sort();
    });
  const expected = [
    "/core/ballot.js",
    "/core/bytes.js",
    "/core/canonical.js",
    "/core/ed25519.js",
    "/core/engine.js",
    "/core/log.js",
    "/core/note.js",
    "/icon.svg",
    "/offline",
    "/page.css",
    "/receipt",
    "/receipt.js",
  ];
  assert.deepEqual(await kept(), expected);
  assert.equal(await page.evaluate(async () => (await fetch("/events")).text()), "data: 1\n\n");

  await context.setOffline(true);
  await page.goto("/receipt");
  await page.waitForSelector('h1[data-code="0000-0000-0000"]');
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("h1")).color), "rgb(1, 2, 3)");
  await page.goto("/private");
  assert.equal(await page.textContent("h1"), "现在没有网络");
  await context.setOffline(false);
  await page.goto("/private");
  assert.equal(await page.textContent("h1"), "邻居");
  assert.deepEqual(await kept(), expected);
});

test("turnout is shown as it comes, and after the server was away", OPTIONS, async (t) => {
  let calls = 0;
  let show;
  const isSeen = new Promise((resolve) => (show = resolve));
  const routes = {
    "/": html('<output data-turnout="heads">–</output><output data-turnout="area">–</output><p id="other">x</p>'),
    "/events": async (_, response) => {
      calls += 1;
      if (calls === 2) return response.writeHead(503).end();
      if (calls === 3) await isSeen;
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      const heads = calls === 1 ? "参与 <b>12</b> 人" : "参与 13 人";
      return response.end(`retry: 1\nevent: turnout\ndata: ${JSON.stringify({ heads, area: 3, other: "no" })}\n\n`);
    },
  };
  const { page } = await visit(t, routes, { expected: FAILED_REQUEST });
  await page.evaluate(async () => {
    globalThis.end = (await import("/core/turnout.js")).showTurnout(document, "/events", [1, 1]);
  });
  await page.waitForFunction(() => document.querySelector("output").textContent === "参与 <b>12</b> 人");
  show();
  await page.waitForFunction(() => document.querySelector("output").textContent === "参与 13 人");
  assert.equal(await page.textContent("[data-turnout=area]"), "–");
  assert.equal(await page.textContent("#other"), "x");
  await page.evaluate(() => globalThis.end());
});
