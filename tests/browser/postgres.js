/** A PostgreSQL cluster of the test's own, on a port of its own, gone when the test ends, however it ends. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { appendFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { globSync } from "./files.js";
import { freePort } from "./lib.js";

/** Milliseconds. */
const PATIENCE = 90_000;

/** @param {{ [name: string]: string }} env Beside the test's own, for the server's processes. */
export async function startPostgres(env) {
  const bin = globSync("/usr/lib/postgresql/*/bin")[0];
  assert.ok(bin, "PostgreSQL is installed");
  const folder = await mkdtemp(path.join(tmpdir(), "heyi-pg-"));
  const data = path.join(folder, "data");
  // PostgreSQL refuses to run as root.
  const asUser = process.getuid() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
  if (asUser.length > 0) execFileSync("chown", ["postgres", folder], { timeout: PATIENCE });
  const run = (program, words) => {
    const [command, ...rest] = [...asUser, path.join(bin, program), ...words];
    execFileSync(command, rest, { env: { ...process.env, ...env }, cwd: "/", timeout: PATIENCE, stdio: "ignore" });
  };
  run("initdb", ["-D", data, "-U", "heyi", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"]);
  const port = await freePort();
  const settings = ["listen_addresses = '127.0.0.1'", `port = ${port}`, `unix_socket_directories = '${folder}'`];
  await appendFile(path.join(data, "postgresql.conf"), `${settings.join("\n")}\n`);
  // The keeper reads until this process is gone, and with it the other end of the pipe.
  const halt = 'cat >/dev/null; "$@" >/dev/null 2>&1; rm -rf "$FOLDER"';
  const words = ["-c", halt, "sh", ...asUser, path.join(bin, "pg_ctl"), "-D", data, "-m", "immediate", "stop"];
  const keeper = spawn("sh", words, {
    env: { ...process.env, FOLDER: folder },
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const isGone = new Promise((resolve) => keeper.once("exit", resolve));
  run("pg_ctl", ["-D", data, "-l", path.join(folder, "log"), "-w", "-t", "60", "start"]);
  return {
    url: `postgres://heyi@127.0.0.1:${port}/postgres`,
    async stop() {
      keeper.stdin.end();
      await isGone;
    },
  };
}
