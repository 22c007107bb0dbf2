/**
 * irc-framework, the engine of The Lounge and Kiwi IRC, in one channel with the homework.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import IRC from "irc-framework";
import WebSocketTransport from "irc-framework/src/transports/websocket.js";
import { makeAccount } from "../support/login.ts";
import { frame, Peer } from "../support/cs168.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";
import { WebSocketServer } from "../support/websocket.ts";
import { within } from "../support/within.ts";

/** What an event of irc-framework holds of what these tests look at. */
interface Told {
  readonly nick?: string;
  readonly new_nick?: string;
  readonly channel?: string;
  readonly target?: string;
  readonly message?: string;
  readonly real_name?: string;
  readonly kicked?: string;
  readonly account?: string;
  readonly reason?: string;
  readonly users?: readonly { readonly nick: string }[];
}

/** A client whose events can be waited for, in their order for each kind. */
class Framework implements AsyncDisposable {
  readonly client = new IRC.Client();

  constructor(port: number, options: Record<string, unknown> = {}) {
    this.client.connect({
      host: "127.0.0.1",
      port,
      nick: "ivy",
      ...options,
      enable_echomessage: true,
      auto_reconnect: false,
    });
  }

  /** The next event of this kind. Call it before the cause. */
  next(kind: string): Promise<Told> {
    return within(kind, new Promise<Told>((resolve) => this.client.once(kind, resolve)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.client.connected) return;
    const closed = this.next("close");
    this.client.quit("bye");
    await closed;
  }
}

Deno.test("irc-framework meets the homework", async () => {
  await using server = new TestServer();
  await using alice = (await Peer.enter(server.port, "alice")).bytes;
  await using carol = await Json16Peer.enter(server.port, "carol");
  await alice.send(frame("/join lobby"));
  await carol.until('"nick": "alice"}');
  await using ivy = new Framework(server.port);
  await ivy.next("registered");

  const members = ivy.next("userlist");
  ivy.client.join("#lobby");
  assertEquals((await members).users?.map(({ nick }) => nick), ["carol", "alice", "ivy"]);
  await carol.until('{"type": "join", "nick": "ivy"}');

  const echo = ivy.next("privmsg");
  ivy.client.say("#lobby", "hello");
  assertEquals((await echo).message, "hello");
  await alice.until("[ivy] hello");
  await carol.until('{"type": "chat", "nick": "ivy", "message": "hello"}');

  const said = ivy.next("privmsg");
  await alice.send(frame("frames here"));
  const { nick, target, message } = await said;
  assertEquals([nick, target, message], ["alice", "#lobby", "frames here"]);

  const done = ivy.next("action");
  await carol.send(packet({ type: "emote", message: "waves" }));
  assertEquals((await done).message, "waves");

  const known = ivy.next("whois");
  ivy.client.whois("alice");
  assertEquals((await known).real_name, "alice");

  const listed = ivy.next("wholist");
  ivy.client.who("#lobby");
  assertEquals((await listed).users?.map((user) => user.nick), ["carol", "alice", "ivy"]);

  const renamed = ivy.next("nick");
  ivy.client.changeNick("wilma");
  assertEquals((await renamed).new_nick, "wilma");
  await carol.until('{"type": "join", "nick": "wilma"}');

  const left = ivy.next("part");
  ivy.client.part("#lobby", "done");
  assertEquals((await left).message, "done");
  await carol.until('{"type": "leave", "nick": "wilma"}');
});

Deno.test("irc-framework meets the homework over a WebSocket, as in a browser", async () => {
  await using server = new WebSocketServer();
  await using carol = await Json16Peer.enter(server.port, "carol");
  await using ivy = new Framework(server.webPort, { transport: WebSocketTransport });
  await ivy.next("registered");
  const members = ivy.next("userlist");
  ivy.client.join("#lobby");
  assertEquals((await members).users?.map(({ nick }) => nick), ["carol", "ivy"]);
  await carol.until('{"type": "join", "nick": "ivy"}');
  const echo = ivy.next("privmsg");
  ivy.client.say("#lobby", "héllo");
  assertEquals((await echo).message, "héllo");
  await carol.until('{"type": "chat", "nick": "ivy", "message": "h\\u00e9llo"}');
  const said = ivy.next("privmsg");
  await carol.send(packet({ type: "chat", message: "frames here" }));
  assertEquals((await said).message, "frames here");
});

Deno.test("irc-framework logs in by SASL, and is told when it cannot", async () => {
  await using server = new TestServer();
  await makeAccount(server.port, "ivy", "open-sesame");
  const account = { account: "ivy", password: "open-sesame" };
  await using ivy = new Framework(server.port, { account, sasl_mechanism: "PLAIN" });
  const loggedIn = ivy.next("loggedin");
  await ivy.next("registered");
  assertEquals((await loggedIn).account, "ivy");
  const known = ivy.next("whois");
  ivy.client.whois("ivy");
  assertEquals((await known).account, "ivy");

  const wrong = { account: "ivy", password: "guess" };
  await using eve = new Framework(server.port, { nick: "eve", account: wrong });
  const failed = eve.next("sasl failed");
  await eve.next("registered");
  assertEquals((await failed).reason, "fail");
});
