/**
 * Standard input as lines, wherever it is cut.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { LONGEST_LINE, readLines } from "../../lib/client/input_lines.ts";
import { Keyboard } from "../support/screen.ts";
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

Deno.test("a line that is too long is several, cut between characters, and nothing is lost", async () => {
  for (const text of ["x".repeat(3 * LONGEST_LINE), `x${"🙂".repeat(LONGEST_LINE)}`]) {
    const lines = await linesOf(`${text}\nnext`);
    assertEquals(lines.pop(), "next");
    assertEquals(lines.join(""), text);
    assert(lines.every((line) => line.length <= LONGEST_LINE && line.isWellFormed()));
  }
  assertEquals(await linesOf("x".repeat(LONGEST_LINE), "\n"), ["x".repeat(LONGEST_LINE)]);
});

Deno.test("an input without an end of line is taken a line at a time", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1024).fill(0x78));
    },
  }, { highWaterMark: 0 });
  const lines = readLines(endless);
  assertEquals((await lines.next()).value?.length, LONGEST_LINE);
  assert(pulled <= LONGEST_LINE / 1024 + 1, `${pulled} reads for one line`);
  await lines.return();
});

Deno.test("property: however the input is cut, its lines are those of the whole", async () => {
  const text = fc.array(fc.constantFrom("a", "é", "🙂", "\n", "\r", "\r\n", "bc")).map((each) =>
    each.join("")
  );
  await fc.assert(fc.asyncProperty(text, fc.array(fc.nat(40)), async (all, cuts) => {
    const bytes = new TextEncoder().encode(all);
    const places = [...new Set(cuts.filter((cut) => cut < bytes.length))].sort((a, b) => a - b);
    const pieces = [0, ...places].map((start, i) => bytes.slice(start, places[i]));
    const expected = all.split("\n");
    const last = expected.pop() as string;
    const whole = expected.map((line) => line.replace(/\r$/, ""));
    assertEquals(await linesOf(...pieces), last === "" ? whole : [...whole, last]);
  }));
});
