/**
 * What a person types into a json16 client (PROTOCOLS, section 3, Client).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { json16 } from "../../lib/protocol/json16.ts";
import {
  JSON16_COMMANDS,
  JSON16_HELP,
  type Json16Line,
  parseJson16Line,
} from "../../lib/protocol/json16_lines.ts";
import { packet } from "../support/json16.ts";

const lines: Record<string, Json16Line> = {
  "hello": { type: "say", text: "hello" },
  " hello ": { type: "say", text: " hello " },
  " /names": { type: "say", text: " /names" },
  "a /q b": { type: "say", text: "a /q b" },
  "": { type: "nothing" },
  "  \t": { type: "nothing" },
  "/q": { type: "quit" },
  "/q now": { type: "quit" },
  "/help": { type: "help" },
  "/names": { type: "names" },
  "/list": { type: "list" },
  "/part": { type: "part" },
  "/part  ": { type: "part" },
  "/join den": { type: "join", channel: "den" },
  "/join   den": { type: "join", channel: "den" },
  "/me goes out": { type: "emote", text: "goes out" },
  "/message pat hi there": { type: "dm", to: "pat", text: "hi there" },
  "/message  pat   hi  there ": { type: "dm", to: "pat", text: "hi  there" },
  "/message pat /q": { type: "dm", to: "pat", text: "/q" },
};

for (const [line, expected] of Object.entries(lines)) {
  Deno.test(`line ${JSON.stringify(line)} is ${expected.type}`, () => {
    assertEquals(parseJson16Line(line), expected);
  });
}

const wrong: Record<string, string> = {
  "/": "*** Unknown command /; /help lists them",
  "/nosuch": "*** Unknown command /nosuch; /help lists them",
  "/nosuch pat hi": "*** Unknown command /nosuch; /help lists them",
  "/Q": "*** Unknown command /Q; /help lists them",
  "/quit": "*** Unknown command /quit; /help lists them",
  "//names": "*** Unknown command //names; /help lists them",
  "/me": "*** Usage: /me TEXT",
  "/me ": "*** Usage: /me TEXT",
  "/join": "*** Usage: /join CHANNEL",
  "/message": "*** Usage: /message NICK TEXT",
  "/message pat": "*** Usage: /message NICK TEXT",
  "/message pat ": "*** Usage: /message NICK TEXT",
};

for (const [line, text] of Object.entries(wrong)) {
  Deno.test(`line ${JSON.stringify(line)} is answered locally, and not sent`, () => {
    assertEquals(parseJson16Line(line), { type: "wrong", text });
    assertEquals(json16.clientCodec("pat").readLine(line), { do: "answer", text });
  });
}

Deno.test("every command is in the help, known, and offered for completion", () => {
  const words = [...JSON16_HELP.matchAll(/^\*\*\* (\/\w+)/gm)].map((match) => match[1] as string);
  assertEquals([...words, "/help"].sort(), [...JSON16_COMMANDS].sort());
  for (const word of JSON16_COMMANDS) {
    const typed = parseJson16Line(`${word} one two`);
    assert(typed.type !== "wrong" && typed.type !== "say", word);
  }
});

const sent: Record<string, string> = {
  "hello": '{"type": "chat", "message": "hello"}',
  "/names": '{"type": "names"}',
  "/list": '{"type": "channels"}',
  "/part": '{"type": "part"}',
  "/join den": '{"type": "join", "channel": "den"}',
  "/me goes out": '{"type": "emote", "message": "goes out"}',
  "/message pat hi": '{"type": "dm", "to": "pat", "message": "hi"}',
  "a\x1b[2Jb": '{"type": "chat", "message": "ab"}',
};

for (const [line, json] of Object.entries(sent)) {
  Deno.test(`line ${JSON.stringify(line)} is sent as ${json}`, () => {
    const action = json16.clientCodec("pat").readLine(line);
    assertEquals(action, { do: "send", bytes: packet(json) });
  });
}

Deno.test("quitting and asking for help send nothing, and neither does an empty line", () => {
  const codec = json16.clientCodec("pat");
  assertEquals(codec.readLine("/q"), { do: "quit" });
  assertEquals(codec.readLine("/help"), { do: "answer", text: JSON16_HELP });
  assertEquals(codec.readLine("  "), { do: "send", bytes: new Uint8Array() });
});
