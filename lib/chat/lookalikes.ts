/**
 * Names that look like another name: letters of other scripts that most fonts draw as a Latin one,
 * and letters that differ only in case, in whatever script. It is no complete list (Unicode's has
 * 6,000 characters), but it has those with which a whole name can be written.
 *
 * @module
 */

// Each Latin letter, and behind it those that look like it, in small letters: of some, only the
// capitals do.
const ALIKE: readonly string[] = [
  "aаαɑ",
  "bвβ",
  "cсϲ",
  "dԁ",
  "eеε",
  "gɡց",
  "hнһηհ",
  "iіιı",
  "jјϳ",
  "kкκ",
  "lӏ",
  "mмμ",
  "nνո",
  "oоοօ",
  "pрρ",
  "qԛզ",
  "sѕ",
  "tтτ",
  "uսυ",
  "wԝա",
  "xхχ",
  "yуγ",
  "zζ",
];

const LATIN: ReadonlyMap<string, string> = new Map(
  ALIKE.flatMap(([latin = "", ...others]) => others.map((other) => [other, latin])),
);
const BEYOND_ASCII = /[^\0-\x7f]/;
const EACH_BEYOND_ASCII = /[^\0-\x7f]/gu;

/**
 * One form for all names that look like `name`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lookOf } from "./lookalikes.ts";
 *
 * assertEquals(lookOf("Alice"), "alice");
 * assertEquals(lookOf("\u0430lice"), "alice");
 * assertEquals(lookOf("БОБ"), lookOf("боб"));
 * ```
 */
export function lookOf(name: string): string {
  const small = name.toLowerCase();
  if (!BEYOND_ASCII.test(small)) return small;
  return small.replace(EACH_BEYOND_ASCII, (letter) => LATIN.get(letter) ?? letter);
}
