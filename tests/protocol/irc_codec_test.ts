/**
 * The server's half of IRC without a server: what lines ask for, and how events of the chat are told to clients
 * with and without each capability.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent, SharedEvent, UserEvent } from "../../lib/chat/event.ts";
import type { Person } from "../../lib/chat/person.ts";
import { NO_RIGHTS } from "../../lib/chat/rights.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { irc } from "../../lib/protocol/irc.ts";
import { COMMANDS } from "../../lib/protocol/irc_commands.ts";
import { HELP_SUBJECTS } from "../../lib/protocol/irc_help.ts";
import type { ServerCodec, Step } from "../../lib/protocol/protocol.ts";
import { decodeUtf8, encodeUtf8 } from "../../lib/protocol/text.ts";

const STAMP = { time: 1_700_000_000_000, msgid: "01hf7yat00000000000000000a" };
const S = ":parlance.local";

function user(name: string, more: Partial<Person> = {}): Person {
  return {
    nick: name,
    handle: name,
    home: "irc",
    username: `~${name}`,
    host: "cloak.ip",
    realname: `${name} of old`,
    ...more,
  };
}

const alice = user("alice");
const bob = user("bob");

/** A codec whose user `alice` has registered with these capabilities. */
function registered(...caps: readonly string[]): ServerCodec {
  const codec = irc.serverCodec();
  if (caps.length > 0) steps(codec, `CAP REQ :${caps.join(" ")}`);
  codec.encodeReply({ type: "registered", person: alice }, STAMP);
  return codec;
}

function steps(codec: ServerCodec, line: string): readonly Step[] {
  const decoded = codec.decode(Frame.of(encodeUtf8(line)));
  if (decoded === undefined) return [];
  return Array.isArray(decoded) ? decoded : [decoded as Step];
}

/** What `line` asks of the chat; answers of the codec's own are their text. */
function asked(line: string, codec = registered()): (Command | string)[] {
  return steps(codec, line).map((step) => {
    if (step.type === "wait") throw new Error(`The line "${line}" waits`);
    return step.type === "answer" ? decodeUtf8(step.bytes) : step;
  });
}

function told(codec: ServerCodec, event: ChatEvent): string {
  const { bytes, more } = codec.encodeReply(event as UserEvent | SharedEvent, STAMP);
  let text = decodeUtf8(bytes);
  for (let part = more?.next(); part?.done === false; part = more?.next()) {
    text += decodeUtf8(part.value);
  }
  return text;
}

const x = { channel: "x", fold: true } as const;

const LINES: readonly (readonly [string, ...(Command | string)[]])[] = [
  ["JOIN 0", ...Array.from({ length: 10 }, () => ({ type: "part_all", most: 10 } as const))],
  ["JOIN #x", { type: "join", ...x, make: true, claim: true, members: true }],
  ["JOIN #x key", { type: "join", ...x, make: true, claim: true, key: "key", members: true }],
  ["PART #x :\x02bye\x07", { type: "part", ...x, reason: "\x02bye" }],
  ["PRIVMSG #x :a\x07b", { type: "say", ...x, text: "ab" }],
  ["PRIVMSG @#x a", { type: "say", ...x, least: "operator", text: "a" }],
  ["NOTICE +#x a", { type: "say", ...x, least: "voice", text: "a", notice: true }],
  ["PRIVMSG #x :\x01ACTION a\x01", { type: "emote", ...x, text: "a" }],
  ["PRIVMSG bob :\x01ACTION a\x01", { type: "dm", to: "bob", text: "a", action: true }],
  ["PRIVMSG bob :\x01ver\x01", { type: "dm", to: "bob", text: "\x01ver\x01", ctcp: "VER" }],
  [
    "NOTICE bob :\x01ACTION a\x01",
    { type: "dm", to: "bob", text: "\x01ACTION a\x01", notice: true, ctcp: "ACTION" },
  ],
  ["PRIVMSG @bob a", { type: "dm", to: "@bob", text: "a" }],
  ["PRIVMSG #x : \x02 ", `${S} 412 alice :No text to send\r\n`],
  ["NOTICE #x :"],
  ["TOPIC #x", { type: "topic_of", ...x }],
  ["TOPIC #x :", { type: "topic", ...x, text: "" }],
  ["MODE #x +nl-k 5 a", {
    type: "modes",
    ...x,
    changes: [
      { mode: "flag", flag: "no_external", set: true },
      { mode: "limit", limit: 5 },
      { mode: "key" },
    ],
  }],
  ["MODE #x +b", { type: "masks_of", ...x, list: "ban" }],
  ["MODE #x +v bob", {
    type: "modes",
    ...x,
    changes: [{ mode: "right", right: "voice", whom: "bob", set: true }],
  }],
  ["MODE ALICE -i", { type: "user_modes", set: [], clear: ["invisible"] }],
  ["MODE bob", `${S} 502 alice :Can't change mode for other users\r\n`],
  ["KICK #x a,b", { type: "kick", ...x, whom: "a" }, { type: "kick", ...x, whom: "b" }],
  ["KICK #x,#y a,b", { type: "kick", ...x, whom: "a" }, {
    type: "kick",
    ...x,
    channel: "y",
    whom: "b",
  }],
  ["KICK #x,#y a", `${S} 461 alice KICK :Not enough parameters\r\n`],
  ["LIST >3,<9,#a*,!#ab,b*", {
    type: "find_channels",
    masks: ["a*", ""],
    except: ["ab"],
    moreThan: 3,
    fewerThan: 9,
    from: { count: 0 },
  }],
  ["LIST C>3,c<9,T>1,T>2,C<", {
    type: "find_channels",
    masks: [""],
    made: { moreThan: 180_000, lessThan: 540_000 },
    topicSet: { moreThan: 120_000 },
    from: { count: 0 },
  }],
  ["WHO #x o", { type: "who", ...x, operatorsOnly: true }],
  ["WHO 0", { type: "who", mask: "*", operatorsOnly: false, after: 0 }],
  ["AWAY", { type: "away" }],
  ["AWAY :x", { type: "away", text: "x" }],
  ["MONITOR + a,b c", { type: "watch", nicks: ["a", "b"] }],
  ["KLINE 5 a@b :c", { type: "ban_server", mask: "a@b", reason: "c", seconds: 300 }],
  ["KLINE 5", { type: "ban_server", mask: "5", reason: "No reason given" }],
  ["NICK bob", { type: "register", nick: "bob", home: "irc", exact: true }],
  ["QUIT :bye", { type: "quit", reason: "Quit: bye" }, "ERROR :Closing link: Quit: bye\r\n"],
];

for (const [line, ...expected] of LINES) {
  Deno.test(`the line ${JSON.stringify(line)} asks for ${expected.length} steps`, () => {
    assertEquals(asked(line), expected);
  });
}

/** Each event as one line for a client with nothing, and with the capabilities that change it. */
const EVENTS: readonly (readonly [SharedEvent, string, (readonly [string, string])?])[] = [
  [
    { type: "joined", by: bob, channel: "x" },
    ":bob!~bob@cloak.ip JOIN #x",
    ["extended-join", ":bob!~bob@cloak.ip JOIN #x * :bob of old"],
  ],
  [
    { type: "joined", by: user("pat", { realname: "", nick: "pat d" }), channel: "x" },
    ":pat!~pat@cloak.ip JOIN #x",
    ["extended-join", ":pat!~pat@cloak.ip JOIN #x * :pat d"],
  ],
  [{ type: "left", by: bob, channel: "x", reason: "" }, ":bob!~bob@cloak.ip PART #x :"],
  [
    { type: "said", by: bob, channel: "x", text: "hi", tags: new Map([["+a", "b c"], ["c", "d"]]) },
    ":bob!~bob@cloak.ip PRIVMSG #x :hi",
    [
      "message-tags server-time",
      `@time=2023-11-14T22:13:20.000Z;msgid=${STAMP.msgid};+a=b\\sc :bob!~bob@cloak.ip PRIVMSG #x :hi`,
    ],
  ],
  [
    { type: "emoted", by: bob, channel: "x", text: "waves" },
    ":bob!~bob@cloak.ip PRIVMSG #x :\x01ACTION waves\x01",
  ],
  [
    { type: "tagged", by: bob, channel: "x", tags: new Map([["+a", ""]]) },
    "",
    ["message-tags", `@msgid=${STAMP.msgid};+a :bob!~bob@cloak.ip TAGMSG #x`],
  ],
  [
    { type: "kicked", by: alice, whom: bob, channel: "x" },
    ":alice!~alice@cloak.ip KICK #x bob :alice",
  ],
  [
    { type: "modes_changed", channel: "x", changes: [{ mode: "key", was: "k" }] },
    `${S} MODE #x -k k`,
  ],
  [{ type: "topic_set", by: bob, channel: "x", text: "" }, ":bob!~bob@cloak.ip TOPIC #x :"],
  [
    { type: "invite_seen", by: alice, whom: bob, channel: "x" },
    "",
    ["invite-notify", ":alice!~alice@cloak.ip INVITE bob :#x"],
  ],
  [
    { type: "away_seen", by: bob, channel: "x", text: "tea" },
    "",
    ["away-notify", ":bob!~bob@cloak.ip AWAY :tea"],
  ],
  [{ type: "renamed", by: bob, now: user("rob") }, ":bob!~bob@cloak.ip NICK :rob"],
  [{ type: "quit", by: bob, reason: "Quit: x" }, ":bob!~bob@cloak.ip QUIT :Quit: x"],
  [{ type: "away", by: bob }, "", ["away-notify", ":bob!~bob@cloak.ip AWAY"]],
  [
    { type: "realname_changed", by: bob, now: user("bob", { realname: "B" }) },
    "",
    ["setname", ":bob!~bob@cloak.ip SETNAME :B"],
  ],
  [{ type: "said", by: bob, channel: "a,b", text: "of a name that no line carries" }, ""],
];

for (const [event, bare, withCaps] of EVENTS) {
  Deno.test(`${event.type} is ${bare === "" ? "nothing" : bare}${withCaps ? ", or more" : ""}`, () => {
    const line = (codec: ServerCodec) => decodeUtf8(codec.dialect.encodeEvent(event, STAMP));
    const lines = (text: string) => text === "" ? "" : `${text}\r\n`;
    assertEquals(line(registered()), lines(bare));
    if (withCaps !== undefined) {
      assertEquals(line(registered(...withCaps[0].split(" "))), lines(withCaps[1]));
    }
  });
}

Deno.test("16 KiB of a json16 user are lines of 512 bytes at most, the first with the id", () => {
  const codec = registered("message-tags");
  const text = "é😀x".repeat(2340);
  const lines = decodeUtf8(
    codec.dialect.encodeEvent({ type: "said", by: bob, channel: "x", text }, STAMP),
  ).trimEnd().split("\r\n");
  const parts = lines.map((line) => line.slice(line.lastIndexOf(" :") + 2));
  assertEquals(lines.filter((line) => line.includes("msgid=")).length, 1);
  assert(lines[0]?.startsWith("@msgid="));
  for (const line of lines) {
    const body = line.replace(/^@\S+ /, "");
    assert(encodeUtf8(`${body}\r\n`).length <= 512);
  }
  assert(parts.join("") === text);
});

Deno.test("clients with the same capabilities share a dialect, and no others", () => {
  const dialects = ["", "server-time", "message-tags", "echo-message", "server-time batch"]
    .map((caps) => registered(...caps.split(" ").filter((word) => word !== "")).dialect);
  assertEquals(dialects[0], dialects[3]);
  assertEquals(dialects[1], dialects[4]);
  assertEquals(new Set(dialects).size, 3);
  assertEquals(new Set(dialects.map(({ name }) => name)).size, 3);
});

Deno.test("members are packed into lines of 512 bytes, with the signs and hosts that were asked for", () => {
  const members = Array.from({ length: 300 }, (_, i) => ({
    person: user(`member${i}`),
    rights: i === 0 ? { founder: false, operator: true, voice: true } : NO_RIGHTS,
  }));
  const event = { type: "members_are", channel: "x", isSecret: false, members } as const;
  const text = told(registered(), event);
  for (const line of text.split("\r\n")) assert(line.length <= 510);
  assert(text.startsWith(`${S} 353 alice = #x :@member0 member1 `));
  assertEquals(text.match(/member\d+/g)?.length, 300);
  const rich = told(registered("multi-prefix", "userhost-in-names"), event);
  assert(rich.startsWith(`${S} 353 alice = #x :@+member0!~member0@cloak.ip `));
});

Deno.test("help has a subject for every command that people send", () => {
  const unexplained = [...COMMANDS.keys()].filter((name) => !HELP_SUBJECTS.includes(name));
  assertEquals(unexplained.sort(), ["ERROR", "HELPOP", "WEBIRC"]);
});
