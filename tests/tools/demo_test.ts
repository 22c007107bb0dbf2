/**
 * The demo: it comes to its end, and fits a terminal of 80 columns.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runOptions } from "../../bench/server_process.ts";

Deno.test("the demo ends in good order and fits 80 columns", async () => {
  const demo = await new Deno.Command(Deno.execPath(), {
    args: [...runOptions(), "--allow-run", "tools/demo.ts"],
    cwd: new URL("../../", import.meta.url),
  }).output();
  const text = new TextDecoder().decode(demo.stdout);
  assertEquals([demo.code, new TextDecoder().decode(demo.stderr)], [0, ""]);
  assertStringIncludes(text, "[carol waves]");
  assertStringIncludes(text, "[dave] And IRC");
  for (const row of text.split("\n")) assert(row.length <= 80, row);
});
