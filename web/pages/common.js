// @ts-check
/**
 * What pages share: finding their parts, asking the server, signing in by this phone's key.
 *
 * @typedef {import("../core/note.js").Signer} Signer
 */
import { toBase64, toUtf8 } from "../core/bytes.js";

/**
 * The element with this id.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function part(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * Posts JSON and reads the JSON that comes back.
 *
 * @param {string} address
 * @param {object} [body]
 * @returns {Promise<{ ok: boolean, status: number, body: { [key: string]: any } }>}
 * @throws {TypeError} if there is no connection
 */
export async function ask(address, body = {}) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json, application/problem+json" },
    body: JSON.stringify(body),
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
  });
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get("Content-Type") ?? "");
  return { ok: response.ok, status: response.status, body: isJson ? await response.json() : {} };
}

/**
 * Signs in by a key of this phone.
 *
 * @param {Signer} signer
 * @returns {Promise<boolean>} Whether the server knows the key.
 * @throws {TypeError} if there is no connection
 */
export async function signInWith(signer) {
  const asked = await ask("/login/challenge");
  if (!asked.ok) return false;
  const { challenge, text } = asked.body;
  // The text's form is fixed, so that a key can never be made to sign anything else here.
  if (!/^heyi\/sign_in\/v1\n\{[^\n]*\}\n$/.test(text)) return false;
  const signature = toBase64(await signer.sign(toUtf8(text)));
  const answer = { challenge, public_key: toBase64(signer.publicKey), signature };
  return (await ask("/login/device", answer)).ok;
}

/**
 * Shows in `#not-ready` why this browser cannot do it; the way out stands there already.
 *
 * @param {unknown} error
 */
export function showUnsupported(error) {
  const box = part("not-ready");
  const code = error instanceof Error && "code" in error ? String(error.code) : "no_ed25519";
  const names = { no_secure_context: "noSecureContext", no_ed25519: "noEd25519", no_storage: "noStorage" };
  const reason = box.dataset[names[/** @type {keyof typeof names} */ (code)] ?? names.no_ed25519];
  const sentence = box.querySelector("p");
  if (sentence && reason) sentence.textContent = reason;
  box.hidden = false;
}
