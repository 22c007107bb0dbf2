/**
 * What a long text costs in cs168's frames: whatever the name and the text, the bytes out are in proportion
 * to the bytes in, nothing is lost, and no frame can pass for somebody else's.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { frameBytes, frameList, frameText } from "../../lib/protocol/cs168_frames.ts";
import { decodeUtf8, encodeUtf8 } from "../../lib/protocol/text.ts";

const FRAME = 200;

function texts(bytes: Uint8Array): string[] {
  assertEquals(bytes.length % FRAME, 0);
  return Array.from(
    { length: bytes.length / FRAME },
    (_, i) => decodeUtf8(bytes.subarray(i * FRAME, (i + 1) * FRAME)).trimEnd(),
  );
}

/** A name of `bytes` bytes, and the head that its chat has. */
const head = (bytes: number) => `[${"n".repeat(bytes)}] `;

Deno.test("a name leaves 64 bytes for the text of each frame, or has a frame of its own", () => {
  const text = "x".repeat(300);
  // 3 bytes around the name: 133 leave 64.
  const [first = "", second = ""] = texts(frameText(text, head(133)));
  assertEquals(first, head(133) + "x".repeat(64));
  assertEquals(second, first);
  const own = texts(frameText(text, head(134)));
  assertEquals(own, [head(134).trimEnd(), ` ${"x".repeat(199)}`, ` ${"x".repeat(101)}`]);
});

Deno.test("a chat that fits in one frame is one, however little its name leaves", () => {
  for (const length of [150, 190, 196]) {
    const whole = head(length) + "x".repeat(200 - length - 3);
    assertEquals(texts(frameText(whole.slice(head(length).length), head(length))), [whole]);
  }
});

Deno.test("a name of 193 bytes and a frame of euro signs make three frames, not sixty-six", () => {
  const text = "€".repeat(66);
  assertEquals(frameText(text, head(193)).length, 2 * FRAME);
  assertEquals(frameText("€".repeat(100), head(193)).length, 3 * FRAME);
});

Deno.test("names that fill more than a frame go on in the next", () => {
  const frames = texts(frameText("hi", `[${"a".repeat(200)} -> ${"b".repeat(200)}] `));
  assertEquals(frames.length, 4);
  assertEquals(frames.join(""), `[${"a".repeat(200)} -> ${"b".repeat(200)}] hi`);
});

/** Characters of each length in UTF-8, and white space, which no frame can end with. */
const part = fc.record({
  character: fc.constantFrom("x", "é", "€", "👍", " ", "/"),
  times: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 55, max: 70 }), fc.nat(210)),
}).map(({ character, times }) => character.repeat(times));
const anyText = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(""));
const anyHead = fc.integer({ min: 1, max: 407 }).map(head);

/** As it is documented. */
function mostFrames(text: string): number {
  return 2 * Math.ceil(encodeUtf8(text).length / 61) + 3;
}

Deno.test("property: bytes out are at most in proportion to bytes in, whatever the name", () => {
  fc.assert(
    fc.property(anyText, anyHead, (text, prefix) => {
      const frames = frameText(text, prefix).length / FRAME;
      assert(frames <= mostFrames(text), `${frames} frames`);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("the worst text for each length of name keeps to the bound", () => {
  // A character, and white space up to where the frame must be cut: it is a frame of its own.
  for (let length = 1; length <= 200; length++) {
    for (const character of ["x", "é", "€", "👍"]) {
      for (let gap = 55; gap <= 199; gap++) {
        const text = (character + " ".repeat(gap) + character).repeat(12);
        const frames = frameText(text, head(length)).length / FRAME;
        assert(frames <= mostFrames(text), `${frames} frames, name of ${length}, gap of ${gap}`);
      }
    }
  }
});

Deno.test("property: nothing is lost, and each frame of the text has the name or a space", () => {
  const visible = (text: string) => text.replace(/ /g, "");
  fc.assert(
    fc.property(anyText, anyHead, (text, prefix) => {
      const frames = texts(frameText(text, prefix));
      assert(frames.every((each) => each !== ""));
      const names = Math.ceil((prefix.length - 1) / FRAME);
      const named = frames.every((each) => each.startsWith(prefix.trimEnd()));
      if (!named) { for (const each of frames.slice(names)) assertEquals(each[0], " "); }
      const shares = named ? frames.map((each) => each.slice(prefix.length)) : frames;
      const expected = named ? text : prefix + text;
      assertEquals(visible(shares.join("")), visible(expected));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("property: the place of each cut is found in a number of looks in proportion to the text", () => {
  const looks = (text: string) => {
    let count = 0;
    frameBytes(text, (next) => {
      count++;
      return next !== 0x2f;
    });
    return count;
  };
  fc.assert(
    fc.property(anyText, (text) => {
      assert(looks(text) <= 2 * encodeUtf8(text).length + FRAME);
    }),
    { numRuns: 1000 },
  );
  for (const unit of ["/", "x/", `x${"/".repeat(200)}`, `x${" ".repeat(200)}`]) {
    const once = looks(unit.repeat(2000 / unit.length)) || 1;
    const twice = looks(unit.repeat(4000 / unit.length)) || 1;
    assert(twice <= 2.3 * once, `${JSON.stringify(unit.slice(0, 3))}: ${once}, ${twice}`);
  }
});

Deno.test("a list takes no more frames than names, and no fewer than it needs", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `channel-${i}`);
  const frames = texts(frameList(names));
  assertEquals(frames.join("\n").split("\n"), names);
  const bytes = names.join("\n").length;
  assert(frames.length <= bytes / (FRAME - 12) + 1, `${frames.length} frames`);
});
