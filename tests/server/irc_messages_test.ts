/**
 * IRC on the wire: what is said reaches those who should read it, with their tags; with a label, all that a line
 * causes for its own sender is one answer.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { IrcPeer, plain, SERVER } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

/** Everything that clients of today ask for. */
const MODERN = ["message-tags", "server-time", "echo-message", "batch", "labeled-response"];

const ALICE = "alice!~alice@HOST";
const BOB = "bob!~bob@HOST";

Deno.test("a message to a channel reaches the others once, and its sender where it asked for that", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: [], bob: ["echo-message"] });
  await alice.asks("JOIN #x");
  await bob.asks("JOIN #x");
  await alice.gets("PRIVMSG #x :hello", `:${BOB} JOIN #x`);
  assertEquals(await bob.answers(), [`:${ALICE} PRIVMSG #x :hello`]);
  await bob.gets("PRIVMSG #x hi", `:${BOB} PRIVMSG #x :hi`);
  await bob.gets("NOTICE #X :hush", `:${BOB} NOTICE #x :hush`);
  assertEquals(await alice.answers(), [`:${BOB} PRIVMSG #x :hi`, `:${BOB} NOTICE #x :hush`]);
});

Deno.test("formatting and CTCP go from IRC to IRC as they are; what acts on a terminal does not", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: [], bob: [] });
  const texts: [string, string][] = [
    ["\x02bold\x02 \x0304,12red\x03", "\x02bold\x02 \x0304,12red\x03"],
    ["\x01ACTION waves\x01", "\x01ACTION waves\x01"],
    ["\x01ACTION waves", "\x01ACTION waves\x01"],
    ["\x01VERSION\x01", "\x01VERSION\x01"],
    ["\x01PING 12 34\x01", "\x01PING 12 34\x01"],
    ["a\x1b[31mb\x07", "ab"],
    ["a\u202eb", "a\u202eb\u202c"],
  ];
  for (const [sent, read] of texts) {
    await alice.gets(`PRIVMSG bob :${sent}`);
    assertEquals(await bob.answers(), [`:${ALICE} PRIVMSG bob :${read}`]);
  }
});

Deno.test("the time and the id of a message are the same for all who read it", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: MODERN, bob: ["message-tags", "server-time"] });
  await alice.asks("JOIN #x");
  await bob.asks("JOIN #x");
  await alice.answers();
  await alice.says("@+draft/react=\\:\\s;label=7;time=never;plain=x PRIVMSG #x :hi");
  await alice.says("PRIVMSG bob :psst");
  const tagsOf = (line: string) => new Map(line.slice(1).split(" ", 1)[0]?.split(";").map(pair));
  for (const [i, text] of ["#x :hi", "bob :psst"].entries()) {
    const mine = await alice.reads();
    const theirs = await bob.reads();
    assert(mine.endsWith(text) && theirs.endsWith(text), `${mine}\n${theirs}`);
    for (const name of ["time", "msgid", ...(i === 0 ? ["+draft/react"] : [])]) {
      assert(tagsOf(mine).get(name) !== undefined, mine);
      assertEquals(tagsOf(mine).get(name), tagsOf(theirs).get(name), name);
    }
    assertEquals([...tagsOf(theirs).keys()].length, i === 0 ? 3 : 2, theirs);
  }
});

function pair(tag: string): [string, string] {
  const [name = "", value = ""] = tag.split("=");
  return [name, value];
}

Deno.test("a label makes one answer of what a line causes for its sender, and nothing of what others do", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: MODERN, bob: [] });
  await bob.asks("JOIN #x");
  const t = "time=TIME";
  await alice.gets("@label=1 PONG x", `@label=1 :${SERVER} ACK`);
  await alice.gets("@label=2 PING x", `@label=2 :${SERVER} PONG ${SERVER} :x`);
  await alice.gets("@label=3 NONE", `@label=3 :${SERVER} 421 alice NONE :Unknown command`);
  await alice.gets(
    "@label=4 JOIN #x,nowhere",
    `@label=4 :${SERVER} BATCH +3 labeled-response`,
    `@batch=3;${t};msgid=ID :${ALICE} JOIN #x`,
    `@batch=3;${t} :${SERVER} 353 alice = #x :@bob alice`,
    `@batch=3;${t} :${SERVER} 366 alice #x :End of NAMES list`,
    `@batch=3 :${SERVER} 403 alice nowhere :No such channel`,
    `:${SERVER} BATCH -3`,
  );
  await alice.gets("@label=5 PRIVMSG #x :hi", `@label=5;${t};msgid=ID :${ALICE} PRIVMSG #x :hi`);
  await alice.gets("@label=6 NOTICE nobody :hi", `@label=6 :${SERVER} ACK`);
  await alice.gets("PRIVMSG #x :no label", `@${t};msgid=ID :${ALICE} PRIVMSG #x :no label`);
  await alice.gets(
    "@label=7 PRIVMSG alice :me",
    `@${t};msgid=ID :${ALICE} PRIVMSG alice :me`,
    `@label=7;${t};msgid=ID :${ALICE} PRIVMSG alice :me`,
  );
  await alice.gets("@label=8 PART #x", `@label=8;${t};msgid=ID :${ALICE} PART #x`);
  await alice.gets("@label=9 NICK alicia", `@label=9;${t};msgid=ID :${ALICE} NICK :alicia`);
  await alice.gets(`@label=${"x".repeat(65)} PING y`, `:${SERVER} PONG ${SERVER} :y`);
  const read = await bob.answers();
  assertEquals(read.filter((line) => line.includes("label=")), []);
});

Deno.test("a labelled list of many lines is one batch that ends behind the last of them", async () => {
  await using server = new TestServer({ commandRate: 0, maxJoined: 1000 });
  await using alice = await IrcPeer.enter(server.port, "alice", ...MODERN);
  const names = Array.from({ length: 900 }, (_, i) => `#${"c".repeat(50)}${i}`);
  for (let i = 0; i < names.length; i += 8) {
    await alice.asks(`JOIN ${names.slice(i, i + 8).join(",")}`);
  }
  const lines = await alice.asks("@label=x LIST");
  assertMatch(lines[0] ?? "", /^@label=x :\S+ BATCH \+(\w+) labeled-response$/);
  const id = lines[0]?.split("+")[1]?.split(" ")[0];
  assertEquals(lines.length, 900 + 3);
  assertEquals(lines.at(-1), `:${SERVER} BATCH -${id}`);
  for (const line of lines.slice(1, -1)) assert(line.startsWith(`@batch=${id};`), line);
});

Deno.test("tags alone reach those who have tags, and nobody is answered by a server", async () => {
  await using server = new TestServer();
  const { alice, bob, old } = await server.irc({ alice: MODERN, bob: ["message-tags"], old: [] });
  for (const peer of [alice, bob, old]) await peer.asks("JOIN #x");
  await Promise.all([alice, bob, old].map((peer) => peer.answers()));
  const line = `:${ALICE} TAGMSG #x`;
  await alice.gets("@+typing=active TAGMSG #x", `@time=TIME;msgid=ID;+typing=active ${line}`);
  assertEquals(await bob.answers(), [`@msgid=ID;+typing=active ${line}`]);
  assertEquals(await old.answers(), []);
  await alice.gets("@+typing=active TAGMSG nobody");
  await old.gets("@+typing=active TAGMSG #x", `:${SERVER} 421 old TAGMSG :Unknown command`);
});

Deno.test("a message to a right reaches those who have it or a higher one", async () => {
  await using server = new TestServer();
  const { op, voiced, other } = await server.irc({ op: [], voiced: ["echo-message"], other: [] });
  for (const peer of [op, voiced, other]) await peer.asks("JOIN #x");
  await op.asks("MODE #x +v voiced");
  for (const peer of [op, voiced, other]) await peer.answers();
  await voiced.gets("PRIVMSG @#x :ops", ":voiced!~voiced@HOST PRIVMSG @#x :ops");
  assertEquals(await op.answers(), [":voiced!~voiced@HOST PRIVMSG @#x :ops"]);
  assertEquals(await other.answers(), []);
  await other.gets("PRIVMSG +#x :both");
  assertEquals(await op.answers(), [":other!~other@HOST PRIVMSG +#x :both"]);
  assertEquals(await voiced.answers(), [":other!~other@HOST PRIVMSG +#x :both"]);
});

Deno.test("nothing is cut off: what does not fit with its sender's name is refused", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: [], bob: [] });
  await alice.says("PRIVMSG bob :x");
  const head = (await bob.reads()).length - 1;
  for (const unit of ["y", "é", "😀"]) {
    const bytes = new TextEncoder().encode(unit).length;
    const most = unit.repeat(Math.floor((510 - head) / bytes));
    await alice.gets(`PRIVMSG bob :${most}`);
    assertEquals((await bob.answers())[0]?.endsWith(`:${most}`), true);
    await alice.gets(
      `PRIVMSG bob :${most}${unit}`,
      `:${SERVER} 417 alice :Input line was too long`,
    );
    assertEquals(await bob.answers(), []);
  }
});

Deno.test("too many targets are refused, and none of them is spoken to", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: [], bob: [] });
  const refused = `:${SERVER} 407 alice bob,a,b,c,d :Too many targets`;
  await alice.gets("PRIVMSG bob,a,b,c,d :x", refused);
  assertEquals(await bob.answers(), []);
  await alice.gets("PRIVMSG bob,bob,bob,bob,bob :once");
  assertEquals(await bob.answers(), [`:${ALICE} PRIVMSG bob :once`]);
});

Deno.test("what is tagged and what is not goes to one channel in one order", async () => {
  await using server = new TestServer({ commandRate: 0 });
  const { alice, tagged, bare } = await server.irc({ alice: [], tagged: MODERN, bare: [] });
  for (const peer of [alice, tagged, bare]) await peer.asks("JOIN #x,#y");
  for (const peer of [tagged, bare]) await peer.answers();
  const lines: string[] = [];
  for (let i = 0; i < 200; i++) lines.push(`PRIVMSG ${i % 3 === 0 ? "#y" : "#x"} :${i}`);
  await alice.asks(...lines);
  const expected = lines.map((line) => `:${ALICE} ${line}`);
  assertEquals(await bare.answers(), expected);
  assertEquals((await tagged.answers()).map((line) => line.replace(/^@\S+ /, "")), expected);
  assertEquals(plain("@time=2026-01-01T00:00:00.000Z x"), "@time=TIME x");
});
