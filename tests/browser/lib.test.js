/** The checks themselves: each must pass on a good page, and find what is planted in a bad one. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import {
  assertQuiet,
  axe,
  checkControls,
  checkText,
  checkWidths,
  launch,
  newPerson,
  startServer,
} from "./lib.js";
import { inTwelveLooks } from "./looks.js";
import { html, startSite } from "./site.js";

const OPTIONS = { timeout: 60_000 };

const CSS = `
  html { font: 18px/1.6 sans-serif; color: #14202b; background: #fff; color-scheme: light dark }
  html.large { font-size: 22px }
  html.elder { font-size: 30px }
  main { padding: 16px; overflow-wrap: anywhere }
  small { font-size: max(16px, 0.85em) }
  button, input[type=text], nav a, label { min-height: 48px; display: inline-block; font: inherit }
  .large :is(button, nav a, label) { min-height: 60px }
  .elder :is(button, nav a, label) { min-height: 64px }
  @media (prefers-color-scheme: dark) { html { color: #eef3f7; background: #10171d } a { color: #8ec5ff } }
  .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
`;
const GOOD = `<h1>表决</h1><p>请看<a href="/">方案</a>，再选。<small>约 1 分钟</small></p><span class="visually-hidden">选项</span>
  <label><input type="radio" name="m1"> 同意</label> <button>下一步</button>`;
const head = '<link rel="stylesheet" href="/page.css">';

/** A good page in the size that the cookie says. */
function lookPage(request, response) {
  const size = /size=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "standard";
  const lang = /lang=en/.test(request.headers.cookie ?? "") ? "en" : "zh-CN";
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
  response.end(html(GOOD, head).replace('<html lang="zh-CN">', `<html lang="${lang}" class="${size}">`));
}

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function visit(t, body, routes = {}) {
  const site = await startSite({ "/": html(body, head), "/page.css": CSS, "/look": lookPage, ...routes });
  t.after(() => site.stop());
  const person = await newPerson(browser, site.url);
  t.after(() => person.context.close());
  await person.page.goto("/");
  return person;
}

test("a good page passes in every look", OPTIONS, async (t) => {
  const person = await visit(t, GOOD);
  assert.deepEqual(await inTwelveLooks(person, "/look", { name: "lib" }), []);
  assertQuiet(person);
});

test("what is wrong in one look alone is found there", OPTIONS, async (t) => {
  const css = `${CSS}
    @media (prefers-color-scheme: dark) { .elder p { color: #333 } }
    .large button { min-height: 0 !important; height: 50px }
    [lang=en] p { width: 400px }
  `;
  const person = await visit(t, GOOD, { "/page.css": css });
  const found = (await inTwelveLooks(person, "/look")).map((line) => line.split("\n")[0]);
  const rest = found.filter((line) => !/elder-dark-(zh|en) color-contrast|large-light-(zh|en): controls|-light-en: .*wider/.test(line));
  assert.deepEqual(rest, []);
  for (const what of [/elder-dark-zh color-contrast/, /large-light-zh: controls/, /standard-light-en: .*wider/]) {
    assert.ok(found.some((line) => what.test(line)), `${what} in ${found.join("\n")}`);
  }
});

for (const [why, check, body, css = ""] of [
  ["a button without a name", (page) => axe(page), "<h1>x</h1><button></button>"],
  ["faint text", (page) => axe(page), '<h1>x</h1><p class="faint">看不清楚的字</p>', ".faint { color: #ccc }"],
  ["small text", (page) => checkText(page, "standard"), '<p class="tiny">x</p>', ".tiny { font-size: 17px }"],
  [
    "small print below 16 px",
    (page) => checkText(page, "standard"),
    "<small>x</small>",
    "small { font-size: 15px !important }",
  ],
  ["standard text in the elder's size", (page) => checkText(page, "elder"), "<p>x</p>"],
  [
    "text in a drawing that is scaled down",
    (page) => checkText(page, "standard"),
    '<svg class="drawing" viewBox="0 0 800 80"><text y="20" font-size="18">x</text></svg>',
    ".drawing { width: 300px }",
  ],
  [
    "a low button",
    (page) => checkControls(page, "standard"),
    '<button class="low">x</button>',
    ".low { min-height: 0; height: 40px }",
  ],
  ["a low button in the elder's size", (page) => checkControls(page, "elder"), "<button>x</button>"],
  [
    "a low link in the navigation",
    (page) => checkControls(page, "standard"),
    "<nav><a href='/' class='low'>x</a></nav>",
    "nav .low { min-height: 0 }",
  ],
  ["a radio without a label", (page) => checkControls(page, "standard"), '<input type="radio">'],
  ["a page that is too wide", (page) => checkWidths(page), '<p class="wide">x</p>', ".wide { width: 340px }"],
]) {
  test(`finds ${why}`, OPTIONS, async (t) => {
    const { page } = await visit(t, body, { "/page.css": CSS + css });
    await assert.rejects(check(page), { name: "AssertionError" });
  });
}

for (const [why, expected, body, act] of [
  ["an inline script", /^policy: script-src/m, "<script>1</script>"],
  ["an inline style", /^policy: style-src/m, '<p style="color: red">x</p>'],
  ["HTML set by a script", /^policy: require-trusted-types-for/m, "", (page) => page.evaluate(setHtml)],
  ["a request to another host", /^request to another host/m, "", askElsewhere],
  ["an error on the console", /^console: planted/m, "", (page) => page.evaluate(() => console.error("planted"))],
  ["an uncaught error", /^error: .*planted/m, "", (page) => page.evaluate(throwLater)],
]) {
  test(`hears of ${why}`, OPTIONS, async (t) => {
    const person = await visit(t, body);
    await act?.(person.page);
    // What the page reported before this answer has arrived with it.
    await person.page.evaluate(() => 0);
    assert.match(person.trouble.join("\n"), expected);
    assert.throws(() => assertQuiet(person));
  });
}

/** The content policy stops the page itself from doing this, but not a link. */
async function askElsewhere(page) {
  const other = await page.context().newPage();
  await other.goto("http://127.0.0.1:9/").catch(() => undefined);
}

function setHtml() {
  try {
    document.body.innerHTML = "x";
  } catch {
    // The report is what is tested.
  }
}

function throwLater() {
  return new Promise((resolve) => {
    setTimeout(() => {
      setTimeout(resolve);
      throw new Error("planted");
    });
  });
}

/** Stands in for the server's command. */
const script = (code) => ["-e", code];

test("starts a server, and stops it", OPTIONS, async (t) => {
  process.env.HEYI_BIN = process.execPath;
  t.after(() => delete process.env.HEYI_BIN);
  const server = await startServer(
    script('console.log("ready at http://127.0.0.1:8080/ now"); setInterval(() => 0, 1000)'),
  );
  assert.equal(server.url, "http://127.0.0.1:8080");
  await server.stop();
  await server.stop();
  await assert.rejects(
    startServer(script('console.error("no database"); process.exit(3)')),
    /ended with 3:\nno database/,
  );
});
