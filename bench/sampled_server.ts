/**
 * The real server, as `server.ts` runs it without a limit of commands and without a log, that also tells
 * its memory: after `Listening on HOST:PORT`, a line of JSON every `EVERY` milliseconds (1,000 if it is
 * left out), in the form of `Deno.memoryUsage()`. Heap and external memory can be read only from within.
 *
 *   deno run --allow-net bench/sampled_server.ts [EVERY]
 *
 * Between two collections a heap grows to more than twice of what is alive in it, so a single reading says
 * little: heap and external memory are the lowest of many readings since the line before.
 *
 * @module
 */

import { Log } from "../lib/server/log.ts";
import { serve } from "../lib/server/serve.ts";

const DEFAULT_EVERY_MS = 1_000;
/** From one reading to the next. */
const READ_MS = 50;

/** What goes up and down with the collections. */
type LivingMemory = Pick<Deno.MemoryUsage, "heapUsed" | "external">;

if (import.meta.main) {
  const server = serve({
    host: "127.0.0.1",
    port: 0,
    log: new Log("quiet", () => {}),
    limits: { commandRate: 0 },
  });
  console.log(`Listening on ${server.description}`);
  tellMemory(Number(Deno.args[0] ?? DEFAULT_EVERY_MS));
}

function tellMemory(every: number): void {
  let lowest: LivingMemory = Deno.memoryUsage();
  setInterval(() => lowest = lower(lowest, Deno.memoryUsage()), READ_MS);
  setInterval(() => {
    const now = Deno.memoryUsage();
    console.log(JSON.stringify({ ...now, ...lower(lowest, now) }));
    lowest = now;
  }, every);
}

function lower(a: LivingMemory, b: LivingMemory): LivingMemory {
  return {
    heapUsed: Math.min(a.heapUsed, b.heapUsed),
    external: Math.min(a.external, b.external),
  };
}
