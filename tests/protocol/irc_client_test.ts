/**
 * A client's half of IRC in many channels: what it sends where, and what the server's lines tell.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { irc } from "../../lib/protocol/irc.ts";
import { reads, registered, sent } from "../support/irc_client.ts";

const { text } = lookOf(irc);

Deno.test("a command goes to the channel that it names, whichever was entered last", () => {
  const codec = registered();
  reads(codec, ":dave!~d@h JOIN #tea", ":dave!~d@h JOIN #den");
  const channel = "tea";
  assertEquals(
    [
      { type: "say", text: "hi", channel } as const,
      { type: "emote", text: "waves", channel } as const,
      { type: "part", channel } as const,
      { type: "topic", text: "t", channel: "#odd" } as const,
      { type: "topic_of", channel } as const,
      { type: "names", channel } as const,
      { type: "kick", whom: "eve", channel } as const,
      { type: "say", text: "hi" } as const,
    ].flatMap((command) => sent(codec, command)),
    [
      "PRIVMSG #tea :hi",
      "PRIVMSG #tea :\x01ACTION waves\x01",
      "PART #tea",
      "TOPIC ##odd :t",
      "TOPIC #tea",
      "NAMES #tea",
      "KICK #tea eve",
      "PRIVMSG #den :hi",
    ],
  );
});

Deno.test("a JOIN keeps the other channels, one that is exclusive leaves them all", () => {
  const codec = registered();
  assertEquals(sent(codec, { type: "join", channel: "tea" }), ["JOIN #tea"]);
  reads(codec, ":dave!~d@h JOIN #tea");
  assertEquals(sent(codec, { type: "join", channel: "den" }), ["JOIN #den"]);
  assertEquals(sent(codec, { type: "join", channel: "lake", exclusive: true }), [
    "PART #tea",
    "PART #den",
    "JOIN #lake",
  ]);
});

Deno.test("two exclusive JOINs at once leave the user in one channel", () => {
  const codec = registered();
  reads(codec, ":dave!~d@h JOIN #lobby");
  const one = sent(codec, { type: "join", channel: "one", exclusive: true });
  const two = sent(codec, { type: "join", channel: "two", exclusive: true });
  assertEquals([...one, ...two], ["PART #lobby", "JOIN #one", "PART #one", "JOIN #two"]);
  reads(codec, ":dave!~d@h PART #lobby", ":dave!~d@h JOIN #one");
  assertEquals(sent(codec, { type: "say", text: "hi" }), ["PRIVMSG #two :hi"]);
  reads(codec, ":dave!~d@h PART #one", ":dave!~d@h JOIN #two");
  assertEquals(sent(codec, { type: "say", text: "hi" }), ["PRIVMSG #two :hi"]);
});

Deno.test("lists of members of several channels do not mix", () => {
  const codec = registered();
  const events = reads(
    codec,
    ":s 353 dave = #tea :@dave +eve",
    ":s 353 dave = #den :dave",
    ":s 366 dave #tea :End",
    ":s 353 dave = #DEN :zoe",
    ":s 366 dave #den :End",
  );
  assertEquals(events.map(text), ["*** In tea: dave, eve", "*** In den: dave, zoe"]);
});

Deno.test("the answer to WHOIS is one event, in words", () => {
  const codec = registered();
  const events = reads(
    codec,
    ":s 311 dave Eve ~eve host * :Eve of the hills",
    ":s 319 dave eve :@#tea +#den #lake",
    ":s 312 dave eve s :Network",
    ":s 330 dave eve evelyn :is logged in as",
    ":s 671 dave eve :is using a secure connection",
    ":s 301 dave eve :at lunch",
    ":s 317 dave eve 300 1700000000 :seconds idle, signon time",
    ":s 318 dave eve :End of /WHOIS list",
  );
  assertEquals(events.map(text), [[
    "*** Eve (~eve@host) is Eve of the hills",
    "*** Eve is logged in as evelyn",
    "*** Eve is in @tea, +den, lake",
    "*** Eve is away: at lunch",
    "*** Eve has said nothing for 5 min, and is here since 2023-11-14 22:13 UTC",
  ].join("\n")]);
});

Deno.test("somebody who is not there is one refusal, without the end of the list", () => {
  const codec = registered();
  assertEquals(sent(codec, { type: "whois", nick: "eve" }), ["WHOIS eve eve"]);
  const events = reads(codec, ":s 401 dave eve :No such nick", ":s 318 dave eve :End");
  assertEquals(events.map(text), ["*** No user named eve"]);
});

Deno.test("lines in words: what is about a channel says so, what is refused is an answer", () => {
  const codec = registered();
  const lines: [line: string, words: string, channel?: string | undefined, isAnswer?: true][] = [
    [":s 332 dave #tea :All about tea", "*** The topic of tea is: All about tea", "tea"],
    [":s 331 dave #tea :No topic is set", "*** tea has no topic", "tea"],
    [":eve!e@h MODE #tea +o dave", "*** eve sets +o dave", "tea"],
    [":dave MODE dave +i", "*** dave sets +i"],
    [":s 404 dave #tea :Cannot send to channel", "*** #tea Cannot send to channel", "tea", true],
    [":s 421 dave FOO :Unknown command", "*** FOO Unknown command", undefined, true],
    [":s 306 dave :You have been marked as being away", "*** You are away now"],
    [":s 301 dave eve :lunch", "*** eve is away: lunch"],
    [":s 341 dave eve #tea", "*** eve was asked to enter tea", "tea"],
    [":s NOTICE #tea :going down", "*** going down", "tea"],
  ];
  for (const [line, words, channel, isAnswer] of lines) {
    const [event, ...others] = reads(codec, line) as [ChatEvent & { channel?: string }];
    assertEquals([text(event), others], [words, []]);
    assertEquals(event.channel, channel, line);
    if (event.type === "notice") assertEquals(event.isAnswer, isAnswer, line);
  }
});

Deno.test("a list of channels has their members and topics", () => {
  const codec = registered();
  const events = reads(
    codec,
    ":s 321 dave Channel :Users Name",
    ":s 322 dave #tea 12 :All about tea",
    ":s 322 dave #den 1 :",
    ":s 323 dave :End",
  );
  assertEquals(events.map(text).filter((words) => words !== ""), [
    "*** tea (12): All about tea\n*** den (1)",
  ]);
});

Deno.test("the first registration is NICK and USER, the next a new nick", () => {
  const codec = irc.clientCodec("dave");
  assertEquals(sent(codec, { type: "register", nick: "dave" }).length, 2);
  assertEquals(sent(codec, { type: "register", nick: "david" }), ["NICK david"]);
});

Deno.test("a text right behind a JOIN goes to that channel", () => {
  const codec = registered();
  codec.encode({ type: "join", channel: "lobby" });
  assertEquals(sent(codec, { type: "say", text: "early" }), ["PRIVMSG #lobby :early"]);
  reads(codec, ":dave!~d@h JOIN #lobby");
  assertEquals(sent(codec, { type: "say", text: "late" }), ["PRIVMSG #lobby :late"]);
});

Deno.test("a text right behind a change of channels goes to the new one", () => {
  const codec = registered();
  reads(codec, ":dave!~d@h JOIN #lobby");
  codec.encode({ type: "join", channel: "den" });
  reads(codec, ":dave!~d@h PART #lobby");
  assertEquals(sent(codec, { type: "say", text: "early" }), ["PRIVMSG #den :early"]);
});

for (const numeric of ["403", "405", "471", "473", "474", "475", "476"]) {
  Deno.test(`a JOIN that is refused with ${numeric} leaves no channel to speak in`, () => {
    const codec = registered();
    codec.encode({ type: "join", channel: "den" });
    reads(codec, `:s ${numeric} dave #DEN :No`);
    assertEquals(sent(codec, { type: "say", text: "lost" }), ["PRIVMSG # :lost"]);
  });
}

for (const [numeric, code] of [["441", "not_a_member"], ["443", "already_member"]] as const) {
  Deno.test(`${numeric} says of whom and of which channel it is`, () => {
    const codec = registered();
    assertEquals(reads(codec, `:s ${numeric} dave zoe #den :In the server's words`), [
      { type: "refused", refusal: { code, nick: "zoe", channel: "den" } },
    ]);
  });
}
