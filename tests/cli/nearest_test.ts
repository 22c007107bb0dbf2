/**
 * Advice on a mistyped word, against the definition of the distance; `looks_test.ts` has a user's slash commands.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { nearest } from "../../lib/cli/nearest.ts";

const WORDS = ["port", "host", "tls-port", "tls-cert", "rate"];

const rows: [word: string, likely: string | undefined][] = [
  ["por", "port"],
  ["ports", "port"],
  ["prot", "port"],
  ["tls-prot", "tls-port"],
  ["tls-crte", "tls-cert"],
  ["tls_port", "tls-port"],
  ["p", undefined],
  ["", undefined],
  ["raet", "rate"],
  ["nothing", undefined],
  ["x".repeat(10_000), undefined],
];

for (const [word, likely] of rows) {
  Deno.test(`nearest to "${word.slice(0, 20)}" is ${likely ?? "nothing"}`, () => {
    assertEquals(nearest(word, WORDS), likely);
  });
}

/** The distance as it is defined: by what the words without their last characters differ in. */
function distance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const less = [
    distance(a.slice(0, -1), b) + 1,
    distance(a, b.slice(0, -1)) + 1,
    distance(a.slice(0, -1), b.slice(0, -1)) + (a.at(-1) === b.at(-1) ? 0 : 1),
  ];
  const isSwapped = a.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  if (isSwapped) less.push(distance(a.slice(0, -2), b.slice(0, -2)) + 1);
  return Math.min(...less);
}

Deno.test("property: a word is nearest to the one that it differs from least, and never to a far one", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 4 }), (mistyped, words) => {
      const found = nearest(mistyped, words);
      if (mistyped.length < 2) return assertEquals(found, undefined);
      const longer = words.find((each) => each.startsWith(mistyped));
      if (longer !== undefined) return assertEquals(found, longer);
      const most = mistyped.length <= 3 ? 1 : 2;
      const near = words.filter((each) => distance(mistyped, each) <= most);
      assertEquals(found === undefined, near.length === 0);
      if (found === undefined) return;
      const least = Math.min(...near.map((each) => distance(mistyped, each)));
      assert(distance(mistyped, found) === least, `${mistyped} is no ${found}`);
    }),
  );
});
