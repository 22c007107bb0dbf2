/**
 * Text output as a queue with one writer.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ROOM_UNITS, TextWriter } from "../../lib/cli/text_writer.ts";
import { ModelSink } from "../support/sink.ts";
import { Screen } from "../support/screen.ts";
import { settle, within } from "../support/within.ts";

function rig(screen = new Screen()) {
  const failures: string[] = [];
  const output = screen.writer(() => void failures.push("unread"));
  return { screen, output, failures };
}

Deno.test("text writer: text goes out in the order in which it was written", async () => {
  const { screen, output } = rig();
  for (const text of ["a", "b", "", "c", "d\n"]) output.write(text);
  await within("the flush", output.flush());
  assertEquals([screen.text, output.waiting], ["abcd\n", 0]);
});

Deno.test("text writer: the first text goes out at once, what comes meanwhile in one piece", async () => {
  const { screen, output } = rig();
  output.write("prompt");
  assertEquals(screen.writes, 1);
  for (let i = 0; i < 100; i++) output.write("line\n");
  await within("the flush", output.flush());
  assertEquals([screen.text, screen.writes], ["prompt" + "line\n".repeat(100), 2]);
});

Deno.test("text writer: a short write is finished, also inside a character", async () => {
  const { screen, output } = rig(new Screen(1));
  output.write("grün 漢🙂\n");
  await within("the flush", output.flush());
  assertEquals(screen.text, "grün 漢🙂\n");
});

Deno.test("text writer: flush resolves at once when nothing waits, and again after more", async () => {
  const { screen, output } = rig();
  await within("the flush", output.flush());
  output.write("one");
  await within("the flush", output.flush());
  output.write("two");
  await within("the flush", output.flush());
  assertEquals(screen.text, "onetwo");
});

Deno.test("text writer: the first failure is reported once, and the rest is dropped", async () => {
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

Deno.test("text writer: without onFailure only the text of a failed write is lost", async () => {
  const sink = new ModelSink();
  const output = new TextWriter((bytes) => sink.write(bytes));
  output.write("lost\n");
  output.write("kept\n");
  await sink.fail("No space left on device");
  await sink.accept();
  await within("the flush", output.flush());
  assertEquals(new TextDecoder().decode(Uint8Array.from(sink.taken)), "kept\n");
  output.write("more\n");
  await sink.accept();
  assertEquals([sink.taken.length, output.waiting], [10, 0]);
});

Deno.test("text writer: room is there until enough waits, and again when it was written", async () => {
  const sink = new ModelSink();
  const output = new TextWriter((bytes) => sink.write(bytes));
  output.write("x".repeat(ROOM_UNITS - 1));
  await within("room", output.room());
  output.write("x");
  let hasRoom = false;
  const room = output.room().then(() => void (hasRoom = true));
  // A short write is not the end of what waits.
  await sink.accept(10);
  assertEquals([hasRoom, output.waiting], [false, ROOM_UNITS]);
  await sink.accept();
  await within("room", room);
  assertEquals(output.waiting, 1);
  await sink.accept();
});

Deno.test("text writer: a failure gives room, so that nobody waits for ever", async () => {
  const failures: string[] = [];
  for (const onFailure of [undefined, () => void failures.push("unread")]) {
    const sink = new ModelSink();
    const output = new TextWriter((bytes) => sink.write(bytes), onFailure);
    output.write("x".repeat(2 * ROOM_UNITS));
    const room = output.room();
    await sink.fail("Broken pipe");
    await within("room", room);
    await within("room", output.room());
    assertEquals(output.waiting, 0);
  }
  assert(failures.length === 1);
});
