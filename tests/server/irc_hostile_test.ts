/**
 * IRC on the wire: lines that no client sends by mistake. Each is refused for what it is, and the connection lives.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

const TOO_LONG = `:${SERVER} 417 eve :Input line was too long`;

const LINES: readonly (readonly [string, string | Uint8Array, ...string[]])[] = [
  ["a line of 513 bytes", `PING ${"x".repeat(506)}\r\n`, TOO_LONG],
  ["a line of 4,700 bytes", `PRIVMSG #x :${"x".repeat(4700)}\r\n`, TOO_LONG],
  ["a line of 30,000 bytes", `${"x".repeat(30_000)}\r\n`, TOO_LONG],
  ["tags above the limit", `@a=${"x".repeat(4093)} PING x\r\n`, TOO_LONG],
  ["nothing but tags", `@${"x".repeat(100)}\r\n`],
  ["nothing but a source", ":eve\r\n"],
  ["nothing but spaces", "     \r\n"],
  ["lone newlines", "\n\n\n"],
  ["a lone return within a line", "PI\rNG x\r\n", `:${SERVER} PONG ${SERVER} :x`],
  ["NUL", "PI\0NG x\r\n", `:${SERVER} PONG ${SERVER} :x`],
  ["lower case and spaces", "   ping    x   \r\n", `:${SERVER} PONG ${SERVER} :x`],
  [
    "invalid UTF-8",
    new Uint8Array([...new TextEncoder().encode("PRIVMSG #x :"), 0xc3, 0x28, 13, 10]),
    `:${SERVER} FAIL PRIVMSG INVALID_UTF8 :The line was dropped: send it in UTF-8`,
  ],
  ["sixteen parameters", `TOPIC ${"a ".repeat(15)}b\r\n`, `:${SERVER} 403 eve a :No such channel`],
  ["a command of no letters", "\x01\x02 x\r\n", `:${SERVER} 421 eve \x01\x02 :Unknown command`],
  ["a command with a colon", "PRI:VMSG x\r\n", `:${SERVER} 421 eve PRI:VMSG :Unknown command`],
  [
    "a property of every object",
    "CONSTRUCTOR x\r\n",
    `:${SERVER} 421 eve CONSTRUCTOR :Unknown command`,
  ],
];

for (const [title, bytes, ...answers] of LINES) {
  Deno.test(`${title}: ${answers[0]?.split(" ")[1] ?? "nothing"}, and it goes on`, async () => {
    await using server = new TestServer({ commandRate: 0 });
    await using eve = await IrcPeer.enter(server.port, "eve");
    await eve.write(bytes);
    assertEquals(await eve.answers(), answers);
  });
}

Deno.test("a line without an end is dropped, and at 64 KiB its connection", async () => {
  await using server = new TestServer();
  await using eve = await IrcPeer.enter(server.port, "eve");
  await eve.flood(new Uint8Array(64 * 1024).fill(0x78), 20);
  await eve.rest();
  await server.log.find(/#1 ended: oversize frame/);
});

Deno.test("500 channels in one line are as many as fit, and one user may be in so many", async () => {
  await using server = new TestServer({ commandRate: 0, maxJoined: 10 });
  await using eve = await IrcPeer.enter(server.port, "eve");
  const names = Array.from({ length: 120 }, (_, i) => `#${i}`);
  const lines = await eve.asks(`JOIN ${names.join(",")}`);
  const refused = lines.filter((line) => line.includes(" 405 "));
  assertEquals(refused.length, 110);
  assertEquals(refused[0], `:${SERVER} 405 eve #10 :You have joined too many channels`);
});

Deno.test("a hundred changes of modes are the first twelve with a parameter", async () => {
  await using server = new TestServer({ commandRate: 0 });
  await using eve = await IrcPeer.enter(server.port, "eve");
  await eve.asks("JOIN #x");
  const masks = Array.from({ length: 13 }, (_, i) => `m${i}`);
  const [line = ""] = await eve.asks(`MODE #x +${"b".repeat(100)} ${masks.join(" ")}`);
  assertEquals(line.split(" ").slice(3, 5), ["+bbbbbbbbbbbb", "m0!*@*"]);
  assert(!line.includes("m12"), line);
});

Deno.test("masks made to blow up a matcher cost no time", async () => {
  await using server = new TestServer({ commandRate: 0 });
  await using eve = await IrcPeer.enter(server.port, "eve");
  await eve.asks("JOIN #x");
  // A matcher that tries all ways would never be done.
  await eve.asks(
    `MODE #x +b ${"*a".repeat(60)}b`,
    ...Array.from({ length: 200 }, () => `WHO ${"*a".repeat(70)}b`),
    ...Array.from({ length: 200 }, () => `LIST ${"*a".repeat(70)}b`),
    ...Array.from({ length: 200 }, () => `PRIVMSG #x :${"a".repeat(300)}`),
  );
});

Deno.test("no two users hold one name, whatever they ask for at once", async () => {
  await using server = new TestServer();
  const peers = await Promise.all(Array.from({ length: 8 }, () => IrcPeer.connect(server.port)));
  const told = await Promise.all(peers.map((peer) => peer.asks("NICK same", "USER s 0 * :S")));
  assertEquals(told.filter((lines) => lines[0]?.includes(" 001 same ")).length, 1);
  assertEquals(told.filter((lines) => lines[0]?.includes(" 433 ")).length, 7);
  for (const peer of peers) peer.close();
});
