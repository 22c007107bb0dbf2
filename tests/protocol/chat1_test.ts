/**
 * chat1 at the wire: what each message means, what each event looks like, and how a client is mirrored
 * (PROTOCOLS, section 2).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent, Refusal, UserEvent } from "../../lib/chat/event.ts";
import type { Person } from "../../lib/chat/person.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { chat1 } from "../../lib/protocol/chat1.ts";
import type { ServerCodec } from "../../lib/protocol/protocol.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";
import { byteByByte, takeFrames } from "../support/cuts.ts";
import { bytesOf, decodedNow, isShared, people, person, STAMP } from "../support/events.ts";
import { outcomeOf } from "../support/outcome.ts";

const INVALID: Command = { type: "invalid", refusal: { code: "invalid_registration" } };
const nothing = new Uint8Array();

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** The bytes of `event` for any client. */
function wire(event: ChatEvent): Uint8Array {
  return bytesOf(chat1, event);
}

/** A user who shows its nick here. */
function native(nick: string): Person {
  return person(nick, "chat1");
}

/** What a decoder gives at once. */
function decode(codec: ServerCodec, message: string): Command | undefined {
  return decodedNow(codec.decode(frame(message)));
}

/** `message` as a frame. */
function frame(message: string): Frame {
  return Frame.of(encodeUtf8(message));
}

/** A codec that has read a registration as `bob`. */
function bob(end = "\n"): ServerCodec {
  const codec = chat1.serverCodec();
  codec.decode(frame(`REGISTER bob CHAT/1.0${end}`));
  return codec;
}

/** What `bob` is understood to ask, message by message. */
function decodeAll(...messages: string[]): (Command | undefined)[] {
  const codec = bob();
  return messages.map((message) => decode(codec, message));
}

const refused = (refusal: Refusal): UserEvent => ({ type: "refused", refusal });

const registrations: [string, string][] = [
  ["REGISTER bob CHAT/1.0", "bob"],
  ["REGISTER bob CHAT/1.0\n", "bob"],
  ["REGISTER bob CHAT/1.0\r\n", "bob"],
  ["REGISTER bob CHAT/1.0 \n", "bob"],
  ["REGISTER  bob\tCHAT/1.0\n", "bob"],
  ["REGISTER REGISTER CHAT/1.0\n", "REGISTER"],
  ["REGISTER @bob CHAT/1.0\n", "@bob"],
  [`REGISTER ${"n".repeat(32)} CHAT/1.0\n`, "n".repeat(32)],
  [`REGISTER ${"😀".repeat(32)} CHAT/1.0\n`, "😀".repeat(32)],
];

for (const [message, nick] of registrations) {
  Deno.test(`message ${JSON.stringify(message)} registers ${nick}`, () => {
    const expected: Command = { type: "register", nick, home: "chat1", unique: true, lobby: true };
    assertEquals(chat1.serverCodec().decode(frame(message)), expected);
  });
}

const wrongRegistrations = [
  "REGISTER",
  "REGISTER bob",
  "REGISTER bob CHAT/1.1",
  "REGISTER bob chat/1.0",
  "register bob CHAT/1.0",
  "Register bob CHAT/1.0",
  "REGESTER bob CHAT/1.0",
  " REGISTER bob CHAT/1.0",
  "REGISTER bob b CHAT/1.0",
  "REGISTER bob CHAT/1.0 now",
  "REGISTER CHAT/1.0 bob",
  // Clients that read a sender's name up to the first colon would take it for bob.
  "REGISTER bob: CHAT/1.0",
  "REGISTER bob:\u00a0hi CHAT/1.0",
  "REGISTER bob:\u3000hi CHAT/1.0",
  "REGISTER b\x1bob CHAT/1.0",
  "REGISTER b\u0085ob CHAT/1.0",
  `REGISTER ${"n".repeat(33)} CHAT/1.0`,
  "@bob: hi",
  "DISCONNECT bob CHAT/1.0",
  "GET / HTTP/1.1",
];

for (const message of wrongRegistrations) {
  Deno.test(`message ${JSON.stringify(message)} is no registration`, () => {
    for (const end of ["", "\n", "\r\n"]) {
      assertEquals(chat1.serverCodec().decode(frame(message + end)), INVALID);
    }
  });
}

Deno.test("an empty message asks nothing, before registration and after", () => {
  const codec = chat1.serverCodec();
  for (const blank of ["\n", "\r\n", " \t\r\n", " "]) {
    assertEquals(codec.decode(frame(blank)), undefined);
  }
  assertEquals(decode(codec, "REGISTER bob CHAT/1.0\n")?.type, "register");
  for (const blank of ["\n", "\r\n", " \n"]) {
    assertEquals(codec.decode(frame(blank)), undefined);
  }
});

const said: [string, string | undefined][] = [
  ["@bob: hi", "hi"],
  ["@bob: hi\n", "hi"],
  ["@bob: hi\r\n", "hi"],
  ["@bob:hi", "hi"],
  ["@bob hi", "hi"],
  ["@bob:  two  spaces ", " two  spaces"],
  ["@bob: @alice: hi", "@alice: hi"],
  ["@bob: DISCONNECT CHAT/1.0", "DISCONNECT CHAT/1.0"],
  ["@bob: \x1b[31mred\x1b[0m\x07", "red"],
  ["@bob: a\rb", "ab"],
  ["@bob: h\u00e9llo 日本 😀", "h\u00e9llo 日本 😀"],
  ["@bob:", undefined],
  ["@bob: ", undefined],
  ["@bob: \x07", undefined],
  ["@bob", undefined],
  ["@alice: hi", undefined],
  ["@bobby: hi", undefined],
  ["@BOB: hi", undefined],
  [" @bob: hi", undefined],
  ["hi", undefined],
  ["200 Registration successful", undefined],
  ["REGISTER carol CHAT/1.0", undefined],
  ["disconnect bob CHAT/1.0", undefined],
];

for (const [message, expected] of said) {
  const does = expected === undefined ? "nothing" : JSON.stringify(expected);
  Deno.test(`message ${JSON.stringify(message)} of bob says ${does}`, () => {
    const command: Command | undefined = expected === undefined
      ? undefined
      : { type: "say", text: expected };
    assertEquals(decodeAll(message), [command]);
  });
}

Deno.test("DISCONNECT as the first word ends the connection, whatever follows it", () => {
  for (const rest of [" bob CHAT/1.0\n", " bob CHAT/1.0", "", "\n", " alice CHAT/1.0", "\tx"]) {
    const codec = bob();
    assert(!codec.done);
    assertEquals(codec.decode(frame(`DISCONNECT${rest}`)), { type: "quit" });
    assert(codec.done);
  }
  assertEquals(decodeAll("DISCONNECTED now"), [undefined]);
});

const replies: [UserEvent, string][] = [
  [{ type: "registered", person: native("bob") }, "200 Registration successful"],
  [refused({ code: "invalid_registration" }), "400 Invalid registration"],
  [refused({ code: "nick_in_use", nick: "bob" }), "401 Client already registered"],
  [{ type: "stopping" }, "DISCONNECT CHAT/1.0"],
];

for (const [event, control] of replies) {
  Deno.test(`${control} has a newline for a line client and none for a raw one, apart from all else`, () => {
    for (const [sent, received] of [["\n", "\n"], ["\r\n", "\n"], ["", ""]] as const) {
      const { bytes, separate } = bob(sent).encodeReply(event, STAMP);
      const expected = received === "" ? "in time" : true;
      assertEquals([text(bytes), separate], [control + received, expected]);
    }
  });
}

Deno.test("after 400 and 401 the server is done with the connection, after 200 it is not", () => {
  const codes: [UserEvent, boolean][] = [
    [refused({ code: "invalid_registration" }), true],
    [refused({ code: "nick_in_use", nick: "bob" }), true],
    [{ type: "registered", person: native("bob") }, false],
  ];
  for (const [event, done] of codes) {
    const codec = bob();
    codec.encodeReply(event, STAMP);
    assertEquals(codec.done, done);
  }
});

Deno.test("events have their exact lines, whatever the client's camp", () => {
  const channel = "lobby";
  const lines: [ChatEvent, string][] = [
    [{ type: "said", by: native("bob"), channel, text: "hi" }, "@bob: hi\n"],
    [{ type: "said", by: native("bob b"), channel, text: "a: b" }, "@bob b: a: b\n"],
    [{ type: "emoted", by: native("bob"), channel, text: "waves" }, "@bob: [bob waves]\n"],
    [{ type: "dm", by: native("bob"), to: native("pat"), text: "psst" }, "@bob: [to pat] psst\n"],
  ];
  for (const [event, line] of lines) {
    assertEquals(text(wire(event)), line);
    if (isShared(event)) continue;
    for (const end of ["", "\n"]) {
      const { bytes, separate } = bob(end).encodeReply(event, STAMP);
      assertEquals([text(bytes), separate], [line, false]);
    }
  }
});

Deno.test("events without a chat1 form are not sent", () => {
  const silent: ChatEvent[] = [
    { type: "joined", by: native("pat"), channel: "lobby" },
    { type: "left", by: native("pat"), channel: "lobby" },
    { type: "entered", channel: "lobby" },
    { type: "channels", channels: ["lobby"] },
    { type: "names", channel: "lobby", members: people(["bob"], "chat1") },
    refused({ code: "not_in_channel" }),
    refused({ code: "no_such_nick", nick: "pat" }),
  ];
  for (const event of silent) {
    assertEquals(wire(event), nothing);
    const codec = bob();
    assertEquals(codec.encodeReply(event, STAMP).bytes, nothing);
    assert(!codec.done);
    assert(!isShared(event) || !chat1.dialect.echoes(event));
  }
});

Deno.test("a message has at most 16 KiB", () => {
  const { framing } = chat1.serverCodec();
  assertEquals(framing.largestFrame, 16 * 1024 + 1);
  const endless = new Uint8Array(17 * 1024).fill(0x78);
  assert(outcomeOf(framing, [endless]).refused?.startsWith("oversize: "));
});

Deno.test("a client registers without a newline, and adds it when nothing comes back", () => {
  const codec = chat1.clientCodec("bob");
  assertEquals(text(codec.encode({ type: "register", nick: "bob" })), "REGISTER bob CHAT/1.0");
  assertEquals(codec.nudge?.afterMs, 400);
  assertEquals(codec.nudge && text(codec.nudge.bytes()), "\n");
});

Deno.test("a client's DISCONNECT has a newline only when its server waits for one", () => {
  const codec = chat1.clientCodec("bob");
  assertEquals(text(codec.encode({ type: "quit" })), "DISCONNECT bob CHAT/1.0");
  codec.nudge?.bytes();
  assertEquals(text(codec.encode({ type: "quit" })), "DISCONNECT bob CHAT/1.0\n");
});

Deno.test("a client's chat is a line under its own name; a blank one is not sent", () => {
  const codec = chat1.clientCodec("bob");
  const say = (text: string) => codec.encode({ type: "say", text });
  assertEquals(say("hi"), encodeUtf8("@bob: hi\n"));
  assertEquals(say("/list"), encodeUtf8("@bob: /list\n"));
  for (const blank of ["", "  "]) assertEquals(say(blank), nothing);
  assertEquals(codec.encode({ type: "list" }), nothing);
});

Deno.test("a name that is no word of at most 32 characters cannot be encoded", () => {
  for (const nick of ["", " ", "two words", "a\tb", "a\nb", "\x1b", "n".repeat(33)]) {
    const codec = chat1.clientCodec(nick);
    assertThrows(() => codec.encode({ type: "register", nick }), RangeError, "at most 32");
  }
});

const shown: [string, ChatEvent | undefined][] = [
  ["200 Registration successful", { type: "registered", person: native("bob") }],
  ["200 OK", { type: "registered", person: native("bob") }],
  ["200", { type: "registered", person: native("bob") }],
  ["400 Invalid registration", refused({ code: "invalid_registration" })],
  ["401 Client already registered", refused({ code: "nick_in_use", nick: "bob" })],
  ["DISCONNECT CHAT/1.0", { type: "stopping" }],
  ["@pat: hi", { type: "said", by: native("pat"), channel: "", text: "hi" }],
  ["@pat: a: b", { type: "said", by: native("pat"), channel: "", text: "a: b" }],
  ["@pat: \x1b[2Jhi\x07", { type: "said", by: native("pat"), channel: "", text: "hi" }],
  ["2000 years", { type: "notice", text: "2000 years" }],
  ["pat has come", { type: "notice", text: "pat has come" }],
  ["", undefined],
  ["\x1b[2J", undefined],
];

for (const [wire, event] of shown) {
  Deno.test(`a client reads ${JSON.stringify(wire)} as ${event?.type ?? "nothing"}`, () => {
    for (const end of ["", "\n", "\r\n"]) {
      assertEquals(chat1.clientCodec("bob").decode(frame(wire + end)), event);
    }
  });
}

const followed: [string, string[]][] = [
  ["200 Registration successful@pat: hi\n", ["registered", "said"]],
  ["200 Registration successful\n@pat: hi\n@pat: ho\n", ["registered", "said", "said"]],
  ["200 Registration successful\r\n@pat: hi\n", ["registered", "said"]],
  ["200 Registration successfulDISCONNECT CHAT/1.0", ["registered", "stopping"]],
  ["200 OK\n@pat: hi\n", ["registered", "said"]],
  ["400 Invalid registration", ["refused"]],
  ["401 Client already registered\n", ["refused"]],
  ["@pat: hi\n200 Registration successful@x: y\n", ["said", "registered"]],
];

for (const [wire, types] of followed) {
  Deno.test(`a client reads ${JSON.stringify(wire)} as ${types.join(", ")}`, () => {
    for (const pieces of [[encodeUtf8(wire)], byteByByte(encodeUtf8(wire))]) {
      const codec = chat1.clientCodec("bob");
      const ring = new RingBuffer(2 ** 17);
      const frames = takeFrames(codec.framing, ring, pieces);
      const rest = codec.framing.rest?.(ring);
      const all = [...frames.map((bytes) => Frame.of(bytes)), ...(rest ? [rest] : [])];
      const events = all.map((each) => codec.decode(each));
      assertEquals(events.flatMap((event) => event ? [event.type] : []), types);
    }
  });
}

Deno.test("property: what is left without a newline is a message when nothing more comes", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z ]*$/), { minLength: 1 }), (lines) => {
      const { framing } = chat1.serverCodec();
      const ring = new RingBuffer();
      const { frames } = outcomeOf(framing, [encodeUtf8(lines.join("\n"))], ring);
      assertEquals(frames.map(text), lines.slice(0, -1).map((line) => `${line}\n`));
      const rest = framing.rest?.(ring);
      assertEquals(rest && text(rest.view()), lines.at(-1) || undefined);
    }),
  );
});
