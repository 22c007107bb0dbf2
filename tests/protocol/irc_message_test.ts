/**
 * Lines of IRC: every part, every escape, every limit; and what is written is read as it was meant.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { utf8Length } from "../../lib/chat/names.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { LineFraming } from "../../lib/framing/line_framing.ts";
import {
  cutToBytes,
  encodeLine,
  escapeTag,
  formatBody,
  formatTags,
  MAX_BODY_BYTES,
  MAX_CLIENT_TAG_BYTES,
  parseLine,
  parseMessage,
  splitText,
  unescapeTag,
} from "../../lib/protocol/irc_message.ts";
import { byteByByte, takeFrames } from "../support/cuts.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function parse(line: string | Uint8Array<ArrayBuffer>) {
  return parseLine(Frame.of(typeof line === "string" ? encoder.encode(line) : line));
}

/** `COMMAND|param|..`, with `source` before it. */
function shown(line: string): string | undefined {
  const message = parseMessage(line);
  if (message === undefined) return undefined;
  const source = message.source === undefined ? "" : `<${message.source}>`;
  return source + [message.command, ...message.params].join("|");
}

Deno.test("a line is a source, a command and parameters", () => {
  const lines: Record<string, string | undefined> = {
    "NICK alice": "NICK|alice",
    "nick alice": "NICK|alice",
    ":bob!b@h PRIVMSG #c :hello  there ": "<bob!b@h>PRIVMSG|#c|hello  there ",
    "PRIVMSG #c :": "PRIVMSG|#c|",
    "PRIVMSG #c ::)": "PRIVMSG|#c|:)",
    "PRIVMSG #c a:b": "PRIVMSG|#c|a:b",
    "  JOIN   #a    key  ": "JOIN|#a|key",
    "JOIN :": "JOIN|",
    "LIST": "LIST",
    "@a=b LIST": "LIST",
    "@a=b   :x   LIST": "<x>LIST",
    "": undefined,
    "   ": undefined,
    ":x": undefined,
    ":x ": undefined,
    "@a=b": undefined,
    "@a=b ": undefined,
    "MODE #c +o\tx": "MODE|#c|+o\tx",
  };
  for (const [line, expected] of Object.entries(lines)) assertEquals(shown(line), expected, line);
});

Deno.test("what follows the 14th parameter is the 15th", () => {
  const words = Array.from({ length: 16 }, (_, i) => `p${i + 1}`);
  assertEquals(parseMessage(`X ${words.slice(0, 15).join(" ")}`)?.params, words.slice(0, 15));
  const many = parseMessage(`X ${words.join(" ")}`)?.params;
  assertEquals(many?.length, 15);
  assertEquals(many?.[14], "p15 p16");
  const colon = parseMessage(`X ${words.slice(0, 14).join(" ")} :p15 p16`)?.params;
  assertEquals(colon, many);
});

Deno.test("NUL and a lone CR are dropped", () => {
  assertEquals(shown("PRIV\0MSG #c\r :a\0b\rc"), "PRIVMSG|#c|abc");
});

Deno.test("tags with every escape", () => {
  const tags = parseMessage(String.raw`@a=1;b;c=;+d/e.x=\:\s\\\r\n;f=\x\;g=\;=h;;a=2 X`)?.tags;
  assertEquals([...tags ?? []], [
    ["a", "2"],
    ["b", ""],
    ["c", ""],
    ["+d/e.x", "; \\\r\n"],
    ["f", "x"],
    ["g", ""],
  ]);
});

Deno.test("bytes that are no UTF-8 are reported, with the tags and the command for the answer", () => {
  const bytes = encoder.encode("@label=x PRIVMSG #c :a?b");
  bytes[bytes.length - 2] = 0xaa;
  const line = parse(bytes);
  assertEquals(line?.problem, "not_utf8");
  assertEquals(line?.message.command, "PRIVMSG");
  assertEquals(line?.message.tags.get("label"), "x");
});

Deno.test("a replacement character that was sent as one is no problem", () => {
  assertEquals(parse("PRIVMSG #c :\ufffd"), {
    message: {
      tags: new Map(),
      source: undefined,
      command: "PRIVMSG",
      params: ["#c", "\ufffd"],
      isPlain: false,
    },
  });
});

Deno.test("the body and the tags have limits of their own", () => {
  const body = (size: number) => `PING ${"x".repeat(size - 5)}`;
  const tags = (size: number) => `@a=${"x".repeat(size - 4)} `;
  assertEquals(parse(body(MAX_BODY_BYTES))?.problem, undefined);
  assertEquals(parse(body(MAX_BODY_BYTES + 1))?.problem, "too_long");
  assertEquals(parse(tags(MAX_CLIENT_TAG_BYTES) + body(MAX_BODY_BYTES))?.problem, undefined);
  assertEquals(parse(tags(MAX_CLIENT_TAG_BYTES + 1) + "PING x")?.problem, "too_long");
  assertEquals(parse(tags(10) + body(MAX_BODY_BYTES + 1))?.problem, "too_long");
  const cut = parseLine(Frame.of(encoder.encode("@label=y PING x")), true);
  const onlyTags = parse(`@a=${"x".repeat(5000)}`);
  assertEquals([onlyTags?.problem, onlyTags?.message.command], ["too_long", ""]);
  assertEquals([cut?.problem, cut?.message.tags.get("label")], ["too_long", "y"]);
});

Deno.test("a body is written with a colon before its trailing parameter", () => {
  assertEquals(formatBody("s", "001", ["bob"], "Hi there"), ":s 001 bob :Hi there\r\n");
  assertEquals(formatBody(undefined, "PING", [], ""), "PING :\r\n");
  assertEquals(formatBody("s", "MODE", ["#c", "+o", "x"]), ":s MODE #c +o x\r\n");
});

Deno.test("no parameter can end a line or become two", () => {
  assertEquals(formatBody("s", "X", ["", "a b", ":c", "d"], "e\r\nf\0"), ":s X * * * d :e  f \r\n");
});

Deno.test("a body is cut to 512 bytes at a character", () => {
  for (const character of ["x", "\u00e9", "\u20ac", "\u{1F600}"]) {
    const line = formatBody("server", "PRIVMSG", ["#c"], character.repeat(600));
    const size = utf8Length(line);
    assert(size <= 512 && size > 508, `${size}`);
    assert(line.endsWith(`${character}\r\n`));
  }
});

Deno.test("cutting keeps characters whole, and loses nothing", () => {
  assertEquals(cutToBytes("a\u20acb", 3), "a");
  assertEquals(cutToBytes("a\u20acb", 4), "a\u20ac");
  assertEquals(splitText("", 4), [""]);
  assertEquals(splitText("\u{1F600}\u{1F600}a", 4), ["\u{1F600}", "\u{1F600}", "a"]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 4, max: 20 }), (text, limit) => {
      const parts = splitText(text, limit);
      assertEquals(parts.join(""), text);
      for (const part of parts) assert(utf8Length(part) <= limit);
      for (const part of parts.slice(0, -1)) assert(utf8Length(part) > limit - 4);
    }),
  );
});

Deno.test("16 KiB of text is cut in one pass", () => {
  const text = "\u20ac".repeat(5461);
  const { codePointAt } = String.prototype;
  let steps = 0;
  String.prototype.codePointAt = function (at) {
    steps++;
    return codePointAt.call(this, at);
  };
  try {
    assertEquals(splitText(text, 400).length, Math.ceil(5461 / 133));
  } finally {
    String.prototype.codePointAt = codePointAt;
  }
  // The character that does not fit is looked at twice.
  assert(steps <= 5461 + 42, `${steps}`);
});

const tagName = fc.stringMatching(/^\+?[a-z][a-z0-9-]{0,8}$/);
const value = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) =>
  text.replaceAll("\0", "")
);
const word = fc.stringMatching(/^[!-9;-~][!-~]{0,10}$/);

Deno.test("property: a tag's value is read as it was written", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const escaped = escapeTag(text);
    assert(!/[; \r\n]/.test(escaped));
    assertEquals(unescapeTag(escaped), text);
  }));
});

Deno.test("property: a message is read as it was written, whole and byte by byte", () => {
  const message = fc.record({
    tags: fc.array(fc.tuple(tagName, value), { maxLength: 4 }).map((tags) => new Map(tags)),
    source: fc.option(word, { nil: undefined }),
    command: fc.stringMatching(/^[A-Z]{1,12}$/),
    middle: fc.array(word, { maxLength: 13 }),
    trailing: fc.option(value.map((text) => text.replace(/[\r\n]/g, "")), { nil: undefined }),
  });
  fc.assert(fc.property(message, ({ tags, source, command, middle, trailing }) => {
    const body = formatBody(source, command, middle, trailing);
    const bytes = encodeLine(tags, body);
    const frames = takeFrames(new LineFraming(5000, 1), new RingBuffer(8192), [bytes]);
    const single = takeFrames(new LineFraming(5000, 1), new RingBuffer(8192), byteByByte(bytes));
    assertEquals(single, frames);
    assertEquals(frames.length, 1);
    const parsed = parseMessage(decoder.decode(frames[0]));
    const params = trailing === undefined ? middle : [...middle, trailing];
    assertEquals(parsed, { tags, source, command, params, isPlain: false });
    // A plain line is read in another way, to the same.
    const isPlain = /^[ -~]*$/.test(decoder.decode(frames[0]));
    const message = { tags, source, command, params, isPlain };
    assertEquals(parseLine(Frame.of(frames[0] as Uint8Array<ArrayBuffer>)), { message });
  }));
});

Deno.test("property: any bytes give an answer", () => {
  const soup = fc.array(fc.constantFrom(..."@:; =\\a\0\r\t#".split("")), { maxLength: 40 })
    .map((parts) => encoder.encode(parts.join("")));
  const bytes = fc.oneof(soup, fc.uint8Array({ maxLength: 60 }).map((array) => array.slice()));
  fc.assert(fc.property(bytes, (content) => {
    const line = parse(content);
    if (line === undefined) return;
    const { command, params } = line.message;
    assert(command !== "" && !command.includes(" "));
    assert(params.length <= 15);
    assert(params.slice(0, -1).every((param) => param !== "" && !param.includes(" ")));
    assert(!/[\0\r]/.test([command, ...params].join("")));
  }));
});

Deno.test("no tags, no prefix", () => {
  assertEquals(formatTags(new Map()), "");
  assertEquals(formatTags(new Map([["a", ""], ["b", "x;y"]])), "@a;b=x\\:y ");
});
