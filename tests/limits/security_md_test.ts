/**
 * SECURITY.md names a test for each threat: all of them exist, under these names.
 *
 * @module
 */

import { assert } from "@std/assert";

const root = new URL("../../", import.meta.url);

Deno.test("every file and test that SECURITY.md names exists", async () => {
  const text = await Deno.readTextFile(new URL("SECURITY.md", root));
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && line.includes("`tests/"));
  assert(rows.length >= 20, `There are ${rows.length} rows`);
  let names = 0;
  for (const row of rows) {
    // `tests/..`: "a test", "another"; `tests/..`: ..
    for (const [, path = "", list = ""] of row.matchAll(/`(tests\/[^`]+)`: ([^`|]*)/g)) {
      const source = await Deno.readTextFile(new URL(path, root));
      for (const [, name = ""] of list.matchAll(/"([^"]+)"/g)) {
        names++;
        // A test for each protocol has the protocol's name put in.
        const each = name.replace("cs168 / chat1 / json16", "${protocol}");
        assert(source.includes(each), `${path} has no test "${name}"`);
      }
    }
  }
  assert(names >= 30, `There are ${names} tests`);
});

Deno.test("every flag of the server's limits is in the README", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const options = await Deno.readTextFile(new URL("lib/server/limit_options.ts", root));
  for (const [, flag] of options.matchAll(/name: "([a-z-]+)"/g)) {
    assert(readme.includes(`\`--${flag} `), `The README does not name --${flag}`);
  }
});
