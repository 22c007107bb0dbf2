/**
 * Texts whose width is not their length.
 *
 * @module
 */

/** What it is, the text, its columns, its graphemes. */
export const SAMPLES: readonly (readonly [string, string, number, number])[] = [
  ["nothing", "", 0, 0],
  ["ASCII", "hello, world ~", 14, 14],
  ["Latin letters", "grüße", 5, 5],
  ["combining marks", "e\u0301a\u0308\u0323", 2, 2],
  ["Chinese", "漢字", 4, 2],
  ["Japanese", "ひらカナｶﾅ", 10, 6],
  ["Korean", "한국어", 6, 3],
  ["fullwidth", "ＡＢ　", 6, 3],
  ["rare ideographs", "𠀀𰀀", 4, 2],
  ["emoji", "👍🎉", 4, 2],
  ["skin tone", "👍🏽", 2, 1],
  ["family", "👨‍👩‍👧‍👦", 2, 1],
  ["flags", "🇩🇪🇯🇵", 4, 2],
  ["emoji by variation selector", "❤️☀️", 4, 2],
  ["text by default", "❤☀", 2, 2],
  ["keycap", "1️⃣", 2, 1],
  ["joiner of nothing", "a\u200db", 2, 2],
  ["Cyrillic, Greek, Hebrew, Arabic", "яλאب", 4, 4],
  ["Thai with marks", "กี่", 1, 1],
];
