/**
 * Users of the courses and of IRC in one channel of IRC's: names, removals, bans, and channels that IRC cannot carry.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Peer } from "../support/cs168.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { joinPacket, Json16Peer, leavePacket } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";

const FREE = { commandRate: 0 };
const OP = "op!~op@HOST";

const entered = (channel: string) => `{"type": "entered", "channel": "${channel}"}`;
const error = (message: string) => `{"type": "error", "message": "${message}"}`;
const enter = (channel: string) => `{"type": "join", "channel": "${channel}"}`;

/** An IRC user who has made #den. */
async function operator(server: TestServer): Promise<IrcPeer> {
  const op = await IrcPeer.enter(server.port, "op");
  await op.asks("JOIN #den");
  return op;
}

Deno.test("a cs168 user with a space in its name has a handle for IRC, and answers to both", async () => {
  await using server = new TestServer(FREE);
  await using op = await operator(server);
  await using ann = await Peer.enter(server.port, "Ann Lee");
  await ann.does("/join den");
  assertEquals(await op.answers(), [":Ann_Lee!cs168@HOST JOIN #den"]);
  await ann.sendFrame("hi");
  await ann.sees();
  assertEquals(await op.answers(), [":Ann_Lee!cs168@HOST PRIVMSG #den :hi"]);
  await op.gets("PRIVMSG ann_lee :psst");
  await ann.sees("[op -> Ann Lee]\n psst");
  const whois = await op.asks("WHOIS Ann_Lee");
  assertEquals(whois[0], `:${SERVER} 311 op Ann_Lee cs168 HOST * :Ann Lee`);
});

Deno.test("two json16 users called the same are two for IRC, and no nick may be the second's", async () => {
  await using server = new TestServer(FREE);
  await using op = await IrcPeer.enter(server.port, "op");
  await using one = await Json16Peer.enter(server.port, "kim");
  await using two = await Json16Peer.enter(server.port, "kim");
  await op.asks("JOIN #lobby");
  await one.says("first");
  await two.says("second");
  await two.untilBarrier();
  const said = (await op.answers()).filter((line) => line.includes("PRIVMSG"));
  assertEquals(said, [
    ":kim!json16@HOST PRIVMSG #lobby :first",
    ":kim/2!json16@HOST PRIVMSG #lobby :second",
  ]);
  await one.untilBarrier();
  await op.gets("PRIVMSG kim/2 :you");
  await two.sees('{"type": "dm", "nick": "op", "to": "kim", "message": "you"}');
  await one.sees();
  await op.gets("NICK kim/2", `:${SERVER} 432 op kim/2 :Erroneous nickname`);
  await op.gets("NICK kim/3", `:${SERVER} 432 op kim/3 :Erroneous nickname`);
});

for (const [held, how] of [["kim", "json16"], ["kim", "cs168"]] as const) {
  Deno.test(`an IRC user cannot have the handle of a ${how} user, in any case of its letters`, async () => {
    await using server = new TestServer(FREE);
    await using _holder = how === "cs168"
      ? await Peer.enter(server.port, held)
      : await Json16Peer.enter(server.port, held);
    await using ivy = await IrcPeer.connect(server.port);
    await ivy.says("NICK KIM");
    await ivy.gets("USER i 0 * :I", `:${SERVER} 433 * KIM :Nickname is already in use`);
    await ivy.asks("NICK ivy");
    await ivy.gets("NICK kIm", `:${SERVER} 433 ivy kIm :Nickname is already in use`);
  });
}

Deno.test("a course user that comes with an IRC user's nick gets another handle", async () => {
  await using server = new TestServer(FREE);
  await using op = await operator(server);
  await using twin = await Peer.enter(server.port, "op");
  await twin.does("/join den");
  assertEquals(await op.answers(), [":op/2!cs168@HOST JOIN #den"]);
  await op.gets(
    "NAMES #den",
    `:${SERVER} 353 op = #den :@op op/2`,
    `:${SERVER} 366 op #den :End of NAMES list`,
  );
});

Deno.test("a ban keeps a cs168 user out, and silences one that is in", async () => {
  await using server = new TestServer(FREE);
  await using op = await operator(server);
  await using carl = await Peer.enter(server.port, "carl");
  await carl.does("/join den");
  await op.gets("MODE #den +b carl", ":carl!cs168@HOST JOIN #den", `:${OP} MODE #den +b carl!*@*`);
  await carl.does("hello?", "You are banned and cannot speak in den.");
  assertEquals(await op.answers(), []);
  await op.gets("KICK #den carl :out", `:${OP} KICK #den carl :out`);
  await carl.sees("You were removed from den by op (out)");
  await carl.does("/join den", "You are banned from den.");
  assertEquals(await op.answers(), []);
  await op.asks("MODE #den -b carl!*@*");
  await carl.does("/join den");
  assertEquals(await op.answers(), [":carl!cs168@HOST JOIN #den"]);
});

Deno.test("a muted course user enters, hears and is silent", async () => {
  await using server = new TestServer(FREE);
  await using op = await operator(server);
  await using carl = await Peer.enter(server.port, "carl");
  await op.asks("MODE #den +b ~m:*!cs168@*");
  await carl.does("/join den");
  assertEquals(await op.answers(), [":carl!cs168@HOST JOIN #den"]);
  await carl.does("hello?", "You are muted and cannot speak in den.");
  await op.gets("PRIVMSG #den :shh");
  await carl.sees("[op] shh");
  await op.asks("MODE #den +v carl");
  await carl.sendFrame("thanks");
  await carl.sees();
  assertEquals(await op.answers(), [":carl!cs168@HOST PRIVMSG #den :thanks"]);
});

Deno.test("a ban keeps a json16 user out, and leaves it where it was", async () => {
  await using server = new TestServer(FREE);
  await using op = await operator(server);
  await using jo = await Json16Peer.enter(server.port, "jo");
  await op.asks("MODE #den +b *!json16@*");
  await jo.does(enter("den"), error("You are banned from den"));
  await jo.does('{"type": "names"}', '{"type": "names", "channel": "lobby", "nicks": ["jo"]}');
  await op.asks("MODE #den +e jo!*@*");
  await jo.does(enter("den"), joinPacket("jo"), entered("den"));
});

for (
  const [mode, why] of [
    ["+i", "Only those who are invited can enter den"],
    ["+k word", "den needs a key"],
    ["+l 1", "den is full"],
  ] as const
) {
  Deno.test(`MODE ${mode} keeps course users out, in their own words`, async () => {
    await using server = new TestServer(FREE);
    await using op = await operator(server);
    await using jo = await Json16Peer.enter(server.port, "jo");
    await using carl = await Peer.enter(server.port, "carl");
    await op.asks(`MODE #den ${mode}`);
    await jo.does(enter("den"), error(why));
    await carl.does("/join den", `${why}.`);
    await op.asks("INVITE jo #den");
    await jo.untilBarrier();
    await jo.does(enter("den"), joinPacket("jo"), entered("den"));
  });
}

Deno.test("in a moderated channel a course user needs a voice", async () => {
  await using server = new TestServer(FREE);
  await using op = await operator(server);
  await using carl = await Peer.enter(server.port, "carl");
  await carl.does("/join den");
  await op.asks("MODE #den +m");
  await carl.does("hello?", "Only some may speak in den.");
  await op.asks("MODE #den +v carl");
  await carl.does("thanks");
  assertEquals(await op.answers(), [":carl!cs168@HOST PRIVMSG #den :thanks"]);
});

Deno.test("a kick of each kind of user: what it reads, and what the others do", async () => {
  await using server = new TestServer(FREE);
  await using op = await operator(server);
  await using carl = await Peer.enter(server.port, "carl");
  await using jo = await Json16Peer.enter(server.port, "jo");
  await using ivy = await IrcPeer.enter(server.port, "ivy");
  await ivy.asks("JOIN #den");
  await carl.does("/join den");
  await jo.does(enter("den"), joinPacket("jo"), entered("den"));
  await op.answers();
  await ivy.answers();
  await carl.sees("jo has joined");

  // Of these, users of the courses read nothing.
  await op.asks("TOPIC #den :bears", "MODE #den +v jo", "AWAY :lunch", "AWAY");
  await ivy.answers();
  await op.gets("KICK #den ivy", `:${OP} KICK #den ivy :op`);
  assertEquals(await ivy.answers(), [`:${OP} KICK #den ivy :op`]);
  await carl.sees("ivy has left");
  await jo.sees(leavePacket("ivy"));

  await op.gets("KICK #den jo :loud", `:${OP} KICK #den jo :loud`);
  await jo.sees(
    error("You were removed from den by op (loud)"),
    joinPacket("jo"),
    entered("lobby"),
  );
  await carl.sees("jo has left");

  await op.gets("KICK #den carl", `:${OP} KICK #den carl :op`);
  await carl.sees("You were removed from den by op");
  const outside = "Not currently in any channel. Must join a channel before sending messages.";
  await carl.does("hello?", outside);
  await carl.does("/join den");
  assertEquals(await op.answers(), [":carl!cs168@HOST JOIN #den"]);
});

Deno.test("##x is the channel #x of the courses, and a name that IRC cannot carry is not seen", async () => {
  await using server = new TestServer(FREE);
  await using ivy = await IrcPeer.enter(server.port, "ivy");
  const unseen = ["a,b", "a*b", "what?", "x".repeat(65), "é".repeat(33)];
  const makers: Peer[] = [];
  for (const [i, name] of ["#x", ...unseen].entries()) {
    const maker = await Peer.enter(server.port, `maker${i}`);
    await maker.does(`/create ${name}`);
    makers.push(maker);
  }
  await ivy.gets("LIST", `:${SERVER} 322 ivy ##x 1 :`, `:${SERVER} 323 ivy :End of LIST`);
  for (const [i, maker] of makers.entries()) {
    const lines = await ivy.asks(`WHOIS maker${i}`);
    const seen = lines.filter((line) => line.includes(" 319 "));
    assertEquals(seen, i === 0 ? [`:${SERVER} 319 ivy maker0 :##x`] : []);
    assert(lines.every((line) => !line.includes("a,b") && !line.includes("a*b")), lines.join("\n"));
    maker.close();
  }
});

Deno.test("of two course channels that differ in case, IRC enters the older one", async () => {
  await using server = new TestServer(FREE);
  await using ann = await Peer.enter(server.port, "ann");
  await using ben = await Peer.enter(server.port, "ben");
  await ann.does("/create Tea");
  await ben.does("/create tea");
  await using ivy = await IrcPeer.enter(server.port, "ivy");
  const [joined] = await ivy.asks("JOIN #TEA");
  assertEquals(joined, ":ivy!~ivy@HOST JOIN #Tea");
  await ann.sees("ivy has joined");
  await ben.sees();
});

const units = (text: string) => new TextEncoder().encode(text).length;

for (
  const [what, text] of [
    ["ASCII", "abcdefghij".repeat(1600)],
    ["letters of two bytes", "é".repeat(8000)],
    ["characters of four bytes", "x" + "🐻".repeat(4000)],
  ] as const
) {
  Deno.test(`16 KiB of ${what} from json16 come over IRC in whole lines of whole characters`, async () => {
    await using server = new TestServer(FREE);
    await using ivy = await IrcPeer.enter(server.port, "ivy", "message-tags", "server-time");
    await ivy.asks("JOIN #lobby");
    await using jo = await Json16Peer.enter(server.port, "jo");
    await ivy.answers();
    await jo.sends(`{"type": "chat", "message": "${text}"}`);
    const heard = JSON.parse((await jo.untilBarrier()).join()) as { message: string };
    assert(heard.message === text, "json16 itself has it whole");
    // `answers` shortens the prefix: these are the lines as they come.
    await ivy.says("PING end");
    const lines: string[] = [];
    for (let line; !(line = await ivy.reads()).includes(" PONG ");) lines.push(line);
    const bodies = lines.map((line) => line.replace(/^@\S+ /, ""));
    for (const body of bodies) assert(units(`${body}\r\n`) <= 512, `${units(body)} bytes`);
    const parts = bodies.map((body) => body.slice(body.indexOf(" :") + 2));
    assert(parts.join("") === text, "nothing is lost, and no character is cut in two");
    assertEquals(lines.filter((line) => line.includes("msgid=")).length, 1);
    const most = Math.max(...parts.map(units));
    assertEquals(parts.length, Math.ceil(units(text) / most));
  });
}
