/**
 * Registered channels of the real process, at the wire: ChanServ, CHANREG, and a restart.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Place } from "../data/plan.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { account, startIn } from "../support/kept_server.ts";
import { enterAs } from "../support/login.ts";

const says = (nick: string, words: string) =>
  `:ChanServ!ChanServ@${SERVER} NOTICE ${nick} :${words}`;

Deno.test("channels: founder, operators, topic, modes and lists are there after a crash", async () => {
  using place = new Place();
  for (const name of ["alice", "bob"]) await account(place, ["add", name], `${name}-password\n`);
  const enter = async (port: number, name: string) =>
    (await enterAs(port, name, name, `${name}-password`)).peer;
  {
    await using server = await startIn(place);
    await using alice = await enter(server.port, "alice");
    await using bob = await enter(server.port, "bob");
    await using eve = await IrcPeer.enter(server.port, "eve");
    await alice.asks("JOIN #tea");
    await bob.asks("JOIN #tea");
    await eve.gets(
      "CHANREG REGISTER #tea",
      `:${SERVER} FAIL CHANREG ACCOUNT_REQUIRED :Log in to an account first`,
    );
    await bob.gets("CS REGISTER #tea", `:${SERVER} 482 bob #tea :You're not channel operator`);
    assertEquals(await alice.asks("PRIVMSG ChanServ :REGISTER #tea"), [
      ":bob!~bob@HOST JOIN #tea",
      `:${SERVER} MODE #tea +q-o alice alice`,
      says("alice", "#tea belongs to alice now"),
    ]);
    await alice.asks("CS OP #tea bob", "TOPIC #tea :leaves", "MODE #tea +bk eve!*@* secret");
    // What was asked of the database before these is written when they are answered.
    for (let i = 0; i < 2; i++) await alice.asks("NS INFO bob");
    server.signal("SIGKILL");
  }
  await using server = await startIn(place);
  await using eve = await IrcPeer.enter(server.port, "eve");
  await eve.gets("JOIN #tea", `:${SERVER} 474 eve #tea :Cannot join channel (+b)`);
  await using bob = await enter(server.port, "bob");
  const entered = await bob.asks("JOIN #tea");
  assertEquals(entered.slice(0, 2), [
    ":bob!~bob@HOST JOIN #tea",
    `:${SERVER} MODE #tea +o bob`,
  ]);
  assert(entered.includes(`:${SERVER} 332 bob #tea :leaves`), entered.join("\n"));
  await using alice = await enter(server.port, "alice");
  assert((await alice.asks("JOIN #tea")).includes(`:${SERVER} 353 alice = #tea :@bob ~alice`));
  assertMatch((await eve.asks("CS INFO #tea")).join(), /:#tea belongs to alice since /);
  await bob.answers();
  await bob.gets(
    "CHANREG DROP #tea",
    `:${SERVER} FAIL CHANREG NOT_FOUNDER #tea :tea belongs to somebody else`,
  );
  assertEquals(
    (await alice.asks("CHANREG DROP #tea")).at(-1),
    `:${SERVER} CHANREG SUCCESS #tea :#tea is nobody's now`,
  );
});

Deno.test("channels: deleting an account deletes its channels, in a server that runs", async () => {
  using place = new Place();
  await account(place, ["add", "alice"], "open-sesame\n");
  await using server = await startIn(place);
  const { peer: alice } = await enterAs(server.port, "alice", "alice", "open-sesame");
  await using _alice = alice;
  await alice.asks("JOIN #tea", "CS REGISTER #tea");
  await account(place, ["delete", "alice"]);
  await alice.until(" 901 alice ");
  assertEquals((await alice.asks("CS INFO #tea")).at(-1), says("alice", "tea belongs to nobody"));
});
