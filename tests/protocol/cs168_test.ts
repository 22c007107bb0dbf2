/**
 * cs168 at the wire: what each frame means, and what each event looks like (PROTOCOLS, section 1).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent } from "../../lib/chat/event.ts";
import type { Person } from "../../lib/chat/person.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { cs168Look } from "../../lib/client/cs168_look.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { ClientCodec, ClientCommand } from "../../lib/protocol/protocol.ts";
import { sanitizeLine } from "../../lib/protocol/text.ts";
import { bytesOf, decodedNow, person } from "../support/events.ts";

/** `text` in one frame, padded with spaces. */
function frame(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(200).fill(0x20);
  const { read } = new TextEncoder().encodeInto(text, bytes);
  assertEquals(read, text.length, "the test's text must fit in a frame");
  return bytes;
}

/** The texts of frames, as a receiver reads them; every frame must be valid UTF-8 and not blank. */
function texts(bytes: Uint8Array): string[] {
  assertEquals(bytes.length % 200, 0);
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const read: string[] = [];
  for (let start = 0; start < bytes.length; start += 200) {
    const text = strict.decode(bytes.subarray(start, start + 200)).replace(/[ \r\n\t]+$/, "");
    assert(text !== "", "a blank frame was sent");
    read.push(text);
  }
  return read;
}

/** What a server reads from `payloads`, after a first frame with a name. */
function decodeAll(...payloads: string[]): (Command | undefined)[] {
  const decoder = cs168.serverCodec();
  decoder.decode(Frame.of(frame("alice")));
  return payloads.map((text) => decodedNow(decoder.decode(Frame.of(frame(text)))));
}

/** What asks for a word that the protocol does not know. */
function unknown(word: string): Command {
  return { type: "invalid", refusal: { code: "unknown_command", word } };
}

function client(): ClientCodec {
  return cs168.clientCodec("alice");
}

/** All that a server sends for `event`. */
function wire(event: ChatEvent): Uint8Array {
  return bytesOf(cs168, event);
}

/** A user who shows its nick here. */
function native(nick: string): Person {
  return person(nick, "cs168");
}

/** The bytes that a typed line is sent as. */
function sentFor(line: string): Uint8Array {
  return client().encode({ type: "raw", line });
}

Deno.test("a name begins with something visible: a leading space marks the text of a long message", () => {
  const decoder = cs168.serverCodec();
  const register = { type: "register", nick: "indented", home: "cs168" } as const;
  assertEquals(decodedNow(decoder.decode(Frame.of(frame("  indented")))), register);
});

Deno.test("the first frame is the name, whatever it says; the second is chat", () => {
  for (const name of ["alice", "Alice B. Toklas", "/list", "日本", "007"]) {
    const decoder = cs168.serverCodec();
    assertEquals(decoder.decode(Frame.of(frame(name))), {
      type: "register",
      nick: name.trim(),
      home: "cs168",
    });
    assertEquals(decodedNow(decoder.decode(Frame.of(frame(name.replace("/", ""))))), {
      type: "say",
      text: name.replace("/", ""),
    });
  }
});

Deno.test("blank frames are ignored, also before the name", () => {
  const decoder = cs168.serverCodec();
  for (const blank of ["", "   ", "\r\n", "\t \n", "\x00\x00", "\x1b[31m"]) {
    assertEquals(decoder.decode(Frame.of(frame(blank))), undefined);
  }
  assertEquals(decoder.decode(Frame.of(frame("bob\n"))), {
    type: "register",
    nick: "bob",
    home: "cs168",
  });
  for (const blank of ["", "\r\n", "\x07"]) {
    assertEquals(decoder.decode(Frame.of(frame(blank))), undefined);
  }
});

Deno.test("trailing white space is stripped, leading and inner white space stays", () => {
  assertEquals(decodeAll("hi\n", "hi\r\n\t ", "  two  words "), [
    { type: "say", text: "hi" },
    { type: "say", text: "hi" },
    { type: "say", text: "  two  words" },
  ]);
});

Deno.test("a text of exactly 200 bytes needs no padding", () => {
  const text = "x".repeat(200);
  assertEquals(decodeAll(text), [{ type: "say", text }]);
});

const controls: Record<string, Command> = {
  "/join lobby": { type: "join", channel: "lobby", exclusive: true },
  "/join\n": { type: "join", channel: "", exclusive: true },
  "/join lobby\n": { type: "join", channel: "lobby", exclusive: true },
  "/join   lobby  and more": { type: "join", channel: "lobby", exclusive: true },
  "/join\tlobby": { type: "join", channel: "lobby", exclusive: true },
  "/join": { type: "join", channel: "", exclusive: true },
  "/join  ": { type: "join", channel: "", exclusive: true },
  "/create den": { type: "create", channel: "den" },
  "/create den of lions": { type: "create", channel: "den" },
  "/create  \n": { type: "create", channel: "" },
  "/create": { type: "create", channel: "" },
  "/list": { type: "list" },
  "/list\n": { type: "list" },
  "/list all": { type: "list" },
  "/join \x1b[31mred": { type: "join", channel: "red", exclusive: true },
  "/joinx": unknown("/joinx"),
  "/JOIN lobby": unknown("/JOIN"),
  "/creates d": unknown("/creates"),
  "/\x1b[31mboo\x07": unknown("/boo"),
  "/": unknown("/"),
  "/ join lobby": unknown("/"),
  "//list": unknown("//list"),
  "/quit now": unknown("/quit"),
  " /list": { type: "say", text: " /list" },
};

for (const [text, command] of Object.entries(controls)) {
  Deno.test(`frame ${JSON.stringify(text)} is ${command.type}`, () => {
    assertEquals(decodeAll(text), [command]);
  });
}

Deno.test("an event is a whole frame; the inner spaces of a text stay", () => {
  const said = { type: "said", by: native("bob b"), channel: "x", text: " hi" } as const;
  assertEquals(wire(said), frame("[bob b]  hi"));
  assertEquals(wire({ type: "channels", channels: ["a", "b"] }), frame("a\nb"));
});

Deno.test("with no channel a list is nothing at all", () => {
  assertEquals(wire({ type: "channels", channels: [] }), new Uint8Array());
});

Deno.test("a long chat goes out in several frames, each with the name, cut where nothing is lost", () => {
  const said = (nick: string, text: string) =>
    texts(wire({ type: "said", by: native(nick), channel: "x", text }));
  assertEquals(said("alice", "x".repeat(192)), [`[alice] ${"x".repeat(192)}`]);
  assertEquals(said("alice", "x".repeat(193)), [`[alice] ${"x".repeat(192)}`, "[alice] x"]);
  // The space would be the frame's last byte and be stripped, so it begins the next frame.
  assertEquals(said("alice", `${"x".repeat(191)} y`), [`[alice] ${"x".repeat(191)}`, "[alice]  y"]);
  // 192 bytes are free: 48 emoji of 4 bytes; with one byte before them 47.
  assertEquals(said("alice", "😀".repeat(49)), [`[alice] ${"😀".repeat(48)}`, "[alice] 😀"]);
  assertEquals(said("alice", `x${"😀".repeat(48)}`), [`[alice] x${"😀".repeat(47)}`, "[alice] 😀"]);
});

Deno.test("a name that does not fit in a frame is cut", () => {
  const nick = "n".repeat(198);
  const event: ChatEvent = { type: "said", by: native(nick), channel: "x", text: "hello" };
  assertEquals(texts(wire(event)), [`[${nick}]`, " hello"]);
  const long = "n".repeat(199);
  const left: ChatEvent = { type: "left", by: native(long), channel: "x" };
  assertEquals(texts(wire(left)), [long, " has left"]);
});

Deno.test("a dm stands behind a line end, which no nick and no chat can hold", () => {
  const dm = (by: string, to: string, text: string) =>
    texts(wire({ type: "dm", by: native(by), to: native(to), text }));
  assertEquals(dm("bob", "al", "psst"), ["[bob -> al]\n psst"]);
  const parts = [`[bob -> al]\n ${"x".repeat(187)}`, "[bob -> al]\n xxx"];
  assertEquals(dm("bob", "al", "x".repeat(190)), parts);
});

Deno.test("a dm between two long names has them in frames of their own, not in front of each part", () => {
  const [by, to] = [native("n".repeat(90)), native("t".repeat(90))];
  const parts = [`[${by.nick} -> ${to.nick}]`, `\n ${"x".repeat(198)}`, `\n ${"x".repeat(102)}`];
  assertEquals(texts(wire({ type: "dm", by, to, text: "x".repeat(300) })), parts);
});

Deno.test("no nick, however long, makes a chat that reads as a dm", () => {
  for (const length of [1, 30, 60, 90, 95]) {
    const [by, to] = [native("n".repeat(length)), native("t".repeat(length))];
    const forger = native(`${by.nick} -> ${to.nick}`);
    for (const text of ["psst", "x".repeat(300)]) {
      const dm = texts(wire({ type: "dm", by, to, text }));
      const forged = texts(wire({ type: "said", by: forger, channel: "x", text }));
      assert(dm.some((frame) => frame.includes("\n")));
      assert(forged.every((frame) => !frame.includes("\n")));
    }
  }
});

Deno.test("a long list is cut at newlines only", () => {
  const exact = ["a".repeat(100), "b".repeat(99), "c"];
  assertEquals(texts(wire({ type: "channels", channels: exact })), [
    `${exact[0]}\n${exact[1]}`,
    "c",
  ]);
});

Deno.test("a client's commands are the frames that its user would type", () => {
  const encode = (command: ClientCommand) => client().encode(command);
  assertEquals(encode({ type: "register", nick: "alice" }), frame("alice"));
  assertEquals(encode({ type: "say", text: "hi" }), frame("hi"));
  assertEquals(encode({ type: "say", text: "/list" }), frame(" /list"));
  assertEquals(encode({ type: "join", channel: "x" }), frame("/join x"));
  assertEquals(encode({ type: "create", channel: "x" }), frame("/create x"));
  assertEquals(encode({ type: "list" }), frame("/list"));
  assertEquals(encode(unknown("/foo")), frame("/foo"));
});

Deno.test("a name that is blank or does not fit in a frame cannot be encoded", () => {
  const encode = (nick: string) => client().encode({ type: "register", nick });
  assertEquals(encode("x".repeat(200)), frame("x".repeat(200)));
  assertThrows(() => encode("x".repeat(201)), RangeError, "at most 200 bytes");
  assertThrows(() => encode(""), RangeError, "blank");
  assertThrows(() => encode(" \n"), RangeError, "blank");
});

Deno.test("a typed line goes out just as it was typed, an empty one not at all", () => {
  const line = (text: string) => sentFor(text);
  assertEquals(line("/join  a b"), frame("/join  a b"));
  assertEquals(line(" /x"), frame(" /x"));
  assertEquals(line(""), new Uint8Array());
  assertEquals(line("  \t"), new Uint8Array());
});

Deno.test("a typed line of more than 200 bytes is cut so that no part of it becomes a command", () => {
  const line = (text: string) => texts(sentFor(text));
  assertEquals(line("x".repeat(450)), ["x".repeat(200), "x".repeat(200), "x".repeat(50)]);
  assertEquals(line(`${"é".repeat(100)}é`), ["é".repeat(100), "é"]);
  assertEquals(line(`x${"é".repeat(100)}`), [`x${"é".repeat(99)}`, "é"]);
  assertEquals(line(`${"x".repeat(200)}/list`), ["x".repeat(199), "x/list"]);
  assertEquals(line(`${"x".repeat(199)} /list`), ["x".repeat(199), " /list"]);
  assertEquals(line(`a${" ".repeat(450)}b`).map((text) => text.trim()), ["a", "b"]);
});

Deno.test("a registered client leaves room for its name, because servers put that before the text", () => {
  const codec = client();
  const shares = (nick: string, text: string, type: "say" | "raw" = "raw") => {
    codec.encode({ type: "register", nick });
    return texts(codec.encode(type === "say" ? { type, text } : { type, line: text }));
  };
  assertEquals(shares("ann", "x".repeat(300)), ["x".repeat(189), "x".repeat(111)]);
  assertEquals(shares("ann", "x".repeat(189), "say"), ["x".repeat(189)]);
  assertEquals(shares("ann", "x".repeat(190), "say"), ["x".repeat(189), "x"]);
  assertEquals(shares("éé", "x".repeat(189)), ["x".repeat(188), "x"], "of bytes");
  assertEquals(shares("n".repeat(190), "x".repeat(65)), ["x".repeat(64), "x"], "at least 64 bytes");
});

Deno.test("a client reads events, and shows exactly the text that came", () => {
  const cases: Record<string, ChatEvent> = {
    "[bob] hi": { type: "said", by: native("bob"), channel: "", text: "hi" },
    "[bob -> al]\n psst": { type: "dm", by: native("bob"), to: native("al"), text: "psst" },
    "[bob]  [x] y": { type: "said", by: native("bob"), channel: "", text: " [x] y" },
    "bob b has joined": { type: "joined", by: native("bob b"), channel: "" },
    "bob has left": { type: "left", by: native("bob"), channel: "" },
    "lobby\nden": { type: "notice", text: "lobby\nden" },
    "/foo is not a valid control message.": {
      type: "notice",
      text: "/foo is not a valid control message.",
    },
  };
  for (const [text, event] of Object.entries(cases)) {
    for (const wire of [text, `${text}\n`, `\r    \r${text}`, `\r\r${text}`, `\r    ${text}`]) {
      assertEquals(client().decode(Frame.of(frame(wire))), event);
    }
    assertEquals(cs168Look.text(event), text);
  }
});

Deno.test("a client ignores blank frames and disarms what a server did not", () => {
  const decode = (text: string) => client().decode(Frame.of(frame(text)));
  for (const blank of ["", "\n", "\r    \r", "\x1b[2J"]) assertEquals(decode(blank), undefined);
  assertEquals(decode("[bob] \x1b[2Jhi\x07"), {
    type: "said",
    by: native("bob"),
    channel: "",
    text: "hi",
  });
});

/** Text as it leaves the sanitiser: any characters but controls and lone surrogates. */
const cleanText = fc.string({ unit: "binary", minLength: 1, maxLength: 400 })
  .map((text) => sanitizeLine(text.toWellFormed()).trim())
  .filter((text) => text !== "");

Deno.test("property: however long a typed line is, a server reads all of it and no command in it", () => {
  const line = cleanText.filter((text) => !text.startsWith("/") && !/ {50}|\/{50}/.test(text));
  fc.assert(
    fc.property(line, (typed) => {
      const read = texts(sentFor(typed));
      assertEquals(read.join(""), typed);
      assert(read.every((each) => !each.startsWith("/")));
    }),
    { numRuns: 1000 },
  );
});
