/**
 * The line UI's pipe: bytes out.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { cs168Look } from "../../lib/client/cs168_look.ts";
import { PipeIo } from "../../lib/client/pipe_io.ts";
import { Keyboard, Screen } from "../support/screen.ts";
import { within } from "../support/within.ts";

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
