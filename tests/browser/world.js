/**
 * A whole world for a journey: a machine whose clock can be put forward, a database, a gateway for text messages, and the
 * service as an operator sets it up.
 *
 * Nothing in the service knows that it is tested. Its clock is the machine's, moved by libfaketime for this process and
 * for the database's; its codes go out through the webhook that the settings name.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { globSync, existsSync } from "./files.js";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort, heyi, startServer } from "./lib.js";
import { startPostgres } from "./postgres.js";
import { startGateway } from "./sms.js";

/** Milliseconds. */
const START = 60_000;
const DAY = 86_400;

/**
 * @param {"sqlite" | "postgres"} kind
 * @param {{ name: string, phone: string, at: string, officers: [string, string][] }} estate As for `heyi admin init`.
 */
export async function newWorld(kind, { name, phone, at, officers }) {
  const folder = await mkdtemp(path.join(tmpdir(), `heyi-${kind}-`));
  const ends = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const stop = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    // PostgreSQL runs as another user where the tests run as root.
    await chmod(folder, 0o755);
    const clock = await newClock(folder);
    const gateway = await startGateway(folder);
    ends.push(gateway.stop);
    const database = kind === "sqlite" ? `sqlite:${folder}/heyi.db` : await withPostgres(clock, ends);
    const port = await freePort();
    const settings = {
      listen: `127.0.0.1:${port}`,
      "public-url": `http://localhost:${port}`,
      database,
      keys: path.join(folder, "keys"),
      "sms-webhook": gateway.url,
      "sms-token-file": gateway.tokenFile,
      log: "warn",
    };
    const config = path.join(folder, "heyi.toml");
    await mkdir(path.join(folder, "keys"), { mode: 0o700 });
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
    await writeFile(config, lines.join(""), { mode: 0o600 });
    const env = { ...clock.env, SSL_CERT_FILE: gateway.root };
    const words = ["--name", name, "--estate-phone", phone, "--at", at];
    for (const officer of officers) words.push("--officer", officer.join(":"));
    const [command, ...rest] = heyi(["admin", "init", "--config", config, ...words]);
    const printed = execFileSync(command, rest, {
      env: { ...process.env, ...env },
      timeout: START,
      encoding: "utf8",
    });
    // Name, code and address of each officer's letter.
    const letters = printed.trim().split("\n").map((line) => line.split("\t")[1]);
    assert.equal(letters.length, officers.length, printed);
    const ready = /heyi listens on .* as (http:\S+)/;
    const server = await startServer(["serve", "--config", config], { ready, env, start: START });
    ends.push(server.stop);
    return { kind, url: server.url, folder, letters, sms: gateway, clock: { ...clock, pass: (s) => clock.pass(s, server.url) }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function withPostgres(clock, ends) {
  const postgres = await startPostgres(clock.env);
  ends.push(postgres.stop);
  return postgres.url;
}

/** A clock for the processes with this environment: the real one, so many seconds later. */
async function newClock(folder) {
  const library = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1")[0] ?? "/usr/lib/faketime/libfaketimeMT.so.1";
  assert.ok(existsSync(library), "libfaketime is installed");
  const file = path.join(folder, "clock");
  let ahead = 0;
  const write = () => writeFile(file, `+${ahead}\n`, { mode: 0o644 });
  await write();
  const now = () => Math.floor(Date.now() / 1000) + ahead;
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      // Waiting takes as long as it takes.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    },
    /** Unix seconds. */
    now,
    /** The day so many days from now in Beijing, as forms have it. */
    day: (days) => new Date((now() + 8 * 3600 + days * DAY) * 1000).toISOString().slice(0, 10),
    /** Lets time go by, and waits until the server has noticed. */
    async pass(seconds, url) {
      ahead += seconds;
      await write();
      const soon = Date.now() + 10_000;
      for (;;) {
        const answer = await fetch(`${url}/healthz`);
        if (Math.abs(Date.parse(answer.headers.get("date")) / 1000 - now()) < 60) return;
        assert.ok(Date.now() < soon, `the server's clock stays at ${answer.headers.get("date")}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}
