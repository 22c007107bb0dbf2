/**
 * IRC on the wire: METADATA (IRCv3 metadata, as `draft/metadata-3`).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

const CAPS = ["batch", "draft/metadata-3"];
const FREE = { commandRate: 0 };

/** The lines of a batch, without it and without their tags. */
function inBatch(lines: readonly string[], type: string): string[] {
  const [first = "", ...rest] = lines;
  const id = first.split(" ")[2]?.slice(1);
  assertEquals(first, `:${SERVER} BATCH +${id} ${type}`);
  assertEquals(rest.at(-1), `:${SERVER} BATCH -${id}`);
  return rest.slice(0, -1).map((line) => {
    assert(line.startsWith(`@batch=${id} `), line);
    return line.slice(line.indexOf(" ") + 1);
  });
}

const value = (to: string, rest: string) => `:${SERVER} 761 ${to} ${rest}`;
const unset = (to: string, rest: string) => `:${SERVER} 766 ${to} ${rest} :The key is not set`;
const fail = (rest: string) => `:${SERVER} FAIL METADATA ${rest}`;

Deno.test("METADATA: values are set, read, listed and cleared", async () => {
  await using server = new TestServer(FREE);
  await using alice = await IrcPeer.enter(server.port, "alice", ...CAPS);
  await alice.gets(
    "METADATA * SET avatar :https://a.example/é.png",
    value("alice", "alice avatar * :https://a.example/é.png"),
  );
  await alice.gets("METADATA alice SET color :red", value("alice", "alice color * :red"));
  assertEquals(inBatch(await alice.asks("METADATA * GET color none Bad"), "metadata alice"), [
    value("alice", "alice color * :red"),
    unset("alice", "alice none"),
    fail("KEY_INVALID Bad :A key has small letters, digits and _ . / -"),
  ]);
  await using bob = await IrcPeer.enter(server.port, "bob", ...CAPS);
  assertEquals(inBatch(await bob.asks("METADATA alice LIST"), "metadata alice").length, 2);
  const whois = await bob.asks("WHOIS alice");
  assert(whois.includes(`:${SERVER} 760 bob alice color * :red`), whois.join("\n"));
  await bob.gets("METADATA alice CLEAR", fail("KEY_NO_PERMISSION alice * :You may not do this"));
  assertEquals(inBatch(await alice.asks("METADATA * CLEAR"), "metadata alice"), [
    unset("alice", "alice avatar"),
    unset("alice", "alice color"),
  ]);
  await alice.gets("METADATA * SET color", fail("KEY_NOT_SET alice color :The key is not set"));
  await alice.gets(
    `METADATA * SET color :${"x".repeat(281)}`,
    fail("INVALID_VALUE color :A value has at most 280 bytes"),
  );
  await alice.gets(
    "METADATA nobody LIST",
    fail("INVALID_TARGET nobody :There is no such user or channel"),
  );
  await alice.gets(
    "METADATA #none LIST",
    fail("INVALID_TARGET #none :There is no such user or channel"),
  );
  await alice.gets("METADATA * EAT", fail("SUBCOMMAND_INVALID EAT :There is no such subcommand"));
  await alice.gets("METADATA * GET", `:${SERVER} 461 alice METADATA :Not enough parameters`);
});

Deno.test("METADATA: who has subscribed is told, each connection of what it wants", async () => {
  await using server = new TestServer(FREE);
  const { alice, bob } = await server.irc({ alice: CAPS, bob: CAPS });
  await bob.gets(
    "METADATA * SUB color $x avatar",
    fail("KEY_INVALID $x :A key has small letters, digits and _ . / -"),
    `:${SERVER} 770 bob color avatar`,
  );
  await alice.asks("METADATA * SET color :red", "JOIN #x", "METADATA #x SET avatar :x.png");
  const joined = await bob.asks("JOIN #x");
  assertEquals(joined.slice(-2), [
    value("bob", "#x avatar * :x.png"),
    value("bob", "alice color * :red"),
  ]);
  await alice.answers();
  await alice.gets("METADATA * SET color :blue", value("alice", "alice color * :blue"));
  assertEquals(await bob.answers(), [value("bob", "alice color * :blue")]);
  await alice.asks("METADATA * SET color");
  assertEquals(await bob.answers(), [unset("bob", "alice color")]);
  await bob.gets("METADATA * UNSUB color", `:${SERVER} 771 bob color`);
  assertEquals(inBatch(await bob.asks("METADATA * SUBS"), "metadata-subs"), [
    `:${SERVER} 772 bob avatar`,
  ]);
  await alice.asks("METADATA * SET color :green");
  assertEquals(await bob.answers(), []);
  await bob.gets("METADATA * SUB color", `:${SERVER} 770 bob color`, `:${SERVER} 774 bob #x`);
  assertEquals(inBatch(await bob.asks("METADATA #x SYNC"), "metadata #x"), [
    value("bob", "#x avatar * :x.png"),
    value("bob", "alice color * :green"),
  ]);
  await alice.gets(
    "METADATA * SUB avatar",
    `:${SERVER} 770 alice avatar`,
    `:${SERVER} 774 alice #x`,
  );
  await alice.gets("METADATA #x SET avatar :y.png", value("alice", "#x avatar * :y.png"));
  await alice.gets(
    "RENAME #x #y",
    ":alice!~alice@HOST PART #x",
    ":alice!~alice@HOST JOIN #y",
    `:${SERVER} 353 alice = #y :@alice bob`,
    `:${SERVER} 366 alice #y :End of NAMES list`,
  );
  assertEquals(inBatch(await alice.asks("METADATA #y LIST"), "metadata #y"), [
    value("alice", "#y avatar * :y.png"),
  ]);
});

Deno.test("METADATA: another connection of an account receives its own at the welcome, and changes", async () => {
  await using server = await TestServer.with(["alice"]);
  const { peer: first, welcome } = await server.logIn("alice", "alice", ...CAPS);
  assert(welcome.join("\n").includes("BATCH +0 metadata alice"), welcome.join("\n"));
  await first.asks("METADATA * SET color :red");
  const { peer: second, welcome: again } = await server.logIn("alice", "alice", ...CAPS);
  assert(again.some((line) => line.endsWith(` 761 alice alice color * :red`)), again.join("\n"));
  await second.asks("METADATA * SUB color");
  await first.gets("METADATA * SET color :blue", value("alice", "alice color * :blue"));
  assertEquals(await second.answers(), [value("alice", "alice color * :blue")]);
  await second.gets("METADATA * SET color :pink", value("alice", "alice color * :pink"));
  const { bob } = await server.irc({ bob: CAPS });
  await first.asks("JOIN #x");
  await bob.asks("METADATA * SET color :red", "JOIN #x");
  assertEquals((await second.answers()).at(-1), value("alice", "bob color * :red"));
});

Deno.test("METADATA: who does not know it hears nothing of it", async () => {
  await using server = new TestServer(FREE);
  const { alice, bob } = await server.irc({ alice: CAPS, bob: [] });
  await alice.asks("JOIN #x", "METADATA * SET color :red");
  await bob.asks("JOIN #x");
  await alice.asks("METADATA * SET color :blue");
  assertEquals(await bob.answers(), []);
  assert(!(await bob.asks("WHOIS alice")).some((line) => line.includes(" 760 ")));
});
