/**
 * IRC on the wire: history that belongs to accounts. It follows them through nicks, connections and empty channels, and
 * nobody else gets it with a name.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { makeAccount, PASSWORD } from "../support/login.ts";
import { TestServer } from "../support/server.ts";

const HISTORY = ["batch", "message-tags", "server-time", "draft/chathistory"];
const REFUSED = (target: string) => [
  `:${SERVER} FAIL CHATHISTORY INVALID_TARGET LATEST ${target} :Messages could not be retrieved`,
];

/** What `peer` reads of `target`: `nick: text`. */
async function past(peer: IrcPeer, target: string): Promise<string[]> {
  const lines = await peer.asks(`CHATHISTORY LATEST ${target} * 100`);
  if (lines[0]?.includes(" FAIL ")) return lines;
  return lines.filter((line) => line.includes(" PRIVMSG ")).map((line) => {
    const [, nick = "", text = ""] = /:(\S+?)!\S+ PRIVMSG \S+ :(.*)$/.exec(line) ?? [];
    return `${nick}: ${text}`;
  });
}

Deno.test("two accounts read what they said to each other after they were gone", async () => {
  await using server = await TestServer.with(["alice", "bob"]);
  {
    const { peer: alice } = await server.logIn("alice");
    const { peer: bob } = await server.logIn("bob");
    await alice.asks("PRIVMSG bob :psst");
    await bob.asks("PRIVMSG alice :what?");
    await bob.quits();
    await alice.quits();
  }
  const { peer: alice } = await server.logIn("alice", "alice", ...HISTORY);
  assertEquals(await past(alice, "bob"), ["alice: psst", "bob: what?"]);
  await using eve = await IrcPeer.enter(server.port, "eve", ...HISTORY);
  assertEquals(await past(eve, "alice"), []);
  assertEquals(await past(eve, "bob"), REFUSED("bob"));
});

Deno.test("an account that is made under a nick gets nothing of who had the nick without one", async () => {
  await using server = await TestServer.with(["alice"]);
  const { peer: alice } = await server.logIn("alice", "alice", ...HISTORY);
  const guest = await IrcPeer.enter(server.port, "carol");
  await alice.asks("PRIVMSG carol :for the guest");
  await guest.asks("PRIVMSG alice :from the guest");
  await guest.quits();
  await makeAccount(server.port, "carol", PASSWORD);
  const { peer: carol } = await server.logIn("carol", "carol", ...HISTORY);
  assertEquals(await past(carol, "alice"), []);
});

Deno.test("who comes back to a channel that was empty reads what it was there for, and a stranger nothing", async () => {
  await using server = await TestServer.with(["alice", "bob"]);
  const { peer: alice } = await server.logIn("alice", "alice", ...HISTORY);
  const { peer: bob } = await server.logIn("bob", "bob", ...HISTORY);
  await alice.asks("JOIN #x", "PRIVMSG #x :one");
  await bob.asks("JOIN #x", "PRIVMSG #x :two");
  // By quitting, which takes the name before the channel learns of it.
  await bob.quits();
  await alice.asks("PRIVMSG #x :three, without bob", "PART #x");
  await using eve = await IrcPeer.enter(server.port, "eve", ...HISTORY);
  await eve.asks("JOIN #x", "PRIVMSG #x :anew");
  assertEquals(await past(eve, "#x"), ["eve: anew"]);
  await alice.asks("JOIN #x");
  assertEquals(await past(alice, "#x"), [
    "alice: one",
    "bob: two",
    "alice: three, without bob",
    "eve: anew",
  ]);
  const { peer: again } = await server.logIn("bob", "bob", ...HISTORY);
  await again.asks("JOIN #x");
  assertEquals(await past(again, "#x"), ["alice: one", "bob: two", "eve: anew"]);
  const texts = async (question: string) =>
    (await again.asks(`CHATHISTORY ${question}`)).filter((line) => line.includes(" PRIVMSG "))
      .map((line) => line.slice(line.lastIndexOf(":") + 1));
  assertEquals(await texts("LATEST #x * 2"), ["two", "anew"]);
  assertEquals(await texts("AFTER #x timestamp=2001-01-01T00:00:00.000Z 2"), ["one", "two"]);
});

Deno.test("who logs in while it is in a channel was there with its account", async () => {
  await using server = await TestServer.with(["alice"]);
  const guest = await IrcPeer.enter(server.port, "guest");
  await guest.asks("JOIN #x", "PRIVMSG #x :as a guest");
  await guest.asks(`PRIVMSG NickServ :IDENTIFY alice ${PASSWORD}`, "PRIVMSG #x :as alice");
  await guest.quits();
  const { peer: alice } = await server.logIn("alice", "alice", ...HISTORY);
  await alice.asks("JOIN #x");
  const read = await past(alice, "#x");
  assertEquals(read.map((line) => line.split(": ")[1]), ["as a guest", "as alice"]);
});

Deno.test("what was read on one connection of an account is marked on the others, and for those to come", async () => {
  await using server = await TestServer.with(["alice"]);
  const caps = ["draft/read-marker"];
  const { peer: first } = await server.logIn("alice", "alice", ...caps);
  const { peer: second } = await server.logIn("alice", "alice", ...caps);
  const { peer: old } = await server.logIn("alice");
  await first.asks("JOIN #x");
  await second.answers();
  await old.answers();
  const marked = `:${SERVER} MARKREAD #x timestamp=2022-11-11T11:11:11.111Z`;
  await first.gets("MARKREAD #x timestamp=2022-11-11T11:11:11.111Z", marked);
  assertEquals(await second.answers(), [marked]);
  assertEquals(await old.answers(), []);
  await first.gets("MARKREAD #x", marked);
  assertEquals(await second.answers(), []);
  const { welcome } = await server.logIn("alice", "alice", ...caps);
  const [at, end] = [welcome.indexOf(marked), welcome.findIndex((line) => line.includes(" 366 "))];
  assert(at > 0 && at < end, welcome.join("\n"));
});

Deno.test("with an account goes what it has said", async () => {
  await using server = await TestServer.with(["alice", "bob"]);
  const { peer: alice } = await server.logIn("alice");
  const { peer: bob } = await server.logIn("bob", "bob", ...HISTORY);
  await bob.asks("JOIN #x", "PRIVMSG #x :by bob");
  await alice.asks("JOIN #x", "PRIVMSG #x :by alice", "PRIVMSG bob :to bob");
  const said = (await alice.asks(`PRIVMSG NickServ :DROP alice ${PASSWORD}`)).join("\n");
  assert(/NOTICE/.test(said), said);
  await alice.asks("QUIT").catch(() => {});
  await bob.answers();
  assertEquals(await past(bob, "#x"), ["bob: by bob"]);
});
