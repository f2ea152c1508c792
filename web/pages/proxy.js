// @ts-check
/**
 * Giving a proxy and taking it back: signed on this phone, with the key that it votes with.
 *
 * @typedef {{ credential: number, key: string, proxy: import("../core/proxy.js").Proxy }} Change
 */
import { fromBase64 } from "../core/bytes.js";
import { engine } from "../core/engine.js";
import { bindKey, findDeviceKey } from "../core/keys.js";
import { giveProxy } from "../core/proxy.js";
import { part, showUnsupported, signInWith } from "./common.js";

/** @type {import("../core/proxy.js").Poll} */
const poll = JSON.parse(part("proxy").dataset.poll ?? "");
const buttons = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("button[data-sign]")]);

/** @param {HTMLButtonElement} button @returns {Change} */
const changeOf = (button) => JSON.parse(button.dataset.sign ?? "");

/** @param {HTMLButtonElement} button */
async function sign(button) {
  const { credential, proxy } = changeOf(button);
  const progress = part("progress");
  for (const other of buttons) other.disabled = true;
  part("trouble").hidden = true;
  progress.textContent = progress.dataset.sending ?? "";
  const onSlow = () => (progress.textContent = progress.dataset.slow ?? "");
  try {
    const send = () => giveProxy(poll, credential, proxy, { onSlow });
    let sent = await send();
    if (sent.answer === "refused" && sent.code === "signed_out" && (await signInAgain())) sent = await send();
    if (sent.answer === "stored") finish(button, sent);
    else if (sent.answer === "unknown") complain(sent.evidence === undefined ? "failed" : "bad_receipt");
    else if (sent.answer === "no_key") part("no-key").hidden = false;
    else complain(sent.answer === "busy" ? "failed" : sent.code);
  } catch (cause) {
    showUnsupported(cause);
  } finally {
    progress.textContent = "";
    for (const other of buttons) other.disabled = false;
  }
}

/** Sessions end after a while; the phone's key opens a new one. */
async function signInAgain() {
  const signer = await findDeviceKey("sign_in");
  return signer !== undefined && (await signInWith(signer).catch(() => false));
}

/** @param {HTMLButtonElement} button @param {import("../core/post.js").Stored} stored */
function finish(button, { receipt: { code, index } }) {
  part("said").textContent = button.dataset.said ?? "";
  part("code").textContent = code;
  const place = part("place");
  place.textContent = (place.dataset.text ?? "").replace("{n}", String(index));
  part("check").setAttribute("href", `/check?c=${encodeURIComponent(code)}`);
  part("ask").hidden = true;
  part("done").hidden = false;
  part("said").focus();
  scrollTo(0, 0);
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

async function start() {
  await engine();
  part("not-ready").hidden = true;
  for (const button of buttons) {
    const { credential, key } = changeOf(button);
    const hasKey = await bindKey(fromBase64(key), poll.id, credential);
    button.hidden = !hasKey;
    if (!hasKey) part("no-key").hidden = false;
    button.addEventListener("click", () => sign(button));
  }
}

start().catch(showUnsupported);
