// @ts-check
/** Enrolment: takes the letter's code from behind the `#`; makes keys and sends their public halves with the code. */
import { toBase64 } from "../core/bytes.js";
import { engine } from "../core/engine.js";
import { adoptKeys, prepareKeys } from "../core/enrolment.js";
import { findDeviceKey } from "../core/keys.js";
import { ask, part, showUnsupported, signInWith } from "./common.js";

/** A code that stood in the QR code of a letter. */
function fillLetter() {
  const field = document.getElementById("letter");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!(field instanceof HTMLInputElement) || !/^[0-9A-Za-z -]{12,20}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, "", location.pathname);
}

/** @param {HTMLFormElement} form */
function setUp(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
  const field = /** @type {HTMLInputElement} */ (form.querySelector("#code"));
  const error = part("enrol-error");

  /** @param {string} sentence */
  function refuse(sentence) {
    error.textContent = sentence;
    error.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  async function enrol() {
    const { keys, stock } = form.dataset;
    const { signers, voting } = await prepareKeys(
      keys === "office" ? ["sign_in", "office"] : ["sign_in"],
      keys === "voting" ? Number(stock) : 0,
    );
    const [signIn, office] = signers.map(({ publicKey }) => toBase64(publicKey));
    const answer = await ask(form.action, { code: field.value, sign_in: signIn, office, voting: voting.map(toBase64) });
    // The answer before may have got lost after all was done.
    const mayBeDone = ["dead_code", "key_in_use"].includes(answer.body.code);
    const isDone = answer.ok || (mayBeDone && (await signInWith(signers[0])));
    if (!isDone) return refuse(answer.body.title ?? button.dataset.noNetwork ?? "");
    await adoptKeys();
    location.assign(answer.body.next ?? "/enrol/done");
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    error.hidden = true;
    status.textContent = button.dataset.busy ?? "";
    try {
      await enrol();
    } catch (cause) {
      if (cause instanceof TypeError) refuse(button.dataset.noNetwork ?? "");
      else showUnsupported(cause);
    }
    status.textContent = "";
    button.disabled = false;
  });
}

async function start() {
  await engine();
  await findDeviceKey("sign_in");
  part("not-ready").hidden = true;
  fillLetter();
  const form = document.getElementById("enrol-form");
  if (form instanceof HTMLFormElement) setUp(form);
}

start().catch(showUnsupported);
