/** The demo as tests use it: its start, whom its guide names, and how one enrols there. */
import assert from "node:assert/strict";
import { startServer } from "./lib.js";
import { enrol } from "./people.js";

/** Ports of the test files: they may run at the same time. */
export const PORTS = { demo: 8085, looks: 8086, reach: 8087, proxy: 8089, sitting: 8090 };

/** Starts it with few voters: a debug build takes its time. */
export const startDemo = (port, start) =>
  startServer(["demo", "--listen", `127.0.0.1:${port}`, "--voters", "24"], {
    ready: /heyi listens on .* as (http:\S+)/,
    start,
  });

/** Who can sign in, with the code of their letter; the finished poll, and its log's key. */
export function readGuide(output) {
  const people = [...output.matchAll(/^(\S.*): .+\n.*letter (\S+)$/gm)].map(([, role, letter]) => ({ role, letter }));
  const finished = /\/polls\/([0-9a-f-]+)\/result/.exec(output)?.[1];
  const key = /--log-key '([^']+)'/.exec(output)?.[1];
  assert.ok(people.length >= 9 && finished && key, output);
  return { people, finished, key };
}

/** Enrols as the person of this role, the first or a later one. */
export function enrolInDemo(person, guide, role, place = 0) {
  const { letter } = guide.people.filter((one) => one.role.includes(role))[place];
  return enrol(person, letter, async () => {
    const outbox = await person.context.newPage();
    await outbox.goto("/outbox");
    const code = /(?<!\d)\d{6}(?!\d)/.exec(await outbox.locator("main").innerText())?.[0];
    await outbox.close();
    assert.ok(code, "the outbox shows the code");
    return code;
  });
}
