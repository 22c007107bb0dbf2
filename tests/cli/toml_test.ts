/**
 * TOML files: values with their lines, and mistakes with theirs.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { parseToml, TomlError, type TomlTable } from "../../lib/cli/toml.ts";

/** Without lines, as JSON would have it. */
function plain(table: TomlTable): Record<string, unknown> {
  const of = (value: unknown): unknown => {
    if (value instanceof Map) return plain(value);
    return Array.isArray(value) ? value.map((each) => of(each.value)) : value;
  };
  return Object.fromEntries([...table].map(([key, { value }]) => [key, of(value)]));
}

Deno.test("toml: every kind of value, with the line of its key", () => {
  const table = parseToml(
    'port = 5000\n# a comment\n"a key" = """\ntwo\nlines"""\nlist = [\n  "one",\n  "two",\n]\non = true\nrate = 2.5\n',
  );
  assertEquals([...table].map(([key, { line }]) => [key, line]), [
    ["port", 1],
    ["a key", 3],
    ["list", 6],
    ["on", 10],
    ["rate", 11],
  ]);
  assertEquals(plain(table), {
    port: 5000,
    "a key": "two\nlines",
    list: ["one", "two"],
    on: true,
    rate: 2.5,
  });
  const list = table.get("list")?.value as readonly { line: number }[];
  assertEquals(list.map(({ line }) => line), [7, 8]);
});

Deno.test("toml: tables, arrays of tables, dotted keys and inline tables", () => {
  const table = parseToml(
    '[a]\nx = 1\nb.c = 2\n\n[a.d]\ny = { z = 3 }\n\n[[net]]\nname = "one"\n\n[[net]]\nname = "two"\n[net.sasl]\nuser = "ines"\n',
  );
  assertEquals(plain(table), {
    a: { x: 1, b: { c: 2 }, d: { y: { z: 3 } } },
    net: [{ name: "one" }, { name: "two", sasl: { user: "ines" } }],
  });
  const nets = table.get("net")?.value as readonly { line: number; value: TomlTable }[];
  assertEquals(nets.map(({ line }) => line), [8, 11]);
  assertEquals((nets[1]?.value.get("sasl")?.value as TomlTable).get("user")?.line, 14);
});

Deno.test("toml: a mistake has its line", () => {
  const lineOf = (text: string) => assertThrows(() => parseToml(text), TomlError).line;
  assertEquals(lineOf("a = 1\nb = \n"), 2);
  assertEquals(lineOf("a = 1\n\na = 2\n"), 3);
  assertEquals(lineOf("[a]\n[b]\n[a]\n"), 3);
  assertEquals(lineOf('a = "open\n'), 1);
  assertEquals(lineOf("a = 1\nlonely\n"), 2);
  assertEquals(lineOf("a = 1 b\nc = 1\n"), 1);
  assertEquals(lineOf("a = 1\nwhen = 2026-01-01\n"), 2);
  assertEquals(lineOf("a = inf\n"), 1);
});

Deno.test("toml: what is too deep or too long for the parser is a mistake like any other", () => {
  for (
    const text of [
      `a = ${"[".repeat(20_000)}${"]".repeat(20_000)}`,
      `a = "${"x".repeat(3_000_000)}"`,
    ]
  ) {
    const error = assertThrows(() => parseToml(text), TomlError, "Too long, or nested too deeply");
    assertEquals(error.line, 1);
  }
});

Deno.test("toml: names of JavaScript's own are keys like any other", () => {
  assertEquals([...parseToml('__proto__ = "x"\nconstructor = 1\n').keys()], [
    "__proto__",
    "constructor",
  ]);
});

Deno.test("property: toml: any text is values or a TomlError with a line in the text", () => {
  const piece = fc.constantFrom("a", "=", "1", '"', "'", "[", "]", "{", "}", ".", "\n", "#", "\\");
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const text = pieces.join("");
    try {
      parseToml(text);
    } catch (error) {
      const lines = text.split("\n").length;
      if (!(error instanceof TomlError) || error.line < 1 || error.line > lines) throw error;
    }
  }));
});
