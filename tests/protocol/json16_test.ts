/**
 * json16 at the wire: the exact bytes of every packet, and what each of a client's packets means or does
 * not mean (PROTOCOLS, section 3).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { stripFormatting } from "../../lib/chat/characters.ts";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent } from "../../lib/chat/event.ts";
import type { Person } from "../../lib/chat/person.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";
import { bytesOf, decodedNow, isShared, people, person, STAMP } from "../support/events.ts";
import { packet } from "../support/json16.ts";

const nothing = new Uint8Array();
const channel = "lobby";

/** All that a server sends for `event`. */
function wire(event: ChatEvent): Uint8Array {
  return bytesOf(json16, event);
}

/** A user who shows its nick here. */
function native(nick: string): Person {
  return person(nick, "json16");
}

/** What a server understands, payload by payload. */
function decode(payload: string | Uint8Array<ArrayBuffer>): Command | undefined {
  const bytes = typeof payload === "string" ? encodeUtf8(payload) : payload;
  return decodedNow(json16.serverCodec().decode(Frame.of(bytes)));
}

/** The JSON of one packet, which must be all there is. */
function json(bytes: Uint8Array): string {
  assertEquals(new DataView(bytes.buffer, bytes.byteOffset).getUint16(0), bytes.length - 2);
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(2));
}

/** The JSON of each of several packets. */
function jsons(bytes: Uint8Array): string[] {
  const read: string[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const length = 2 + new DataView(rest.buffer, rest.byteOffset).getUint16(0);
    assert(length <= rest.length, "a packet is longer than what was sent");
    read.push(json(rest.slice(0, length)));
    rest = rest.subarray(length);
  }
  return read;
}

/** Those that the table of PROTOCOLS does not have. */
const events: [ChatEvent, string][] = [
  [
    { type: "names", channel, members: people(["pat", "chris"], "json16") },
    '{"type": "names", "channel": "lobby", "nicks": ["pat", "chris"]}',
  ],
  [
    { type: "channels", channels: ["lobby", "den"] },
    '{"type": "channels", "channels": ["lobby", "den"]}',
  ],
  [{ type: "channels", channels: [] }, '{"type": "channels", "channels": []}'],
  [{ type: "entered", channel: "den" }, '{"type": "entered", "channel": "den"}'],
];

for (const [event, expected] of events) {
  Deno.test(`event ${event.type} is ${expected}`, () => {
    assertEquals(wire(event), packet(expected));
    if (isShared(event)) return;
    const reply = json16.serverCodec().encodeReply(event, STAMP);
    assertEquals(reply, { bytes: packet(expected), separate: false });
  });
}

Deno.test("registration and the server's stop send nothing: the join and the end of the stream show them", () => {
  for (
    const event of [{ type: "registered", person: native("pat") }, { type: "stopping" }] as const
  ) {
    assertEquals(json16.serverCodec().encodeReply(event, STAMP).bytes, nothing);
  }
});

/** Texts and what Python's `json.dumps` makes of them. */
const dumped: [string, string][] = [
  ["Hello?", '"Hello?"'],
  ['say "hi" \\ /', '"say \\"hi\\" \\\\ /"'],
  ["héllo", '"h\\u00e9llo"'],
  ["日本", '"\\u65e5\\u672c"'],
  ["😀", '"\\ud83d\\ude00"'],
  ["\u007f", '"\\u007f"'],
  ["\u2028", '"\\u2028"'],
  ["a\u0000\u001c\b\f\n\r\t", '"a\\u0000\\u001c\\b\\f\\n\\r\\t"'],
  ["<&>'", '"<&>\'"'],
  ["\ufffd", '"\\ufffd"'],
  ["é\u0301", '"\\u00e9\\u0301"'],
];

for (const [text, literal] of dumped) {
  Deno.test(`text ${JSON.stringify(text)} is written as ${literal}, as Python does`, () => {
    const event: ChatEvent = { type: "said", by: native(text), channel, text };
    const expected = `{"type": "chat", "nick": ${literal}, "message": ${literal}}`;
    assertEquals(wire(event), packet(expected));
    const names: ChatEvent = {
      type: "names",
      channel: "c",
      members: people([text, text], "json16"),
    };
    const list = `{"type": "names", "channel": "c", "nicks": [${literal}, ${literal}]}`;
    assertEquals(wire(names), packet(list));
  });
}

const hello = (nick: string): Command => ({ type: "register", nick, home: "json16", lobby: true });
const join = (channel: string): Command => ({ type: "join", channel, make: true, exclusive: true });

const commands: [string, Command][] = [
  ['{"type": "hello", "nick": "pat"}', hello("pat")],
  ['{"nick":"pat","type":"hello"}', hello("pat")],
  ['{"type": "hello", "nick": " pat b "}', hello("pat b")],
  ['{"type": "hello", "nick": "p\\u00e4t"}', hello("pät")],
  ['{"type": "chat", "message": "Hello?"}', { type: "say", text: "Hello?" }],
  ['{"type": "chat", "message": " a  b"}', { type: "say", text: " a  b" }],
  ['{"type": "chat", "message": "日本"}', { type: "say", text: "日本" }],
  ['{"type": "chat", "message": "hi", "nick": "chris"}', { type: "say", text: "hi" }],
  ['{"type": "chat", "message": "a\\nb\\r\\nc"}', { type: "say", text: "a b  c" }],
  ['{"type": "chat", "message": "\\u001b[31mred\\u0007"}', { type: "say", text: "red" }],
  ['{"type": "emote", "message": "goes out"}', { type: "emote", text: "goes out" }],
  ['{"type": "dm", "to": "chris", "message": "psst"}', { type: "dm", to: "chris", text: "psst" }],
  ['{"type": "join", "channel": "den"}', join("den")],
  ['{"type": "join", "channel": " den of x"}', join("den")],
  ['{"type": "part"}', { type: "join", exclusive: true }],
  ['{"type": "names"}', { type: "names" }],
  ['{"type": "channels"}', { type: "list" }],
  ['{"type": "hello", "nick": " "}', { type: "invalid", refusal: { code: "invalid_nick" } }],
  [
    `{"type": "hello", "nick": "${"n".repeat(33)}"}`,
    { type: "invalid", refusal: { code: "nick_too_long", limit: 32 } },
  ],
];

for (const [payload, command] of commands) {
  Deno.test(`packet ${payload} is ${command.type}`, () => {
    assertEquals(decode(payload), command);
  });
}

/** What is ignored, never fatal: also through a socket in `tests/bridge/broken_test.ts`. */
const ignored: Record<string, string | Uint8Array<ArrayBuffer>> = {
  "nothing at all": "",
  "malformed JSON": '{"type": "chat", "message": "hi"',
  "text that is no JSON": "hello",
  "an array": '["chat", "hi"]',
  "a string": '"chat"',
  "a number": "42",
  "null": "null",
  "an object without a type": '{"message": "hi"}',
  "an unknown type": '{"type": "shout", "message": "hi"}',
  "a type that every object has": '{"type": "constructor"}',
  "a type that is no string": '{"type": ["chat"], "message": "hi"}',
  "chat without a message": '{"type": "chat"}',
  "a message that is a number": '{"type": "chat", "message": 42}',
  "a message that is null": '{"type": "chat", "message": null}',
  "a message that is an object": '{"type": "chat", "message": {"toString": 1}}',
  "a blank message": '{"type": "chat", "message": " \\n"}',
  "a message of controls alone": '{"type": "chat", "message": "\\u0007\\u001b[2J"}',
  "hello without a nick": '{"type": "hello"}',
  "a nick that is no string": '{"type": "hello", "nick": ["pat"]}',
  "dm without a receiver": '{"type": "dm", "message": "hi"}',
  "dm without a message": '{"type": "dm", "to": "pat"}',
  "join without a channel": '{"type": "join"}',
  "a leave from a client": '{"type": "leave", "nick": "pat"}',
  "an error from a client": '{"type": "error", "message": "hi"}',
  "bytes that are no UTF-8": new Uint8Array([0xff, 0xfe, 0x7b, 0x7d]),
  "a bomb of nested arrays": "[".repeat(16 * 1024),
  "a bomb of nested arrays, closed": "[".repeat(8192) + "]".repeat(8192),
  "a bomb of nested objects": `{"type": ${'{"a":'.repeat(2000)}1${"}".repeat(2000)}}`,
};

for (const [name, payload] of Object.entries(ignored)) {
  Deno.test(`${name} is ignored`, () => assertEquals(decode(payload), undefined));
}

Deno.test("invalid UTF-8 inside a text becomes U+FFFD", () => {
  const bytes = encodeUtf8('{"type": "chat", "message": "a?b"}');
  bytes[bytes.indexOf(0x3f)] = 0xff;
  assertEquals(decode(bytes), { type: "say", text: "a\ufffdb" });
});

Deno.test("half a surrogate pair becomes U+FFFD: some receivers die of it", () => {
  const half = "\\ud83d";
  const whole = "\ufffd";
  assertEquals(decode(`{"type": "chat", "message": "a${half}"}`), {
    type: "say",
    text: `a${whole}`,
  });
  assertEquals(decode(`{"type": "hello", "nick": "a${half}"}`), hello(`a${whole}`));
  assertEquals(decode(`{"type": "join", "channel": "${half}"}`), join(whole));
  const pair: Command = { type: "say", text: "😀" };
  assertEquals(decode('{"type": "chat", "message": "\\ud83d\\ude00"}'), pair);
});

Deno.test("a payload has at most 16 KiB towards the server, 65,535 bytes towards a client", () => {
  assertEquals(json16.serverCodec().framing.largestFrame, 2 + 16 * 1024);
  assertEquals(json16.clientCodec("pat").framing.largestFrame, 2 + 65_535);
});

Deno.test("a client says hello with its nick, and with no other than a server takes", () => {
  const hello = (nick: string) => json16.clientCodec(nick).encode({ type: "register", nick });
  assertEquals(hello("pat"), packet('{"type": "hello", "nick": "pat"}'));
  const longest = "n".repeat(32);
  assertEquals(hello(longest), packet(`{"type": "hello", "nick": "${longest}"}`));
  for (const nick of ["", "  ", "\x07", "n".repeat(33)]) {
    assertThrows(() => hello(nick), RangeError, "1 to 32 visible characters");
  }
});

const received: [string, ChatEvent | undefined][] = [
  ['{"type": "join", "nick": "pat"}', { type: "joined", by: native("pat"), channel: "" }],
  ['{"type":"leave","nick":"pat"}', { type: "left", by: native("pat"), channel: "" }],
  [
    '{"type": "chat", "nick": "pat", "message": "a\\u001b[2J\\nb"}',
    { type: "said", by: native("pat"), channel: "", text: "a b" },
  ],
  [
    '{"type": "emote", "nick": "pat", "message": "waves"}',
    { type: "emoted", by: native("pat"), channel: "", text: "waves" },
  ],
  [
    '{"type": "dm", "nick": "pat", "to": "al", "message": "psst"}',
    { type: "dm", by: native("pat"), to: native("al"), text: "psst" },
  ],
  ['{"type": "channels", "channels": ["a"]}', { type: "channels", channels: ["a"] }],
  ['{"type": "entered", "channel": "a"}', { type: "entered", channel: "a" }],
  ['{"type": "error", "message": "No"}', { type: "notice", text: "No" }],
  ['{"type": "names", "nicks": "pat"}', {
    type: "names",
    channel: "",
    members: people([], "json16"),
  }],
  ['{"type": "names", "nicks": [1, "a"]}', {
    type: "names",
    channel: "",
    members: people(["", "a"], "json16"),
  }],
  ['{"type": "chat"}', { type: "said", by: native(""), channel: "", text: "" }],
  ['{"type": "typing", "nick": "pat"}', undefined],
  ["[]", undefined],
  ["nonsense", undefined],
];

for (const [payload, event] of received) {
  Deno.test(`a client reads ${payload} as ${event?.type ?? "nothing"}`, () => {
    assertEquals(json16.clientCodec("pat").decode(Frame.of(encodeUtf8(payload))), event);
  });
}

Deno.test("property: whatever is said, its packets are ASCII, valid JSON, and hold all but IRC's formatting", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 400 })
    .map((said) => said.toWellFormed());
  fc.assert(
    fc.property(text, fc.nat(80), (said, times) => {
      const long = said.repeat(times + 1);
      const parts = jsons(wire({ type: "said", by: native(said), channel, text: long }));
      for (const part of parts) {
        assert(/^[ -~]+$/.test(part));
        assertEquals(Object.keys(JSON.parse(part)), ["type", "nick", "message"]);
        assertEquals(JSON.parse(part).nick, said);
      }
      assertEquals(parts.map((part) => JSON.parse(part).message).join(""), stripFormatting(long));
    }),
    { numRuns: 300 },
  );
});
