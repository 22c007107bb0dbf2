/**
 * Byte streams for the fuzz tests: valid ones, damaged ones, arbitrary ones, in arbitrary pieces, and what
 * a framing makes of them.
 *
 * @module
 */

import fc from "fast-check";
import { FrameError } from "../../lib/framing/errors.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import type { Framing } from "../../lib/framing/framing.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { eachFrame } from "../support/cuts.ts";
import { joined } from "../support/wire/wire.ts";

export { joined };

/** Lengths of the pieces in which a stream comes. */
export const cuts: fc.Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([]),
  fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 300 }),
  fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 20 }),
);

/** Bytes that mean something to some framing, text or terminal more often than others. */
export const someBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 250 }),
  fc.array(
    fc.constantFrom(0x00, 0x01, 0x0a, 0x0d, 0x1b, 0x20, 0x2f, 0x40, 0x5b, 0x7b, 0x7f, 0xc3, 0xff),
    { maxLength: 60 },
  ).map((bytes) => Uint8Array.from(bytes)),
);

/** Text with what is hard about text. */
export const someText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(..." a/\n\r\t\x1b[m\x9bé日👍"), maxLength: 120 }),
  fc.constantFrom("\ud800", "\u2028", "\ufeff", "a\u00a0b", "\u3000", "x".repeat(500), "/join a"),
);

/** What can happen to bytes on a bad day. */
interface Damage {
  readonly do: "flip" | "drop" | "insert" | "double";
  readonly at: number;
  readonly byte: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  do: fc.constantFrom("flip" as const, "drop" as const, "insert" as const, "double" as const),
  at: fc.nat(2000),
  byte: fc.nat(255),
});

/** `parts` one after the other, now and then with a few of their bytes damaged. */
export function stream(parts: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const damages = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Damage[]>([]) },
    { weight: 1, arbitrary: fc.array(damage, { maxLength: 4 }) },
  );
  return fc.tuple(fc.array(parts, { maxLength: 8 }), damages).map(([all, damages]) => {
    let bytes: Uint8Array = joined(all);
    for (const each of damages) bytes = damaged(bytes, each);
    return bytes;
  });
}

function damaged(bytes: Uint8Array, { do: what, at, byte }: Damage): Uint8Array {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (what) {
    case "flip":
      return joined([before, Uint8Array.of(byte), after.subarray(1)]);
    case "drop":
      return joined([before, after.subarray(1)]);
    case "insert":
      return joined([before, Uint8Array.of(byte), after]);
    case "double":
      return joined([bytes, after]);
  }
}

/** What came of a stream: the frames, each as what was made of it, and the error that ended them. */
export interface Outcome<T> {
  /** One for each frame. */
  readonly made: T[];
  /** The code of the error, if there was one. */
  error?: string;
}

/**
 * Reads `pieces` as a socket would into a ring of `capacity` bytes, and takes each frame as soon as it is
 * there; at the end of the stream also what has no end mark.
 */
export function readAll<T>(
  framing: Framing,
  capacity: number,
  pieces: readonly Uint8Array[],
  make: (frame: Frame) => T,
): Outcome<T> {
  const ring = new RingBuffer(capacity);
  const outcome: Outcome<T> = { made: [] };
  try {
    eachFrame(framing, ring, pieces, (frame) => outcome.made.push(make(frame)));
    const rest = framing.rest?.(ring);
    if (rest !== undefined) outcome.made.push(make(rest));
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    outcome.error = error.code;
  }
  return outcome;
}
