/**
 * Who receives what over real connections: ranks of a channel, those who watch, those who have just left; and
 * connections that an operator of the server ends, in every dialect.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { Log } from "../../lib/server/log.ts";
import { serve, type Server } from "../../lib/server/serve.ts";
import { commandLines, CommandPeer } from "../support/command_lines.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { frame, Peer } from "../support/cs168.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { LogLines } from "../support/server.ts";

/** A server and the peers of one test. */
class Rig implements AsyncDisposable {
  readonly log = new LogLines();
  readonly #peers: ByteStream[] = [];
  readonly server: Server = serve({
    host: "127.0.0.1",
    port: 0,
    protocols: [...PROTOCOLS, commandLines],
    cloakKey: new Uint8Array(16),
    log: new Log("info", this.log.sink),
  });

  get port(): number {
    return this.server.address.port;
  }

  async enter<const Nicks extends readonly string[]>(
    ...nicks: Nicks
  ): Promise<{ readonly [I in keyof Nicks]: CommandPeer }> {
    const peers: CommandPeer[] = [];
    for (const nick of nicks) peers.push(await CommandPeer.enter(this.port, nick));
    for (const { raw } of peers) this.#peers.push(raw);
    return peers as { readonly [I in keyof Nicks]: CommandPeer };
  }

  keep(peer: ByteStream): ByteStream {
    this.#peers.push(peer);
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.server.stop();
  }
}

const say = (text: string, least?: "operator" | "voice"): Command => {
  const command = { type: "say", channel: "x", fold: true, text } as const;
  return least === undefined ? command : { ...command, least };
};

Deno.test("words for a rank reach that rank, and their speaker as it wants to see them", async () => {
  await using rig = new Rig();
  const [alice, bob, carol] = await rig.enter("alice", "bob", "carol");
  for (const peer of [alice, bob, carol]) await peer.joins("x");
  await bob.does("dialect 2");
  await bob.lines();
  const voice = { mode: "right", right: "voice", whom: "bob", set: true } as const;
  await alice.does({ type: "modes", channel: "x", changes: [voice] });
  for (const peer of [alice, bob, carol]) await peer.lines();

  await carol.does(
    say("1", "operator"),
    "echo own",
    say("2", "voice"),
    "echo none",
    say("3", "voice"),
  );
  assertEquals(await carol.lines(), ["said carol x 1 operator", "own said carol x 2 voice"]);
  assertEquals(await alice.lines(), [
    "said carol x 1 operator",
    "said carol x 2 voice",
    "said carol x 3 voice",
  ]);
  assertEquals(await bob.lines(), ["2|said carol x 2 voice", "2|said carol x 3 voice"]);
});

Deno.test("words for a rank stand in their place among all others", async () => {
  await using rig = new Rig();
  const [alice, bob] = await rig.enter("alice", "bob");
  for (const peer of [alice, bob]) await peer.joins("x");
  await alice.lines();
  const texts = Array.from({ length: 40 }, (_, i) => String(i));
  await bob.does(...texts.map((text, i) => say(text, i % 3 === 0 ? "operator" : undefined)));
  await bob.lines();
  assertEquals(
    await alice.lines(),
    texts.map((text, i) => `said bob x ${text}${i % 3 === 0 ? " operator" : ""}`),
  );
});

Deno.test("who has just left, or speaks from outside, receives that alone", async () => {
  await using rig = new Rig();
  const [alice, bob] = await rig.enter("alice", "bob");
  for (const peer of [alice, bob]) await peer.joins("x");
  const open = { mode: "flag", flag: "no_external", set: false } as const;
  await alice.does({ type: "modes", channel: "x", changes: [open] });
  for (const peer of [alice, bob]) await peer.lines();
  await bob.does({ type: "part", channel: "x" }, say("hi"), "echo none", say("ho"));
  assertEquals(await bob.lines(), ["own left bob x", "own said bob x hi"]);
  assertEquals(await alice.lines(), ["left bob x", "said bob x hi", "said bob x ho"]);
});

Deno.test("absence reaches those who watch and share no channel, and peers once", async () => {
  await using rig = new Rig();
  const [alice, bob, carol] = await rig.enter("alice", "bob", "carol");
  for (const peer of [alice, bob]) await peer.does({ type: "watch", nicks: ["carol"] });
  for (const peer of [bob, carol]) for (const name of ["x", "y"]) await peer.joins(name);
  for (const peer of [alice, bob, carol]) await peer.lines();
  await carol.does({ type: "away", text: "lunch" });
  assertEquals(await carol.lines(), ["now_away true", "own away carol lunch"]);
  assertEquals(await alice.lines(), ["watched away carol lunch"]);
  assertEquals(await bob.lines(), ["away carol lunch"]);
});

Deno.test("a killed connection ends behind its last words, in every dialect", async () => {
  await using rig = new Rig();
  const [root, watcher] = await rig.enter("root", "watcher");
  const why = "Killed by root: spam";
  const peers: [ByteStream, string, string][] = [
    [(await Peer.enter(rig.port, "carl")).bytes, "carl", why.padEnd(200)],
    [await Chat1Peer.enter(rig.port, "chuck"), "chuck", "DISCONNECT CHAT/1.0\n"],
    [
      await Json16Peer.enter(rig.port, "jay"),
      "jay",
      `\0\x34{"type": "error", "message": "${why}"}`,
    ],
  ];
  await watcher.joins("lobby");
  await watcher.lines();
  await root.does({ type: "oper" });
  for (const [peer, name, last] of peers) {
    rig.keep(peer);
    await root.does({ type: "kill", whom: name, reason: "spam" });
    const text = await peer.untilEnd();
    assertEquals(text.endsWith(last), true, JSON.stringify(text));
  }
  assertEquals(await watcher.lines(), [`quit chuck ${why}`, `quit jay ${why}`]);
  assertEquals(rig.server.status().users, 2);
  assertMatch(await rig.log.find(/ended.*jay/), /Killed by root: spam/);
});

Deno.test("who is banned reads so at its registration and goes; others of its kind stay out", async () => {
  await using rig = new Rig();
  const [root] = await rig.enter("root");
  await root.does({ type: "oper" }, { type: "ban_server", mask: "127.0.0.0/8", reason: "spam" });
  await root.lines();
  const expected: [string | Uint8Array, RegExp][] = [
    [frame("carl"), /You are banned from this server: spam/],
    ["REGISTER chuck CHAT/1.0\n", /^400 /],
    [packet({ type: "hello", nick: "jay" }), /You are banned from this server: spam/],
  ];
  for (const [hello, answer] of expected) {
    const peer = rig.keep(await ByteStream.connect(rig.port));
    await peer.send(hello);
    assertMatch(await peer.untilEnd(), answer);
  }
  assertMatch(await rig.log.find(/registration refused.*jay/), /banned/);
});
