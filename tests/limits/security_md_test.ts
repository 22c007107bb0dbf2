/**
 * SECURITY.md names a test for each threat: all of them exist under these names, and run. A test that is commented
 * out, renamed or ignored does not count; the last tests show that on samples.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { registeredTests } from "../support/registered_tests.ts";

const root = new URL("../../", import.meta.url);

/** What a row names: a file, and its tests, or `undefined` for all of it. */
interface Named {
  readonly row: string;
  readonly path: string;
  readonly tests: readonly string[] | undefined;
}

/** The rows of the threat list, without its head. */
function threatRows(markdown: string): string[] {
  const lines = markdown.split("\n");
  const head = lines.indexOf("| threat | what stands against it | test |");
  const end = lines.findIndex((line, i) => i > head && !line.startsWith("|"));
  return head < 0 ? [] : lines.slice(head + 2, end < 0 ? lines.length : end);
}

/** The tests of a row: `` `tests/..`: "a test", "another"; `tests/..`: all of it ``. */
function namedIn(row: string): Named[] {
  const [last = ""] = row.split("|").slice(-2);
  return [...last.matchAll(/`(tests\/[^`]+)`: ([^`]*)/g)].map(([, path = "", list = ""]) => {
    const tests = [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
    return { row, path, tests: list.trim() === "all of it" ? undefined : tests };
  });
}

/** The tests that `name` stands for: "said in cs168 / chat1" for "said in cs168" and "said in chat1". */
function eachOf(name: string): string[] {
  const [list] = /\S+(?: \/ \S+)+/.exec(name) ?? [];
  return list === undefined ? [name] : list.split(" / ").map((one) => name.replace(list, one));
}

async function readRoot(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(name, root));
}

Deno.test("every row of SECURITY.md names a test, and every test that it names runs", async () => {
  const rows = threatRows(await readRoot("SECURITY.md"));
  assert(rows.length >= 100, `There are ${rows.length} rows`);
  const named = rows.flatMap((row) => {
    const tests = namedIn(row);
    assert(tests.length > 0, `No test is named in ${row}`);
    return tests;
  });
  const found = await registeredTests(
    [...new Set(named.map(({ path }) => new URL(path, root).href))],
  );
  for (const { row, path, tests } of named) {
    assert(path.endsWith("_test.ts"), `The task does not run ${path}`);
    const running = found.get(new URL(path, root).href)?.filter(({ runs }) => runs) ?? [];
    assert(running.length > 0, `${path} runs no test`);
    assert(tests?.length !== 0, `No test is named in ${row}`);
    for (const test of (tests ?? []).flatMap(eachOf)) {
      assert(running.some(({ name }) => name === test), `${path} runs no test "${test}"`);
    }
  }
  for (const [path, tests] of found) {
    for (const { name, runs } of tests) assert(runs, `${path} does not run "${name}"`);
  }
});

Deno.test("the task that runs the tests leaves none out", async () => {
  const { tasks, test, exclude } = JSON.parse(await readRoot("deno.json"));
  assert(tasks.test.command.endsWith(" tests/ lib/"), tasks.test.command);
  assert(!/--(?:filter|ignore|fail-fast|no-run)/.test(tasks.test.command), tasks.test.command);
  assertEquals([exclude, test.exclude, test.include], [undefined, undefined, undefined]);
});

Deno.test("every flag of the server's limits is in the README", async () => {
  const readme = await readRoot("README.md");
  const options = await readRoot("lib/server/limit_options.ts");
  for (const [, flag] of options.matchAll(/name: "([a-z-]+)"/g)) {
    assert(readme.includes(`\`--${flag} `), `The README does not name --${flag}`);
  }
});

/** A module, and whether it runs a test called `a threat`. */
const SAMPLES: readonly (readonly [source: string, runs: boolean])[] = [
  ['Deno.test("a threat", () => act());', true],
  ['Deno.test({ name: "a threat", fn() { act(); } });', true],
  ['Deno.test("a threat", { permissions: "none" }, () => act());', true],
  ['Deno.test({ name: "a threat" }, () => act());', true],
  ["Deno.test(async function threat() { await act(); });", false],
  ['for (const x of ["a"]) Deno.test(`${x} threat`, () => act());', true],
  ['Deno.test("a threat", { ignore: false }, () => act());', true],
  ['Deno.test("a threat", { ignore: Deno.build.os === "windows" }, () => act());', true],
  ['Deno.test("a threat", () => { // Why.\n  act(); /* So. */ });', true],
  ['Deno.test.only("a threat", () => act());', true],

  ['// Deno.test("a threat", () => act());', false],
  ['/* Deno.test("a threat", () => act()); */', false],
  ['const text = `Deno.test("a threat", () => act())`;', false],
  ['Deno.test("another", () => { log("a threat"); });', false],
  ['Deno.test("a threat and more", () => act());', false],
  ['Deno.test.ignore("a threat", () => act());', false],
  ['Deno.test("a threat", { ignore: true }, () => act());', false],
  ['const isOff = 1 < 2; Deno.test("a threat", { ignore: isOff }, () => act());', false],
  ['const ignore = true; Deno.test({ name: "a threat", ignore, fn: () => act() });', false],
  ['Deno.test("a threat", () => act()); Deno.test.only("another", () => act());', false],
  ['if (false) Deno.test("a threat", () => act());', false],
  ["for (const x of []) Deno.test(`a${x} threat`, () => act());", false],
  ['export function declare() { Deno.test("a threat", () => act()); }', false],
  ['Deno.test("a threat", () => {});', false],
  ['Deno.test("a threat", async () => {\n  // await act();\n});', false],
  ["", false],
];

Deno.test("a test counts only when it is really run under its name", async () => {
  const modules = SAMPLES.map(([source, runs], i) => {
    const text = `// ${i}\n${source}\nfunction act() {}\nfunction log(_) {}`;
    return { source, runs, url: `data:text/javascript,${encodeURIComponent(text)}` };
  });
  const found = await registeredTests(modules.map(({ url }) => url));
  for (const { source, runs, url } of modules) {
    const tests = found.get(url) ?? [];
    assertEquals(tests.some((test) => test.runs && test.name === "a threat"), runs, source);
  }
});

Deno.test("a name may stand for several tests", () => {
  assertEquals(eachOf("said in cs168 / chat1 reach"), [
    "said in cs168 reach",
    "said in chat1 reach",
  ]);
  assertEquals(eachOf("one"), ["one"]);
});

Deno.test("the names of a threat list are read from its rows alone", () => {
  const markdown = [
    'Text that names `tests/no_test.ts`: "not this".',
    "",
    "| threat | what stands against it | test |",
    "|---|---|---|",
    '| a threat | `tests/no_test.ts`: "nor" | `tests/a_test.ts`: "one", "two"; `tests/b_test.ts`: "three" |',
    "| another | a defence | `tests/c_test.ts`: all of it |",
    "| a third | a defence | none |",
    "",
    '| no threat | `tests/no_test.ts`: "nor this" |',
  ].join("\n");
  const named = threatRows(markdown).map((row) =>
    namedIn(row).map(({ path, tests }) => [path, tests])
  );
  assertEquals(named, [
    [["tests/a_test.ts", ["one", "two"]], ["tests/b_test.ts", ["three"]]],
    [["tests/c_test.ts", undefined]],
    [],
  ]);
});
