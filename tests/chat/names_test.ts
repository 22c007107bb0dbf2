/**
 * Names (PROTOCOLS, section 5): what is visible, what a handle may hold, and that nobody gets a handle by which
 * it could pass for another user, a line, a frame or a notice in any dialect.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  BIDI_CONTROLS,
  CONTROLS,
  FORMATTING,
  isBidiControl,
  isControl,
  isFormatting,
  isVisible,
  stripFormatting,
} from "../../lib/chat/characters.ts";
import { foldHandle, handleBase, isHandle, nthHandle } from "../../lib/chat/handles.ts";
import { characterCount, isChannelName } from "../../lib/chat/names.ts";
import {
  BIDI_CONTROLS as TERMINAL_BIDI_CONTROLS,
  CONTROLS as TERMINAL_CONTROLS,
} from "../../lib/terminal/controls.ts";

Deno.test("the terminal and the chat mean the same by a control character", () => {
  assertEquals(TERMINAL_CONTROLS, CONTROLS);
  assertEquals(TERMINAL_BIDI_CONTROLS, BIDI_CONTROLS);
});

Deno.test("a character class and its test agree on every character", () => {
  const pairs = [
    [CONTROLS, isControl],
    [BIDI_CONTROLS, isBidiControl],
    [FORMATTING, isFormatting],
  ] as const;
  for (const [members, test] of pairs) {
    const expression = new RegExp(`[${members}]`);
    for (let unit = 0; unit <= 0xffff; unit++) {
      assertEquals(test(unit), expression.test(String.fromCharCode(unit)), unit.toString(16));
    }
  }
});

/** Everything that shows nothing and has been seen in a name, one of each kind. */
const INVISIBLE: readonly string[] = [
  ..."\u200b \u2800 \u3164 \u00ad \u115f \u1160 \uffa0 \u2060 \u180e \ufe0f \u034f \ufeff".split(
    " ",
  ),
  ..."\u{e0041} \u{e0100} \u{1d173} \u{13441} \u{1d159} \u061c \u202e \u2069 \u206f \ufff9".split(
    " ",
  ),
  ..."\u0301 \u20e3 \u0085 \x00 \x1b \x02 \ud800 \u{e01f0} \u{ffff}".split(" "),
  ..." \t\n\u00a0\u1680\u2003\u202f\u3000\u2028",
  "",
];

for (const text of INVISIBLE) {
  Deno.test(`a name of ${JSON.stringify(text)} alone is invisible`, () => {
    assert(!isVisible(text));
    assert(!isVisible(text.repeat(5)));
    assert(!isVisible(`\u200b${text}\u3164`));
    // Nor is it a part of a handle.
    if (!/\p{M}/u.test(text) || /\ufe0f|\u034f|\u{e0100}/u.test(text)) {
      assert(!handleBase(`a${text}b`).includes(text) || text === "");
      assert(!isHandle(`a${text}b`) || text === "");
    }
  });
}

for (
  const text of ["a", "é", "e\u0301", "日本", "🙂", "👩‍👩‍👧", "-", "...", "٣", "नमस्ते", " x ", "\u200bx"]
) {
  Deno.test(`a name of ${JSON.stringify(text)} is visible`, () => assert(isVisible(text)));
}

/** Nicks, the bases of their handles, and whether a user may ask for the nick as a handle. */
const bases: [string, string, boolean][] = [
  ["alice", "alice", true],
  ["Alice-2_^{|}", "Alice-2_^{|}", true],
  ["alice: I quit", "alice__I_quit", false],
  ["alice] I quit. [x", "alice__I_quit___x", false],
  ["alice -> bob", "alice_-__bob", false],
  ["alice/2", "alice_2", false],
  ["a,b*c?d!e@f#g~h&i%j+k<l>m", "a_b_c_d_e_f_g_h_i_j_k_l_m", false],
  ["[x]\\\"'`", "_x_____", false],
  ["#alice", "_alice", false],
  ["$alice", "_alice", false],
  ["-alice", "_-alice", false],
  ["7of9", "_7of9", false],
  ["٣", "_٣", false],
  ["日本", "日本", true],
  ["Ærøskøbing", "Ærøskøbing", true],
  ["नमस्ते", "नमस्ते", true],
  ["שלום", "שלום", true],
  ["e\u0301", "é", false],
  ["ａｌｉｃｅ", "alice", false],
  ["𝐚𝐥𝐢𝐜𝐞", "alice", false],
  ["\u0301x", "_x", false],
  ["al\u00adice", "al_ice", false],
  ["\u202ealice", "_alice", false],
  ["🙂", "_", false],
  ["\ud800x", "_x", false],
  ["", "_", false],
  ["n".repeat(40), "n".repeat(32), false],
  ["7".repeat(32), `_${"7".repeat(31)}`, false],
  ["😀".repeat(40), "_".repeat(32), false],
  ["\ufdfa".repeat(10), "صلى_الله_عليه_وسلمصلى_الله_عليه_", false],
];

for (const [nick, base, isOwn] of bases) {
  Deno.test(`the handle of ${JSON.stringify(nick)} is ${base}`, () => {
    assertEquals(handleBase(nick), base);
    assertEquals(isHandle(nick), isOwn);
  });
}

Deno.test("handles of one base differ by a number behind a slash, and stay within 32 characters", () => {
  assertEquals([1, 2, 3].map((n) => nthHandle("bob", n)), ["bob", "bob/2", "bob/3"]);
  assertEquals(nthHandle("n".repeat(32), 10_000), `${"n".repeat(26)}/10000`);
  assertEquals(nthHandle("𠀋".repeat(32), 2), `${"𠀋".repeat(30)}/2`);
});

Deno.test("a handle is looked up without regard to ASCII case, and to no other", () => {
  assertEquals(foldHandle("ALICE/2"), "alice/2");
  assertEquals(foldHandle("ÉZ{|}^"), "Éz{|}^");
});

const anyNick = fc.oneof(
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.string({ unit: "grapheme", maxLength: 50 }),
  fc.string({
    unit: fc.constantFrom(...INVISIBLE, "a", "Z", "/", "é", "\u0301", "ﬃ", "ㅏ", "ᅡ", "ᆨ", "가"),
  }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 50 }),
);

Deno.test("property: every nick has a handle, which ends nothing in any dialect and is its own base", () => {
  fc.assert(
    fc.property(anyNick, fc.integer({ min: 1, max: 20_000 }), (nick, n) => {
      const base = handleBase(nick);
      assert(isHandle(base), JSON.stringify(base));
      assertEquals(handleBase(base), base);
      const handle = nthHandle(base, n);
      assert(characterCount(handle) <= 32 && handle.isWellFormed());
      assertEquals(isHandle(handle), n === 1, "nobody can ask for another's handle");
      assert(!/[\s,*?.!@:#~&%+<>[\]\\"'`$;=()]/.test(handle), handle);
      assert(!/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(handle), handle);
      assert(!/^[\p{M}\p{Nd}-]/u.test(handle), handle);
      assertEquals(handle.normalize("NFKC"), handle);
      assertEquals(foldHandle(foldHandle(handle)), foldHandle(handle));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("property: what may be asked for is its own handle", () => {
  fc.assert(
    fc.property(anyNick, (nick) => {
      if (isHandle(nick)) assertEquals(handleBase(nick), nick);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("a nick of any length is looked at for 32 characters and no further", () => {
  // Sorting this many marks of falling class would take minutes.
  const marks = "a" + "\u0315".repeat(500_000) + "\u0300".repeat(500_000);
  assertEquals(handleBase(marks), "a" + "\u0315".repeat(31));
  assert(!isHandle(marks));
});

Deno.test("property: stripped text has no formatting, and all of its visible characters but numbers", () => {
  const unit = fc.constantFrom("\x02", "\x03", "\x04", "\x1f", "0", "7", ",", "f", "z", "é", " ");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      const plain = stripFormatting(text);
      assert(![...plain].some((each) => isFormatting(each.charCodeAt(0))));
      assertEquals(plain.replace(/[^zé ]/g, ""), text.replace(/[^zé ]/g, ""));
      const isColoured = text.includes("\x03") || text.includes("\x04");
      if (!isColoured) assertEquals(plain, text.replaceAll("\x02", "").replaceAll("\x1f", ""));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a channel is called by one word without control characters, of 128 bytes at most", () => {
  for (const name of ["lobby", "日本", "a".repeat(128), "é".repeat(64), "#x"]) {
    assert(isChannelName(name));
  }
  for (const name of ["", "a b", "a\u00a0b", "a\x07", "a\u202e", "a".repeat(129), "é".repeat(65)]) {
    assert(!isChannelName(name), name);
  }
});
