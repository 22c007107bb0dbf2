/**
 * Bytes that mean nothing, in every protocol of the registry and the toy: they never fill a ring, and whatever text a frame
 * of them holds comes out clean. Streams of them are a matter of the fuzz tests.
 *
 * @module
 */

import { assert } from "@std/assert";
import fc from "fast-check";
import { Frame } from "../../lib/framing/frame.ts";
import { DEFAULT_RING_CAPACITY, RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { ringCapacityFor } from "../../lib/framing/ring_buffer.ts";
import { assertClean, assertCleanCommand } from "../support/clean.ts";
import { commandsOf } from "../support/events.ts";
import { outcomeOf } from "../support/outcome.ts";
import { TESTED } from "./tested.ts";
import { registeredPair } from "./wire.ts";

/** Endless streams that no protocol can keep waiting for. */
const endless: Record<string, number> = {
  "letters": 0x78,
  "spaces": 0x20,
  "newlines": 0x0a,
  "braces": 0x7b,
  "zeros": 0x00,
  "bytes of ones": 0xff,
};

for (const protocol of TESTED) {
  Deno.test(`${protocol.name}: a server's ring holds its largest frame`, () => {
    assert(protocol.serverCodec().framing.largestFrame <= DEFAULT_RING_CAPACITY);
  });

  for (const [what, byte] of Object.entries(endless)) {
    Deno.test(`${protocol.name}: ${what} without end never fill a ring, on either side`, () => {
      const stream = new Uint8Array(300_000).fill(byte);
      for (const { framing } of Object.values(registeredPair(protocol))) {
        const ring = new RingBuffer(ringCapacityFor(framing.largestFrame));
        const { frames, refused } = outcomeOf(framing, [stream], ring);
        const used = frames.reduce((sum, frame) => sum + frame.length, 0) > 250_000 ||
          frames.length > 100_000;
        assert(used || refused?.startsWith("oversize: "), `${frames.length} frames, ${refused}`);
      }
    });
  }

  Deno.test(`${protocol.name}: property: frames of any bytes are commands and events, or nothing`, () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 });
    fc.assert(
      fc.property(frames, (all) => {
        const { client, server } = registeredPair(protocol);
        const fresh = protocol.serverCodec();
        for (const frame of all) {
          assertClean(client.decode(Frame.of(frame)));
          for (const codec of [server, fresh]) {
            commandsOf(codec.decode(Frame.of(frame))).forEach(assertCleanCommand);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
}
