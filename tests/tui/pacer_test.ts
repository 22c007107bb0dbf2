/**
 * However much comes, it is drawn once a frame.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FRAME_MS, KEY_MS, Pacer } from "../../lib/tui/pacer.ts";
import { FakeClock } from "../support/clock.ts";
import { settle } from "../support/within.ts";

/** A pacer whose pictures are counted, on a terminal that can be made slow. */
class Rig {
  readonly clock = new FakeClock();
  draws = 0;
  out: Promise<void> = Promise.resolve();
  readonly pacer = new Pacer(() => void this.draws++, () => this.out, this.clock);

  async passes(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }
}

Deno.test("pacer: after a pause at once, then once a frame", async () => {
  const rig = new Rig();
  rig.pacer.request();
  assertEquals(rig.draws, 0, "Not before what waits has been taken in");
  await rig.passes(0);
  assertEquals(rig.draws, 1);
  rig.pacer.request();
  rig.pacer.request();
  await rig.passes(FRAME_MS - 1);
  assertEquals(rig.draws, 1);
  await rig.passes(1);
  assertEquals(rig.draws, 2);
  await rig.passes(1000);
  assertEquals([rig.draws, rig.clock.timers], [2, 0]);
});

Deno.test("pacer: no picture while the one before is on its way", async () => {
  const rig = new Rig();
  const slow = Promise.withResolvers<void>();
  rig.out = slow.promise;
  rig.pacer.drawNow();
  rig.pacer.request();
  await rig.passes(1000);
  assertEquals(rig.draws, 1);
  slow.resolve();
  await rig.passes(0);
  await rig.passes(0);
  assertEquals(rig.draws, 2);
});

Deno.test("pacer: stopped, it draws no more", async () => {
  const rig = new Rig();
  rig.pacer.request();
  rig.pacer.stop();
  rig.pacer.request();
  await rig.passes(1000);
  assertEquals([rig.draws, rig.clock.timers], [0, 0]);
});

Deno.test("pacer: what was typed does not wait for the next frame, and a held key draws no faster", async () => {
  const rig = new Rig();
  rig.pacer.drawNow();
  await settle();
  // Lines come all the time; the next frame is far away.
  rig.pacer.request();
  await rig.passes(KEY_MS);
  rig.pacer.hurry();
  assertEquals(rig.draws, 2);
  await settle();
  for (let key = 0; key < 10; key++) rig.pacer.hurry();
  await rig.passes(KEY_MS - 1);
  assertEquals(rig.draws, 2);
  await rig.passes(1);
  assertEquals(rig.draws, 3);
  // Also while the picture before is on its way to a slow terminal.
  const slow = Promise.withResolvers<void>();
  rig.out = slow.promise;
  rig.pacer.drawNow();
  rig.pacer.hurry();
  await rig.passes(KEY_MS);
  assertEquals(rig.draws, 4);
  slow.resolve();
  await rig.passes(0);
  await rig.passes(0);
  assertEquals(rig.draws, 5);
  rig.pacer.request();
  await rig.passes(FRAME_MS - 1);
  assertEquals(rig.draws, 5);
});

Deno.test("pacer: held, it draws nothing until it is released", async () => {
  const rig = new Rig();
  rig.pacer.request();
  rig.pacer.hold();
  rig.pacer.hurry();
  await rig.passes(1000);
  assertEquals([rig.draws, rig.clock.timers], [0, 0]);
  rig.pacer.release();
  rig.pacer.request();
  await rig.passes(0);
  assertEquals(rig.draws, 1);
});
