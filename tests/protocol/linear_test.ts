/**
 * No text decides how long a look at it takes: what is counted here are looks, not milliseconds, for texts
 * that would make a search start over and over, of a length and of twice that length.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DelimitedFraming } from "../../lib/framing/delimited.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { TextScanner } from "../../lib/protocol/text_scanner.ts";

/** As documented. */
const MOST_LOOKS = 6;

/** Looks for each character of `text`. */
function looks(text: string): number {
  const scanner = new TextScanner(text);
  scanner.clean();
  return scanner.steps / text.length;
}

/** What begins something that may never end; alone, and mixed. */
const UNENDED = [
  "\x9d",
  "\x90",
  "\x98",
  "\x9b",
  "\x1b]",
  "\x1bP",
  "\x1b",
  "\x1b[",
  "\x1b ",
  "\x1b//////",
  "\x9b0",
  "\x9b0 ",
  "\x9d\x1b",
  "\x9d\x1b]",
  "\x1b]\x1b\x1b",
  "\x9dx",
  "\u202e",
  "\u2067\u202e",
  "\u202e\u2069",
  "\u2028",
  "\x03",
  "a\x00",
];

for (const unit of UNENDED) {
  Deno.test(`looks at a run of ${JSON.stringify(unit)} do not grow faster than it`, () => {
    const of = (length: number) => looks(unit.repeat(length / unit.length));
    // A character has some, or nothing was counted.
    assert(of(20_000) >= 0.99 && of(20_000) <= MOST_LOOKS, `${of(20_000)} looks`);
    assert(of(40_000) <= of(20_000) * 1.01, `${of(20_000)} and ${of(40_000)} looks`);
  });
}

Deno.test("property: no mixture of them has a character looked at more often", () => {
  const part = fc.tuple(
    fc.oneof(
      fc.constantFrom(...UNENDED, "\x07", "\x9c", "\\", "x", "m"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 4 }),
    ),
    fc.oneof(fc.integer({ min: 1, max: 3 }), fc.nat(300)),
  ).map(([unit, times]) => unit.repeat(times));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const text = parts.join("") + "x";
      assert(looks(text) <= MOST_LOOKS, `${looks(text)} looks`);
    }),
    { numRuns: 3000 },
  );
});

/** A ring that counts the bytes in which a newline is searched. */
class WatchedRing extends RingBuffer {
  searched = 0;

  override indexOf(byte: number, from = 0): number {
    this.searched += this.length - from;
    return super.indexOf(byte, from);
  }
}

Deno.test("a line that comes a byte at a time is searched for its end once", () => {
  const searched = (count: number) => {
    const ring = new WatchedRing(64 * 1024);
    const framing = new DelimitedFraming(0x0a, 32 * 1024);
    for (let i = 0; i < count; i++) {
      ring.writable()[0] = 0x78;
      ring.commit(1);
      assertEquals(framing.next(ring), undefined);
    }
    return ring.searched;
  };
  assertEquals([searched(10_000), searched(20_000)], [10_000, 20_000]);
});

/** Each regular expression in the files that read what came over a wire. */
async function expressions(): Promise<{ file: string; source: string }[]> {
  const all: { file: string; source: string }[] = [];
  for (const folder of ["lib/protocol/", "lib/chat/"]) {
    const url = new URL(`../../${folder}`, import.meta.url);
    for await (const { name } of Deno.readDir(url)) {
      const code = (await Deno.readTextFile(new URL(name, url)))
        .replace(/\/\*[^]*?\*\/|^\s*\/\/.*$|"(?:\\.|[^"\\\n])*"|`[^`]*`/gm, "");
      for (
        const [, source = ""] of code.matchAll(
          /[=(,] ?\/((?:[^/\\\n[]|\\.|\[[^\]\n]*\])+)\/[a-z]*[;,.)]/g,
        )
      ) {
        all.push({ file: folder + name, source });
      }
    }
  }
  return all;
}

Deno.test("a regular expression on the wire starts at the beginning, has a bound, or reads each character once", async () => {
  const all = await expressions();
  assert(all.length >= 12, `${all.length} expressions`);
  for (const { file, source } of all) {
    const isAnchored = source.startsWith("^");
    const isOneClass = /^(?:\[[^\]]*\]|\\.)(?:\+|\{\d,\})?$/.test(source);
    // Without a repetition a match looks at as many characters as the expression has.
    const isBounded = !/[*+{]/.test(source.replace(/\\p\{\w+\}/g, ""));
    assert(isAnchored || isOneClass || isBounded, `${file}: /${source}/`);
    // Nothing repeated stands in what is repeated.
    assert(!/\([^()]*[*+][^()]*\)[*+]/.test(source), `${file}: /${source}/`);
  }
});
