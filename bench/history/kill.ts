/**
 * `deno task history-kill [ROUNDS]`: kills a server that keeps its history in a database, again and again while users speak, and
 * says what was delivered and is not in the history afterwards. Everything that is missing must be the last of it.
 *
 * @module
 */

import { crashRound } from "./crash_round.ts";

const USAGE = "Usage: deno task history-kill [ROUNDS]";
const DEFAULT_ROUNDS = 50;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([text = String(DEFAULT_ROUNDS), ...extra]: string[]): Promise<number> {
  const rounds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (rounds < 1 || extra.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const data = await Deno.makeTempDir({ prefix: "parlance-kill-" });
  let worst = 0;
  let missing = 0;
  let delivered = 0;
  let holes = 0;
  try {
    for (let round = 1; round <= rounds; round++) {
      const outcome = await crashRound({
        data,
        signal: "SIGKILL",
        speakers: 4,
        burst: 3,
        // The end falls at another place in the rhythm of the writing each time.
        bursts: 60 + Math.floor(Math.random() * 30),
        everyMs: 10,
      });
      const kept = new Set(outcome.kept.map(({ msgid }) => msgid));
      const lost = outcome.delivered.filter(({ msgid }) => !kept.has(msgid));
      const first = lost[0];
      const span = first === undefined ? 0 : outcome.endedAt - first.time;
      const tail = outcome.delivered.slice(outcome.delivered.length - lost.length);
      if (lost.some((each, i) => each !== tail[i])) holes++;
      worst = Math.max(worst, span);
      missing += lost.length;
      delivered += outcome.delivered.length;
      console.log(
        `round ${round}: ${outcome.delivered.length} delivered, ${lost.length} missing, ` +
          `the oldest said ${span} ms before the end`,
      );
    }
  } finally {
    await Deno.remove(data, { recursive: true });
  }
  console.log(
    `${rounds} kills: ${delivered} messages delivered, ${missing} missing, the oldest of them said ` +
      `${worst} ms before the end; rounds with a hole before the end: ${holes}`,
  );
  return holes > 0 ? 1 : 0;
}
