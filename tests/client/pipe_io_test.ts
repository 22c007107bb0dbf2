/**
 * The line UI's pipe: lines in, bytes out.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { cs168Look } from "../../lib/client/cs168_look.ts";
import { readLines } from "../../lib/client/input_lines.ts";
import { PipeIo } from "../../lib/client/pipe_io.ts";
import { Keyboard, Screen } from "../support/screen.ts";
import { within } from "../support/within.ts";

/** The lines of an input that comes in these pieces. */
function linesOf(...pieces: (string | Uint8Array<ArrayBuffer>)[]): Promise<string[]> {
  const keyboard = new Keyboard();
  pieces.forEach((piece) => keyboard.types(piece));
  keyboard.ends();
  return within("the end of input", Array.fromAsync(readLines(keyboard.stream)));
}

Deno.test("a line ends at a newline, and at the end of input", async () => {
  assertEquals(await linesOf("one\ntwo\nthree"), ["one", "two", "three"]);
  assertEquals(await linesOf("one\ntwo\n"), ["one", "two"]);
  assertEquals(await linesOf(), []);
});

Deno.test("a carriage return before the newline is no part of the line", async () => {
  assertEquals(await linesOf("one\r\ntwo\r", "\nthree\n"), ["one", "two", "three"]);
});

Deno.test("an empty line is a line", async () => {
  assertEquals(await linesOf("\n\none\n\n"), ["", "", "one", ""]);
});

Deno.test("lines and characters may come in any pieces", async () => {
  const bytes = new TextEncoder().encode("grün\n漢🙂\n");
  assertEquals(await linesOf(...Array.from(bytes, (byte) => new Uint8Array([byte]))), [
    "grün",
    "漢🙂",
  ]);
});

Deno.test("a line is there before the input ends", async () => {
  const keyboard = new Keyboard();
  const lines = readLines(keyboard.stream);
  keyboard.types("one\ntw");
  assertEquals((await within("a line", lines.next())).value, "one");
  keyboard.types("o\n");
  assertEquals((await within("a line", lines.next())).value, "two");
});

Deno.test("an input that cannot be read rejects", async () => {
  const keyboard = new Keyboard();
  const lines = readLines(keyboard.stream);
  const next = lines.next();
  keyboard.fails();
  await assertRejects(() => within("the failure", next), Error, "Input/output error");
});

Deno.test("prompt, received text and last words are written byte for byte", async () => {
  const screen = new Screen();
  const output = screen.writer();
  const io = new PipeIo(new Keyboard().stream, output, cs168Look);
  io.prompt();
  await screen.shows("[Me] ");
  io.show("hello");
  await screen.shows("\r    \rhello\n[Me] ");
  io.show("one\ntwo");
  await screen.shows("\r    \rone\ntwo\n[Me] ");
  await within("the end", io.end("Goodbye"));
  assertEquals(screen.text, "\r    \rGoodbye\n");
});

Deno.test("without last words nothing is written at the end, and all is out", async () => {
  const screen = new Screen(1);
  const output = screen.writer();
  const io = new PipeIo(new Keyboard().stream, output, cs168Look);
  io.show("hello");
  await within("the end", io.end());
  assertEquals(screen.text, "\r    \rhello\n[Me] ");
});
