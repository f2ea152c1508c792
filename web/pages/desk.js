// @ts-check
/**
 * The paper desk by keyboard: digits choose and move on, Enter sends, and what this clerk entered on this device is
 * signed once another has entered the same.
 *
 * What was entered here is remembered until it is signed: the server says what is to be signed, and this device signs
 * nothing by itself that it has not been told by its clerk. The rest is shown, and waits for the button.
 */
import { toBase64 } from "../core/bytes.js";
import { signText } from "../core/ballot.js";
import { Unsupported } from "../core/engine.js";
import { findDeviceKey } from "../core/keys.js";
import { parseNote } from "../core/note.js";

/** @typedef {{ form: number, text: string }} Paper */
/** @typedef {import("../core/note.js").Signer} Signer */

const number = /** @type {HTMLInputElement | null} */ (document.querySelector("main input[name=form]:not([type=hidden])"));
const entry = /** @type {HTMLFormElement | null} */ (document.getElementById("paper-entry"));
const box = document.getElementById("desk-sign");
if (entry) prepareEntry(entry);
else number?.focus();
if (box) void signAll(box);

/** @param {string} poll @param {number | string} form */
function placeOf(poll, form) {
  return `desk:${poll}:${form}`;
}

/** @param {HTMLFormElement} form */
function prepareEntry(form) {
  const groups = () => /** @type {HTMLFieldSetElement[]} */ ([...form.querySelectorAll("fieldset")]).filter((one) => !one.closest("[hidden]") && one.querySelector("input[type=radio]"));
  const answers = /** @type {HTMLElement} */ (document.getElementById("answers"));
  const whole = () => new FormData(form).get("whole");
  const adapt = () => {
    answers.hidden = whole() !== "valid";
  };
  adapt();
  form.addEventListener("change", adapt);
  focusOn(groups()[0]);
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const group = target.closest("fieldset");
    if (!group || !(target instanceof HTMLInputElement) || target.type !== "radio") return;
    const radio = /** @type {HTMLInputElement[]} */ ([...group.querySelectorAll("input[type=radio]")])[Number(event.key) - 1];
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const all = groups();
    const next = all[all.indexOf(group) + 1];
    if (next) focusOn(next);
    else /** @type {HTMLElement | null} */ (form.querySelector("input[type=file], button"))?.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

/** @param {HTMLFieldSetElement | undefined} group */
function focusOn(group) {
  const radios = /** @type {HTMLInputElement[]} */ ([...(group?.querySelectorAll("input[type=radio]") ?? [])]);
  (radios.find((one) => one.checked) ?? radios[0])?.focus();
}

/**
 * What a clerk says of a paper, as the statement will say it.
 *
 * @param {FormData} data
 * @returns {string}
 */
function reading(data) {
  const by = String(data.get("by") ?? "");
  const person = Number(data.get(by === "" ? "person" : "agent_person") ?? 1);
  const who = by.startsWith("agent:") ? by : `${by}/${person}`;
  const whole = String(data.get("whole"));
  const channel = data.get("channel");
  if (whole !== "valid") return JSON.stringify([who, whole, channel]);
  /** @type {string[]} */
  const answers = [];
  const kept = ["form", "whole", "by", "person", "agent_person", "channel", "day", "hour"];
  for (const [name, value] of data) {
    if (kept.includes(name) || typeof value !== "string" || value === "" || value === "marks") continue;
    const motion = name.split(".")[0];
    // Marks of an election that is invalid as a whole count for nothing.
    if (name !== motion && data.get(motion) === "invalid") continue;
    answers.push(`${name}=${value}`);
  }
  return JSON.stringify([who, answers.sort(), channel]);
}

/**
 * The same of a text that is to be signed; nothing if it is not a paper of this poll and form.
 *
 * @param {string} text
 * @param {string} poll
 * @param {number} form
 * @returns {string | undefined}
 */
function readingOf(text, poll, form) {
  const lines = text.split("\n");
  if (lines.length !== 3 || lines[0] !== "heyi/paper/v1" || lines[2] !== "") return undefined;
  const paper = JSON.parse(lines[1]);
  if (paper.poll !== poll || paper.form !== form) return undefined;
  const channel = paper.channel ?? null;
  const who = paper.agent === undefined ? `${paper.for_holder === undefined ? "" : `holder:${paper.holder}`}/${paper.person}` : `agent:${paper.agent}`;
  if (paper.invalid) return JSON.stringify([who, paper.invalid, channel]);
  /** @type {string[]} */
  const answers = [];
  for (const [motion, answer] of Object.entries(paper.answers ?? {})) {
    if (typeof answer === "string") answers.push(`${motion}=${answer}`);
    else for (const [candidate, mark] of Object.entries(answer ?? {})) answers.push(`${motion}.${candidate}=${mark}`);
  }
  return JSON.stringify([who, answers.sort(), channel]);
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const { form: number = "", poll = "", busy = "", noNetwork = "" } = form.dataset;
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const error = /** @type {HTMLElement} */ (document.getElementById("entry-error"));
  const data = new FormData(form);
  button.disabled = true;
  error.textContent = busy;
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/problem+json" },
      body: data,
      credentials: "same-origin",
      cache: "no-store",
    });
    if (response.ok) {
      localStorage.setItem(placeOf(poll, number), reading(data));
      location.assign(response.url);
      return;
    }
    const answer = await response.json().catch(() => ({}));
    error.textContent = answer.title ?? noNetwork;
  } catch {
    error.textContent = noNetwork;
  }
  button.disabled = false;
}

/** @param {HTMLElement} panel */
async function signAll(panel) {
  const status = /** @type {HTMLElement} */ (panel.querySelector("[role=status]"));
  const waiting = await ask(panel).catch(() => []);
  if (waiting.length === 0) return;
  panel.hidden = false;
  const signer = await findDeviceKey("office").catch((error) => {
    if (error instanceof Unsupported) return undefined;
    throw error;
  });
  if (!signer) {
    status.textContent = panel.dataset.noKey ?? "";
    return;
  }
  const { poll = "", review = "", done = "" } = panel.dataset;
  const isMine = (/** @type {Paper} */ one) => {
    const said = readingOf(one.text, poll, one.form);
    return said !== undefined && localStorage.getItem(placeOf(poll, one.form)) === said;
  };
  if (!(await signThese(panel, signer, waiting.filter(isMine)))) return;
  const others = waiting.filter((one) => !isMine(one) && readingOf(one.text, poll, one.form) !== undefined);
  status.textContent = others.length === 0 ? done : review;
  if (others.length === 0) return;
  const list = /** @type {HTMLElement} */ (document.getElementById("desk-review"));
  for (const one of others) {
    const text = document.createElement("pre");
    text.textContent = one.text;
    list.append(text);
  }
  const button = /** @type {HTMLButtonElement} */ (panel.querySelector("button"));
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    if (await signThese(panel, signer, others)) location.reload();
    button.disabled = false;
  });
}

/** @param {HTMLElement} panel @returns {Promise<Paper[]>} */
async function ask(panel) {
  const response = await fetch(panel.dataset.at ?? "", { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store" });
  return response.ok ? (await response.json()).papers : [];
}

/**
 * @param {HTMLElement} panel
 * @param {Signer} signer
 * @param {Paper[]} papers
 * @returns {Promise<boolean>} Whether all were signed.
 */
async function signThese(panel, signer, papers) {
  const status = /** @type {HTMLElement} */ (panel.querySelector("[role=status]"));
  const { at = "", poll = "", name = "", busy = "", failed = "", noNetwork = "" } = panel.dataset;
  for (const one of papers) {
    status.textContent = busy;
    const { lines } = parseNote(await signText(name, one.text, signer));
    try {
      const response = await fetch(at, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/problem+json, application/json" },
        body: JSON.stringify({ form: one.form, signature: toBase64(lines[0].signature) }),
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
      });
      if (!response.ok) {
        const answer = await response.json().catch(() => ({}));
        status.textContent = `${failed}${answer.title ?? ""}`;
        return false;
      }
    } catch {
      status.textContent = noNetwork;
      return false;
    }
    localStorage.removeItem(placeOf(poll, one.form));
  }
  return true;
}
