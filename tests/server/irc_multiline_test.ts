/**
 * IRC on the wire: messages of several lines, for those who know them and for those who do not.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { Json16Peer } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";

const TAGS = ["message-tags", "echo-message", "batch", "labeled-response"];
const MULTILINE = [...TAGS, "draft/multiline"];
const ALICE = ":alice!~alice@HOST";

/** Lines with `B` for the name of the batch, which is the id of its message. */
function named(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line.replace(/(batch=|BATCH [+-])[0-9a-z]{26}/g, "$1B").replace(/msgid=\w{26}/, "msgid=ID")
  );
}

const POEM = [
  "@+react=x BATCH +7 draft/multiline #x",
  "@batch=7 PRIVMSG #x :roses",
  "@batch=7 PRIVMSG #x :",
  "@batch=7 PRIVMSG #x :are ",
  "@batch=7;draft/multiline-concat PRIVMSG #x :red",
  "BATCH -7",
];

Deno.test("a message of several lines is one batch, and its lines alone for who knows no batch", async () => {
  await using server = new TestServer();
  const { alice, bob, cat } = await server.irc({
    alice: MULTILINE,
    bob: MULTILINE,
    cat: ["message-tags"],
  });
  await using pat = await Json16Peer.enter(server.port, "pat");
  await pat.sends('{"type": "join", "channel": "x"}');
  for (const peer of [alice, bob, cat]) await peer.asks("JOIN #x");
  for (const peer of [alice, bob, cat]) await peer.answers();
  await pat.untilBarrier();
  const block = [
    `@msgid=ID;+react=x ${ALICE} BATCH +B draft/multiline #x`,
    `@batch=B ${ALICE} PRIVMSG #x :roses`,
    `@batch=B ${ALICE} PRIVMSG #x :`,
    `@batch=B ${ALICE} PRIVMSG #x :are `,
    `@batch=B;draft/multiline-concat ${ALICE} PRIVMSG #x :red`,
    `${ALICE} BATCH -B`,
  ];
  assertEquals(named(await alice.asks(...POEM)), block);
  assertEquals(named(await bob.answers()), block);
  assertEquals(await cat.answers(), [
    `@msgid=ID;+react=x ${ALICE} PRIVMSG #x :roses`,
    `@+react=x ${ALICE} PRIVMSG #x :are `,
    `@+react=x ${ALICE} PRIVMSG #x :red`,
  ]);
  await pat.sees('{"type": "chat", "nick": "alice", "message": "roses are red"}');
});

Deno.test("a label stands at the beginning of the batch, and nowhere else", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...MULTILINE);
  await alice.asks("JOIN #x");
  const labelled = POEM.map((line, i) => i === 0 ? line.replace("@", "@label=5;") : line);
  const [first, ...rest] = named(await alice.asks(...labelled));
  assertEquals(first, `@label=5;msgid=ID;+react=x ${ALICE} BATCH +B draft/multiline #x`);
  assertEquals(rest.length, 5);
  assertEquals(rest.filter((line) => line.includes("label")), []);
  const wrong = ["@label=6 BATCH +8 draft/multiline #x", "@batch=8 PRIVMSG #y :hi", "BATCH -8"];
  assertEquals(await alice.asks(...wrong), [
    `@label=6 :${SERVER} FAIL BATCH MULTILINE_INVALID_TARGET #x #y :Invalid multiline target`,
  ]);
});

Deno.test("a message of several lines is in the history as it was said", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", ...MULTILINE, "draft/chathistory");
  await alice.asks("JOIN #x");
  const said = await alice.asks(...POEM);
  const read = await alice.asks("CHATHISTORY LATEST #x * 1");
  assertEquals(named(read).slice(1, -1), [
    `@batch=0;msgid=ID;+react=x ${ALICE} BATCH +B draft/multiline #x`,
    ...named(said).slice(1),
  ]);
  await alice.asks("CAP REQ -draft/multiline");
  assertEquals(named(await alice.asks("CHATHISTORY LATEST #x * 1")).slice(1, -1), [
    `@batch=1;msgid=ID;+react=x ${ALICE} PRIVMSG #x :roses`,
    `@batch=1;+react=x ${ALICE} PRIVMSG #x :are `,
    `@batch=1;+react=x ${ALICE} PRIVMSG #x :red`,
  ]);
});

Deno.test("several lines go to one user as well, and a long text of another protocol is one batch", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: MULTILINE, bob: MULTILINE });
  await alice.asks(
    "BATCH +1 draft/multiline bob",
    "@batch=1 NOTICE bob :one",
    "@batch=1 NOTICE bob :two",
    "BATCH -1",
  );
  assertEquals(named(await bob.answers()), [
    `@msgid=ID ${ALICE} BATCH +B draft/multiline bob`,
    `@batch=B ${ALICE} NOTICE bob :one`,
    `@batch=B ${ALICE} NOTICE bob :two`,
    `${ALICE} BATCH -B`,
  ]);
  await using pat = await Json16Peer.enter(server.port, "pat");
  await bob.asks("JOIN #lobby");
  for (const length of [1000, 5000]) {
    await pat.sends(`{"type": "chat", "message": "${"x".repeat(length)}"}`);
    await pat.untilBarrier();
    const lines = await bob.answers();
    const texts = lines.filter((line) => line.includes("PRIVMSG"));
    assertEquals(
      texts.map((line) => line.slice(line.lastIndexOf(":") + 1)).join("").length,
      length,
    );
    // What is more than a batch may hold comes line by line.
    assertEquals(lines.length - texts.length, length === 1000 ? 2 : 0);
  }
});

Deno.test("a batch that is wrong says so once, and nothing of it is said", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: MULTILINE, bob: [] });
  for (const peer of [alice, bob]) await peer.asks("JOIN #x");
  await alice.answers();
  const open = "BATCH +1 draft/multiline #x";
  const line = (text: string, target = "#x", command = "PRIVMSG") =>
    `@batch=1 ${command} ${target} :${text}`;
  const joined = "@batch=1;draft/multiline-concat PRIVMSG #x :";
  const wrong: [string[], string][] = [
    [[open, line("a"), line("b", "#x", "NOTICE"), line("c"), "BATCH -1"], "MULTILINE_INVALID"],
    [[open, line("a"), joined, "BATCH -1"], "MULTILINE_INVALID"],
    [[open, line(""), line(" "), "BATCH -1"], "MULTILINE_INVALID"],
    [[open, "BATCH -1"], "MULTILINE_INVALID"],
    [[open, line("x", "#x", "TAGMSG"), "BATCH -1"], "MULTILINE_INVALID"],
    [[open, "@batch=2 PRIVMSG #x :a", "BATCH -1"], "MULTILINE_INVALID"],
    [[open, open, line("a"), "BATCH -1"], "MULTILINE_INVALID"],
    [[line("a")], "MULTILINE_INVALID"],
    [["BATCH -1"], "MULTILINE_INVALID"],
    [[open, line("a", "#y"), "BATCH -1"], "MULTILINE_INVALID_TARGET #x #y"],
    [[open, ...Array(33).fill(line("a")), "BATCH -1"], "MULTILINE_MAX_LINES 32"],
    [[open, ...Array(11).fill(line("x".repeat(400))), "BATCH -1"], "MULTILINE_MAX_BYTES 4096"],
    [["BATCH +1 netsplit #x", line("a"), "BATCH -1"], "UNKNOWN_TYPE 1 netsplit"],
    [["BATCH +a:b draft/multiline #x"], "INVALID_REFTAG *"],
  ];
  for (const [lines, fault] of wrong) {
    const answers = await alice.asks(...lines);
    assertEquals(answers.length, 1, `${lines[1]}: ${answers.join("\n")}`);
    assertMatch(answers[0] ?? "", new RegExp(` FAIL BATCH ${fault.replace("*", "\\*")} :`));
  }
  await alice.gets("BATCH", `:${SERVER} 461 alice BATCH :Not enough parameters`);
  const nobody = "BATCH +1 draft/multiline nobody";
  assertEquals(await alice.asks(nobody, line("a", "nobody"), "BATCH -1"), [
    `:${SERVER} 401 alice nobody :No such nick/channel`,
  ]);
  assertEquals(await bob.answers(), []);
  await bob.gets("BATCH +1 draft/multiline #x", `:${SERVER} 421 bob BATCH :Unknown command`);
});
