/**
 * IRC on the wire: channels, their modes and lists, and users, each answered with the numerics that clients know.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

const ALICE = "alice!~alice@HOST";
const BOB = "bob!~bob@HOST";

/** What is said of the time in a numeric. */
function timeless(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/ \d{10}\b/, " WHEN"));
}

/** alice, who has made #x, and bob, who is in it. */
async function pair(server: TestServer, ...caps: readonly string[]): Promise<[IrcPeer, IrcPeer]> {
  const { alice, bob } = await server.irc({ alice: [], bob: caps });
  await alice.asks("JOIN #x");
  await bob.asks("JOIN #x");
  await alice.answers();
  return [alice, bob];
}

Deno.test("whoever makes a channel is its operator; the case of its name does not matter", async () => {
  await using server = new TestServer();
  const [alice, bob] = await pair(server);
  await bob.gets("JOIN #X");
  await bob.gets(
    "NAMES #X",
    `:${SERVER} 353 bob = #x :@alice bob`,
    `:${SERVER} 366 bob #x :End of NAMES list`,
  );
  await bob.gets("PART #X :done", `:${BOB} PART #x :done`);
  assertEquals(await alice.answers(), [`:${BOB} PART #x :done`]);
  await bob.gets("PART #x", `:${SERVER} 442 bob #x :You're not on that channel`);
  await bob.gets("PART #y", `:${SERVER} 403 bob #y :No such channel`);
});

Deno.test("NAMES lists the members of several channels, each behind the other", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice");
  await alice.asks("JOIN #x,#y");
  const end = (name: string) => `:${SERVER} 366 alice ${name} :End of NAMES list`;
  await alice.gets(
    "NAMES #y,#none,#X,a*b",
    `:${SERVER} 353 alice = #y :@alice`,
    end("#y"),
    end("#none"),
    `:${SERVER} 353 alice = #x :@alice`,
    end("#x"),
    end("a*b"),
  );
  const all = Array.from({ length: 60 }, (_, i) => `#c${i}`).join(",");
  assertEquals((await alice.asks(`NAMES ${all}`)).length, 60);
});

Deno.test("one mark is stripped, and what no line can carry is no channel", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice");
  const joined = await alice.asks("JOIN ##x");
  assertEquals(joined[0], `:${ALICE} JOIN ##x`);
  await alice.gets("JOIN x", `:${SERVER} 403 alice x :No such channel`);
  await alice.gets("JOIN #", `:${SERVER} 476 alice # :Bad channel mask`);
  await alice.gets("JOIN #a*b", `:${SERVER} 476 alice #a*b :Bad channel mask`);
  await alice.gets("LIST", `:${SERVER} 322 alice ##x 1 :`, `:${SERVER} 323 alice :End of LIST`);
});

Deno.test("modes are shown, changed together, and refused one by one", async () => {
  await using server = new TestServer();
  const [alice, bob] = await pair(server);
  assertEquals(timeless(await alice.asks("MODE #x")), [
    `:${SERVER} 324 alice #x +nt`,
    `:${SERVER} 329 alice #x WHEN`,
  ]);
  const change = `:${ALICE} MODE #x +mko-t secret bob`;
  await alice.gets("MODE #x +mk-t+o secret bob", `:${ALICE} MODE #x +mk-t+o secret bob`);
  assertEquals(await bob.answers(), [`:${ALICE} MODE #x +mk-t+o secret bob`], change);
  await alice.gets(
    "MODE #x +o-o nobody carol",
    `:${SERVER} 401 alice nobody :No such nick/channel`,
    `:${SERVER} 401 alice carol :No such nick/channel`,
  );
  await alice.gets("MODE #x +m");
  await alice.gets("MODE #x -o bob", `:${ALICE} MODE #x -o bob`);
  await bob.answers();
  await bob.gets("MODE #x +i", `:${SERVER} 482 bob #x :You're not channel operator`);
  await bob.gets("PRIVMSG #x :hm", `:${SERVER} 404 bob #x :Cannot send to channel (+m)`);
  await bob.gets("NOTICE #x :hm");
  await bob.gets("TOPIC #x :free", `:${BOB} TOPIC #x :free`);
});

Deno.test("extended bans are listed as they were set, and a mute is told from a ban", async () => {
  await using server = new TestServer();
  const [alice, bob] = await pair(server);
  await alice.gets("MODE #x +bb ~M:bob ~a:eve", `:${ALICE} MODE #x +bb ~m:bob!*@* ~a:eve`);
  await bob.answers();
  const [muted, account] = await bob.asks("MODE #x +b");
  assertEquals(timeless([muted as string, account as string]), [
    `:${SERVER} 367 bob #x ~m:bob!*@* ${ALICE} WHEN`,
    `:${SERVER} 367 bob #x ~a:eve ${ALICE} WHEN`,
  ]);
  await bob.gets("PRIVMSG #x :hm", `:${SERVER} 404 bob #x :Cannot send to channel (+b ~m:)`);
  await alice.gets(
    "MODE #x +b ~q:bob",
    `:${SERVER} 696 alice #x b ~q:bob :~q:bob cannot be a ban of x`,
  );
});

Deno.test("LIST finds channels by the minutes since they were made", async () => {
  await using server = new TestServer();
  const [alice] = await pair(server);
  const names = (lines: readonly string[]) =>
    lines.filter((line) => line.includes(" 322 ")).map((line) => line.split(" ")[3]);
  assertEquals(names(await alice.asks("LIST C<10")), ["#x"]);
  assertEquals(names(await alice.asks("LIST C>10")), []);
  assertEquals(names(await alice.asks("LIST T<10")), []);
  await alice.asks("TOPIC #x :tea");
  assertEquals(names(await alice.asks("LIST T<10")), ["#x"]);
});

Deno.test("who is kept out is told by which mode, and an invitation lets in", async () => {
  await using server = new TestServer();
  const { alice, bob } = await server.irc({ alice: [], bob: [] });
  await alice.asks("JOIN #x");
  const cases: [string, string, string][] = [
    ["+i", "-i", "473 bob #x :Cannot join channel (+i)"],
    ["+l 1", "-l", "471 bob #x :Cannot join channel (+l)"],
    ["+k word", "-k word", "475 bob #x :Cannot join channel (+k)"],
    ["+b bob", "-b bob", "474 bob #x :Cannot join channel (+b)"],
  ];
  for (const [set, clear, refused] of cases) {
    await alice.asks(`MODE #x ${set}`);
    await bob.gets("JOIN #x", `:${SERVER} ${refused}`);
    await alice.gets("INVITE bob #x", `:${SERVER} 341 alice bob #x`);
    const [invited, joined] = await bob.asks("JOIN #x");
    assertEquals(invited, `:${ALICE} INVITE bob :#x`);
    assertEquals(joined, `:${BOB} JOIN #x`);
    await bob.asks("PART #x");
    await alice.asks(`MODE #x ${clear}`);
  }
});

Deno.test("a kick is told to all, with the name of who kicked for a reason", async () => {
  await using server = new TestServer();
  const [alice, bob] = await pair(server);
  await bob.gets("KICK #x alice", `:${SERVER} 482 bob #x :You're not channel operator`);
  await alice.gets("KICK #x bob", `:${ALICE} KICK #x bob :alice`);
  assertEquals(await bob.answers(), [`:${ALICE} KICK #x bob :alice`]);
  await alice.gets("KICK #x bob :x", `:${SERVER} 441 alice bob #x :They aren't on that channel`);
  await alice.gets("KICK #x alice :me", `:${ALICE} KICK #x alice :me`);
  await alice.gets("MODE #x", `:${SERVER} 403 alice #x :No such channel`);
});

Deno.test("who shares channels learns once of a new nick, an absence and a departure", async () => {
  await using server = new TestServer();
  const [alice, bob] = await pair(server, "away-notify", "setname");
  await bob.asks("JOIN #y");
  await alice.asks("JOIN #y");
  await bob.answers();
  await alice.gets("NICK al", `:${ALICE} NICK :al`);
  await alice.gets("AWAY :tea", `:${SERVER} 306 al :You have been marked as being away`);
  await alice.gets("SETNAME :Al of old");
  await alice.says("QUIT :so long");
  const source = "al!~alice@HOST";
  await alice.untilEnd();
  assertEquals(await bob.answers(), [
    `:${ALICE} NICK :al`,
    `:${source} AWAY :tea`,
    `:${source} SETNAME :Al of old`,
    `:${source} QUIT :Quit: so long`,
  ]);
});

Deno.test("WHOIS shows a cloak to others, and the address to oneself", async () => {
  await using server = new TestServer();
  const [alice, bob] = await pair(server);
  const others = await alice.asks("WHOIS bob");
  assert(!others.join().includes("127.0.0.1"), others.join("\n"));
  // A slow machine takes more than a second.
  const unhurried = others.map((line) =>
    line.replace(/ 317 alice bob \d\d? /, " 317 alice bob 0 ")
  );
  assertEquals(timeless(unhurried), [
    `:${SERVER} 311 alice bob ~bob HOST * :bob of the hills`,
    `:${SERVER} 319 alice bob :#x`,
    `:${SERVER} 312 alice bob ${SERVER} :Parlance`,
    `:${SERVER} 317 alice bob 0 WHEN :seconds idle, signon time`,
    `:${SERVER} 318 alice bob :End of WHOIS list`,
  ]);
  const own = await bob.asks("WHOIS bob");
  assert(own.includes(`:${SERVER} 378 bob bob :is connecting from ~bob@127.0.0.1`));
});

Deno.test("WHO answers with the fields that were asked for, in their order", async () => {
  await using server = new TestServer();
  const [alice, bob] = await pair(server);
  await bob.asks("AWAY :x");
  await alice.gets(
    "WHO #x %tcuhnfa,42",
    `:${SERVER} 354 alice 42 #x ~alice HOST alice H@ :0`,
    `:${SERVER} 354 alice 42 #x ~bob HOST bob G :0`,
    `:${SERVER} 315 alice #x :End of WHO list`,
  );
  await alice.gets(
    "WHO b?b",
    `:${SERVER} 352 alice * ~bob HOST ${SERVER} bob G :0 bob of the hills`,
    `:${SERVER} 315 alice b?b :End of WHO list`,
  );
});

Deno.test("capabilities change what one reads from then on, and nothing of what one has", async () => {
  await using server = new TestServer();
  const [, bob] = await pair(server);
  for (
    const [caps, joined] of [
      ["extended-join", ":carol!~carol@HOST JOIN #x * :carol of the hills"],
      ["-extended-join", ":carol!~carol@HOST JOIN #x"],
      ["server-time", "@time=TIME :carol!~carol@HOST JOIN #x"],
    ]
  ) {
    await bob.gets(`CAP REQ :${caps}`, `:${SERVER} CAP bob ACK :${caps}`);
    await using carol = await IrcPeer.enter(server.port, "carol");
    await carol.asks("JOIN #x");
    assertEquals(await bob.answers(), [joined as string]);
    await carol.says("QUIT");
    await carol.untilEnd();
    await bob.asks();
  }
});

Deno.test("MONITOR tells who comes and goes, also without a common channel", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice");
  await alice.gets("MONITOR + bob,carol", `:${SERVER} 731 alice :bob,carol`);
  const bob = await IrcPeer.enter(server.port, "Bob");
  assertEquals(await alice.answers(), [`:${SERVER} 730 alice :Bob!~Bob@HOST`]);
  await bob.says("QUIT");
  await bob.untilEnd();
  assertEquals(await alice.answers(), [`:${SERVER} 731 alice :Bob`]);
  bob.close();
});

Deno.test("LIST with many masks is answered in parts, whole and in order, and so is what comes after it", async () => {
  await using server = new TestServer({ commandRate: 0 });
  await using eve = await IrcPeer.enter(server.port, "eve");
  await using bob = await IrcPeer.enter(server.port, "bob");
  const names = (who: string) => Array.from({ length: 100 }, (_, i) => `#${who}${i}`);
  await bob.asks(...names("bob").map((name) => `JOIN ${name}`));
  await eve.asks(...names("eve").map((name) => `JOIN ${name}`));
  const masks = Array.from({ length: 20 }, (_, i) => `#*b${i}`).join(",");
  const lines = await eve.asks(`LIST ${masks},!#x`, "LIST #bob*,<2,!#*1", "LIST #eve7");
  const numerics = lines.filter((line) => /^:\S+ 32[23] /.test(line)).map((line) =>
    line.split(" ")[1] === "322" ? line.split(" ")[3] : "end"
  );
  const wanted = names("bob").filter((name) => !name.endsWith("1"));
  // More channels than one part looks at.
  assertEquals(numerics, [...names("bob").slice(0, 20), "end", ...wanted, "end", "#eve7", "end"]);
});
