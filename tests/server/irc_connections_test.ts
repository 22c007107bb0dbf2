/**
 * Several connections of one user over IRC, at the wire.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

Deno.test("several connections: what one does all see, and the user leaves with the last", async () => {
  await using server = await TestServer.with(["alice"]);
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("JOIN #tea", "TOPIC #tea :leaves");
  const { peer: one } = await server.logIn("alice");
  await one.asks("JOIN #tea");
  const { peer: two, welcome } = await server.logIn("alice", "other");
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
  await using server = await TestServer.with(["alice"]);
  const { peer: one } = await server.logIn("alice");
  const { peer: two } = await server.logIn("alice");
  assertEquals(await one.asks("MODE alice +B"), [":alice!~alice@HOST MODE alice +B"]);
  assertEquals(await two.answers(), [":alice!~alice@HOST MODE alice +B"]);
  const { welcome } = await server.logIn("alice");
  assert(welcome.includes(`:${SERVER} 221 alice +B`), welcome.join("\n"));
});
