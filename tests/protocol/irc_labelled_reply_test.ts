/**
 * A labelled answer: an ACK, one line, or a batch, whatever else its lines are tagged with.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LabelledReply, labelOf } from "../../lib/protocol/irc_labelled_reply.ts";
import { NO_TAGS, parseMessage } from "../../lib/protocol/irc_message.ts";

function reply(label = "7"): LabelledReply {
  return new LabelledReply("s", label, "b1");
}

Deno.test("no line is an ACK", () => {
  assertEquals(reply().finish(), "@label=7 :s ACK\r\n");
});

Deno.test("one line gets the label before its own tags", () => {
  const unit = reply("a;b");
  assertEquals(unit.add(new Map([["time", "t"]]), ":s PONG s x\r\n"), "");
  assertEquals(unit.finish(), "@label=a\\:b;time=t :s PONG s x\r\n");
});

Deno.test("several lines are a batch, sent from the second on", () => {
  const unit = reply();
  assertEquals(unit.add(NO_TAGS, "A\r\n"), "");
  assertEquals(
    unit.add(new Map([["time", "t"]]), "B\r\n"),
    "@label=7 :s BATCH +b1 labeled-response\r\n@batch=b1 A\r\n@batch=b1;time=t B\r\n",
  );
  assertEquals(unit.add(NO_TAGS, "C\r\n"), "@batch=b1 C\r\n");
  assertEquals(unit.finish(), ":s BATCH -b1\r\n");
});

Deno.test("what is in a batch of its own stays there", () => {
  const unit = reply();
  unit.add(NO_TAGS, ":s BATCH +h chathistory #c\r\n");
  const sent = unit.add(new Map([["batch", "h"]]), "A\r\n");
  assert(sent.endsWith("@batch=b1 :s BATCH +h chathistory #c\r\n@batch=h A\r\n"), sent);
});

Deno.test("a label counts when it is there, not empty, and at most 64 bytes", () => {
  assertEquals(labelOf(new Map([["label", "x"]])), "x");
  assertEquals(labelOf(new Map([["label", "\u20ac".repeat(21)]])), "\u20ac".repeat(21));
  assertEquals(labelOf(new Map([["label", "\u20ac".repeat(22)]])), undefined);
  assertEquals(labelOf(new Map([["label", ""]])), undefined);
  assertEquals(labelOf(new Map([["Label", "x"]])), undefined);
  assertEquals(labelOf(NO_TAGS), undefined);
});

Deno.test("property: the label stands in exactly one line, and every other line is in the batch", () => {
  const line = fc.tuple(fc.constantFrom("A", "B"), fc.boolean());
  fc.assert(fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
    const unit = reply();
    let sent = "";
    for (const [command, isTimed] of lines) {
      sent += unit.add(isTimed ? new Map([["time", "t"]]) : NO_TAGS, `${command}\r\n`);
    }
    sent += unit.finish();
    const messages = sent.split("\r\n").slice(0, -1).map((each) => parseMessage(each));
    assertEquals(messages.filter((message) => message?.tags.has("label")).length, 1);
    assertEquals(messages.length, Math.max(1, lines.length) + (lines.length > 1 ? 2 : 0));
    if (lines.length < 2) return;
    const inner = messages.slice(1, -1);
    assertEquals(inner.map((message) => message?.command), lines.map(([command]) => command));
    assert(inner.every((message) => message?.tags.get("batch") === "b1"));
    assertEquals(messages.at(-1)?.params, ["-b1"]);
  }));
});
