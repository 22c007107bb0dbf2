/**
 * The command line: parsing from a table of options, the help, and ports.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import {
  type CommandLine,
  helpText,
  parseCommandLine,
  parsePort,
  UsageError,
} from "../../lib/cli/options.ts";

const LINE: CommandLine = {
  program: "tool",
  summary: "A tool.",
  usages: ["[OPTIONS] FILE", ""],
  options: [
    { name: "size", value: "N", help: "How large" },
    { name: "quiet", alias: "q", help: "Say nothing" },
  ],
  notes: ["More of it."],
};

function parse(...args: string[]) {
  const { switches, ...rest } = parseCommandLine(LINE, args);
  return { ...rest, switches: [...switches].sort() };
}

const NOTHING = { positionals: [], keywords: 0, values: {}, switches: [] };

Deno.test("no arguments give no positionals, values or switches", () => {
  assertEquals(parse(), NOTHING);
});

Deno.test("positionals stay as the user typed them, whatever they look like", () => {
  const typed = ["007", "1e3", "0x10", "true", "", "a b", "-", "ü"];
  assertEquals(parse(...typed), { ...NOTHING, positionals: typed, keywords: typed.length });
});

Deno.test("a value follows its option, or an equals sign", () => {
  assertEquals(parse("--size", "3"), { ...NOTHING, values: { size: "3" } });
  assertEquals(parse("--size=3"), { ...NOTHING, values: { size: "3" } });
  assertEquals(parse("--size", "007"), { ...NOTHING, values: { size: "007" } });
  assertEquals(parse("--size=a=b"), { ...NOTHING, values: { size: "a=b" } });
});

Deno.test("a switch has a name and a letter", () => {
  assertEquals(parse("--quiet"), { ...NOTHING, switches: ["quiet"] });
  assertEquals(parse("-q"), { ...NOTHING, switches: ["quiet"] });
  assertEquals(parse("-q", "-h"), { ...NOTHING, switches: ["help", "quiet"] });
  assertEquals(parse("-qhV"), { ...NOTHING, switches: ["help", "quiet", "version"] });
});

Deno.test("a switch does not consume the argument after it", () => {
  const expected = { ...NOTHING, positionals: ["file"], keywords: 1, switches: ["quiet"] };
  assertEquals(parse("--quiet", "file"), expected);
  assertEquals(parse("file", "--quiet"), expected);
});

Deno.test("everything after two dashes is a positional and not a keyword", () => {
  const parsed = parse("one", "--", "--quiet", "-x", "two");
  const positionals = ["one", "--quiet", "-x", "two"];
  assertEquals(parsed, { ...NOTHING, positionals, keywords: 1 });
});

const REFUSED: [args: string[], message: string][] = [
  [["--nosuch"], 'Unknown option "--nosuch"'],
  [["--nosuch=1"], 'Unknown option "--nosuch=1"'],
  [["-x"], 'Unknown option "-x"'],
  [["--szie", "1"], 'Unknown option "--szie": did you mean "--size"?'],
  [["--quit=1"], 'Unknown option "--quit=1": did you mean "--quiet"?'],
  [["-size", "1"], 'Unknown option "-size": did you mean "--size"?'],
  [["--vers"], 'Unknown option "--vers": did you mean "--version"?'],
  [["--size"], 'Option "--size" needs a value'],
  [["--size="], 'Option "--size" needs a value'],
  [["--size", "--quiet"], 'Option "--size" needs a value'],
];

for (const [args, message] of REFUSED) {
  Deno.test(`"${args.join(" ")}" is refused`, () => {
    assertEquals(assertThrows(() => parse(...args), UsageError).message, message);
  });
}

Deno.test("the help shows every option of the table, in columns", () => {
  assertEquals(
    helpText(LINE),
    `A tool.

Usage: tool [OPTIONS] FILE
       tool

Options:
      --size N   How large
  -q, --quiet    Say nothing
  -h, --help     Print this and exit
  -V, --version  Print the version and exit

More of it.`,
  );
});

Deno.test("a port is a whole number in range, in plain digits", () => {
  assertEquals(parsePort("0", 0), 0);
  assertEquals(parsePort("1", 1), 1);
  assertEquals(parsePort("65535", 1), 65535);
  assertEquals(parsePort("00080", 1), 80);
  for (const text of ["0", "65536", "-1", "", " 1", "1 ", "1.0", "1e3", "0x50", "٣", "http"]) {
    const error = assertThrows(() => parsePort(text, 1), UsageError);
    assertEquals(error.message, `Port must be a number from 1 to 65535, got "${text}"`);
  }
});
