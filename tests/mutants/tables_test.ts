/**
 * The tables of mutants fit the present code: a fault whose text has gone guards nothing, and `deno task mutants`
 * takes too long to be run before every commit.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ALL, outdated } from "./tables.ts";

Deno.test("every mutant changes its file, in which its text stands once (if not, change tests/mutants/)", async () => {
  assertEquals(await outdated(ALL), []);
});

Deno.test("no file has two entries, and no fault stands twice", () => {
  const files = ALL.map(({ file }) => file);
  assertEquals(files, [...new Set(files)]);
  for (const { file, mutants } of ALL) {
    const faults = mutants.map((mutant) => mutant.join(" -> "));
    assertEquals(faults, [...new Set(faults)], file);
  }
});

Deno.test("a text that is missing, twice there or unchanged is reported, as is a file that has gone", async () => {
  const file = "tests/mutants/mutant.ts";
  const mutants = [["no such text", ""], ["the", ""], ["@module", "@module"]] as const;
  assertEquals((await outdated([{ file, tests: [], mutants }])).length, 3);
  const gone = await outdated([{ file: "lib/no.ts", tests: ["tests/no/"], mutants: [] }]);
  assert(gone.length === 2 && gone[0]?.includes('"lib/no.ts"'), String(gone));
});
