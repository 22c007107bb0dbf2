/**
 * Input to state and effects, without a screen.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { KEY_HELP } from "../../lib/tui/key_help.ts";
import type { Model } from "../../lib/tui/model.ts";
import { type Asked, Stage } from "./stage.ts";
import { person } from "../support/events.ts";

const PAGE_UP = "\x1b[5~", ESCAPE = "\x1b", F1 = "\x1bOP";

function say(text: string): Asked {
  return { type: "send", command: { type: "say", text } };
}

function pendingOf({ buffers }: Model): string[] {
  return buffers.current.pending.map(({ line }) => line.text);
}

Deno.test("update: Enter hands the line over and begins a new one", () => {
  using stage = new Stage();
  assertEquals(stage.types("hello\r"), [say("hello")]);
  assertEquals(stage.typed, "");
  assertEquals(stage.types("one\rtwo\rthree"), [
    say("one"),
    say("two"),
  ]);
  assertEquals(stage.typed, "three");
});

Deno.test("update: what is typed is pending until the server has it", () => {
  using stage = new Stage();
  stage.types("hello\r");
  assertEquals([stage.lines, pendingOf(stage.model)], [[], ["… pat: hello"]]);
  stage.learns({ type: "settled", id: 1, outcome: "taken" });
  stage.says("pat", "hello");
  assertEquals([stage.lines, pendingOf(stage.model)], [["pat: hello"], []]);
});

Deno.test("update: no slash is chat, and two slashes say one", () => {
  using stage = new Stage({ protocol: chat1 });
  assertEquals(stage.types("/list\r"), []);
  assertEquals(stage.types("//list\r"), [say("/list")]);
  assertEquals(stage.lines, ["*** chat1 has no list of channels"]);
  assertEquals(pendingOf(stage.model), ["… @pat: /list"]);
});

Deno.test("update: Ctrl-C quits, Ctrl-D on an empty line does, nothing behind it counts", () => {
  using stage = new Stage();
  assertEquals(stage.types("\x03there\r"), [{ type: "quit" }]);
  assertEquals(stage.types("hi\x04"), []);
  assertEquals(stage.types("\x15\x04"), [{ type: "quit" }]);
});

Deno.test("update: Ctrl-C asks before it throws a draft away, and any other key goes on", () => {
  using stage = new Stage();
  assertEquals(stage.types("hi\x03"), []);
  assertEquals([stage.model.leaving, stage.typed], [true, "hi"]);
  assertEquals(stage.types("!\x03"), []);
  assertEquals(stage.typed, "hi!");
  assertEquals(stage.types("\x03x"), [{ type: "quit" }]);
  assertEquals(stage.typed, "hi!");
});

Deno.test("update: a search is not a draft: Ctrl-C ends it, Escape takes what it found", () => {
  using stage = new Stage();
  stage.types("deno task ok\rhello\rdra\x12deno");
  assertEquals(stage.typed, "deno task ok");
  assertEquals(stage.types("\x03"), []);
  assertEquals([stage.typed, stage.model.leaving], ["dra", false]);
  stage.types("\x12TASK\x7f\x7f\x7f\x7ftask\x1b");
  assertEquals(stage.typed, "deno task ok");
  assertEquals(stage.types("\r"), [say("deno task ok")]);
});

Deno.test("update: Alt-Enter makes a draft of several lines, each of which is a message", () => {
  using stage = new Stage();
  stage.types("one\x1b\r\x1b\r/two\x1b\r three");
  assertEquals(stage.typed, "one\n\n/two\n three");
  assertEquals(stage.types("\r"), [
    say("one"),
    say("/two"),
    say(" three"),
  ]);
  stage.types("/message chris one\x1b\rtwo");
  assertEquals(stage.types("\r"), [
    { type: "send", command: { type: "dm", to: "chris", text: "one two" } },
  ]);
});

Deno.test("update: Ctrl-L redraws the whole screen", () => {
  using stage = new Stage();
  assertEquals(stage.types("\x0c"), [{ type: "redraw" }]);
});

Deno.test("update: entering a line goes to the end of the output", () => {
  using stage = new Stage();
  stage.saysLines(30);
  stage.types(PAGE_UP);
  assertEquals(stage.model.buffers.current.lookBack?.bottom.line !== undefined, true);
  stage.types("hi\r");
  assertEquals(stage.model.buffers.current.lookBack, undefined);
});

Deno.test("update: a paste of one line is put into the line", () => {
  using stage = new Stage();
  stage.types("see ");
  assertEquals(stage.pastes("http://x\ty \x1b[31m\r\n"), []);
  assertEquals(stage.model.question, undefined);
  assertEquals(stage.typed, "see http://x    y ␛[31m");
});

Deno.test("update: a paste of several lines is sent as chat when its user says so", () => {
  using stage = new Stage();
  stage.types("see: .\x1b[D");
  assertEquals(stage.pastes("one\r\n\r\n/q\r  three"), []);
  assertEquals(stage.types("x\r\x1b[A\t"), []);
  assertEquals(stage.types("yes"), [
    say("see: one"),
    say("/q"),
    say("  three."),
  ]);
  assertEquals(stage.typed, "");
  assertEquals(stage.model.question, undefined);
});

Deno.test("update: a paste refused is gone, and what was typed is there", () => {
  for (const no of ["n", "N", ESCAPE]) {
    using stage = new Stage();
    stage.types("hello");
    stage.pastes("one\ntwo");
    assertEquals(stage.types(no), []);
    assertEquals(stage.model.question, undefined);
    assertEquals(stage.typed, "hello");
  }
});

Deno.test("update: while a paste is asked about, lines come, it scrolls, it quits", () => {
  using stage = new Stage();
  stage.pastes("one\ntwo");
  stage.saysLines(30);
  stage.types(PAGE_UP);
  assertEquals(stage.model.buffers.current.lookBack === undefined, false);
  assertEquals(stage.types("\x03"), []);
  assertEquals(stage.model.question, undefined);
  assertEquals(stage.types("\x03"), [{ type: "quit" }]);
});

Deno.test("update: a paste can be edited before it is sent", () => {
  using stage = new Stage();
  stage.types("see: ");
  stage.pastes("one\ntwo");
  assertEquals(stage.types("e"), []);
  assertEquals(stage.typed, "see: one\ntwo");
  assertEquals(stage.types("!\r"), [
    say("see: one"),
    say("two!"),
  ]);
});

Deno.test("update: behind a command a paste stays one line, for whom the command names", () => {
  using stage = new Stage();
  stage.types("/message chris ");
  stage.pastes("secret one\nsecret two\n");
  assertEquals(stage.model.question, undefined);
  assertEquals(stage.typed, "/message chris secret one secret two");
});

Deno.test("update: what was typed or pasted is shown, where the server does not send it back", () => {
  for (const keys of ["one\x1b\r/two\r", "\x1b[200~one\n/two\x1b[201~y"]) {
    using stage = new Stage({ protocol: cs168 });
    assertEquals(stage.types(keys).length, 2);
    assertEquals(pendingOf(stage.model), ["… [pat] one", "… [pat] /two"]);
  }
});

Deno.test("update: a line has a bound", () => {
  using stage = new Stage();
  stage.pastes("x".repeat(100_000));
  assertEquals(stage.typed.length, 16_000);
  stage.types("more");
  assertEquals(stage.typed.length, 16_000);
});

Deno.test("update: F1 shows the keys", () => {
  using stage = new Stage();
  stage.types(F1);
  assertEquals(stage.lines.join("\n"), KEY_HELP);
});

Deno.test("update: an event without words is not shown", () => {
  using stage = new Stage({ protocol: chat1 });
  stage.hears({ type: "registered", person: person("chris") });
  assertEquals(stage.lines, []);
});

Deno.test("update: what is kept of the output is bounded", () => {
  using stage = new Stage();
  stage.saysLines(100_100);
  const { lines } = stage.model.buffers.current;
  assertEquals(lines.end - lines.start, 100_000);
});
