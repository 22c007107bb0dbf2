/**
 * IRC on the wire: a connection before it is registered, in every order, and what it may not do by then.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { irc } from "../../lib/protocol/irc.ts";
import { COMMANDS } from "../../lib/protocol/irc_commands.ts";
import { IrcPeer, plain, SERVER } from "../support/irc.ts";
import { OpenPort, TestServer } from "../support/server.ts";
import { FakeClock } from "../support/clock.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";

const ALL = [...COMMANDS.keys()];
const EARLY = new Set(ALL.filter((name) => COMMANDS.get(name)?.isEarly));

/** Codes of the welcome without a message of the day. */
const WELCOME = "001 002 003 004 005 005 005 251 252 253 254 255 265 266 422".split(" ");

function codes(lines: readonly string[]): string[] {
  return lines.map((line) => line.split(" ")[1] ?? "");
}

const ORDERS: readonly (readonly string[])[] = [
  ["NICK alice", "USER al 0 * :Alice"],
  ["USER al 0 * :Alice", "NICK alice"],
  ["PASS x", "NICK alice", "USER al 0 * :Alice"],
  ["CAP LS 302", "NICK alice", "USER al 0 * :Alice", "CAP END"],
  ["NICK alice", "CAP LS", "USER al 0 * :Alice", "CAP REQ :batch", "CAP END"],
  ["NICK bob", "NICK alice", "USER al 0 * :Alice"],
  ["NICK 1st", "NICK alice", "USER x", "USER al 0 * :", "USER al 0 * :Alice"],
  ["USER al 0 * :Alice", "CAP REQ :nothing-like-it", "NICK alice", "CAP END"],
  ["JOIN #x", "PRIVMSG alice :hi", "NICK alice", "LIST", "USER al 0 * :Alice"],
];

for (const order of ORDERS) {
  Deno.test(`it is registered once by: ${order.join(", ")}`, async () => {
    await using server = new TestServer({}, [irc]);
    await using peer = await IrcPeer.connect(server.port);
    const lines = await peer.asks(...order);
    const from = lines.findIndex((line) => line.includes(" 001 "));
    assertEquals(codes(lines.slice(from)), WELCOME);
    assertEquals(
      lines[from],
      `:${SERVER} 001 alice :Welcome to the Parlance network, alice!~al@HOST`,
    );
    const [who] = await peer.asks("WHOIS alice");
    assert(who?.endsWith("311 alice alice ~al HOST * :Alice"), who);
  });
}

Deno.test("no command of the table does anything before the registration", async () => {
  await using server = new TestServer({ commandRate: 0 }, [irc]);
  await using watcher = await IrcPeer.enter(server.port, "watcher");
  await watcher.asks("JOIN #x", "MODE watcher +w", "MONITOR + nobody");
  await using peer = await IrcPeer.connect(server.port);
  for (const name of ALL.filter((each) => !EARLY.has(each))) {
    for (const line of [name, `${name} #x watcher :x`]) {
      await peer.gets(line, `:${SERVER} 451 * :You have not registered`);
    }
  }
  const early = "AUTHENTICATE CAP ERROR NICK PASS PING PONG QUIT REGISTER USER VERIFY WEBIRC";
  assertEquals([...EARLY].toSorted().join(" "), early);
  await peer.gets("WHAT", `:${SERVER} 421 * WHAT :Unknown command`);
  await peer.gets("NICK", `:${SERVER} 431 * :No nickname given`);
  await peer.gets("NICK a/b", `:${SERVER} 432 * a/b :Erroneous nickname`);
  await peer.gets("USER a", `:${SERVER} 461 * USER :Not enough parameters`);
  await peer.gets("NICK nobody");
  assertEquals(await watcher.answers(), []);
  for (const line of ["PASS x", "USER w 0 * :W"]) {
    await watcher.gets(line, `:${SERVER} 462 watcher :You may not register again`);
  }
  assert(!(await watcher.asks("NAMES #x", "WHO *")).join().includes("nobody"));
});

Deno.test("a nick that is held is asked for again, in any case of its letters", async () => {
  await using server = new TestServer();
  await using _alice = await IrcPeer.enter(server.port, "Alice");
  await using peer = await IrcPeer.connect(server.port);
  const inUse = `:${SERVER} 433 * aLICE :Nickname is already in use`;
  assertEquals(await peer.asks("NICK aLICE", "USER x 0 * :x"), [inUse]);
  assertEquals(codes(await peer.asks("NICK alice2")), WELCOME);
  await peer.gets("NICK alicE", `:${SERVER} 433 alice2 alicE :Nickname is already in use`);
});

Deno.test("QUIT ends an unregistered connection with a word", async () => {
  await using server = new TestServer();
  await using peer = await IrcPeer.connect(server.port);
  await peer.says("QUIT :chkport");
  assertEquals(await peer.untilEnd(), "ERROR :Closing link: Quit: chkport\r\n");
});

Deno.test("who does not register in time is told so", async () => {
  const clock = new FakeClock();
  await using port = new OpenPort({ clock });
  await using peer = await IrcPeer.connect(port.port);
  const [first] = await peer.asks("CAP LS 302");
  assert(first?.startsWith(`:${SERVER} CAP * LS `), first);
  clock.advance(DEFAULT_LIMITS.registrationTimeout);
  const end = "ERROR :Closing link: not registered within 60 s\r\n";
  assertEquals(await clock.during(peer.untilEnd()), end);
});

Deno.test("the username is cut, cleaned and marked, and nothing of it reaches a mask", async () => {
  await using server = new TestServer();
  await using peer = await IrcPeer.connect(server.port);
  const [first] = await peer.asks("NICK bob", "USER a*b!c@d?efghijkl 0 * :Bob");
  assertEquals(first, `:${SERVER} 001 bob :Welcome to the Parlance network, bob!~a_b_c_d_ef@HOST`);
});

Deno.test("whatever lines come in whatever order, it answers and is registered once at most", async () => {
  await using server = new TestServer({ commandRate: 0 });
  const line = fc.constantFrom(
    "CAP LS 302",
    "CAP LS",
    "CAP END",
    "CAP REQ :batch labeled-response",
    "CAP REQ :-batch",
    "CAP",
    "CAP LIST",
    "PASS x",
    "NICK fuzz",
    "NICK fuzz2",
    "NICK",
    "NICK :",
    "USER u 0 * :U",
    "USER u 0 * :",
    "JOIN :",
    "PONG x",
    "@label=x PING y",
    ":me PING z",
    "AUTHENTICATE PLAIN",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
      await using peer = await IrcPeer.connect(server.port);
      const told = await peer.asks("CAP LIST", ...lines);
      const welcomes = codes(told.map(plain)).filter((code) => code === "001").length;
      const isDone = welcomes === 1;
      assert(welcomes <= 1, told.join("\n"));
      const [first] = await peer.asks("JOIN #x");
      assertEquals(/ JOIN #x$/.test(first ?? ""), isDone, `${lines.join(", ")}: ${first}`);
      await peer.says("QUIT");
      await peer.untilEnd();
    }),
    { numRuns: 60 },
  );
});
