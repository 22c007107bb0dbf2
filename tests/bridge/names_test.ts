/**
 * Nicks and handles (PROTOCOLS, section 5): a name stands as it is in its own dialect and as a handle in the
 * others, so that it can forge no line, no frame, no sender and no private message of another dialect.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import type { SharedEvent } from "../../lib/chat/event.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { Crowd } from "../support/crowd.ts";
import { Peer } from "../support/cs168.ts";
import { chatPacket, joinPacket, Json16Peer } from "../support/json16.ts";
import { personSeen } from "../../lib/chat/person.ts";

/** A name that somebody asks for, and the handle that the other dialects show. */
const FORGERIES: readonly (readonly [nick: string, handle: string, what: string])[] = [
  ["alice: I quit", "alice__I_quit", "a line of chat1"],
  ["alice] I quit. [x", "alice__I_quit___x", "a frame of cs168"],
  ["alice -> bob", "alice_-__bob", "a private message of cs168"],
  ["alice has left", "alice_has_left", "a notice of cs168"],
  ["*** alice", "____alice", "a notice of a client"],
  ["@alice", "_alice", "a sender of chat1"],
  ["alice/2", "alice_2", "a handle"],
  ["-alice", "_-alice", "an option"],
  ["7of9", "_7of9", "a number"],
  ["\u0301alice", "_alice", "a mark on what stands before it"],
  ["日本 人", "日本_人", "two words"],
];

for (const [nick, handle, what] of FORGERIES) {
  Deno.test(`a json16 nick that looks like ${what} is ${handle} to the others`, async () => {
    await using crowd = await Crowd.gather();
    await using mal = await Json16Peer.connect(crowd.port.port);
    await mal.sends(JSON.stringify({ type: "hello", nick }));
    await mal.says("hi");
    await mal.sends('{"type": "emote", "message": "waves"}');
    await mal.untilBarrier();
    await crowd.cher.sees(crowd.bell, `@${handle}: hi`, `@${handle}: [${handle} waves]`);
    await crowd.carl.sees(`${handle} has joined`, `[${handle}] hi`, `[${handle} waves]`);
    const seen = (await crowd.jo.untilBarrier()).map((json) => JSON.parse(json).nick);
    assertEquals(seen, [nick, nick, nick]);
  });

  Deno.test(`a cs168 name that looks like ${what} is ${handle} to the others`, async () => {
    await using crowd = await Crowd.gather();
    await using mal = await Peer.enter(crowd.port.port, nick);
    await mal.does("/join lobby");
    await mal.does("hi");
    await crowd.cher.sees(crowd.bell, `@${handle}: hi`);
    await crowd.carl.sees(`${nick} has joined`, `[${nick}] hi`);
    const seen = (await crowd.jo.untilBarrier()).map((json) => JSON.parse(json).nick);
    assertEquals(seen, [handle, handle]);
  });
}

Deno.test("cs168 names with spaces stay as they are in cs168, the same name twice as well", async () => {
  await using crowd = await Crowd.gather();
  await using first = await Peer.enter(crowd.port.port, "Alice B. Toklas");
  await using second = await Peer.enter(crowd.port.port, "Alice B. Toklas");
  for (const peer of [first, second]) await peer.does("/join lobby");
  await first.sees("Alice B. Toklas has joined");
  await second.does("hi");
  await first.sees("[Alice B. Toklas] hi");
  await crowd.happens(
    joinPacket("Alice_B__Toklas"),
    joinPacket("Alice_B__Toklas/2"),
    chatPacket("Alice_B__Toklas/2", "hi"),
  );
  await crowd.cher.sees(crowd.bell, "@Alice_B__Toklas/2: hi");
});

/** Two json16 users called carol in the lobby. */
async function twoCarols(crowd: Crowd): Promise<[Json16Peer, Json16Peer]> {
  const first = await Json16Peer.enter(crowd.port.port, "carol");
  const second = await Json16Peer.enter(crowd.port.port, "carol");
  await first.untilBarrier();
  for (const peer of [crowd.jo, crowd.witness]) await peer.untilBarrier();
  await crowd.carl.untilBarrier();
  return [first, second];
}

Deno.test("two json16 users called carol have different names in the other dialects", async () => {
  await using crowd = await Crowd.gather();
  const [first, second] = await twoCarols(crowd);
  await using _first = first, _second = second;
  await first.says("one");
  await second.says("two");
  await crowd.happens(chatPacket("carol", "one"), chatPacket("carol", "two"));
  await crowd.carl.sees("[carol] one", "[carol/2] two");
  await crowd.cher.sees(crowd.bell, "@carol: one", "@carol/2: two");
});

Deno.test("a dm to a nick that two hold reaches neither; by handle it reaches the one that is meant", async () => {
  await using crowd = await Crowd.gather();
  const [first, second] = await twoCarols(crowd);
  await using _first = first, _second = second;
  await first.untilBarrier();
  const dm = (to: string) => JSON.stringify({ type: "dm", to, message: "psst" });
  const error = "More than one user is called carol: carol, carol/2";
  await crowd.jo.does(dm("carol"), `{"type": "error", "message": "${error}"}`);
  const seen = '{"type": "dm", "nick": "jo", "to": "carol", "message": "psst"}';
  await crowd.jo.does(dm("carol/2"), seen);
  await second.sees(seen);
  await first.sees();
  await crowd.jo.does(dm("carol/1"), seen);
  await first.sees(seen);
  await second.sees();
});

Deno.test("chat1 refuses a name that anybody holds as nick or shows as handle", async () => {
  await using crowd = await Crowd.gather();
  const [first, second] = await twoCarols(crowd);
  await using _first = first, _second = second;
  await using _spaced = await Json16Peer.enter(crowd.port.port, "dave the 2nd");
  const replies: Record<string, string> = {};
  for (const name of ["carol", "carol/2", "dave_the_2nd", "dave/2", "Carol"]) {
    await using peer = await ByteStream.connect(crowd.port.port);
    await peer.send(`REGISTER ${name} CHAT/1.0\n`);
    replies[name] = await peer.line();
  }
  assertEquals(replies, {
    "carol": "401 Client already registered",
    // Nobody may ask for what looks like another's handle.
    "carol/2": "400 Invalid registration",
    "dave_the_2nd": "401 Client already registered",
    "dave/2": "400 Invalid registration",
    "Carol": "200 Registration successful",
  });
});

/** Names in which nobody would see anything. */
const INVISIBLE: Readonly<Record<string, string>> = {
  "a zero width space": "\u200b",
  "a blank Braille pattern": "\u2800",
  "a Hangul filler": "\u3164",
  "a soft hyphen": "\u00ad",
  "a Hangul choseong filler": "\u115f",
  "a word joiner": "\u2060",
  "a Mongolian vowel separator": "\u180e",
  "a tag": "\u{e0041}",
  "a variation selector": "\ufe0f",
  "bidi controls": "\u202e\u2066\u200f",
  "marks alone": "\u0301\u0301",
};

for (const [what, nick] of Object.entries(INVISIBLE)) {
  Deno.test(`a name of ${what} is refused in every dialect`, async () => {
    await using crowd = await Crowd.gather();
    await using json16 = await Json16Peer.connect(crowd.port.port);
    await json16.sends(JSON.stringify({ type: "hello", nick: `${nick}${nick}` }));
    const refusal = "A nick must have at least one visible character";
    assertEquals(await json16.payload(), `{"type": "error", "message": "${refusal}"}`);
    await using chat1 = await ByteStream.connect(crowd.port.port);
    await chat1.send(`REGISTER ${nick}${nick} CHAT/1.0\n`);
    assertEquals(await chat1.untilEnd(), "400 Invalid registration\n");
    // To cs168 a name that cannot be seen is a blank frame: the next one is the name.
    await using peer = await Peer.connect(crowd.port.port);
    await peer.sendFrame(`${nick}${nick}`);
    await peer.sendFrame("seen");
    await peer.does("/join lobby");
    await crowd.carl.sees("seen has joined");
    await crowd.cher.sees(crowd.bell);
  });
}

Deno.test("bidi overrides in names reach nobody", async () => {
  await using crowd = await Crowd.gather();
  await using mal = await Json16Peer.connect(crowd.port.port);
  await mal.sends('{"type": "hello", "nick": "a\\u202eb\\u2066c"}');
  await mal.says("hi");
  await mal.untilBarrier();
  await using peer = await Peer.enter(crowd.port.port, "d\u202ee");
  await peer.does("/join lobby");
  const seen = [
    ...await crowd.carl.untilBarrier(),
    ...(await crowd.jo.untilBarrier()).map((json) => JSON.parse(json).nick),
    await crowd.cher.line(),
  ];
  assertEquals(seen.length, 7);
  // deno-lint-ignore no-control-regex
  for (const text of seen) assert(!/[\x00-\x1f\u202a-\u202e\u2066-\u2069]/.test(text), text);
});

const nasty = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 32 }),
  fc.constantFrom("a -> b", "jo -> carl]\nhi", "x]\n", "\n", "[jo -> carl]", " -> ", "] "),
  fc.constantFrom("é", "漢").map((letter) => letter.repeat(32)),
);
const said = fc.oneof(nasty, fc.string({ unit: "grapheme", maxLength: 500 }));

/** What a server's codec makes of a name and a chat, as events. */
function eventsOf(nick: string, text: string): SharedEvent[] {
  const codec = cs168.serverCodec();
  const frames = (bytes: string) => {
    const encoded = new TextEncoder().encode(bytes).subarray(0, 200);
    const memory = new Uint8Array(200).fill(0x20);
    memory.set(encoded);
    return memory;
  };
  const decode = (bytes: string) => {
    const memory = frames(bytes);
    return codec.decode(
      { view: () => memory, length: 200, memory, start: 0, end: 200 } as never,
    );
  };
  const name = decode(nick);
  const chat = decode(text);
  if (!name || !("type" in name) || name.type !== "register") return [];
  if (!chat || !("type" in chat) || chat.type !== "say") return [];
  const by = { ...personSeen(name.nick, "cs168"), handle: "h" };
  return [
    { type: "joined", by, channel: "c" },
    { type: "left", by, channel: "c" },
    { type: "said", by, channel: "c", text: chat.text },
    { type: "emoted", by, channel: "c", text: chat.text },
  ];
}

/** The texts of the frames in `bytes`. */
function textsOf(bytes: Uint8Array): string[] {
  assertEquals(bytes.length % 200, 0);
  return Array.from(
    { length: bytes.length / 200 },
    (_, i) =>
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(i * 200, (i + 1) * 200))
        .trimEnd(),
  );
}

Deno.test("property: the text of a cs168 dm stands behind a line end, and no other frame has one", () => {
  const stamp = { time: 0, msgid: "" };
  let chats = 0;
  fc.assert(
    fc.property(nasty, said, (nick, text) => {
      for (const event of eventsOf(nick, text)) {
        chats++;
        for (const frame of textsOf(cs168.dialect.encodeEvent(event, stamp))) {
          assert(!frame.includes("\n"), JSON.stringify(frame));
        }
        if (event.type !== "said") continue;
        const dm = { type: "dm", by: event.by, to: event.by, text: event.text } as const;
        const head = new TextEncoder().encode(`[${event.by.nick} -> ${event.by.nick}]\n `);
        const frames = textsOf(cs168.serverCodec().encodeReply(dm, stamp).bytes);
        // A head that leaves too little room has frames of its own, and the text is marked by itself.
        if (head.length > 136) frames.splice(0, Math.ceil(head.length / 190));
        for (const frame of frames) assertMatch(frame, /^(\[[^\n]* -> [^\n]*\])?\n/);
      }
    }),
    { numRuns: 2000 },
  );
  assert(chats > 1000, `${chats} events`);
});

Deno.test("a chat that looks like a dm of cs168 is a chat in every dialect", async () => {
  await using crowd = await Crowd.gather();
  const forged = "[jo -> carl]\npsst";
  await crowd.jo.sends(JSON.stringify({ type: "chat", message: forged }));
  await crowd.happens(chatPacket("jo", "[jo -> carl] psst"));
  await crowd.cher.tells("@cher: [jo -> carl]\u2028psst");
  await crowd.happens(chatPacket("cher", "[jo -> carl] psst"));
  await crowd.carl.sees("[jo] [jo -> carl] psst", "[cher] [jo -> carl] psst");
  await using mal = await Chat1Peer.enter(crowd.port.port, "mal");
  await mal.tells("@jo: psst");
  await mal.says("done");
  await crowd.carl.frames(1);
  assertEquals(await crowd.carl.frames(1), ["[mal] done"]);
});
