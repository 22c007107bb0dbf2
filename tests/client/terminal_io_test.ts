/**
 * The line UI on a terminal, as a person sees it: what is typed survives what comes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { cs168Look } from "../../lib/client/cs168_look.ts";
import { TerminalIo } from "../../lib/client/terminal_io.ts";
import { byteByByte } from "../support/cuts.ts";
import { ModelTerminal } from "../terminal/model_terminal.ts";

const { prompt, wipe } = cs168Look;

/** A line UI without a server: entered lines are kept. */
class Desk implements AsyncDisposable {
  readonly terminal: ModelTerminal;
  readonly io: TerminalIo;
  readonly lines: string[] = [];
  readonly over: Promise<void>;
  ended = false;

  constructor(columns?: number) {
    this.terminal = new ModelTerminal(columns);
    this.io = new TerminalIo(this.terminal.output, cs168Look, this.terminal);
    this.io.prompt();
    this.over = this.#run();
  }

  get picture(): string[] {
    return this.terminal.screen.picture;
  }

  type(bytes: string): Promise<void> {
    return this.terminal.type(bytes);
  }

  async show(text: string): Promise<void> {
    this.io.show(text);
    await this.terminal.settle();
  }

  async #run(): Promise<void> {
    for await (const line of this.io.lines()) {
      this.lines.push(line);
      this.io.prompt();
    }
    this.ended = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.io.end();
    await this.over;
    this.terminal[Symbol.dispose]();
  }
}

Deno.test("terminal: where nothing is typed, the bytes are those of a pipe", async () => {
  await using desk = new Desk();
  await desk.show("[bob] hi");
  await desk.show("one\ntwo");
  assertEquals(
    desk.terminal.takeWritten(),
    `${prompt}${wipe}[bob] hi\n${prompt}${wipe}one\ntwo\n${prompt}`,
  );
  await desk.type("abc");
  await desk.type("\x15");
  desk.terminal.takeWritten();
  await desk.show("[bob] again");
  assertEquals(desk.terminal.takeWritten(), `${wipe}[bob] again\n${prompt}`);
  await desk.io.end("gone");
  assertEquals(desk.terminal.takeWritten(), `${wipe}gone\n`);
});

Deno.test("terminal: what is typed at the end of the line is echoed, and nothing else", async () => {
  await using desk = new Desk();
  desk.terminal.takeWritten();
  for (const character of "héllo") await desk.type(character);
  assertEquals(desk.terminal.takeWritten(), "héllo");
  await desk.type("\r");
  assertEquals(desk.terminal.takeWritten(), `\n${prompt}`);
});

Deno.test("terminal: a line comes while another is being typed", async () => {
  await using desk = new Desk();
  await desk.type("hel");
  await desk.show("[bob] hi");
  assertEquals(desk.picture, ["[bob] hi", "[Me] hel▏"]);
  await desk.type("lo");
  assertEquals(desk.picture, ["[bob] hi", "[Me] hello▏"]);
  await desk.type("\r");
  assertEquals(desk.picture, ["[bob] hi", "[Me] hello", "[Me] ▏"]);
  assertEquals(desk.lines, ["hello"]);
});

Deno.test("terminal: a line comes while the cursor is in the middle", async () => {
  await using desk = new Desk();
  await desk.type("hllo\x1b[D\x1b[D\x1b[D");
  await desk.show("[bob] one\n[bob] two");
  assertEquals(desk.picture, ["[bob] one", "[bob] two", "[Me] h▏llo"]);
  await desk.type("e");
  assertEquals(desk.picture, ["[bob] one", "[bob] two", "[Me] he▏llo"]);
  await desk.type("\r");
  assertEquals(desk.picture.slice(2), ["[Me] hello", "[Me] ▏"]);
  assertEquals(desk.lines, ["hello"]);
});

Deno.test("terminal: lines come while more than a row is typed", async () => {
  await using desk = new Desk(20);
  await desk.type("a line longer than a row, and one more");
  await desk.show("[bob] hi");
  await desk.show("[bob] this one is longer than a row too");
  const above = ["[bob] hi", "[bob] this one is lo", "nger than a row too"];
  assertEquals(desk.picture, [...above, "[Me] a line longer t", "han a row, and one m", "ore▏"]);
  await desk.type("\x01");
  await desk.show("[bob] !");
  assertEquals(desk.picture, [
    ...above,
    "[bob] !",
    "[Me] ▏a line longer t",
    "han a row, and one m",
    "ore",
  ]);
  await desk.type("\r");
  assertEquals(desk.picture.slice(-3), ["han a row, and one m", "ore", "[Me] ▏"]);
});

Deno.test("terminal: lines come while exactly a row is typed", async () => {
  await using desk = new Desk(20);
  await desk.type("fifteen columns");
  assertEquals(desk.picture, ["[Me] fifteen columns", "▏"]);
  await desk.show("[bob] hi");
  assertEquals(desk.picture, ["[bob] hi", "[Me] fifteen columns", "▏"]);
  await desk.type("\r");
  assertEquals(desk.picture, ["[bob] hi", "[Me] fifteen columns", "[Me] ▏"]);
});

Deno.test("terminal: at the bottom of the screen nothing is lost", async () => {
  await using desk = new Desk(20);
  for (let i = 0; i < 20; i++) await desk.show(`[bob] ${i}`);
  await desk.type("a line longer than a row, and one more");
  await desk.type("\x01x");
  for (let i = 20; i < 25; i++) await desk.show(`[bob] ${i}`);
  assertEquals(desk.picture, [
    ...Array.from({ length: 25 }, (_, i) => `[bob] ${i}`),
    "[Me] x▏a line longer",
    "than a row, and one",
    "more",
  ]);
});

Deno.test("terminal: a new width, and lines that come after it", async () => {
  await using desk = new Desk(40);
  await desk.type("twenty columns of it");
  await desk.terminal.resize(30);
  assertEquals(desk.picture, ["[Me] twenty columns of it▏"]);
  await desk.show("[bob] hi");
  assertEquals(desk.picture, ["[bob] hi", "[Me] twenty columns of it▏"]);
  await desk.terminal.resize(20);
  assertEquals(desk.picture, ["[bob] hi", "[Me] twenty columns", "of it▏"]);
  await desk.type("!");
  await desk.show("[bob] ho");
  assertEquals(desk.picture, ["[bob] hi", "[bob] ho", "[Me] twenty columns", "of it!▏"]);
});

Deno.test("terminal: after a stop, prompt and line are drawn where the cursor is now", async () => {
  await using desk = new Desk(40);
  await desk.type("typed\x1b[D");
  await desk.terminal.resume("\n$ fg\nclient\n");
  assertEquals(desk.picture, ["[Me] typed", "$ fg", "client", "[Me] type▏d"]);
});

Deno.test("terminal: Ctrl-L clears the screen and keeps the line", async () => {
  await using desk = new Desk(40);
  await desk.show("[bob] hi");
  await desk.type("typed\x1b[D\x0c");
  assertEquals(desk.picture, ["[Me] type▏d"]);
});

Deno.test("terminal: each line of a paste is entered, its controls are not", async () => {
  await using desk = new Desk();
  await desk.type("say ");
  await desk.type("\x1b[200~one\r\ntwo\x04\x15\tx\x1b]0;t\x07\rthree\x1b[201~");
  assertEquals(desk.lines, ["say one", "two x]0;t"]);
  assertEquals(desk.picture, ["[Me] say one", "[Me] two x]0;t", "[Me] three▏"]);
});

Deno.test("terminal: Ctrl-D ends an empty line, and deletes in another", async () => {
  await using desk = new Desk();
  await desk.type("ab\x01\x04");
  assertEquals([desk.picture, desk.ended], [["[Me] ▏b"], false]);
  await desk.type("\x04");
  assertEquals([desk.picture, desk.ended], [["[Me] ▏"], false]);
  await desk.type("\x04");
  assertEquals(desk.ended, true);
  await desk.show("[bob] a late answer");
  await desk.io.end();
  assertEquals(desk.picture, ["[bob] a late answer", "[Me]", "▏"]);
});

Deno.test("terminal: the end of input ends, and so does Ctrl-C as a key", async () => {
  for (const end of [(desk: Desk) => desk.terminal.hangUp(), (desk: Desk) => desk.type("\x03")]) {
    await using desk = new Desk();
    await desk.type("ab");
    await end(desk);
    assertEquals([desk.ended, desk.lines], [true, []]);
  }
});

Deno.test("terminal: end without words leaves the line, and the cursor below it", async () => {
  await using desk = new Desk(20);
  await desk.type("a line longer than a row\x01");
  await desk.io.end();
  await desk.over;
  assertEquals(desk.picture, ["[Me] a line longer t", "han a row", "▏"]);
  assertEquals([desk.ended, desk.terminal.closed], [true, true]);
});

Deno.test("terminal: end with words puts them below the line, and only once", async () => {
  await using desk = new Desk(20);
  await desk.type("a line longer than a row\x01");
  await Promise.all([desk.io.end("Server has gone"), desk.io.end("again")]);
  desk.io.show("[bob] too late");
  desk.io.prompt();
  await desk.terminal.settle();
  assertEquals(desk.picture, ["[Me] a line longer t", "han a row", "Server has gone", "▏"]);
});

Deno.test("terminal: a line that comes between a line and its prompt does not double the prompt", async () => {
  using terminal = new ModelTerminal();
  const io = new TerminalIo(terminal.output, cs168Look, terminal);
  io.prompt();
  const lines = io.lines();
  const first = lines.next();
  await terminal.type("one\rtw");
  assertEquals(await first, { done: false, value: "one" });
  await terminal.settle();
  assertEquals(terminal.screen.picture, ["[Me] one", "▏"]);
  io.show("[bob] hi");
  io.prompt();
  const second = lines.next();
  await terminal.type("o\r");
  assertEquals((await second).value, "two");
  assertEquals(terminal.screen.lines, ["[Me] one", "[bob] hi", "[Me] two"]);
  await io.end();
  assertEquals((await lines.next()).done, true);
});

// No characters that join with what follows them: put in front of others one by one, they make other text
// than put there at once.
const SCRIPT = fc.array(
  fc.constantFrom(
    ..."a|word |漢字|🙂|é|\x1b[D|\x1b[C|\x01|\x05|\x7f|\x1b[3~|\x17|\x1b[A|\x1b[1;5D".split("|"),
    "\r",
    "\x1b[200~x\ry\x1b[201~",
    // The program writes instead of the person.
    "show",
  ),
  { maxLength: 30 },
);

Deno.test("terminal: the same lines, and the same line at the bottom, however the keys arrive", async () => {
  await fc.assert(
    fc.asyncProperty(SCRIPT, fc.integer({ min: 8, max: 30 }), async (steps, columns) => {
      await using whole = new Desk(columns);
      await using bytes = new Desk(columns);
      for (const step of steps) {
        if (step === "show") {
          whole.io.show("[bob] hi");
          bytes.io.show("[bob] hi");
          continue;
        }
        await whole.type(step);
        const encoded = new TextEncoder().encode(step);
        for (const byte of byteByByte(encoded)) await bytes.terminal.type(byte);
      }
      await Promise.all([whole.terminal.settle(), bytes.terminal.settle()]);
      assertEquals(bytes.lines, whole.lines);
      assertEquals(bytes.picture, whole.picture);
    }),
    { numRuns: 40 },
  );
});

Deno.test("terminal: a line that was not entered stays on the screen at the end", async () => {
  for (
    const [keys, lines] of [["half", ["[Me] half"]], ["hi\r\x12h", ["[Me] hi", "[Me] hi"]]] as const
  ) {
    await using desk = new Desk();
    await desk.type(keys);
    await desk.io.end("gone");
    assertEquals(desk.picture, [...lines, "gone", "▏"]);
  }
});

Deno.test("terminal: a search stands in place of the prompt, also while lines come", async () => {
  await using desk = new Desk();
  await desk.type("hello\rother\r\x12hel");
  assertEquals(desk.picture.at(-1), "(search: hel) ▏hello");
  await desk.show("[bob] hi");
  assertEquals(desk.picture.slice(-2), ["[bob] hi", "(search: hel) ▏hello"]);
  await desk.type("\r");
  assertEquals(desk.picture.slice(-2), ["[Me] hello", "[Me] ▏"]);
  assertEquals(desk.lines, ["hello", "other", "hello"]);
});
