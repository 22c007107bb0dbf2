/**
 * The client's end of the wire, against a server that the test plays.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { ChatClient, ConnectError } from "../../lib/client/chat_client.ts";
import { type LeaveTimes, Patience } from "../../lib/client/patience.ts";
import { FrameError } from "../../lib/framing/errors.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { irc } from "../../lib/protocol/irc.ts";
import type { Framing } from "../../lib/framing/framing.ts";
import type { ClientCommand, Protocol } from "../../lib/protocol/protocol.ts";
import { FarServer, FRAME, type Peer } from "../support/cs168.ts";
import { quietPort } from "../support/port.ts";
import { hastily } from "../support/haste.ts";
import { listenResetting } from "../support/reset.ts";
import { settle, within } from "../support/within.ts";
import { person } from "../support/events.ts";

const HOST = "127.0.0.1";

/** Times for a client that leaves a server which never closes. */
const SHORT: LeaveTimes = { sendingMs: 50, baseMs: 100, answerMs: 100, answersMs: 500 };
/** Times for one that leaves a server which answers, on a machine that may be slow. */
const LONG: LeaveTimes = { sendingMs: 5000, baseMs: 5000, answerMs: 5000, answersMs: 60_000 };

/** A line as its user typed it. */
function raw(line: string): ClientCommand {
  return { type: "raw", line };
}

/** A client and the server's end of its connection. */
class Rig implements AsyncDisposable {
  readonly client: ChatClient;
  readonly server: Peer;

  private constructor(client: ChatClient, server: Peer) {
    this.client = client;
    this.server = server;
  }

  static async open(protocol: Protocol = cs168, times = LONG): Promise<Rig> {
    await using far = new FarServer();
    const { port } = far;
    const options = { protocol, nick: "alice", host: "127.0.0.1", port, times };
    const client = await ChatClient.connect(options);
    return new Rig(client, await far.accept());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.server.close();
    return Promise.resolve();
  }
}

Deno.test("commands and typed lines go out in order", async () => {
  await using rig = await Rig.open();
  const { client } = rig;
  await client.send({ type: "create", channel: "c" });
  await client.send(raw("hello"));
  await client.send(raw(""));
  await client.send({ type: "say", text: "/not a request" });
  await client.send(raw("/list"));
  await client.finish();
  const sent = ["alice", "/create c", "hello", " /not a request", "/list"];
  assertEquals(await rig.server.untilEnd(), sent);
});

Deno.test("all events of one read come together", async () => {
  await using rig = await Rig.open();
  const frames = ["bob has joined", "", "[bob] hi", "some text"];
  const bytes = new TextEncoder().encode(frames.map((text) => text.padEnd(FRAME)).join(""));
  await rig.server.send(bytes);
  const batch = await within("events", rig.client[Symbol.asyncIterator]().next());
  const expected: ChatEvent[] = [
    { type: "joined", by: person("bob", "cs168"), channel: "" },
    { type: "said", by: person("bob", "cs168"), channel: "", text: "hi" },
    { type: "notice", text: "some text" },
  ];
  assertEquals(batch.value, expected);
});

Deno.test("the events end when the server goes, after the last of them", async () => {
  await using rig = await Rig.open();
  await rig.server.sendFrame("bye");
  await rig.server.frames(1);
  rig.server.close();
  const batches = await within("the events", Array.fromAsync(rig.client));
  assertEquals(batches, [[{ type: "notice", text: "bye" }]]);
  assertEquals(rig.client.reason, "closed by peer");
});

Deno.test("the events end when the server resets the connection", async () => {
  await using far = new FarServer();
  const options = { protocol: cs168, nick: "alice", host: "127.0.0.1", port: far.port };
  const client = await ChatClient.connect(options);
  // A connection that nobody has accepted is reset when its listener closes.
  far.close();
  assertEquals(await within("the events", Array.fromAsync(client)), []);
  assertMatch(client.reason ?? "", /^(read|write) failed: /);
});

Deno.test("the events end after close", async () => {
  await using rig = await Rig.open();
  const events = Array.fromAsync(rig.client);
  await settle();
  rig.client.close();
  assertEquals(await within("the events", events), []);
  assertEquals(rig.client.reason, "closed by user");
  await within("a line to nobody", rig.client.send(raw("too late")));
});

Deno.test("finish ends sending, what is said after it is dropped, and the events go on", async () => {
  await using rig = await Rig.open();
  await within("finish", rig.client.finish());
  await rig.client.send(raw("too late"));
  assertEquals(await rig.server.untilEnd(), ["alice"]);
  await rig.server.sendFrame("still heard");
  rig.server.close();
  const batches = await within("the events", Array.fromAsync(rig.client));
  assertEquals(batches, [[{ type: "notice", text: "still heard" }]]);
  assert(await within("the client that leaves", rig.client.leave()));
});

Deno.test("leave ends sending, and resolves when the server has ended its side too", async () => {
  await using rig = await Rig.open(cs168, LONG);
  const events = Array.fromAsync(rig.client);
  await rig.client.send(raw("bye"));
  let left = false;
  const leaving = rig.client.leave().finally(() => left = true);
  assertEquals(await rig.server.untilEnd(), ["alice", "bye"]);
  await rig.server.sendFrame("an answer");
  assertEquals(left, false);
  rig.server.close();
  assert(await within("the client that leaves", leaving));
  assertEquals((await events).flat(), [{ type: "notice", text: "an answer" }]);
});

Deno.test("leave gives a server up that never closes, but has taken everything", async () => {
  await using rig = await Rig.open(cs168, SHORT);
  const events = Array.fromAsync(rig.client);
  assert(await within("the client that leaves", rig.client.leave()));
  assertEquals(await events, []);
});

Deno.test("leave gives a server up that never closes and never stops to speak", () =>
  hastily(async (haste) => {
    await using rig = await Rig.open(cs168, SHORT);
    const events = Array.fromAsync(rig.client);
    const chatter = setInterval(() => void rig.server.sendFrame("on and on").catch(() => {}), 20);
    const start = performance.now();
    const times = SHORT.baseMs + SHORT.answersMs;
    assert(
      await haste.within(1.3 * times, rig.client.leave()).finally(() => clearInterval(chatter)),
    );
    assert(performance.now() - start >= times, "It must hear the answers");
    assert((await events).length > 10);
  }));

Deno.test("leave waits for a server that still answers, and ends with it", async () => {
  const times = { ...LONG, baseMs: 500 };
  await using rig = await Rig.open(cs168, times);
  const events = Array.fromAsync(rig.client);
  const leaving = rig.client.leave();
  assertEquals(await rig.server.untilEnd(), ["alice"]);
  const start = performance.now();
  let sent = 0;
  for (; performance.now() - start < 1.5 * times.baseMs; sent++) {
    await rig.server.sendFrame("an answer");
  }
  rig.server.close();
  assert(await within("the client that leaves", leaving));
  assertEquals((await events).flat().length, sent);
});

Deno.test("leave is false when the server resets the connection instead of reading", async () => {
  await using far = await listenResetting();
  const { port } = far;
  const client = await ChatClient.connect({ protocol: cs168, nick: "alice", host: HOST, port });
  const events = Array.fromAsync(client);
  await client.send(raw("unread"));
  const leaving = client.leave();
  await client.finish();
  await far.reset();
  assertEquals(await within("the client that leaves", leaving), false);
  assertEquals(await events, []);
});

Deno.test("leave is false when the server has stopped reading", async () => {
  await using rig = await Rig.open(cs168, SHORT);
  const events = Array.fromAsync(rig.client);
  const line = "x".repeat(50_000);
  const flood = async () => {
    for (let i = 0; i < 2000; i++) await rig.client.send(raw(line));
  };
  const sent = flood();
  const left = await within("the client that leaves", rig.client.leave(sent));
  assertEquals(left, false);
  await within("the sender", sent);
  assertEquals(await events, []);
});

Deno.test("patience grows with what was sent, and shrinks as a slow server reads it", () => {
  const patience = new Patience(1000);
  assertEquals(patience.at(0), 1000);
  for (let i = 0; i < 400; i++) patience.sent(10, 0);
  assertEquals(patience.at(0), 1000 + 16_000);
  assertEquals(patience.at(8000), 1000 + 8000);
  patience.sent(1000, 8000);
  assertEquals(patience.at(8000), 1000 + 8000 + 200);
  assertEquals(patience.at(3_600_000), 1000);
});

Deno.test("a user who sends more than the server takes waits, and loses nothing", async () => {
  await using rig = await Rig.open();
  const count = 60_000;
  // Far more than the outbox may hold: without waiting, the connection would end as a slow consumer.
  const sending = (async () => {
    for (let i = 0; i < count; i++) await rig.client.send(raw(`line ${i}`));
    await rig.client.finish();
  })();
  const lines = await rig.server.untilEnd();
  await within("the sender", sending);
  assertEquals([lines.length, lines.at(-1)], [count + 1, `line ${count - 1}`]);
  assertEquals(rig.client.reason, undefined);
});

Deno.test("a server that does not answer is an error with the text that the documents prescribe", async () => {
  const options = { protocol: cs168, nick: "alice", host: "127.0.0.1", port: quietPort() };
  const error = await assertRejects(() => ChatClient.connect(options), ConnectError);
  assertEquals(error.message, `Unable to connect to 127.0.0.1:${options.port}`);
  assertInstanceOf(error.cause, Error);
});

Deno.test("a name that the protocol cannot carry is refused before anything is connected", async () => {
  // Nobody listens there: an attempt to connect would be a ConnectError.
  const port = quietPort();
  for (const nick of ["", "  \t", "x".repeat(201), "ä".repeat(101)]) {
    const options = { protocol: cs168, nick, host: "127.0.0.1", port };
    await assertRejects(() => ChatClient.connect(options), RangeError, "Name must");
  }
});

Deno.test("broken bytes end the connection with the code, after the events before them", async () => {
  const broken: Protocol = {
    ...cs168,
    clientCodec(nick) {
      const codec = cs168.clientCodec(nick);
      const inner = codec.framing;
      const framing: Framing = {
        largestFrame: inner.largestFrame,
        next(ring) {
          const isBroken = ring.length > 0 && ring.at(0) === 0x21;
          if (isBroken) throw new FrameError("oversize", 'Frame has "33" bytes');
          return inner.next(ring);
        },
      };
      return Object.assign(codec, { framing });
    },
  };
  await using rig = await Rig.open(broken);
  await rig.server.send(new TextEncoder().encode("before".padEnd(FRAME) + "!".padEnd(FRAME)));
  const batches = await within("the events", Array.fromAsync(rig.client));
  assertEquals(batches, [[{ type: "notice", text: "before" }]]);
  assertEquals(rig.client.reason, 'oversize frame: Frame has "33" bytes');
});

Deno.test("a fault of a codec is thrown to the user of the events", async () => {
  const faulty: Protocol = {
    ...cs168,
    clientCodec: (nick) =>
      Object.assign(cs168.clientCodec(nick), {
        decode: () => {
          throw new TypeError("The codec is broken");
        },
      }),
  };
  await using rig = await Rig.open(faulty);
  await rig.server.sendFrame("anything");
  const events = Array.fromAsync(rig.client);
  await assertRejects(() => within("the fault", events), TypeError, "The codec is broken");
  assert(rig.client.reason === undefined);
});

Deno.test("what a server says before it lets the user in is no reply: chat waits for the channel", async () => {
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  const { port } = listener.addr;
  const client = await ChatClient.connect({
    protocol: irc,
    nick: "alice",
    host: HOST,
    port,
    channel: "tea",
    times: LONG,
  });
  using server = await within("the client", listener.accept());
  const says = (line: string) => server.write(new TextEncoder().encode(`${line}\r\n`));
  const sent = within("what was sent", new Response(server.readable).text());
  const events = client[Symbol.asyncIterator]();
  const sending = client.send({ type: "say", text: "hello" });
  await says(":irc.example.org NOTICE * :*** Looking up your hostname");
  const heard = await within("the notice", events.next());
  assertEquals(heard.value?.length, 1);
  await settle();
  await says(":irc.example.org 001 alice :Welcome");
  const welcome = await within("the welcome", events.next());
  assertEquals(welcome.value?.map(({ type }) => type), ["registered"]);
  await within("the sending", sending);
  await within("the end of sending", client.finish());
  const lines = ["NICK alice", "USER alice 0 * alice", "JOIN #tea", "PRIVMSG #tea hello", "QUIT"];
  assertEquals((await sent).replaceAll(" :", " ").trimEnd().split("\r\n"), lines);
  client.close();
  await events.return();
});
