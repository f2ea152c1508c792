// @ts-check
/**
 * The vote: choose, read over, sign, send; four screens of one page.
 *
 * @typedef {{ holder: number, voter: { holder: number, for_holder?: number, channel?: "meeting" }, homes: string, credential: null | { number: number, key: string, lastSeq: number } }} Holder
 * @typedef {import("../core/cast.js").Poll & { manifest: string, release: string, seat?: true, holders: Holder[] }} Data
 * @typedef {import("../core/ballot.js").Ballot["answers"]} Answers
 */
import { fromBase64, toBase64 } from "../core/bytes.js";
import { castBallot, resumeBallot } from "../core/cast.js";
import { engine } from "../core/engine.js";
import { bindKey, fillStock, findDeviceKey } from "../core/keys.js";
import { registerWorker } from "../core/register.js";
import { ask, part, showUnsupported, signInWith } from "./common.js";
import { offerFile } from "./file.js";

const STOCK = 16;
const SCREENS = ["start", "choose", "check", "done"];

/** @type {Data} */
const poll = JSON.parse(part("vote").dataset.poll ?? "");
const seat = poll.seat && import("./sitting.js");
/**
 * What was received in this visit, by holder: a second try must not cast again what is in.
 *
 * @type {Map<number, import("../core/post.js").Stored>}
 */
const received = new Map();

/** @param {string} screen */
function show(screen) {
  for (const id of SCREENS) part(id).hidden = id !== screen;
  part(screen).querySelector("h1")?.focus();
  scrollTo(0, 0);
}

/** Goes on to a screen, so that the browser's own way back leads here again. @param {string} screen */
function go(screen) {
  history.pushState(screen, "");
  show(screen);
}

/** @param {Element} root @param {string} name @returns {HTMLElement} */
const named = (root, name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part=${name}]`));

/** Every question with what is chosen, or the fields that lack an answer. */
function readChoices() {
  /** @type {Answers} */
  const answers = {};
  /** @type {[string, string][]} */
  const chosen = [];
  /** @type {HTMLElement[]} */
  const faults = [];
  for (const question of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-motion]"))) {
    const { motion = "", seats } = question.dataset;
    const title = question.querySelector("legend")?.textContent ?? "";
    if (seats === undefined) {
      const input = checked(question);
      if (!input) faults.push(question);
      else {
        answers[motion] = input.value;
        chosen.push([title, labelOf(input)]);
      }
      continue;
    }
    /** @type {import("../core/ballot.js").Marks} */
    const marks = {};
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (question.querySelectorAll("[data-candidate]"))) {
      const input = checked(row);
      if (!input) continue;
      chosen.push([row.querySelector("legend")?.textContent ?? "", labelOf(input)]);
      if (input.value === "for" || input.value === "against") marks[row.dataset.candidate ?? ""] = input.value;
    }
    if (Object.values(marks).filter((mark) => mark === "for").length > Number(seats)) faults.push(question);
    answers[motion] = marks;
  }
  return { answers, chosen, faults };
}

/** @param {Element} root @returns {HTMLInputElement | null} */
const checked = (root) => root.querySelector("input:checked");
/** @param {HTMLInputElement} input */
const labelOf = (input) => input.labels?.[0]?.querySelector("strong")?.textContent ?? "";

/** @param {Event} event */
function toCheck(event) {
  event.preventDefault();
  const { chosen, faults } = readChoices();
  const error = part("choose-error");
  error.replaceChildren(...faults.map(asLink));
  error.hidden = faults.length === 0;
  for (const question of document.querySelectorAll("[data-motion]")) {
    question.setAttribute("aria-invalid", String(faults.includes(/** @type {HTMLElement} */ (question))));
  }
  if (faults.length > 0) return checkedOrFirst(faults[0]).focus();
  part("chosen").replaceChildren(...chosen.map(asRow));
  part("trouble").hidden = true;
  go("check");
}

/** @param {HTMLElement} question @returns {HTMLElement} */
const checkedOrFirst = (question) => checked(question) ?? /** @type {HTMLElement} */ (question.querySelector("input"));

/** @param {HTMLElement} question */
function asLink(question) {
  const line = document.createElement("p");
  line.textContent = question.dataset.missing ?? "";
  return line;
}

/** @param {[string, string]} row */
function asRow([title, choice]) {
  const [row, term, value] = ["div", "dt", "dd"].map((name) => document.createElement(name));
  term.textContent = title;
  value.textContent = choice;
  row.append(term, value);
  return row;
}

async function cast() {
  const button = /** @type {HTMLButtonElement} */ (part("cast"));
  if (button.disabled) return;
  const progress = part("progress");
  button.disabled = true;
  part("trouble").hidden = true;
  progress.textContent = progress.dataset.sending ?? "";
  const onSlow = () => (progress.textContent = progress.dataset.slow ?? "");
  try {
    const code = await castAll(readChoices().answers, onSlow);
    if (code === undefined) return finish();
    complain(code);
    button.textContent = button.dataset.again ?? "";
  } catch (cause) {
    show("start");
    showUnsupported(cause);
  } finally {
    progress.textContent = "";
    button.disabled = false;
  }
}

/**
 * One ballot for each holder, all with the same answers.
 *
 * @param {Answers} answers
 * @param {() => void} onSlow
 * @returns {Promise<string | undefined>} Why it stopped; nothing if all are received.
 */
async function castAll(answers, onSlow) {
  for (const { holder, voter, credential } of poll.holders) {
    if (!credential || received.has(holder)) continue;
    const choice = { poll: poll.id, manifest: poll.manifest, credential: credential.number, ...voter, answers };
    const send = async () => ((await seat)?.castOnce ?? castBallot)(poll, choice, credential.lastSeq, { onSlow });
    let sent = await send();
    if (sent.answer === "refused" && sent.code === "signed_out" && (await signInAgain())) sent = await send();
    if (sent.answer === "stored") received.set(holder, sent);
    else if (sent.answer === "unknown") return sent.evidence === undefined ? "failed" : "bad_receipt";
    else if (sent.answer === "busy") return "other_tab";
    else return sent.answer === "refused" ? sent.code : "not_eligible";
  }
  return undefined;
}

/** Sessions end after a while; the phone's key opens a new one. */
async function signInAgain() {
  const signer = await findDeviceKey("sign_in");
  return signer !== undefined && (await signInWith(signer).catch(() => false));
}

/** Shows the sentence of a code. @param {string} code */
function complain(code) {
  const box = part("trouble");
  const sentences = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("[data-code]")]);
  const known = sentences.find(({ dataset }) => dataset.code === code);
  const other = sentences.find(({ dataset }) => dataset.code === "other");
  for (const sentence of sentences) sentence.hidden = sentence !== (known ?? other);
  if (!known && other) {
    other.dataset.text ??= other.textContent ?? "";
    other.textContent = `${other.dataset.text} ${code}`;
  }
  box.hidden = false;
}

function finish() {
  const cards = poll.holders.flatMap(({ holder, homes }) => {
    const stored = received.get(holder);
    return stored ? [card(homes, stored)] : [];
  });
  part("codes").replaceChildren(...cards);
  // Nothing leads back to a form that would cast once more.
  history.replaceState("done", "");
  show("done");
  if (seat) return;
  registerWorker(poll.release);
  topUp().catch(() => undefined);
}

/** @param {string} homes @param {import("../core/post.js").Stored} stored */
function card(homes, stored) {
  const { text, receipt: { code, index } } = stored;
  const template = /** @type {HTMLTemplateElement} */ (part("code-template"));
  const copy = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  named(copy, "homes").textContent = homes;
  named(copy, "code").textContent = code;
  const place = named(copy, "place");
  place.textContent = (place.dataset.text ?? "").replace("{n}", String(index));
  named(copy, "check").setAttribute("href", `/check?c=${encodeURIComponent(code)}`);
  offerFile(/** @type {HTMLAnchorElement} */ (named(copy, "save")), `${code}.txt`, text);
  // Loaded only now: voting needs none of it.
  if (poll.quorum) import("./witnessed.js").then(({ watch }) => watch(poll, stored, copy)).catch(() => undefined);
  return copy;
}

/** The screen and choices while the page is fetched anew in another language or size. Nothing stays behind. */
const KEPT = `choices of ${location.pathname}`;

function keepChoices() {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#choose input:checked"));
  const isChoosing = part("start").hidden && part("done").hidden;
  const kept = { isChoosing, values: [...inputs].map(({ name, value }) => [name, value]) };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
}

function restoreChoices() {
  const { isChoosing, values } = JSON.parse(sessionStorage.getItem(KEPT) ?? '{"values":[]}');
  sessionStorage.removeItem(KEPT);
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#choose input"))) {
    if (values.some((/** @type {string[]} */ [name, value]) => input.name === name && input.value === value)) input.checked = true;
  }
  if (isChoosing) go("choose");
}

/** The next polls want keys of their own. */
async function topUp() {
  const stock = await fillStock(STOCK);
  await ask("/me/keys", { voting: stock.map(toBase64) });
}

/** Whether every holder that has a credential has its key on this phone, and at least one does. */
async function bindAll() {
  const bound = await Promise.all(
    poll.holders.map(async ({ credential }) => {
      return credential !== null && (await bindKey(fromBase64(credential.key), poll.id, credential.number));
    }),
  );
  return bound.length > 0 && bound.every(Boolean);
}

/** A ballot that was left waiting goes first; if all are in, that is the news. */
async function resume() {
  for (const { holder, voter, credential } of poll.holders) {
    const sent = credential ? await resumeBallot(poll, credential.number, { pauses: [] }) : undefined;
    // It may have been for somebody else.
    if (sent?.answer === "stored" && sent.receipt.ballot.for_holder === voter.for_holder) received.set(holder, sent);
  }
  if (received.size > 0 && received.size === poll.holders.length) finish();
}

async function start() {
  await engine();
  const hasKeys = await ((await seat)?.isFree ?? bindAll)();
  part("not-ready").hidden = true;
  if (!hasKeys) {
    part("no-key").hidden = false;
    return;
  }
  for (const button of part("choose").querySelectorAll("button")) button.disabled = false;
  part("go").hidden = false;
  for (const id of SCREENS) part(id).hidden = id !== "start";
  part("go").querySelector("button")?.addEventListener("click", () => go("choose"));
  part("choose").addEventListener("submit", toCheck);
  part("change").addEventListener("click", () => history.back());
  part("cast").addEventListener("click", cast);
  part("print").addEventListener("click", () => print());
  addEventListener("popstate", ({ state }) => show(typeof state === "string" ? state : "start"));
  for (const form of document.querySelectorAll("form.prefs")) form.addEventListener("submit", keepChoices);
  restoreChoices();
  await resume();
}

if (document.getElementById("choose")) start().catch(showUnsupported);
