/**
 * IRC on the wire: accounts that are always on.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parseAlwaysOn } from "../../lib/server/always_on_options.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { enterAs, makeAccount, PASSWORD } from "../support/login.ts";
import { Json16Peer } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";
import { until } from "../support/within.ts";

const says = (nick: string, words: string) =>
  `:NickServ!NickServ@${SERVER} NOTICE ${nick} :${words}`;
const ON = "You are always on: while you are not connected you stay in your channels, away";
const OFF = "You are not always on: you leave your channels with your last connection";
const HISTORY = ["batch", "message-tags", "server-time", "draft/chathistory"];

Deno.test("always on: alice leaves, is talked to, comes back, and reads it", async () => {
  await using server = await TestServer.with(["alice"]);
  await using bob = await IrcPeer.enter(server.port, "bob", "away-notify", "chghost");
  await bob.asks("JOIN #tea", "TOPIC #tea :leaves");
  {
    const { peer } = await server.logIn("alice");
    await peer.gets("NS SET ALWAYS-ON ON", says("alice", ON));
    await peer.asks("JOIN #tea", "JOIN #den");
    await bob.answers();
    await peer.quits();
  }
  assertEquals(await bob.answers(), [":alice!~alice@HOST AWAY :No client is connected"]);
  await bob.gets(
    "NAMES #tea",
    `:${SERVER} 353 bob = #tea :@bob alice`,
    `:${SERVER} 366 bob #tea :End of NAMES list`,
  );
  await bob.gets(
    "PRIVMSG alice :are you there?",
    `:${SERVER} 301 bob alice :No client is connected`,
  );
  assertEquals(await bob.asks("PRIVMSG #tea :she is not"), []);
  const whois = await bob.asks("WHOIS alice");
  assert(whois.includes(`:${SERVER} 301 bob alice :No client is connected`), whois.join("\n"));
  assert(whois.includes(`:${SERVER} 330 bob alice alice :is logged in as`), whois.join("\n"));
  assertEquals((await bob.asks("WHO #tea"))[1]?.split(" ").slice(7, 9), ["alice", "G"]);
  await bob.gets("MONITOR + alice", `:${SERVER} 730 bob :alice!~alice@HOST`);
  assertEquals((await bob.asks("LIST #den"))[0], `:${SERVER} 322 bob #den 1 :`);
  // A new connection is in its channels before it has said anything.
  const { peer, welcome } = await server.logIn("alice", "elsewhere", ...HISTORY);
  const entered = welcome.filter((line) => / (?:JOIN|332|353) /.test(line))
    .map((line) => line.replace(/^@\S+ /, ""));
  assertEquals(entered, [
    ":alice!~elsewhere@HOST JOIN #tea",
    `:${SERVER} 332 alice #tea :leaves`,
    `:${SERVER} 353 alice = #tea :@bob alice`,
    ":alice!~elsewhere@HOST JOIN #den",
    `:${SERVER} 353 alice = #den :@alice`,
  ]);
  // It can ask for it by itself.
  assert(!welcome.some((line) => line.includes(" PRIVMSG ")), welcome.join("\n"));
  // It comes from the same address under another name.
  assertEquals(
    await bob.answers(),
    [":alice!~alice@HOST CHGHOST ~elsewhere HOST", ":alice!~elsewhere@HOST AWAY"],
  );
  const targets = await peer.asks(
    "CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z 10",
  );
  assertEquals(
    targets.filter((line) => line.includes("CHATHISTORY")).map((line) => line.split(" ")[4]),
    ["bob", "#tea"],
  );
  for (const [target, text] of [["bob", "are you there?"], ["#tea", "she is not"]]) {
    const past = await peer.asks(`CHATHISTORY LATEST ${target} * 10`);
    assert(past.some((line) => line.endsWith(` :${text}`)), past.join("\n"));
  }
});

Deno.test("always on: a client that cannot ask for it is sent what it has missed, once", async () => {
  await using server = await TestServer.with(["alice"]);
  {
    const { peer } = await server.logIn("alice");
    await peer.asks("NS SET ALWAYS-ON ON", "JOIN #tea", "JOIN #den", "PRIVMSG #tea :my own");
    await peer.quits();
  }
  await using bob = await IrcPeer.enter(server.port, "bob", "draft/multiline", "batch");
  await bob.asks(
    "JOIN #tea",
    "PRIVMSG #tea :one",
    "NOTICE #tea :two",
    "PRIVMSG #tea :\x01ACTION waves\x01",
  );
  await bob.asks("PRIVMSG alice :psst", "PRIVMSG alice :\x01VERSION\x01", "PART #tea");
  // The end of the welcome, then what was said, in its order and with its times.
  const { peer: old, welcome } = await server.logIn("alice");
  const said = (line: string) => line.replace(/\[\d{4}-\d\d-\d\d \d\d:\d\d UTC\]/, "[TIME]");
  const missed = [
    ":bob!~bob@HOST PRIVMSG #tea :[TIME] one",
    ":bob!~bob@HOST NOTICE #tea :[TIME] two",
    ":bob!~bob@HOST PRIVMSG #tea :\x01ACTION [TIME] waves\x01",
    ":bob!~bob@HOST PRIVMSG alice :[TIME] psst",
  ];
  assertEquals(welcome.slice(-5).map(said), [
    `:${SERVER} 422 alice :MOTD file is missing`,
    ...missed,
  ]);
  await old.quits();
  // It is sent once, and only to whom comes first.
  await bob.asks("PRIVMSG alice :again");
  const { welcome: second } = await server.logIn("alice", "alice", "server-time", "message-tags");
  assertEquals(second.slice(-2).map((line) => line.replace(/^@\S+/, "@TAGS")), [
    `:${SERVER} 422 alice :MOTD file is missing`,
    "@TAGS :bob!~bob@HOST PRIVMSG alice :again",
  ]);
  assert(/^@\S*time=TIME/.test(second.at(-1) ?? ""), second.at(-1));
  const { welcome: nothing } = await server.logIn("alice");
  assertEquals(nothing.at(-1), `:${SERVER} 422 alice :MOTD file is missing`);
});

Deno.test("always on: nobody is sent what was said where it is not any more, nor without a history", async () => {
  await using server = new TestServer({ commandRate: 0 }, undefined, null);
  await makeAccount(server.port, "alice", PASSWORD);
  const { peer: bare } = await server.logIn("alice");
  await bare.asks("NS SET ALWAYS-ON ON");
  await bare.quits();
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("PRIVMSG alice :psst");
  const { peer: again, welcome } = await server.logIn(
    "alice",
    "alice",
    "labeled-response",
    "batch",
  );
  assertEquals(welcome.at(-1), `:${SERVER} 422 alice :MOTD file is missing`);
  // Its next answers are as they should be.
  assertEquals(await again.asks("@label=x PING y"), [`@label=x :${SERVER} PONG ${SERVER} :y`]);
  await using other = await TestServer.with(["alice"]);
  await using op = await IrcPeer.enter(other.port, "op");
  await op.asks("JOIN #tea");
  const { peer } = await other.logIn("alice");
  await peer.asks("NS SET ALWAYS-ON ON", "JOIN #tea");
  await peer.quits();
  await op.asks("PRIVMSG #tea :while you are a member", "KICK #tea alice");
  const { welcome: none } = await other.logIn("alice");
  assertEquals(none.at(-1), `:${SERVER} 422 alice :MOTD file is missing`);
});

Deno.test("always on: users of the course meet an absent user like any other", async () => {
  await using server = await TestServer.with(["alice"]);
  const { peer } = await server.logIn("alice");
  await peer.asks("NS SET ALWAYS-ON ON", "JOIN #lobby");
  await using pat = await Json16Peer.enter(server.port, "pat");
  await peer.answers();
  await peer.quits();
  // Nothing that its clients would take for a departure has come.
  await pat.does(
    '{"type": "names"}',
    '{"type": "names", "channel": "lobby", "nicks": ["alice", "pat"]}',
  );
  await pat.does(
    '{"type": "dm", "to": "alice", "message": "psst"}',
    '{"type": "dm", "nick": "pat", "to": "alice", "message": "psst"}',
  );
});

Deno.test("always on: what is asked of NickServ, and what it answers", async () => {
  await using server = await TestServer.with(["alice"]);
  const { peer } = await server.logIn("alice");
  await peer.gets("NS SET ALWAYS-ON", says("alice", OFF));
  await peer.gets("PRIVMSG NickServ :set always-on true", says("alice", ON));
  await peer.gets("NS SET ALWAYS-ON ON", says("alice", ON));
  await peer.gets("NS SET ALWAYS-ON", says("alice", ON));
  await peer.gets("NS SET ALWAYS-ON maybe", says("alice", "Say it so: SET ALWAYS-ON ON or OFF"));
  await peer.gets("NS SET EMAIL x", says("alice", "There is no setting EMAIL: I know ALWAYS-ON"));
  await peer.gets("NS SET ALWAYS-ON false", says("alice", OFF));
  await using guest = await IrcPeer.enter(server.port, "guest");
  await guest.gets("NS SET ALWAYS-ON ON", says("guest", "Log in to an account first"));
});

Deno.test("always on: the operator may decide it alone, and bounds it", async () => {
  {
    await using server = await TestServer.with(["alice"], {
      alwaysOn: parseAlwaysOn({ "always-on": "closed" }),
    });
    const { peer } = await server.logIn("alice");
    await peer.gets(
      "NS SET ALWAYS-ON ON",
      says("alice", "The operator of this server says which accounts are always on"),
    );
  }
  await using server = await TestServer.with(["alice"], {
    alwaysOn: parseAlwaysOn({ "always-on-max": "0" }),
  });
  const { peer } = await server.logIn("alice");
  await peer.gets(
    "NS SET ALWAYS-ON ON",
    says("alice", "0 accounts of this server are always on already, so there is no room for yours"),
  );
});

Deno.test("always on: nothing waits for a user that nobody reads", async () => {
  await using server = await TestServer.with(["alice"]);
  const { peer } = await server.logIn("alice");
  await peer.asks("NS SET ALWAYS-ON ON", "JOIN #tea");
  await peer.quits();
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("JOIN #tea");
  const text = "x".repeat(400);
  // More than any outbox holds: 4 MiB to the channel, and as much to alice alone.
  for (let round = 0; round < 100; round++) {
    const lines = Array.from({ length: 100 }, () => `PRIVMSG #tea :${text}`);
    await bob.says(...lines, ...lines.map((line) => line.replace("#tea", "alice")));
    await bob.answers();
  }
  // The last bytes to bob himself may be on their way.
  await until("an empty outbox", () => server.server.status().waiting === 0);
  const { users, absent } = server.server.status();
  assertEquals([users, absent], [1, 1]);
  const { welcome } = await server.logIn("alice");
  assert(welcome.some((line) => line.includes(" JOIN #tea")), welcome.join("\n"));
});

Deno.test("always on: a password that changes ends nothing, and an account that goes ends all", async () => {
  await using server = await TestServer.with(["alice"]);
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("JOIN #tea");
  const { peer } = await server.logIn("alice");
  await peer.asks("NS SET ALWAYS-ON ON", "JOIN #tea", `NS PASSWD ${PASSWORD} another-sesame`);
  await peer.quits();
  await bob.answers();
  {
    const { peer } = await enterAs(server.port, "alice", "alice", "another-sesame");
    assertEquals((await peer.asks("NAMES #tea"))[0]?.split(":").at(-1), "@bob alice");
    await peer.quits();
  }
  assertEquals(await bob.answers(), []);
  assertEquals(await bob.asks("NS DROP alice another-sesame"), [
    ":alice!~alice@HOST QUIT :Account removed",
    says("bob", "alice is no account now"),
  ]);
});

Deno.test("always on: identifying late is coming back, in words that any client follows", async () => {
  await using server = await TestServer.with(["alice"]);
  const { peer } = await server.logIn("alice");
  await peer.asks("NS SET ALWAYS-ON ON", "JOIN #tea");
  await peer.quits();
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("JOIN #tea", "PRIVMSG #tea :meanwhile", "PART #tea");
  await using late = await IrcPeer.enter(server.port, "alice_");
  await late.asks("JOIN #tea");
  const lines = await late.asks(`NS IDENTIFY alice ${PASSWORD}`);
  assertEquals(lines.map((line) => line.split(" ").slice(0, 3).join(" ")), [
    `:${SERVER} 900 alice_`,
    ":alice_!~alice_@HOST PART #tea",
    ":alice_!~alice_@HOST NICK :alice",
    ":alice!~alice_@HOST JOIN #tea",
    `:${SERVER} 353 alice`,
    `:${SERVER} 366 alice`,
    `:NickServ!NickServ@${SERVER} NOTICE alice`,
    ":bob!~bob@HOST PRIVMSG #tea",
  ]);
  assertEquals(await late.asks("PRIVMSG #tea :here"), []);
  await late.gets("NS SET ALWAYS-ON OFF", says("alice", OFF));
  await bob.asks("JOIN #tea");
  await late.quits();
  assertEquals(await bob.answers(), [":alice!~alice_@HOST QUIT :Quit: bye"]);
});

Deno.test("always on: GHOST puts out whoever holds the account's nick, and its channels stay", async () => {
  await using server = await TestServer.with(["alice"]);
  await using bob = await IrcPeer.enter(server.port, "bob");
  await bob.asks("JOIN #tea");
  const { peer: phone } = await server.logIn("alice");
  await phone.asks("JOIN #tea");
  await using peer = await IrcPeer.enter(server.port, "alice_");
  await peer.asks(`NS IDENTIFY alice ${PASSWORD}`, "JOIN #own");
  // From now on there is one user of the account, but these two were there before.
  await phone.asks("NS SET ALWAYS-ON ON");
  const lines = await peer.asks("NS GHOST alice");
  assertEquals(lines.filter((line) => / (?:PART|NICK|JOIN|353) /.test(line)), [
    ":alice_!~alice_@HOST PART #own",
    ":alice_!~alice_@HOST NICK :alice",
    ":alice!~alice_@HOST JOIN #tea",
    `:${SERVER} 353 alice = #tea :@bob alice`,
  ]);
  const end = await phone.untilEnd();
  assert(end.endsWith("ERROR :Closing link: Ended by alice\r\n"), end);
  await bob.answers();
  await peer.asks("PRIVMSG #tea :here I am");
  assertEquals(await bob.answers(), [":alice!~alice_@HOST PRIVMSG #tea :here I am"]);
});
