/**
 * IRC on the wire: how far a user has read, and messages that are taken back.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { Json16Peer } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";

const TAGS = ["message-tags", "echo-message"];
const REDACTING = [...TAGS, "draft/message-redaction"];
const HISTORY = [...REDACTING, "batch", "draft/chathistory"];
const MARKING = ["draft/read-marker"];

/** Sends `line`, and returns the id of its echo. */
async function idOf(peer: IrcPeer, line: string): Promise<string> {
  await peer.says(line);
  return /msgid=(\w+)/.exec(await peer.reads())?.[1] ?? "";
}

function withoutTags(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^@\S+ /, ""));
}

Deno.test("a marker is what was read last; it never goes back, and never beyond the present", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...MARKING);
  const [early, late] = ["2019-01-01T00:00:00.000Z", "2019-06-01T12:00:00.000Z"];
  await alice.gets("MARKREAD #x", `:${SERVER} MARKREAD #x *`);
  await alice.gets(`MARKREAD #x timestamp=${late}`, `:${SERVER} MARKREAD #x timestamp=${late}`);
  await alice.gets(`MARKREAD #X timestamp=${early}`, `:${SERVER} MARKREAD #X timestamp=${late}`);
  await alice.gets("MARKREAD bob", `:${SERVER} MARKREAD bob *`);
  await alice.gets("MARKREAD x", `:${SERVER} MARKREAD x *`);
  const [answer = ""] = await alice.asks("MARKREAD #y timestamp=2999-01-01T00:00:00.000Z");
  assert(Date.parse(answer.split("timestamp=")[1] as string) <= Date.now(), answer);
});

Deno.test("a client that enters a channel learns its marker before the end of the names", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...MARKING);
  const at = "timestamp=2020-03-15T10:00:00.000Z";
  const entered = (marker: string) => [
    ":alice!~alice@HOST JOIN #x",
    `:${SERVER} MARKREAD #x ${marker}`,
    `:${SERVER} 353 alice = #x :@alice`,
    `:${SERVER} 366 alice #x :End of NAMES list`,
  ];
  await alice.gets("JOIN #x", ...entered("*"));
  await alice.asks(`MARKREAD #x ${at}`, "PART #x");
  await alice.gets("JOIN #X", ":alice!~alice@HOST JOIN #X", ...entered(at).slice(1).map(upper));
  await using bob = await IrcPeer.enter(server.port, "bob", ...MARKING);
  await bob.asks("MARKREAD #X");
  assertEquals((await bob.asks("JOIN #X"))[1], `:${SERVER} MARKREAD #X *`);
  await using cat = await IrcPeer.enter(server.port, "cat");
  assert(!(await cat.asks("JOIN #X")).join().includes("MARKREAD"));
});

/** The channel as its next maker wrote it. */
function upper(line: string): string {
  return line.replace("#x", "#X");
}

Deno.test("a wrong MARKREAD is answered with what is wrong about it", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...MARKING);
  const fail = (rest: string) => `:${SERVER} FAIL MARKREAD ${rest}`;
  await alice.gets("MARKREAD", fail("NEED_MORE_PARAMS :Missing parameters"));
  for (const wrong of ["*", "timestamp=soon", "timestamp=2020-03-15"]) {
    await alice.gets(
      `MARKREAD #x ${wrong}`,
      fail(`INVALID_PARAMS #x ${wrong} :Invalid parameters`),
    );
  }
  await alice.gets("MARKREAD #*", fail("INVALID_PARAMS #* :Invalid parameters"));
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.gets("MARKREAD #x", `:${SERVER} 421 bob MARKREAD :Unknown command`);
});

Deno.test("a message that is taken back is gone from the history, and those who know that learn of it", async () => {
  await using server = new TestServer();
  const { alice, bob, cat } = await server.irc({ alice: HISTORY, bob: HISTORY, cat: TAGS });
  await using pat = await Json16Peer.enter(server.port, "pat");
  await pat.does('{"type": "join", "channel": "x"}', ...[
    '{"type": "join", "nick": "pat"}',
    '{"type": "entered", "channel": "x"}',
  ]);
  for (const peer of [alice, bob, cat]) await peer.asks("JOIN #x");
  await bob.answers();
  const first = await idOf(bob, "PRIVMSG #x :oops");
  const second = await idOf(bob, "PRIVMSG #x :fine");
  for (const peer of [alice, bob, cat]) await peer.answers();
  await pat.untilBarrier();
  assertEquals(withoutTags(await bob.asks(`REDACT #x ${first} :wrong channel`)), [
    `:bob!~bob@HOST REDACT #x ${first} :wrong channel`,
  ]);
  assertEquals(withoutTags(await alice.answers()), [
    `:bob!~bob@HOST REDACT #x ${first} :wrong channel`,
  ]);
  assertEquals(await cat.answers(), []);
  await pat.sees();
  const left = withoutTags(await alice.asks("CHATHISTORY LATEST #x * 9"));
  assertEquals(left.slice(1, -1), [":bob!~bob@HOST PRIVMSG #x :fine"]);
  await bob.gets(
    `REDACT #x ${first}`,
    `:${SERVER} FAIL REDACT UNKNOWN_MSGID #x ${first} :This message does not exist or is too old`,
  );
  assert(first < second);
});

Deno.test("only its sender and the channel's operators take a message back", async () => {
  await using server = new TestServer();
  const { op, bob, eve } = await server.irc({ op: REDACTING, bob: REDACTING, eve: REDACTING });
  await op.asks("JOIN #x", "MODE #x -n");
  await bob.asks("JOIN #x");
  const id = await idOf(bob, "PRIVMSG #x :mine");
  await op.answers();
  const topic = await idOf(op, "TOPIC #x :tea");
  const fail = (code: string, context: string, words: string) =>
    `:${SERVER} FAIL REDACT ${code} ${context} :${words}`;
  await eve.gets(
    `REDACT #x ${id}`,
    fail("INVALID_TARGET", "#x", "You cannot delete messages from there"),
  );
  await eve.gets(
    `REDACT #* ${id}`,
    fail("INVALID_TARGET", "#*", "You cannot delete messages from there"),
  );
  await eve.asks("JOIN #x");
  await eve.gets(
    `REDACT #x ${id}`,
    fail("REDACT_FORBIDDEN", `#x ${id}`, "You are not authorised to delete this message"),
  );
  await op.answers();
  // The id of what is there, but is no message; of another conversation; and of nothing.
  for (const unknown of [topic, "nothing"]) {
    await op.gets(
      `REDACT #x ${unknown}`,
      fail("UNKNOWN_MSGID", `#x ${unknown}`, "This message does not exist or is too old"),
    );
  }
  await bob.answers();
  await bob.gets(
    `REDACT op ${id}`,
    fail("UNKNOWN_MSGID", `op ${id}`, "This message does not exist or is too old"),
  );
  await bob.answers();
  assertEquals(withoutTags(await op.asks(`REDACT #x ${id}`)), [`:op!~op@HOST REDACT #x ${id}`]);
  assertEquals(withoutTags(await bob.answers()), [`:op!~op@HOST REDACT #x ${id}`]);
});

Deno.test("two users take back what they said to each other, each its own", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: HISTORY, bob: HISTORY });
  const id = await idOf(alice, "PRIVMSG bob :psst");
  await bob.answers();
  await bob.gets(
    `REDACT alice ${id}`,
    `:${SERVER} FAIL REDACT REDACT_FORBIDDEN alice ${id} :You are not authorised to delete this message`,
  );
  assertEquals(withoutTags(await alice.asks(`REDACT bob ${id}`)), [
    `:alice!~alice@HOST REDACT bob ${id}`,
  ]);
  assertEquals(withoutTags(await bob.answers()), [`:alice!~alice@HOST REDACT bob ${id}`]);
  assertEquals((await bob.asks("CHATHISTORY LATEST alice * 9")).length, 2);
});
