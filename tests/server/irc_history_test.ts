/**
 * IRC on the wire: what was said before, for those who take part in it and for nobody else.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Kept } from "../../lib/chat/history.ts";
import { HistoryError, type Slice } from "../../lib/history/contract.ts";
import { MemoryStore } from "../../lib/history/memory_store.ts";
import { Json16Peer } from "../support/json16.ts";
import { IrcPeer, plain, SERVER } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

const TAGS = ["message-tags", "server-time", "echo-message"];
const HISTORY = [...TAGS, "batch", "draft/chathistory"];
const PLAYBACK = [...HISTORY, "draft/event-playback"];

/** The lines of a batch without their tags, and without the batch. */
function bodies(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.includes(" BATCH "))
    .map((line) => line.replace(/^@\S+ /, ""));
}

/** What `peer` reads of `target`. */
async function past(peer: IrcPeer, target: string, rest = "LATEST * 100"): Promise<string[]> {
  const [subcommand, ...params] = rest.split(" ");
  return bodies(await peer.asks(`CHATHISTORY ${subcommand} ${target} ${params.join(" ")}`));
}

const REFUSED = (target: string) => [
  `:${SERVER} FAIL CHATHISTORY INVALID_TARGET LATEST ${target} :Messages could not be retrieved`,
];

/** `line` with all of its tags, of which the test knows the values. */
async function sent(peer: IrcPeer, line: string): Promise<string> {
  await peer.says(line);
  return await peer.reads();
}

Deno.test("the last messages of a channel are a batch of the lines that were sent", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...HISTORY);
  await alice.asks("JOIN #x");
  const first = await sent(alice, "@+draft/reply=9 PRIVMSG #x :hello");
  const second = await sent(alice, "PRIVMSG #x :\x01ACTION waves\x01");
  const third = await sent(alice, "NOTICE #X :hush");
  await using bob = await IrcPeer.enter(server.port, "bob", ...HISTORY);
  await bob.asks("JOIN #x");
  await bob.says("CHATHISTORY LATEST #X * 10");
  assertEquals(await bob.reads(), `:${SERVER} BATCH +0 chathistory #x`);
  for (const line of [first, second, third]) {
    assertEquals(await bob.reads(), line.replace("@", "@batch=0;"));
  }
  assertEquals(await bob.reads(), `:${SERVER} BATCH -0`);
});

Deno.test("a label holds the batch, and a client without batches gets the lines alone", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...HISTORY, "labeled-response");
  await alice.asks("JOIN #x", "PRIVMSG #x :hi");
  assertEquals(await alice.asks("@label=7 CHATHISTORY LATEST #x * 1"), [
    `@label=7 :${SERVER} BATCH +0 labeled-response`,
    `@batch=0 :${SERVER} BATCH +1 chathistory #x`,
    "@batch=1;time=TIME;msgid=ID :alice!~alice@HOST PRIVMSG #x :hi",
    `@batch=0 :${SERVER} BATCH -1`,
    `:${SERVER} BATCH -0`,
  ]);
  await using bob = await IrcPeer.enter(server.port, "bob", "draft/chathistory");
  await bob.asks("JOIN #x");
  assertEquals(await bob.asks("CHATHISTORY LATEST #x * 1"), [":alice!~alice@HOST PRIVMSG #x :hi"]);
});

Deno.test("who came and went is there for clients that can play it back", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...PLAYBACK);
  await alice.asks("JOIN #x", "TOPIC #x :tea", "PRIVMSG #x :hi", "MODE #x +s");
  const bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("JOIN #x", "NICK robert");
  await bob.quits();
  await using cat = await IrcPeer.enter(server.port, "cat", "message-tags");
  await cat.asks("JOIN #x", "@+typing=active TAGMSG #x", "@+draft/react=x TAGMSG #x");
  await alice.asks("KICK #x cat :out");
  assertEquals(await past(alice, "#x"), [
    ":alice!~alice@HOST JOIN #x",
    ":alice!~alice@HOST TOPIC #x :tea",
    ":alice!~alice@HOST PRIVMSG #x :hi",
    ":alice!~alice@HOST MODE #x +s",
    ":bob!~bob@HOST JOIN #x",
    ":bob!~bob@HOST NICK :robert",
    ":robert!~bob@HOST QUIT :Quit: bye",
    ":cat!~cat@HOST JOIN #x",
    ":cat!~cat@HOST TAGMSG #x",
    ":alice!~alice@HOST KICK #x cat :out",
  ]);
  await alice.asks("CAP REQ -draft/event-playback");
  assertEquals(await past(alice, "#x"), [":alice!~alice@HOST PRIVMSG #x :hi"]);
});

Deno.test("a page goes on where the one before it ended, by msgid or by time", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...HISTORY);
  await alice.asks("JOIN #x");
  const ids: string[] = [];
  for (let n = 0; n < 9; n++) {
    const line = await sent(alice, `PRIVMSG #x :${n}`);
    ids.push(/msgid=(\w+)/.exec(line)?.[1] ?? "");
  }
  const texts = async (rest: string) =>
    (await past(alice, "#x", rest)).map((line) => line.slice(line.lastIndexOf(":") + 1)).join("");
  assertEquals(await texts(`LATEST * 3`), "678");
  assertEquals(await texts(`LATEST msgid=${ids[6]} 9`), "78");
  assertEquals(await texts(`BEFORE msgid=${ids[6]} 3`), "345");
  assertEquals(await texts(`AFTER msgid=${ids[2]} 3`), "345");
  assertEquals(await texts(`AROUND msgid=${ids[4]} 3`), "345");
  assertEquals(await texts(`BETWEEN msgid=${ids[1]} msgid=${ids[5]} 9`), "234");
  assertEquals(await texts(`BETWEEN msgid=${ids[5]} msgid=${ids[1]} 2`), "34");
  assertEquals(await texts(`BEFORE timestamp=2001-01-01T00:00:00.000Z 9`), "");
  assertEquals(await texts(`AFTER timestamp=2001-01-01T00:00:00.000Z 2`), "01");
  assertEquals(await texts(`LATEST * 999999999`), "012345678");
});

Deno.test("only members read a channel, and whoever makes it anew finds it empty", async () => {
  await using server = new TestServer();
  const { alice, eve } = await server.irc({ alice: HISTORY, eve: HISTORY });
  await alice.asks("JOIN #x", "MODE #x +i", "PRIVMSG #x :between us");
  assertEquals(await past(eve, "#x"), REFUSED("#x"));
  assertEquals(await past(eve, "#nowhere"), REFUSED("#nowhere"));
  assertEquals(await past(eve, "#*"), REFUSED("#*"));
  await alice.asks("PART #x");
  assertEquals(await past(alice, "#x"), REFUSED("#x"));
  await eve.asks("JOIN #x", "PRIVMSG #x :anew");
  assertEquals(await past(eve, "#x"), [":eve!~eve@HOST PRIVMSG #x :anew"]);
});

Deno.test("a member that is removed while its page is read does not get it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  class SlowStore extends MemoryStore {
    override async slice(conversation: string, slice: Slice): Promise<readonly Kept[]> {
      asked.resolve();
      await promise;
      return await super.slice(conversation, slice);
    }
  }
  await using server = new TestServer({}, undefined, new SlowStore());
  const { alice, bob } = await server.irc({ alice: HISTORY, bob: HISTORY });
  await alice.asks("JOIN #x", "PRIVMSG #x :secret");
  await bob.asks("JOIN #x");
  await bob.says("CHATHISTORY LATEST #x * 10");
  await asked.promise;
  // Nobody but bob waits for it.
  await alice.asks("KICK #x bob");
  assertEquals(
    plain(await bob.reads()).replace(/^@\S+ /, ""),
    ":alice!~alice@HOST KICK #x bob :alice",
  );
  resolve();
  assertEquals(await bob.answers(), REFUSED("#x"));
});

Deno.test("what not all could read, and what programs ask each other, is not kept", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...PLAYBACK);
  await alice.asks(
    "JOIN #x",
    "PRIVMSG @#x :operators only",
    "PRIVMSG #x :\x01VERSION\x01",
    "PRIVMSG #x :for all",
  );
  assertEquals(await past(alice, "#x"), [
    ":alice!~alice@HOST JOIN #x",
    ":alice!~alice@HOST PRIVMSG #x :for all",
  ]);
});

Deno.test("two users read what they said to each other, and nobody reads it under their names", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...HISTORY);
  const bob = await IrcPeer.enter(server.port, "bob", ...HISTORY);
  await alice.asks("PRIVMSG bob :psst");
  await bob.asks("NICK robert", "PRIVMSG alice :what?");
  const words = [":alice!~alice@HOST PRIVMSG bob :psst", ":robert!~bob@HOST PRIVMSG alice :what?"];
  await alice.answers();
  assertEquals(await past(alice, "Robert"), words);
  assertEquals(await past(bob, "alice"), words);
  await bob.asks("NICK bob");
  await bob.quits();
  // The name belongs to somebody else now, who reads nothing; and alice, who asks for it, means the new one.
  await using other = await IrcPeer.enter(server.port, "robert", ...HISTORY);
  assertEquals(await past(other, "alice"), []);
  assertEquals(await past(alice, "robert"), []);
  await other.asks("PRIVMSG alice :I am new");
  assertEquals(await past(other, "alice"), [":robert!~robert@HOST PRIVMSG alice :I am new"]);
});

Deno.test("what was said to somebody who is gone stays with the one who is here", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...HISTORY);
  const bob = await IrcPeer.enter(server.port, "bob");
  await alice.asks("PRIVMSG bob :psst");
  await bob.quits();
  await alice.answers();
  assertEquals(await past(alice, "BOB"), [":alice!~alice@HOST PRIVMSG bob :psst"]);
  assertEquals(await past(alice, "nobody"), REFUSED("nobody"));
});

Deno.test("the conversations of a user are listed by their last messages, the oldest first", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: HISTORY, bob: HISTORY });
  await alice.asks("JOIN #x,#y,#empty", "PRIVMSG #x :1");
  await bob.asks("PRIVMSG alice :2");
  await alice.answers();
  await alice.asks("PRIVMSG #y :3");
  const [old, late] = ["timestamp=2001-01-01T00:00:00.000Z", "timestamp=2200-01-01T00:00:00.000Z"];
  const targets = async (range: string) => {
    const lines = await alice.asks(`CHATHISTORY TARGETS ${range}`);
    assertMatch(lines[0] ?? "", / BATCH \+\w+ draft\/chathistory-targets$/);
    return bodies(lines).map((line) => {
      assertMatch(line, / \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      return line.split(" ")[3];
    });
  };
  assertEquals(await targets(`${old} ${late} 10`), ["#x", "bob", "#y"]);
  assertEquals(await targets(`${late} ${old} 10`), ["#x", "bob", "#y"]);
  assertEquals(await targets(`${old} ${late} 1`), ["#x"]);
  assertEquals(await targets(`${late} ${old} 1`), ["#y"]);
  assertEquals(await targets(`${old} timestamp=2002-01-01T00:00:00.000Z 10`), []);
});

Deno.test("a wrong question is answered with what is wrong about it", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...HISTORY);
  await alice.asks("JOIN #x");
  const wrong: [string, string][] = [
    ["NEWEST #x * 5", "INVALID_PARAMS NEWEST :Unknown command"],
    ["constructor #x * 5", "INVALID_PARAMS CONSTRUCTOR :Unknown command"],
    ["LATEST #x", "INVALID_PARAMS LATEST :Insufficient parameters"],
    ["LATEST #x * 5 6", "INVALID_PARAMS LATEST :Too many parameters"],
    ["LATEST #x * 0", "INVALID_PARAMS LATEST 0 :Invalid limit"],
    ["LATEST #x * -1", "INVALID_PARAMS LATEST -1 :Invalid limit"],
    ["BEFORE #x * 5", "INVALID_MSGREFTYPE BEFORE * :Neither a timestamp nor a msgid"],
    ["BEFORE #x msgid=no 5", "INVALID_PARAMS BEFORE msgid=no :Invalid msgid"],
    [
      "BEFORE #x timestamp=2026-13-01T00:00:00.000Z 5",
      "INVALID_PARAMS BEFORE timestamp=2026-13-01T00:00:00.000Z :Invalid timestamp",
    ],
    ["TARGETS msgid=x msgid=y 5", "INVALID_PARAMS TARGETS msgid=x :Invalid timestamp"],
  ];
  for (const [question, answer] of wrong) {
    await alice.gets(`CHATHISTORY ${question}`, `:${SERVER} FAIL CHATHISTORY ${answer}`);
  }
  await alice.gets("CHATHISTORY", `:${SERVER} 461 alice CHATHISTORY :Not enough parameters`);
});

Deno.test("a store that fails is logged, and says so to the one who asks", async () => {
  class BrokenStore extends MemoryStore {
    override slice(): Promise<readonly Kept[]> {
      return Promise.reject(new HistoryError("Disk is gone"));
    }
  }
  await using server = new TestServer({}, undefined, new BrokenStore());
  await using alice = await IrcPeer.enter(server.port, "alice", ...HISTORY);
  await alice.asks("JOIN #x");
  await alice.gets(
    "CHATHISTORY LATEST #x * 5",
    `:${SERVER} FAIL CHATHISTORY MESSAGE_ERROR LATEST #x :Messages could not be retrieved`,
  );
  assertMatch(await server.log.find(/history/), /Disk is gone/);
});

Deno.test("a server without a history offers none", async () => {
  await using server = new TestServer({}, undefined, null);
  await using alice = await IrcPeer.connect(server.port);
  await alice.says("CAP LS 302");
  assert(!(await alice.reads()).includes("chathistory"));
  await alice.says("NICK alice", "USER a 0 * :a", "CAP END");
  assert(!(await alice.answers()).join(" ").includes("CHATHISTORY"));
  await alice.gets(
    "CHATHISTORY LATEST #x * 5",
    `:${SERVER} 421 alice CHATHISTORY :Unknown command`,
  );
});

Deno.test("json16 users read their channel as well, page by page", async () => {
  await using server = new TestServer();
  await using pat = await Json16Peer.enter(server.port, "pat");
  await using ines = await IrcPeer.enter(server.port, "ines", ...HISTORY);
  await pat.does('{"type": "history"}', '{"type": "history", "channel": "lobby", "kind": "end"}');
  await pat.does(
    '{"type": "chat", "message": "one"}',
    '{"type": "chat", "nick": "pat", "message": "one"}',
  );
  await ines.asks("JOIN #lobby", "PRIVMSG #lobby :\x01ACTION says \x02two\x02\x01");
  await pat.untilBarrier();
  const lines = await ines.asks("CHATHISTORY LATEST #lobby * 9");
  assertEquals(bodies(lines), [
    ":pat!json16@HOST PRIVMSG #lobby :one",
    ":ines!~ines@HOST PRIVMSG #lobby :\x01ACTION says \x02two\x02\x01",
  ]);
  const read = async (json: string) => {
    await pat.sends(json);
    return (await pat.untilBarrier()).map((payload) => JSON.parse(payload));
  };
  const [one, two, end] = await read('{"type": "history", "limit": 9}');
  assertEquals([one.kind, one.nick, one.message, one.channel], ["chat", "pat", "one", "lobby"]);
  assertEquals([two.kind, two.nick, two.message], ["emote", "ines", "says two"]);
  assertEquals(end, { type: "history", channel: "lobby", kind: "end" });
  assert(one.id < two.id && one.time <= two.time);
  assertEquals(await read(`{"type": "history", "before": "${two.id}", "limit": 9}`), [one, end]);
  assertEquals(await read(`{"type": "history", "limit": 1}`), [two, end]);
  for (const wrong of ['"limit": 0', '"limit": "9"', '"before": "x"', '"before": 7']) {
    assertEquals(await read(`{"type": "history", ${wrong}}`), []);
  }
});

Deno.test("a long text of json16 comes back whole", async () => {
  await using server = new TestServer();
  await using pat = await Json16Peer.enter(server.port, "pat");
  const text = "€".repeat(5_000);
  await pat.sends(JSON.stringify({ type: "chat", message: text }));
  await pat.untilBarrier();
  await pat.sends('{"type": "history"}');
  const packets = (await pat.untilBarrier()).map((payload) => JSON.parse(payload));
  assertEquals(packets.slice(0, -1).map(({ message }) => message).join(""), text);
  assertEquals(new Set(packets.slice(0, -1).map(({ id }) => id)).size, 1);
});
