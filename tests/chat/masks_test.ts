/**
 * Masks match as a plain recursive matcher says, in steps that only the text's length decides.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { foldCase, Mask, maskOf, MAX_MASK_LENGTH, normalizeMask } from "../../lib/chat/masks.ts";

function matches(mask: string, text: string): boolean {
  return new Mask(mask).matches(text);
}

/** Slow and simple. */
function plainMatches(mask: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = mask;
  if (first === undefined) return text.length === 0;
  if (first === "*") {
    return plainMatches(rest, text) || (text.length > 0 && plainMatches(mask, text.slice(1)));
  }
  return text.length > 0 && (first === "?" || first === text[0]) &&
    plainMatches(rest, text.slice(1));
}

Deno.test("a star is any text, a question mark one character, the rest is itself", () => {
  for (const mask of ["bob!*@*", "*!*@*", "b?b!*", "*b!x@h*", "bob!x@host", "***", "*?*"]) {
    assert(matches(mask, "bob!x@host"), mask);
  }
  for (const mask of ["bo!*@*", "bob!*@hos", "?bob!x@host", "", "bob!x@host?", "b?!*", "*!y@*"]) {
    assert(!matches(mask, "bob!x@host"), mask);
  }
  assert(matches("", ""));
  assert(matches("*", ""));
  assert(!matches("?", ""));
});

Deno.test("ASCII case does not matter, the case of other letters does", () => {
  assert(matches("BOB!*@*", "bob!x@h"));
  assert(matches("bob!*@*", "BoB!x@h"));
  for (const letter of "amz") {
    assert(matches(letter, letter.toUpperCase()) && matches(letter.toUpperCase(), letter), letter);
  }
  assert(matches("[x]", "[X]"));
  assert(!matches("[x]", "{x}"));
  assert(!matches("\u00c9*", "\u00e9"));
  assertEquals(foldCase("AZaz[\u00c9"), "azaz[\u00c9");
});

Deno.test("a question mark is a character of any size", () => {
  assert(matches("a?b", "a\u{1F600}b"));
  assert(!matches("a??b", "a\u{1F600}b"));
  assert(matches("\u{1F600}*", "\u{1F600}x"));
});

Deno.test("masks of every length around a word's 32 bits", () => {
  for (let length = 0; length <= MAX_MASK_LENGTH; length++) {
    const text = "ab".repeat(length).slice(0, length);
    assert(matches(text, text), `${length}`);
    assert(!matches(text, `${text}a`), `${length}`);
    assert(length === 0 || !matches(text, text.slice(1)), `${length}`);
    assert(matches(`${text.slice(1)}*`, `${text.slice(1)}xyz`), `${length}`);
  }
});

Deno.test("a mask above the limit matches nothing", () => {
  assert(!matches("*".repeat(MAX_MASK_LENGTH + 1), "x"));
  assert(!matches("*".repeat(MAX_MASK_LENGTH + 1), ""));
});

Deno.test("property: the same as a plain matcher", () => {
  const mask = fc.array(fc.constantFrom("a", "b", "A", "*", "?", "\u{1F600}"), { maxLength: 8 });
  const text = fc.array(fc.constantFrom("a", "b", "\u{1F600}"), { maxLength: 10 });
  fc.assert(
    fc.property(mask, text, (pattern, content) => {
      const plain = plainMatches(pattern.map(foldCase), content);
      assertEquals(matches(pattern.join(""), content.join("")), plain);
    }),
    { numRuns: 2000 },
  );
});

/** How many characters are looked at. */
function stepsOf(run: () => void): number {
  let steps = 0;
  const { codePointAt } = String.prototype;
  String.prototype.codePointAt = function (this: string, at: number) {
    steps++;
    return codePointAt.call(this, at);
  };
  try {
    run();
  } finally {
    String.prototype.codePointAt = codePointAt;
  }
  return steps;
}

Deno.test("masks made to blow up take one step a character", () => {
  for (const pattern of ["*a".repeat(79), "*?".repeat(79), "*aaaaab*aaaaab*", "?*".repeat(79)]) {
    const mask = new Mask(`${pattern}b`);
    for (const length of [1000, 2000]) {
      const text = "a".repeat(length);
      assertEquals(stepsOf(() => mask.matches(text)), length);
      assert(!mask.matches(text));
    }
  }
});

Deno.test("an abbreviated mask gets its full form", () => {
  const full: Record<string, string> = {
    "bob": "bob!*@*",
    "b*": "b*!*@*",
    "x@host": "*!x@host",
    "@host": "*!*@host",
    "x@": "*!x@*",
    "bob!x": "bob!x@*",
    "bob!": "bob!*@*",
    "!x": "*!x@*",
    "bob!x@h": "bob!x@h",
    "*.example.org": "*!*@*.example.org",
    "2001:db8::*": "*!*@2001:db8::*",
    "a.b!c": "a.b!c@*",
    "": "*!*@*",
    "***!**@***": "*!*@*",
    "a@b!c": "a@b!c@*",
    "a!b!c@d@e": "a!b!c@d@e",
  };
  for (const [mask, expected] of Object.entries(full)) assertEquals(normalizeMask(mask), expected);
});

Deno.test("property: a full form stays as it is", () => {
  fc.assert(fc.property(fc.string({ maxLength: 30 }), (mask) => {
    const full = normalizeMask(mask);
    assertEquals(normalizeMask(full), full);
  }));
});

Deno.test("a mask of several words of bits matches as a short one does", () => {
  const part = fc.constantFrom("a", "b", "*", "?", "\u{1F600}", "É");
  const mask = fc.array(part, { maxLength: 8 });
  const text = fc.array(fc.constantFrom("a", "B", "\u{1F600}", "É", "é"), { maxLength: 8 });
  fc.assert(
    fc.property(mask, text, fc.integer({ min: 25, max: 70 }), (pattern, content, length) => {
      const before = "x".repeat(length);
      const short = matches(pattern.join(""), content.join(""));
      assertEquals(matches(before + pattern.join(""), before + content.join("")), short);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("compiled masks are kept, and those used first make room", () => {
  const first = maskOf("first*");
  assertEquals(maskOf("first*") === first, true);
  for (let i = 0; i < 3000; i++) maskOf(`mask ${i}`);
  assertEquals(maskOf("first*") === first, false);
  assertEquals(maskOf("first*").matches("First one"), true);
});
