/**
 * IRC on the wire: a channel with another name (IRCv3 channel-rename), for clients that know RENAME, for those that do
 * not, and for users of the course.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Peer } from "../support/cs168.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { joinPacket, Json16Peer } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";

const RENAME = "draft/channel-rename";
const FREE = { commandRate: 0 };
const ALICE = "alice!~alice@HOST";
const BOB = "bob!~bob@HOST";

/** alice, who knows RENAME, has made #x; bob, who does not, is in it. */
async function pair(server: TestServer, ...caps: readonly string[]): Promise<[IrcPeer, IrcPeer]> {
  const { alice, bob } = await server.irc({ alice: [RENAME], bob: caps });
  await alice.asks("JOIN #x");
  await bob.asks("JOIN #x");
  await alice.answers();
  return [alice, bob];
}

Deno.test("those who know RENAME receive it, and the others leave and enter", async () => {
  await using server = new TestServer(FREE);
  const [alice, bob] = await pair(server);
  await alice.asks("TOPIC #x :tea");
  await bob.answers();
  await alice.gets("RENAME #X #y :better", `:${ALICE} RENAME #x #y :better`);
  const [part, join, topic, whotime, names, end, ...rest] = await bob.answers();
  assertEquals([part, join, topic, names, end], [
    `:${BOB} PART #x :better`,
    `:${BOB} JOIN #y`,
    `:${SERVER} 332 bob #y :tea`,
    `:${SERVER} 353 bob = #y :@alice bob`,
    `:${SERVER} 366 bob #y :End of NAMES list`,
  ]);
  assertEquals(whotime?.replace(/\d{10}$/, "WHEN"), `:${SERVER} 333 bob #y ${ALICE} WHEN`);
  assertEquals(rest, []);
  await bob.gets("PRIVMSG #y :hi");
  assertEquals(await alice.answers(), [`:${BOB} PRIVMSG #y :hi`]);
  await bob.gets("PRIVMSG #x :hi", `:${SERVER} 403 bob #x :No such channel`);
  await bob.gets(
    "JOIN #x",
    `:${BOB} JOIN #x`,
    `:${SERVER} 353 bob = #x :@bob`,
    `:${SERVER} 366 bob #x :End of NAMES list`,
  );
});

Deno.test("who renames without knowing RENAME leaves and enters as well; a change of case is nothing to it", async () => {
  await using server = new TestServer(FREE);
  const { alice } = await server.irc({ alice: ["extended-join", "no-implicit-names"] });
  await alice.asks("JOIN #x");
  await alice.gets("RENAME #x #X");
  await alice.gets("TOPIC #x", `:${SERVER} 331 alice #X :No topic is set`);
  await alice.asks("JOIN #z");
  await alice.gets("RENAME #z #y", `:${ALICE} PART #z`, `:${ALICE} JOIN #y * :alice of the hills`);
});

Deno.test("an answer to RENAME is one labelled unit", async () => {
  await using server = new TestServer(FREE);
  const { alice } = await server.irc({ alice: ["batch", "labeled-response", RENAME] });
  const { carol } = await server.irc({ carol: ["batch", "labeled-response"] });
  await alice.asks("JOIN #x");
  await carol.asks("JOIN #z");
  await alice.gets("@label=1 RENAME #x #y", `@label=1 :${ALICE} RENAME #x #y :`);
  const lines = await carol.asks("@label=2 RENAME #z #w");
  assertEquals([lines[0], lines.at(-1)], [
    `@label=2 :${SERVER} BATCH +0 labeled-response`,
    `:${SERVER} BATCH -0`,
  ]);
});

Deno.test("what cannot be renamed is answered with FAIL RENAME", async () => {
  await using server = new TestServer(FREE);
  const [alice, bob] = await pair(server);
  await bob.asks("JOIN #tea");
  const fail = (code: string, names: string, words: string) =>
    `:${SERVER} FAIL RENAME ${code} ${names} :${words}`;
  await alice.gets(
    "RENAME #x #Tea",
    fail("CHANNEL_NAME_IN_USE", "#x #Tea", "There is a channel Tea already"),
  );
  await alice.gets("RENAME #x y", fail("CANNOT_RENAME", "#x y", "No channel can be called so"));
  await alice.gets(
    "RENAME #x #a,b",
    fail("CANNOT_RENAME", "#x #a,b", "No channel can be called so"),
  );
  await alice.gets(
    "RENAME #x #lobby",
    fail("CANNOT_RENAME", "#x #lobby", "x cannot be renamed: the lobby keeps its name"),
  );
  await bob.gets("RENAME #x #y", `:${SERVER} 482 bob #x :You're not channel operator`);
  await bob.gets("RENAME #none #y", `:${SERVER} 403 bob #none :No such channel`);
  await alice.gets("RENAME #x", `:${SERVER} 461 alice RENAME :Not enough parameters`);
  await alice.gets("RENAME #x #y", `:${ALICE} RENAME #x #y :`);
  await alice.gets(
    "RENAME #y #z",
    fail("CANNOT_RENAME", "#y #z", "y was renamed a moment ago: wait a minute"),
  );
});

Deno.test("users of the course stay in the channel, and learn what it is called", async () => {
  await using server = new TestServer(FREE);
  const { alice } = await server.irc({ alice: [RENAME] });
  await alice.asks("JOIN #den");
  await using carl = await Peer.enter(server.port, "carl");
  await carl.does("/join den");
  await using jo = await Json16Peer.enter(server.port, "jo");
  await jo.does(
    '{"type": "join", "channel": "den"}',
    joinPacket("jo"),
    '{"type": "entered", "channel": "den"}',
  );
  await carl.sees("jo has joined");
  await alice.asks("RENAME #den #tea :leaves");
  await carl.sees("den is called tea now, says alice (leaves)");
  await jo.untilBarrier();
  await carl.does("/list", "tea\nlobby");
  await alice.asks("PRIVMSG #tea :hi");
  await carl.sees("[alice] hi");
  await jo.does(
    '{"type": "names"}',
    '{"type": "chat", "nick": "alice", "message": "hi"}',
    '{"type": "names", "channel": "tea", "nicks": ["alice", "carl", "jo"]}',
  );
});

Deno.test("the history and what was read of it go on under the new name; nobody finds them under the old one", async () => {
  const caps = ["batch", "message-tags", "server-time", "draft/chathistory", "draft/read-marker"];
  await using server = await TestServer.with(["alice", "bob"]);
  const { peer: alice } = await server.logIn("alice", "alice", RENAME, ...caps);
  const { peer: bob } = await server.logIn("bob", "bob", ...caps);
  const past = async (peer: IrcPeer, target: string) =>
    (await peer.asks(`CHATHISTORY LATEST ${target} * 10`))
      .filter((line) => line.includes(" PRIVMSG "))
      .map((line) => line.slice(line.indexOf(" PRIVMSG ") + 9));
  await alice.asks("JOIN #x");
  await bob.asks("JOIN #x");
  await alice.asks("PRIVMSG #x :before");
  await bob.asks("MARKREAD #x timestamp=2020-01-02T03:04:05.678Z");
  await alice.asks("RENAME #x #y");
  await alice.asks("PRIVMSG #y :after");
  await bob.asks("JOIN #x");
  assertEquals(await past(bob, "#y"), ["#y :before", "#y :after"]);
  assertEquals(await past(bob, "#x"), []);
  await bob.gets("MARKREAD #y", `:${SERVER} MARKREAD #y timestamp=2020-01-02T03:04:05.678Z`);
});
