/**
 * A gateway for text messages as an operator has one in the house: https under an address, a certificate of one's own, a
 * token. What it is given to send can be read like a phone.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import path from "node:path";

const TOKEN = "a-token-of-the-gateway";
/** Milliseconds until a message must have come. */
const PATIENCE = 20_000;

export async function startGateway(folder) {
  const [key, certificate, root, rootKey, tokenFile] = ["gateway.key", "gateway.pem", "root.pem", "root.key", "gateway.token"].map(
    (name) => path.join(folder, name),
  );
  // The service's clock runs ahead of this one.
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650".split(" ");
  const make = (...more) => execFileSync("openssl", [...words, ...more], { timeout: PATIENCE, stdio: "pipe" });
  make("-subj", "/CN=root", "-keyout", rootKey, "-out", root);
  const names = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
  make("-subj", "/CN=gateway", ...names, "-CA", root, "-CAkey", rootKey, "-keyout", key, "-out", certificate);
  await writeFile(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  /** @type {{ to: string, text: string }[]} */
  const messages = [];
  const waiting = new Set();
  const server = createServer({ key: await readFile(key), cert: await readFile(certificate) }, async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    response.statusCode = request.headers.authorization === `Bearer ${TOKEN}` ? 204 : 401;
    if (response.statusCode === 204) messages.push(JSON.parse(Buffer.concat(chunks).toString("utf8")));
    response.end();
    for (const look of [...waiting]) look();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://127.0.0.1:${server.address().port}/send`,
    root,
    tokenFile,
    messages,
    /** How many have come to this phone. */
    count: (phone) => messages.filter(({ to }) => to === phone).length,
    /** The code in the message that comes to this phone after so many. */
    async codeFor(phone, after = 0) {
      const find = () => messages.filter(({ to }) => to === phone)[after]?.text;
      const text = find() ?? (await arrival(find, waiting, `a message to ${phone}`));
      const code = /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0];
      assert.ok(code, text);
      return code;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** What `find` finds, as soon as it does. */
function arrival(find, waiting, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(look);
      reject(new Error(`${what} did not come`));
    }, PATIENCE);
    function look() {
      const found = find();
      if (found === undefined) return;
      clearTimeout(timer);
      waiting.delete(look);
      resolve(found);
    }
    waiting.add(look);
  });
}
