/**
 * Several connections of one user over IRC, at the wire.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { AccountSettings } from "../../lib/server/account_settings.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { enterAs, makeAccount } from "../support/login.ts";
import { TestServer } from "../support/server.ts";

async function withAlice(accounts: Partial<AccountSettings> = {}): Promise<TestServer> {
  const server = new TestServer({ commandRate: 0 }, undefined, undefined, accounts);
  await makeAccount(server.port, "alice", "open-sesame");
  return server;
}

Deno.test("several connections: what one does all see, and the user leaves with the last", async () => {
  await using server = await withAlice();
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("JOIN #tea", "TOPIC #tea :leaves");
  const { peer: one } = await enterAs(server.port, "alice", "alice", "open-sesame");
  await using _one = one;
  await one.asks("JOIN #tea");
  const { peer: two, welcome } = await enterAs(server.port, "other", "alice", "open-sesame");
  await using _two = two;
  assert(welcome[0]?.includes(" 001 alice "), welcome[0]);
  const at = welcome.indexOf(":alice!~alice@HOST JOIN #tea");
  assertEquals(welcome.slice(at, at + 5).map((line) => line.split(" ")[1]), [
    "JOIN",
    "332",
    "333",
    "353",
    "366",
  ]);
  await bob.answers();
  await bob.asks("PRIVMSG #tea :to all", "PRIVMSG alice :to one");
  const heard = [":bob!~bob@HOST PRIVMSG #tea :to all", ":bob!~bob@HOST PRIVMSG alice :to one"];
  assertEquals([await one.answers(), await two.answers()], [heard, heard]);
  // What one says, the other reads as well; neither had asked for echoes.
  assertEquals(await one.asks("PRIVMSG #tea :mine", "PRIVMSG bob :mine too"), []);
  assertEquals(await two.answers(), [
    ":alice!~alice@HOST PRIVMSG #tea :mine",
    ":alice!~alice@HOST PRIVMSG bob :mine too",
  ]);
  assertEquals((await bob.answers()).length, 2);
  // Coming, going and names are the user's.
  const [joined] = await two.asks("JOIN #den");
  const also = await one.answers();
  assertEquals([joined, also[0]], [":alice!~alice@HOST JOIN #den", ":alice!~alice@HOST JOIN #den"]);
  assertEquals(also.map((line) => line.split(" ")[1]), ["JOIN", "353", "366"]);
  assertEquals(await one.asks("PART #den"), [":alice!~alice@HOST PART #den"]);
  assertEquals(await two.answers(), [":alice!~alice@HOST PART #den"]);
  assertEquals(await two.asks("NICK alicia"), [":alice!~alice@HOST NICK :alicia"]);
  assertEquals(await one.answers(), [":alice!~alice@HOST NICK :alicia"]);
  await one.asks("NICK alice");
  await two.answers();
  // A question is answered to who asked.
  assertEquals((await one.asks("WHOIS bob")).length > 3, true);
  assertEquals(await two.answers(), []);
  assertEquals(await bob.answers(), [
    ":alice!~alice@HOST NICK :alicia",
    ":alicia!~alice@HOST NICK :alice",
  ]);
  await one.says("QUIT :bye");
  await one.untilEnd();
  assertEquals(await bob.answers(), []);
  await two.says("QUIT :bye");
  await two.untilEnd();
  assertEquals(await bob.answers(), [":alice!~alice@HOST QUIT :Quit: bye"]);
});

Deno.test("several connections: a kill and an OPER are the user's", async () => {
  await using server = await withAlice();
  const { peer: one } = await enterAs(server.port, "alice", "alice", "open-sesame");
  const { peer: two } = await enterAs(server.port, "alice", "alice", "open-sesame");
  await using _one = one;
  await using _two = two;
  assertEquals(await one.asks("MODE alice +B"), [":alice!~alice@HOST MODE alice +B"]);
  assertEquals(await two.answers(), [":alice!~alice@HOST MODE alice +B"]);
  const { peer: three, welcome } = await enterAs(server.port, "alice", "alice", "open-sesame");
  await using _three = three;
  assert(welcome.includes(`:${SERVER} 221 alice +B`), welcome.join("\n"));
});
