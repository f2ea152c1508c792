// @ts-check
/**
 * Signs an act with this device's office key, over exactly the text that the page shows.
 *
 * Without a script, a key or a browser that can sign, the notice `#no-key` stays and says what to do.
 */
import { toBase64 } from "../core/bytes.js";
import { signText } from "../core/ballot.js";
import { Unsupported } from "../core/engine.js";
import { findDeviceKey } from "../core/keys.js";
import { parseNote } from "../core/note.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("sign"));
if (form) void prepare(form);

/** @param {HTMLFormElement} form */
async function prepare(form) {
  const missing = /** @type {HTMLElement} */ (document.getElementById("no-key"));
  const signer = await findDeviceKey("office").catch((error) => {
    if (error instanceof Unsupported) return undefined;
    throw error;
  });
  if (!signer) {
    const first = /** @type {HTMLElement} */ (missing.firstElementChild);
    first.textContent = missing.dataset.noKey ?? "";
    return;
  }
  missing.hidden = true;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void sign(form, signer);
  });
}

/** @param {HTMLFormElement} form @param {import("../core/note.js").Signer} signer */
async function sign(form, signer) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
  button.disabled = true;
  status.textContent = form.dataset.busy ?? "";
  const failure = await send(form, signer);
  if (failure === undefined) return;
  status.textContent = "";
  button.disabled = false;
  const error = /** @type {HTMLElement} */ (document.getElementById("sign-error"));
  error.textContent = failure;
  error.hidden = false;
  error.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {import("../core/note.js").Signer} signer
 * @returns {Promise<string | undefined>} What went wrong, in the reader's language; nothing if the page moves on.
 */
async function send(form, signer) {
  const { to = "", name = "", failed = "", noNetwork = "" } = form.dataset;
  const text = document.getElementById("act-text")?.textContent ?? "";
  const { lines } = parseNote(await signText(name, text, signer));
  let response;
  try {
    response = await fetch(to, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/problem+json, application/json" },
      body: JSON.stringify({ signature: toBase64(lines[0].signature) }),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
    });
  } catch {
    return noNetwork;
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) return `${failed} ${answer.title ?? ""}`;
  location.assign(answer.next);
  return undefined;
}
