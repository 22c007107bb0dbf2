/**
 * What a person sees and types in each dialect: the words for events, and what a typed line asks for.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { HERE, type LineAction, type Look, type Place } from "../../lib/client/look.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { chat1 as chat1Protocol } from "../../lib/protocol/chat1.ts";
import { cs168 as cs168Protocol } from "../../lib/protocol/cs168.ts";
import { people, person } from "../support/events.ts";

const cs168 = lookOf({ name: "cs168" });
const chat1 = lookOf({ name: "chat1" });
const json16 = lookOf({ name: "json16" });
const irc = lookOf({ name: "irc" });
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
  ["json16", json16, "/join den", send({ type: "join", channel: "den", exclusive: true })],
  ["json16", json16, "/join   den", send({ type: "join", channel: "den", exclusive: true })],
  ["json16", json16, "/Q", { do: "quit" }],
  ["json16", json16, "/quit", { do: "quit" }],
  ["json16", json16, "//names", say("/names")],
  ["json16", json16, "///names", say("//names")],
  ["json16", json16, "/nick chris", send({ type: "register", nick: "chris" })],
  ["json16", json16, "/msg pat hi", send({ type: "dm", to: "pat", text: "hi" })],
  ["json16", json16, "/query pat", { do: "query", nick: "pat" }],
  ["json16", json16, "/search a b", { do: "search", text: "a b" }],
  ["json16", json16, "/clear", { do: "clear" }],
  ["json16", json16, "/times", { do: "times" }],
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
  "/nmaes": "*** Unknown command /nmaes; did you mean /names?",
  "/mgs pat hi": "*** Unknown command /mgs; did you mean /msg?",
  "/wh": "*** Unknown command /wh; did you mean /whois?",
  "/topic tea": "*** json16 has no topics",
  "/away": "*** json16 has no way to be away",
  "/whois pat": "*** json16 has nothing to tell about a user",
  "/me": "*** Usage: /me TEXT",
  "/me ": "*** Usage: /me TEXT",
  "/join": "*** Usage: /join CHANNEL [KEY]",
  "/message": "*** Usage: /message NICK TEXT",
  "/message pat": "*** Usage: /message NICK TEXT",
  "/message pat ": "*** Usage: /message NICK TEXT",
};

for (const [line, text] of Object.entries(WRONG)) {
  Deno.test(`look: json16 answers ${JSON.stringify(line)} itself`, () => {
    assertEquals(json16.readLine(line), { do: "answer", text });
  });
}

Deno.test("look: on a terminal the commands are one set, and what a dialect cannot do is a sentence", () => {
  const set = "/help /quit /q /msg /query /me /join /part /names /list /nick /topic /away /whois " +
    "/search /clear /times /reconnect /disconnect";
  for (const look of [cs168, chat1, json16, irc, toy]) {
    for (const word of set.split(" ")) {
      const action = look.readTyped(`${word} one two`, HERE);
      const isChat = action.do === "send" && action.command.type === "say";
      assert(!isChat, `${word} must not be chat`);
      if (action.do === "answer") assertMatch(action.text, /^\*\*\* \w+( \w+)? has (n|only)/);
    }
    for (const typed of ["/etc", "/", "/ x", "/\x07names"]) {
      const action = look.readTyped(typed, HERE);
      assert(action.do !== "send" || action.command.type !== "say", typed);
    }
    assertEquals(look.readTyped("//etc", HERE), say("/etc"));
    assertEquals(look.readTyped(" /etc", HERE), say(" /etc"));
  }
});

Deno.test("look: every command that a look offers is in its help and understood", () => {
  for (const look of [cs168, chat1, json16, irc]) {
    const help = look.readTyped("/help", HERE);
    const text = help.do === "help" ? help.text : "";
    for (const { word } of look.commands) {
      if (word !== "/q") assertMatch(text, new RegExp(`^\\*\\*\\* ${word}\\b.* {2,}\\w`, "m"));
      assert(look.readTyped(`${word} one two`, HERE).do !== "answer", word);
    }
  }
});

Deno.test("look: commands are about the place where they are typed", () => {
  const tea: Place = { kind: "channel", name: "tea" };
  const pat: Place = { kind: "query", name: "pat" };
  const server: Place = { kind: "server" };
  const usage = (text: string): LineAction => ({ do: "answer", text: `*** Usage: ${text}` });
  assertEquals(irc.readTyped("hi", tea), send({ type: "say", text: "hi", channel: "tea" }));
  assertEquals(irc.readTyped("hi", pat), send({ type: "dm", to: "pat", text: "hi" }));
  assertEquals(irc.readTyped("hi", server).do, "answer");
  assertEquals(
    irc.readTyped("/me waves", pat),
    send({ type: "dm", to: "pat", text: "waves", action: true }),
  );
  assertEquals(irc.readTyped("/join #den", tea), send({ type: "join", channel: "den" }));
  assertEquals(irc.readTyped("/join ##den k", server), {
    do: "send",
    command: { type: "join", channel: "#den", key: "k" },
  });
  assertEquals(irc.readTyped("/part", tea), send({ type: "part", channel: "tea" }));
  assertEquals(irc.readTyped("/part #den", pat), send({ type: "part", channel: "den" }));
  assertEquals(irc.readTyped("/part", pat), { do: "close" });
  assertEquals(irc.readTyped("/part", server), usage("/part [CHANNEL]"));
  assertEquals(irc.readTyped("/topic", tea), send({ type: "topic_of", channel: "tea" }));
  assertEquals(
    irc.readTyped("/topic new", tea),
    send({ type: "topic", text: "new", channel: "tea" }),
  );
  assertEquals(irc.readTyped("/names", pat), usage("/names [CHANNEL]"));
  assertEquals(irc.readTyped("/kick bob", server), usage("/kick NICK [REASON]"));
  assertEquals(json16.readTyped("/me waves", pat), {
    do: "answer",
    text: "*** json16 has no actions in private conversations",
  });
});

Deno.test("look: the bytes of cs168 and chat1 are those of their documents, typed as in a pipe", () => {
  for (const [look, protocol] of [[cs168, cs168Protocol], [chat1, chat1Protocol]] as const) {
    const lines = protocol === cs168Protocol
      ? ["hi", "/join tea", "/create tea", "/list", " /etc", ""]
      : ["hi", " /etc"];
    for (const line of lines) {
      const wires = [look.readLine(line), look.readTyped(line, HERE)].map((action) =>
        action.do === "send" ? [...protocol.clientCodec("pat").encode(action.command)] : []
      );
      assertEquals(wires[1], wires[0], line);
    }
  }
});
