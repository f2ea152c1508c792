// @ts-check
/** Offers to sign in by this phone's key, if it has one. */
import { adoptKeys } from "../core/enrolment.js";
import { findDeviceKey } from "../core/keys.js";
import { part, signInWith } from "./common.js";

const box = part("by-device");
const button = /** @type {HTMLButtonElement} */ (box.querySelector("button"));
const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));

async function signIn() {
  button.disabled = true;
  status.textContent = "";
  try {
    // An enrolment whose answer got lost may have gone through.
    const [current, next] = [await findDeviceKey("sign_in"), await findDeviceKey("next/sign_in")];
    if (current && (await signInWith(current))) return location.assign(box.dataset.next ?? "/");
    if (next && (await signInWith(next))) {
      await adoptKeys();
      return location.assign(box.dataset.next ?? "/");
    }
    status.textContent = box.dataset.failed ?? "";
  } catch {
    status.textContent = box.dataset.noNetwork ?? "";
  }
  button.disabled = false;
}

async function start() {
  if (!((await findDeviceKey("sign_in")) ?? (await findDeviceKey("next/sign_in")))) return;
  button.addEventListener("click", signIn);
  box.hidden = false;
}

// Without keys there is the code.
start().catch(() => undefined);
