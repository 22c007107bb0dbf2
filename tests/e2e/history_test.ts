/**
 * History in the database of the real process: what a server that ends leaves to the next one.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { crashRound, type Round } from "../../bench/history/crash_round.ts";
import { Place } from "../data/plan.ts";

const SPEECH = { speakers: 3, burst: 5, everyMs: 5 } as const;

function idsOf(read: Round["kept"]): string[] {
  return read.map(({ msgid }) => msgid);
}

Deno.test("history: after SIGTERM everything that was delivered is there, in its order", async () => {
  using place = new Place();
  const round = await crashRound({ ...SPEECH, data: place.path, signal: "SIGTERM", bursts: 40 });
  assertEquals(round.delivered.length, 600);
  assertEquals(round.kept, round.delivered);
});

Deno.test("history: after a crash only the end of it may be missing, twice in a row", async () => {
  using place = new Place();
  for (let crash = 0; crash < 2; crash++) {
    const crashAfter = (bursts: number) =>
      crashRound({ ...SPEECH, data: place.path, signal: "SIGKILL", bursts });
    let round = await crashAfter(200);
    // A slow disk has not had the time to begin.
    if (round.kept.length === 0) round = await crashAfter(4000);
    assert(round.delivered.length > 0);
    // Nobody may have read the last ones that were kept.
    const [delivered, kept] = [idsOf(round.delivered), idsOf(round.kept)];
    const common = Math.min(delivered.length, kept.length);
    assert(common > 0, `${kept.length} of ${delivered.length} were kept`);
    assertEquals(kept.slice(0, common), delivered.slice(0, common));
  }
});
