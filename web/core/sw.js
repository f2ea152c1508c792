// @ts-check
// The service worker, a plain script: `/receipt` and `/offline` with what they load, for when there is no network.
// Nothing else is kept, least of all pages with names on them, and the network always goes first.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const PREFIX = "heyi-";
const CACHE = PREFIX + (new URL(worker.location.href).searchParams.get("v") ?? "");
const PAGES = ["/receipt", "/offline"];
const ASSETS = ["script", "style", "image", "font", "manifest"];

/** What a page or script of ours loads: attributes of HTML, static imports of modules. */
const LINKS = /(?:(?:href|src)="|(?:from|import) ")([./][^"]*\.(?:js|css|svg|png|webmanifest)(?:\?[^"]*)?)"/g;

worker.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOldCaches().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin || pathname.startsWith("/events")) return;
  if (request.mode === "navigate") {
    event.respondWith(PAGES.includes(pathname) ? fetchAndKeep(request, pathname) : fromNetwork(request, "/offline"));
  } else if (ASSETS.includes(request.destination)) {
    event.respondWith(fromNetwork(request, request.url));
  }
});

async function fill() {
  const cache = await caches.open(CACHE);
  const queue = PAGES.map((path) => new URL(path, worker.location.origin).href);
  for (const address of queue) {
    const response = await fetch(address, { cache: "no-cache", redirect: "error" });
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    await cache.put(address, response.clone());
    for (const [, link] of (await response.text()).matchAll(LINKS)) {
      const { href, origin } = new URL(link, address);
      if (origin === worker.location.origin && !queue.includes(href)) queue.push(href);
    }
  }
}

async function dropOldCaches() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** @param {Request} request @param {string} instead What to look for if there is no network. */
async function fromNetwork(request, instead) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(instead);
    if (kept) return kept;
    throw error;
  }
}

/** Keeps the page as last seen: in this language and size. @param {Request} request @param {string} path */
async function fetchAndKeep(request, path) {
  const response = await fromNetwork(request, path);
  if (response.ok && !response.redirected) await (await caches.open(CACHE)).put(path, response.clone());
  return response;
}
