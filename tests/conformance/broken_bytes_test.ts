/**
 * Bytes that mean nothing, in every protocol of the registry: they are commands, nothing, or a refused
 * frame, never another exception; whatever text they hold comes out clean.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { DEFAULT_RING_CAPACITY, RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { ringCapacityFor } from "../../lib/framing/ring_buffer.ts";
import { TESTED, TESTED_OPENINGS } from "./tested.ts";
import { encodeUtf8, sanitizeLine, sanitizeName, sanitizeText } from "../../lib/protocol/text.ts";
import { byteByByte } from "../support/cuts.ts";
import { commandsOf } from "../support/events.ts";
import { outcomeOf } from "../support/outcome.ts";
import { NICK } from "./samples.ts";
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

/** Every string in `value`, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a client shows holds nothing that acts. */
function assertClean(value: unknown, clean: (line: string) => string = sanitizeLine): void {
  for (const text of textsIn(value)) {
    for (const line of text.split("\n")) assertEquals(clean(line), line);
    assert(text.isWellFormed(), JSON.stringify(text));
  }
}

/** What a server makes of bytes: a text may have IRC's formatting, a name not even bidi controls. */
function assertCleanCommand(command: Command | undefined): void {
  for (const [key, value] of Object.entries(command ?? {})) {
    if (key === "text") assertClean(`${value}`, sanitizeText);
    else if (key === "refusal") assertClean(value);
    else assertClean(value, sanitizeName);
  }
}

/** Real bytes and noise, in any order. */
const broken = fc.array(
  fc.oneof(
    fc.constantFrom(...TESTED_OPENINGS).map((opening) => opening.bytes.subarray(0, 400)),
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom("\x1b[31m", "\n", "\u2028", "@pat: ", "DISCONNECT", "\x9b", "/join ", "\\ud800")
      .map((text): Uint8Array => encodeUtf8(text)),
  ),
  { maxLength: 12 },
);

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

  Deno.test(`${protocol.name}: property: broken bytes are cut the same whole and byte by byte`, () => {
    fc.assert(fc.property(broken, (parts) => {
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
      const { framing } = protocol.serverCodec();
      const whole = outcomeOf(framing, [bytes]);
      assertEquals(outcomeOf(protocol.serverCodec().framing, byteByByte(bytes)), whole);
    }));
  });

  Deno.test(`${protocol.name}: property: a server makes clean commands of any bytes, or none`, () => {
    fc.assert(
      fc.property(broken, fc.boolean(), (parts, registered) => {
        const server = registered ? registeredPair(protocol).server : protocol.serverCodec();
        for (const frame of outcomeOf(server.framing, parts).frames) {
          commandsOf(server.decode(Frame.of(frame))).forEach(assertCleanCommand);
          server.finish?.();
        }
      }),
      { numRuns: 500 },
    );
  });

  Deno.test(`${protocol.name}: property: a client makes clean events of any bytes, or none`, () => {
    fc.assert(
      fc.property(broken, (parts) => {
        const client = protocol.clientCodec(NICK);
        const ring = new RingBuffer(ringCapacityFor(client.framing.largestFrame));
        for (const frame of outcomeOf(client.framing, parts, ring).frames) {
          const event = client.decode(Frame.of(frame));
          assertClean(event);
          if (event !== undefined) lookOf(protocol).text(event);
        }
      }),
      { numRuns: 500 },
    );
  });

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
