/**
 * What stands in a message: actions, other CTCP, formatting codes, and long texts in parts that fit.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { stripFormatting } from "../../lib/chat/characters.ts";
import { utf8Length } from "../../lib/chat/names.ts";
import { formatBody } from "../../lib/protocol/irc_message.ts";
import { fitText, formatAction, readIrcText } from "../../lib/protocol/irc_text.ts";

Deno.test("an action differs from other CTCP and from text", () => {
  assertEquals(readIrcText("\x01ACTION waves\x01"), { kind: "action", text: "waves" });
  assertEquals(readIrcText("\x01action waves"), { kind: "action", text: "waves" });
  assertEquals(readIrcText("\x01ACTION\x01"), { kind: "action", text: "" });
  const ping = "\x01PING 1 2\x01";
  assertEquals(readIrcText(ping), { kind: "ctcp", command: "PING", text: ping });
  assertEquals(readIrcText("\x01ACTIONS x\x01").kind, "ctcp");
  for (const text of ["", "hi", "\x01", "hi \x01ACTION x\x01"]) {
    assertEquals(readIrcText(text), { kind: "text", text });
  }
});

Deno.test("property: an action is read as it was written", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const plain = text.replaceAll("\x01", "");
    assertEquals(readIrcText(formatAction(plain)), { kind: "action", text: plain });
  }));
});

Deno.test("formatting codes go, with the colours behind them", () => {
  const texts: Record<string, string> = {
    "\x02bold\x02 \x1ditalic\x1d \x1funder\x1f \x1estrike\x1e \x11mono\x11 \x16rev\x0f":
      "bold italic under strike mono rev",
    "\x0304red\x03 \x033,12two\x03": "red two",
    "\x03123": "3",
    "\x031,x": ",x",
    "\x03,1": ",1",
    "\x04ff0000red\x04": "red",
    "\x04FF0000,00ff00x": "x",
    "\x04ff00": "ff00",
    "no codes, 3 at all": "no codes, 3 at all",
  };
  for (const [text, plain] of Object.entries(texts)) assertEquals(stripFormatting(text), plain);
});

Deno.test("property: every part of a long text fits in a line, whole, and none is lost", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 4000, size: "max" })
    .map((each) => each.replace(/[\0\r\n]/g, " ").replaceAll("\x01", " "));
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      (content, names, isAction) => {
        const source = `nick!user@${"h".repeat(names)}`;
        const parts = fitText(source, "PRIVMSG", "#channel", content, isAction);
        assertEquals(parts.join(""), content);
        for (const part of parts) {
          const trailing = isAction ? formatAction(part) : part;
          const line = formatBody(source, "PRIVMSG", ["#channel"], trailing);
          assert(utf8Length(line) <= 512);
          assert(line.endsWith(` :${trailing}\r\n`));
        }
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("16 KiB fit in as few lines as they can", () => {
  const parts = fitText(
    "alice!~alice@gf3m2x7q.a1c9d0ke.zz4t81vn.ip",
    "PRIVMSG",
    "#c",
    "x".repeat(16384),
  );
  const room = 510 - ":alice!~alice@gf3m2x7q.a1c9d0ke.zz4t81vn.ip PRIVMSG #c :".length;
  assertEquals(parts.length, Math.ceil(16384 / room));
});
