/**
 * A server for the tests of the core modules: the modules under the content policy of the real one, and whatever a test
 * adds.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types sw-url",
].join("; ");

const WEB = new URL("../../web/", import.meta.url);
const TYPES = {
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  css: "text/css",
  html: "text/html; charset=utf-8",
  svg: "image/svg+xml",
};

/** An HTML page around this body. */
export const html = (body, head = "") =>
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>合议</title><link rel="icon" href="/icon.svg">${head}<main>${body}</main></html>`;

/**
 * @param {{ [path: string]: string | ((request, response) => unknown) }} routes Path to body, or to a handler.
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startSite(routes = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    const route = routes[pathname];
    if (typeof route === "function") {
      await route(request, response);
      return;
    }
    const body = route ?? (await asset(pathname));
    const extension = /\.(\w+)$/.exec(pathname)?.[1] ?? "html";
    response.setHeader("Content-Type", TYPES[extension] ?? "application/octet-stream");
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body ?? "");
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    url: `http://localhost:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function asset(pathname) {
  const file = /^\/core\/[a-z0-9]+\.js$/.test(pathname)
    ? pathname.slice(1)
    : { "/fallback/fallback.js": "fallback/dist/fallback.js", "/sw.js": "core/sw.js" }[pathname];
  if (pathname === "/icon.svg") return "<svg xmlns='http://www.w3.org/2000/svg'/>";
  return file && readFile(new URL(file, WEB)).catch(() => undefined);
}
