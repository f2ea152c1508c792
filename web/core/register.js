// @ts-check
/** Registers the service worker, whose address Trusted Types wants vouched for by the policy `sw-url`. */

/** @typedef {{ createScriptURL(url: string): string }} Policy What the type library does not know yet. */

const PATH = "/sw.js";

/** A policy of one name can be made only once in a page. @type {Policy | undefined} */
let policy;

/**
 * Receipts then work without a network. Where there are no service workers, everything else still does.
 *
 * @param {string} release Names the cache, which a new release replaces.
 * @returns {Promise<ServiceWorkerRegistration | undefined>}
 */
export async function registerWorker(release) {
  if (!("serviceWorker" in navigator)) return undefined;
  try {
    policy ??= makePolicy();
    const address = policy.createScriptURL(`${PATH}?v=${encodeURIComponent(release)}`);
    return await navigator.serviceWorker.register(address, { updateViaCache: "none" });
  } catch {
    // Private windows refuse it.
    return undefined;
  }
}

/** @returns {Policy} */
function makePolicy() {
  /** @type {{ trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }} */
  const { trustedTypes } = /** @type {any} */ (globalThis);
  const rules = {
    createScriptURL(/** @type {string} */ url) {
      if (!url.startsWith(`${PATH}?v=`)) throw new TypeError("only the service worker");
      return url;
    },
  };
  return trustedTypes?.createPolicy("sw-url", rules) ?? rules;
}
