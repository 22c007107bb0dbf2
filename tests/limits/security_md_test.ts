/**
 * SECURITY.md names a test for each threat: all of them exist under these names, and run. A test that is commented
 * out or ignored does not count; the last tests show that on samples.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { findTests, hasRunningTest } from "../support/test_names.ts";

const root = new URL("../../", import.meta.url);

/** The tests that a threat list names: `` `tests/..`: "a test", "another"; `tests/..`: .. `` in each row. */
function namedTests(markdown: string): { readonly path: string; readonly name: string }[] {
  const rows = markdown.split("\n").filter((line) =>
    line.startsWith("| ") && line.includes("`tests/")
  );
  return rows.flatMap((row) =>
    [...row.matchAll(/`(tests\/[^`]+)`: ([^`|]*)/g)].flatMap(([, path = "", list = ""]) =>
      [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ path, name }))
    )
  );
}

Deno.test("every file and test that SECURITY.md names exists and runs", async () => {
  const text = await Deno.readTextFile(new URL("SECURITY.md", root));
  const named = namedTests(text);
  assert(named.length >= 30, `There are ${named.length} tests`);
  for (const [path, names] of Map.groupBy(named, ({ path }) => path)) {
    const tests = findTests(await Deno.readTextFile(new URL(path, root)));
    for (const { name } of names) {
      assert(hasRunningTest(tests, name), `${path} runs no test "${name}"`);
    }
  }
});

Deno.test("every test runs of each file that SECURITY.md mentions", async () => {
  const text = await Deno.readTextFile(new URL("SECURITY.md", root));
  const paths = new Set(
    [...text.matchAll(/`(tests\/[^`]+_test\.ts)`/g)].map(([, path = ""]) => path),
  );
  assert(paths.size >= 10, `There are ${paths.size} files`);
  for (const path of paths) {
    const tests = findTests(await Deno.readTextFile(new URL(path, root)));
    assert(tests.length > 0, `${path} has no test`);
    for (const { name, runs } of tests) assert(runs, `${path} does not run "${name}"`);
  }
});

Deno.test("every flag of the server's limits is in the README", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const options = await Deno.readTextFile(new URL("lib/server/limit_options.ts", root));
  for (const [, flag] of options.matchAll(/name: "([a-z-]+)"/g)) {
    assert(readme.includes(`\`--${flag} `), `The README does not name --${flag}`);
  }
});

/** Source text, and whether it runs a test called `a threat`. */
const SAMPLES: readonly (readonly [source: string, runs: boolean])[] = [
  ['Deno.test("a threat", () => {});', true],
  ["Deno.test('a threat', () => {});", true],
  ["Deno.test(`a threat`, () => {});", true],
  ['Deno.test({ name: "a threat", fn() {} });', true],
  ['Deno.test("a threat", { permissions: "none" }, () => {});', true],
  ['for (const x of ["a"]) Deno.test(`${x} threat`, () => {});', true],
  ["for (const x of y) Deno.test(`a ${x.map((z) => `${z}}`)}eat`, () => {});", true],
  ['Deno.test(\n  // Why.\n  "a threat",\n  () => {},\n);', true],
  ['const url = "http://x"; Deno.test("a threat", () => {});', true],
  ['const quote = /["\'/]/; Deno.test("a threat", () => {});', true],
  ['const half = (1 + 1) / 2; Deno.test("a threat", () => {}); // 1 / 2', true],
  ['Deno.test("a threat", { ignore: false }, () => {});', true],
  ['Deno.test("a threat", { ignore: Deno.build.os === "windows" }, () => {});', true],
  ['Deno.test("a threat", () => { const options = { ignore: true }; });', true],
  ['Deno.test.only("a threat", () => {});', true],

  ['// Deno.test("a threat", () => {});', false],
  ['/* Deno.test("a threat", () => {}); */', false],
  ['/**\n * Deno.test("a threat", () => {});\n */', false],
  ["const text = 'Deno.test(\"a threat\", () => {})';", false],
  ['const text = `Deno.test("a threat", () => {})`;', false],
  ['const pattern = /Deno.test("a threat"/;', false],
  ['Deno.test("another", () => { log("a threat"); });', false],
  ['Deno.test("another", () => {}); // "a threat"', false],
  ['Deno.test("a threat and more", () => {});', false],
  ['Deno.test.ignore("a threat", () => {});', false],
  ['Deno.test("a threat", { ignore: true }, () => {});', false],
  ['Deno.test({ name: "a threat", ignore: true, fn() {} });', false],
  ['Deno.test({ ignore: true, name: "a threat", fn() {} });', false],
  ['Deno.test("a threat", () => {}); Deno.test.only("another", () => {});', false],
  ['Deno.test("a threat", () => {}); Deno.test({ name: "b", only: true, fn() {} });', false],
  ["for (const x of y) Deno.test(`a threat${x}`, () => {});", false],
  ["", false],
];

Deno.test("a test counts only when it is really run under its name", () => {
  for (const [source, runs] of SAMPLES) {
    assertEquals(hasRunningTest(findTests(source), "a threat"), runs, source);
  }
});

Deno.test("the names of a threat list are read from its rows alone", () => {
  const markdown = [
    'Text that names `tests/no_test.ts`: "not this".',
    '| a threat | a defence | `tests/a_test.ts`: "one", "two"; `tests/b_test.ts`: "three" |',
    "| another | a defence | `tests/c_test.ts`: all of it |",
  ].join("\n");
  assertEquals(namedTests(markdown), [
    { path: "tests/a_test.ts", name: "one" },
    { path: "tests/a_test.ts", name: "two" },
    { path: "tests/b_test.ts", name: "three" },
  ]);
});
