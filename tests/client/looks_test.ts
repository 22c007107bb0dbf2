/**
 * What a person sees and types in each dialect: the words for events, and what a typed line asks for.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ChatEvent } from "../../lib/chat/event.ts";
import type { LineAction, Look } from "../../lib/client/look.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { people, person } from "../support/events.ts";

const cs168 = lookOf({ name: "cs168" });
const chat1 = lookOf({ name: "chat1" });
const json16 = lookOf({ name: "json16" });
const toy = lookOf({ name: "toy" });

const channel = "lobby";
const said: ChatEvent = { type: "said", by: person("pat"), channel, text: "hello" };
const joined: ChatEvent = { type: "joined", by: person("pat"), channel };
const left: ChatEvent = { type: "left", by: person("pat"), channel };
const dm: ChatEvent = { type: "dm", by: person("pat"), to: person("chris"), text: "psst" };
const emoted: ChatEvent = { type: "emoted", by: person("pat"), channel, text: "goes out" };
const notice: ChatEvent = { type: "notice", text: "one\ntwo" };
const refused = (code: "invalid_registration" | "nick_in_use"): ChatEvent => ({
  type: "refused",
  refusal: { code, nick: "bob" },
});

const WORDS: [name: string, look: Look, event: ChatEvent, words: string][] = [
  ["cs168", cs168, said, "[pat] hello"],
  ["cs168", cs168, joined, "pat has joined"],
  ["cs168", cs168, left, "pat has left"],
  ["cs168", cs168, dm, "[pat -> chris]\n psst"],
  ["cs168", cs168, notice, "one\ntwo"],
  ["chat1", chat1, said, "@pat: hello"],
  ["chat1", chat1, notice, "one\ntwo"],
  ["chat1", chat1, refused("invalid_registration"), "400 Invalid registration"],
  ["chat1", chat1, refused("nick_in_use"), "401 Client already registered"],
  ["json16", json16, said, "pat: hello"],
  ["json16", json16, joined, "*** pat has joined the chat"],
  ["json16", json16, left, "*** pat has left the chat"],
  ["json16", json16, dm, "pat -> chris: psst"],
  ["json16", json16, emoted, "[pat goes out]"],
  ["json16", json16, { type: "names", channel, members: people(["a", "b"]) }, "*** In lobby: a, b"],
  ["a protocol without a look", toy, said, "pat: hello"],
  ["a protocol without a look", toy, emoted, "[pat goes out]"],
];

for (const [name, look, event, words] of WORDS) {
  Deno.test(`look: ${name} shows ${event.type} as ${JSON.stringify(words)}`, () => {
    assertEquals(look.text(event), words);
  });
}

Deno.test("look: prompt, wipe and UI are those of the documents", () => {
  const facts = ({ ui, prompt, wipe, promptsInPipe }: Look) => [ui, prompt, wipe, promptsInPipe];
  assertEquals(facts(cs168), ["plain", "[Me] ", "\r    \r", true]);
  assertEquals(facts(chat1), ["plain", "> ", "\r  \r", false]);
  assertEquals(facts(json16), ["tui", "> ", "\r  \r", false]);
  assertEquals(facts(toy), ["plain", "> ", "\r  \r", false]);
});

const send = (command: Extract<LineAction, { do: "send" }>["command"]): LineAction => ({
  do: "send",
  command,
});
const say = (text: string) => send({ type: "say", text });

const LINES: [name: string, look: Look, line: string, action: LineAction][] = [
  ["cs168", cs168, "hi", send({ type: "raw", line: "hi" })],
  ["cs168", cs168, " /join  x y ", send({ type: "raw", line: " /join  x y " })],
  ["chat1", chat1, "hi", say("hi")],
  ["chat1", chat1, "/list", say("/list")],
  ["chat1", chat1, "a\x1b[2Jb\n", say("ab")],
  ["toy", toy, "/q a\x07", say("/q a")],
  ["toy", toy, " \x07", { do: "nothing" }],
  ["json16", json16, "hello", say("hello")],
  ["json16", json16, " hello ", say(" hello ")],
  ["json16", json16, " /names", say(" /names")],
  ["json16", json16, "a /q b", say("a /q b")],
  ["json16", json16, "a\x1b[2Jb", say("ab")],
  ["json16", json16, "", { do: "nothing" }],
  ["json16", json16, "  \t", { do: "nothing" }],
  ["json16", json16, "/q", { do: "quit" }],
  ["json16", json16, "/q now", { do: "quit" }],
  ["json16", json16, "/names", send({ type: "names" })],
  ["json16", json16, "/list", send({ type: "list" })],
  ["json16", json16, "/part", send({ type: "part" })],
  ["json16", json16, "/part  ", send({ type: "part" })],
  ["json16", json16, "/join den", send({ type: "join", channel: "den" })],
  ["json16", json16, "/join   den", send({ type: "join", channel: "den" })],
  ["json16", json16, "/me goes out", send({ type: "emote", text: "goes out" })],
  ["json16", json16, "/message pat hi there", send({ type: "dm", to: "pat", text: "hi there" })],
  [
    "json16",
    json16,
    "/message  pat   hi  there ",
    send({ type: "dm", to: "pat", text: "hi  there" }),
  ],
  ["json16", json16, "/message pat /q", send({ type: "dm", to: "pat", text: "/q" })],
];

for (const [name, look, line, action] of LINES) {
  Deno.test(`look: ${name} reads ${JSON.stringify(line)} as ${action.do}`, () => {
    assertEquals(look.readLine(line), action);
  });
}

const WRONG: Record<string, string> = {
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

for (const [line, text] of Object.entries(WRONG)) {
  Deno.test(`look: json16 answers ${JSON.stringify(line)} itself`, () => {
    assertEquals(json16.readLine(line), { do: "answer", text });
  });
}

Deno.test("look: every json16 command is in the help and understood", () => {
  const help = json16.readLine("/help");
  const rows = (help.do === "help" ? help.text : "").split("\n");
  const words = rows.map((row) => /^\*\*\* (\/\w+)( [A-Z]+)* {2,}\w/.exec(row)?.[1]);
  assertEquals(words, json16.commands.map(({ word }) => word));
  for (const { word } of json16.commands) {
    const action = json16.readLine(`${word} one two`);
    assert(action.do !== "answer" && (action.do !== "send" || action.command.type !== "say"), word);
  }
});
