/**
 * What IRC commands cost: none is free, however short its answer is.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { IrcPeer } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

/** Lines that the codec answers without the hub, or does not answer. */
const WITHOUT_THE_HUB: readonly string[] = [
  "PING x",
  "PONG x",
  "WHAT",
  "NICK",
  "USER",
  "CAP LIST",
  "CAP REQ :batch",
  "CAP END",
  "VERSION",
  "NAMES",
  "PART ,",
  "PRIVMSG , :x",
  "NOTICE",
  "WEBIRC x",
  "@label=x PONG x",
  "MODE nobody",
];

for (const line of WITHOUT_THE_HUB) {
  Deno.test(`"${line}" is not free: a flood of it is read more slowly`, async () => {
    await using server = new TestServer({ commandBurst: 20, commandRate: 0.001 });
    await using eve = await IrcPeer.enter(server.port, "eve");
    await using bob = await IrcPeer.enter(server.port, "bob");
    // It took about five tokens of the twenty to register, and to ask for the mark behind it.
    await eve.write(`${line}\r\n`.repeat(20) + "PRIVMSG bob :all of it was read\r\n");
    for (let i = 0; i < 5; i++) assertEquals(await bob.answers(), []);
  });
}
