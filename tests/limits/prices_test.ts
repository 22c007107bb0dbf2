/**
 * Work is charged by what it causes, not by the bytes that ask for it; and a long answer goes out in parts, so
 * that no request closes its sender.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Hub } from "../../lib/chat/hub.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import type { ServerCodec } from "../../lib/protocol/protocol.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { noEffort, priceOf, priceOfFrame } from "../../lib/server/prices.ts";
import { type Receiver, Subscriber } from "../../lib/server/subscriber.ts";
import { frame, Peer } from "../support/cs168.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";

const STAMP = { time: 0, msgid: "" };

/** A reader that keeps up. */
class Sponge implements Receiver {
  readonly parts: Uint8Array[] = [];
  readonly isBacklogged = false;
  readonly isProvenReader = false;
  readonly follower = { needed: Infinity, wake() {}, copyUnread() {}, skipToEnd() {} };

  send(bytes: Uint8Array): void {
    this.parts.push(bytes.slice());
  }

  push(bytes: Uint8Array): void {
    this.send(bytes);
  }

  follow(): void {}
  unfollow(): void {}

  whenRoomy(): Promise<void> {
    return Promise.resolve();
  }
}

/** A dispatch over `hub`, and one user with a reader that keeps up. */
function asker(hub: Hub, codec: ServerCodec) {
  const [dispatch, user, sponge] = [new Dispatch(), hub.connect(), new Sponge()];
  dispatch.add(user, new Subscriber(sponge, codec));
  dispatch.deliver(
    hub.apply(user, { type: "register", nick: "asker", home: codec.dialect.name, lobby: true }),
    STAMP,
  );
  sponge.parts.length = 0;
  dispatch.resetEffort();
  return { dispatch, user, sponge };
}

Deno.test("a list of 10,000 channels costs 50 commands or more, and no part of it is large", async () => {
  const hub = new Hub({ maxChannels: 20_000 });
  const maker = hub.connect();
  hub.apply(maker, { type: "register", nick: "maker", home: "cs168" });
  for (let i = 0; i < 10_000; i++) {
    hub.apply(maker, { type: "create", channel: `${i}`.padEnd(26, "x") });
  }
  for (const protocol of [cs168, json16]) {
    const { dispatch, user, sponge } = asker(hub, protocol.serverCodec());
    const wait = dispatch.deliver(hub.apply(user, { type: "list" }), STAMP);
    const price = priceOf(1, dispatch.effort);
    assert(price >= 50, `${price} tokens`);
    assert(wait !== undefined, "the asker waits until it has been given all of it");
    await wait;
    const sizes = sponge.parts.map(({ length }) => length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assertEquals(total, dispatch.effort.replyBytes);
    assert(Math.max(...sizes) <= 66 * 1024, `${Math.max(...sizes)} bytes`);
  }
});

Deno.test("1,900 long names come whole, in parts, and cost what they are long", async () => {
  const hub = new Hub({ maxChannels: 10 });
  const nicks = Array.from({ length: 1900 }, (_, i) => `${i}`.padStart(4, "0") + "漢".repeat(28));
  for (const nick of nicks) {
    hub.apply(hub.connect(), { type: "register", nick, home: "json16", lobby: true });
  }
  const { dispatch, user, sponge } = asker(hub, json16.serverCodec());
  await dispatch.deliver(hub.apply(user, { type: "names" }), STAMP);
  const price = priceOf(1, dispatch.effort);
  assert(price >= 1900 * 28 * 6 / 4096, `${price} tokens`);
  assert(sponge.parts.length > 1);
  const seen: string[] = [];
  for (const bytes of sponge.parts) {
    assert(bytes.length < DEFAULT_LIMITS.outboxBytes / 8, `${bytes.length} bytes`);
    for (let at = 0; at < bytes.length;) {
      const length = (bytes[at] as number) << 8 | bytes[at + 1] as number;
      seen.push(
        ...JSON.parse(new TextDecoder().decode(bytes.subarray(at + 2, at + 2 + length))).nicks,
      );
      at += 2 + length;
    }
  }
  assertEquals(seen, [...nicks, "asker"]);
});

Deno.test("speaking costs by its receivers and their bytes", () => {
  const quiet = priceOf(1, { ...noEffort(), bytes: 200, receivers: 1 });
  const loud = priceOf(1, { ...noEffort(), bytes: 200_000, receivers: 1000 });
  assert(quiet < 1.01 && loud > 1.9, `${quiet} and ${loud} tokens`);
  assertEquals([priceOfFrame(200), priceOfFrame(16 * 1024)], [0, 16]);
});

Deno.test("a cs168 frame that decodes to nothing costs as much as a command", async () => {
  await using server = new TestServer({ commandBurst: 14, commandRate: 0.001 });
  await using watcher = (await Peer.enter(server.port, "watcher")).bytes;
  await watcher.send(frame("/create first"));
  await using mallory = (await Peer.enter(server.port, "mallory")).bytes;
  // The name and the barrier behind it were two; eleven of these, and the probe is on credit.
  const nothing = frame("\u009d".repeat(100));
  for (let i = 0; i < 11; i++) await mallory.send(nothing);
  await mallory.send(frame("/join first"), frame("/create second"));
  await watcher.until("mallory has joined");
  await using other = await Json16Peer.enter(server.port, "other");
  await other.send(packet({ type: "channels" }));
  await other.until('"channels": ');
  const list = await other.until("}");
  assert(list.includes("first") && !list.includes("second"), list);
});

Deno.test("three lists of 10,000 channels in one write arrive whole, though one is larger than the outbox", async () => {
  await using server = new TestServer({
    commandRate: 0,
    outboxBytes: 64 * 1024,
    maxEmptyByOrigin: 20_000,
    maxMadeByOrigin: 20_000,
  });
  await using maker = (await Peer.enter(server.port, "maker")).bytes;
  const creates = new Uint8Array(10_000 * 200);
  const names = Array.from({ length: 10_000 }, (_, i) => `channel-${i}`.padEnd(26, "x"));
  names.forEach((name, i) => creates.set(frame(`/create ${name}`), i * 200));
  await maker.send(creates, frame("/list"));
  await maker.until(names.at(-1) as string);
  await using asker = await server.enter("asker");
  const lists = new Uint8Array(600);
  for (let i = 0; i < 3; i++) lists.set(frame("/list"), i * 200);
  await asker.send(lists);
  const seen = (await asker.untilBarrier()).flatMap((text) => text.split("\n"));
  assertEquals(seen, [...names, ...names, ...names]);
  assertEquals(server.log.count(/ended/), 0);
});
