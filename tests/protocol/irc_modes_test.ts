/**
 * MODE: each kind of mode takes its parameter or none, changes are bounded, and what is written is read again.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { utf8Length } from "../../lib/chat/names.ts";
import {
  chanmodesToken,
  CHANNEL_MODES,
  formatModes,
  MAX_MODE_CHANGES,
  type ModeChange,
  parseModes,
  prefixToken,
  USER_MODES,
} from "../../lib/protocol/irc_modes.ts";

/** `+o alice` and so on, then `?b` for a list, `!x` for no mode, `-param o` for a missing parameter. */
function shown(line: string): string[] {
  const { changes, lists, unknown, missing } = parseModes(line.split(" "), CHANNEL_MODES);
  return [
    ...changes.map(({ set, mode, param }) =>
      `${set ? "+" : "-"}${mode}${param === undefined ? "" : ` ${param}`}`
    ),
    ...lists.map((mode) => `?${mode}`),
    ...unknown.map((mode) => `!${mode}`),
    ...missing.map((mode) => `missing ${mode}`),
  ];
}

Deno.test("each kind of mode takes a parameter when it has one", () => {
  const lines: Record<string, string[]> = {
    "+o alice": ["+o alice"],
    "o alice": ["+o alice"],
    "+ov-k alice bob x": ["+o alice", "+v bob", "-k x"],
    "+int": ["+i", "+n", "+t"],
    "-i+m": ["-i", "+m"],
    "+-+i": ["+i"],
    "+l 5": ["+l 5"],
    "-l": ["-l"],
    "-lo alice": ["-l", "-o alice"],
    "-k": ["-k"],
    "+k": ["missing k"],
    "+l": ["missing l"],
    "+ol alice": ["+o alice", "missing l"],
    "+o": ["missing o"],
    "b": ["?b"],
    "+b": ["?b"],
    "-b": ["?b"],
    "+beIb": ["?b", "?e", "?I"],
    "+b a!*@*": ["+b a!*@*"],
    "+bb a!*@*": ["+b a!*@*", "?b"],
    "+xyx": ["!x", "!y"],
    "+ixt": ["+i", "+t", "!x"],
    "": [],
    "+-": [],
  };
  for (const [line, expected] of Object.entries(lines)) assertEquals(shown(line), expected, line);
});

Deno.test("of one change that is asked for again, the last counts", () => {
  assertEquals(shown("+i-i+i"), ["+i"]);
  assertEquals(shown("+i-i"), ["-i"]);
  assertEquals(shown("+oo-o a b a"), ["+o b", "-o a"]);
});

Deno.test("of 100 changes with a parameter, the first few count, and all without one", () => {
  const nicks = Array.from({ length: 100 }, (_, i) => `n${i}`);
  const { changes } = parseModes([`+${"o".repeat(100)}i`, ...nicks], CHANNEL_MODES);
  assertEquals(changes.length, MAX_MODE_CHANGES + 1);
  assertEquals(changes.at(-1), { set: true, mode: "i" });
});

Deno.test("user modes take no parameter", () => {
  assertEquals(parseModes(["+iBx", "y"], USER_MODES), {
    changes: [{ set: true, mode: "i" }, { set: true, mode: "B" }],
    lists: [],
    unknown: ["x"],
    missing: [],
  });
});

Deno.test("the tokens state the table", () => {
  assertEquals(chanmodesToken(), "beI,k,l,CRimnst");
  assertEquals(prefixToken(), "(qov)~@+");
});

Deno.test("a sign is written once for the changes behind it", () => {
  const changes: ModeChange[] = [
    { set: true, mode: "o", param: "a" },
    { set: true, mode: "i" },
    { set: false, mode: "k", param: "x" },
    { set: true, mode: "m" },
  ];
  assertEquals(formatModes(changes, 20), [["+oi-k+m", "a", "x"]]);
  assertEquals(formatModes([], 20), []);
});

Deno.test("a command has at most as many parameters as ISUPPORT states", () => {
  const changes = Array.from({ length: 20 }, (_, i) => ({ set: true, mode: "v", param: `n${i}` }));
  const counts = formatModes(changes, 20).map((params) => params.length - 1);
  assertEquals(counts, [MAX_MODE_CHANGES, 20 - MAX_MODE_CHANGES]);
});

Deno.test("property: changes are read as they were written, in commands that fit a line", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "!", "\u00e9"),
    minLength: 1,
    maxLength: 100,
    size: "max",
  });
  const withParam = fc.record({
    set: fc.boolean(),
    mode: fc.constantFrom("o", "b", "k"),
    param: word,
  });
  const without = fc.record({ set: fc.boolean(), mode: fc.constantFrom("i", "m", "n", "t") });
  const changes = fc.array(fc.oneof(withParam, without), { maxLength: 40, size: "max" });
  fc.assert(fc.property(changes, (given: ModeChange[]) => {
    const commands = formatModes(given, 100);
    const read = commands.flatMap((params) => {
      assert(100 + utf8Length(params.join(" ")) <= 510);
      assert(params.length - 1 <= MAX_MODE_CHANGES);
      return parseModes(params, CHANNEL_MODES).changes;
    });
    // What is repeated within one command is read once; so only the last of each is compared.
    const last = (all: readonly ModeChange[]) =>
      new Map(all.map(({ set, mode, param }) => [`${mode} ${param ?? ""}`, set]));
    assertEquals(last(read), last(given));
  }));
});
