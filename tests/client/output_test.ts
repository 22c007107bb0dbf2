/**
 * Standard output as a queue.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Output } from "../../lib/client/output.ts";
import { Screen } from "../support/screen.ts";
import { settle, within } from "../support/within.ts";

function rig(screen = new Screen()) {
  const failures: string[] = [];
  const output = new Output(screen, () => void failures.push("unread"));
  return { screen, output, failures };
}

Deno.test("text goes out in the order in which it was written", async () => {
  const { screen, output } = rig();
  for (const text of ["a", "b", "", "c", "d\n"]) output.write(text);
  await within("the flush", output.flush());
  assertEquals(screen.text, "abcd\n");
});

Deno.test("the first text goes out at once, what comes meanwhile in one piece", async () => {
  const { screen, output } = rig();
  output.write("prompt");
  assertEquals(screen.writes, 1);
  for (let i = 0; i < 100; i++) output.write("line\n");
  await within("the flush", output.flush());
  assertEquals([screen.text, screen.writes], ["prompt" + "line\n".repeat(100), 2]);
});

Deno.test("a short write is finished, also inside a character", async () => {
  const { screen, output } = rig(new Screen(1));
  output.write("grün 漢🙂\n");
  await within("the flush", output.flush());
  assertEquals(screen.text, "grün 漢🙂\n");
});

Deno.test("flush resolves at once when nothing waits, and again after more was written", async () => {
  const { screen, output } = rig();
  await within("the flush", output.flush());
  output.write("one");
  await within("the flush", output.flush());
  output.write("two");
  await within("the flush", output.flush());
  assertEquals(screen.text, "onetwo");
});

Deno.test("when nobody reads any more it says so once, and drops the rest", async () => {
  const { screen, output, failures } = rig();
  output.write("read");
  await output.flush();
  screen.break();
  output.write("unread");
  output.write("unread");
  await within("the flush", output.flush());
  assertEquals(failures, ["unread"]);
  const { writes } = screen;
  output.write("more");
  await within("the flush", output.flush());
  await settle();
  assertEquals([failures, screen.writes, screen.text], [["unread"], writes, "read"]);
});
