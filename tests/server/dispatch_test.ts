/**
 * The fan-out: how often an event is encoded, and what reaches whom. That each receiver gets what it must, in one order
 * over all of its channels, `fan_out_property_test.ts` shows.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import type { SharedEvent, UserEvent } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { User } from "../../lib/chat/user.ts";
import type { BroadcastLog, Follower, Segment } from "../../lib/net/broadcast_log.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Dialect } from "../../lib/protocol/protocol.ts";
import { replyInParts, replyOf } from "../../lib/protocol/reply.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { type Receiver, Subscriber } from "../../lib/server/subscriber.ts";
import { settle, within } from "../support/within.ts";

const STAMP = { time: 0, msgid: "" };
const encoder = new TextEncoder();

/** A dialect that writes down an event's type, and counts how often it was asked to. */
class CountingDialect implements Dialect {
  encoded = 0;
  readonly name: string;
  readonly #isSilent: boolean;

  constructor(name: string, isSilent = false) {
    this.name = name;
    this.#isSilent = isSilent;
  }

  echoes(): boolean {
    return false;
  }

  encodeEvent(event: SharedEvent | UserEvent): Uint8Array {
    this.encoded++;
    return encoder.encode(this.#isSilent ? "" : `${this.name}:${event.type};`);
  }
}

/** A hub with users, of whom each receives into a list. */
class Rig {
  readonly hub = new Hub({ maxChannels: 10 });
  readonly dispatch = new Dispatch();
  readonly #members: Member[] = [];

  /** What came up to now is not looked at. */
  forget(): void {
    for (const member of this.#members) member.forget();
  }

  /** Applies one command and delivers what follows from it. */
  do({ user }: Member, command: Command): Promise<void> | undefined {
    return this.dispatch.deliver(this.hub.apply(user, command), STAMP);
  }

  enter(nick: string, dialect: CountingDialect, ...channels: string[]): Member {
    const user = this.hub.connect();
    const member = new Member(user);
    this.#members.push(member);
    const codec = Object.assign(cs168.serverCodec(), {
      dialect,
      encodeReply: (event: SharedEvent | UserEvent) => replyOf(dialect.encodeEvent(event)),
    });
    this.dispatch.add(user, new Subscriber(member, codec));
    this.do(member, { type: "register", nick, home: "test" });
    for (const channel of channels) this.do(member, { type: "join", channel, make: true });
    return member;
  }
}

/** Reads its log as an outbox does, but on demand instead of at the end of the turn. */
class Member implements Receiver, Follower {
  readonly user: User;
  /** The memory in which each event was found. */
  readonly buffers: ArrayBufferLike[] = [];
  readonly follower = this;
  readonly isBacklogged = false;
  readonly isProvenReader = false;
  /** What `whenRoomy` returns. */
  roomy = Promise.resolve();
  readonly #received: string[] = [];
  #log: BroadcastLog | undefined;
  #segment: Segment | undefined;
  #offset = 0;

  constructor(user: User) {
    this.user = user;
  }

  forget(): void {
    this.copyUnread();
    this.#received.length = this.buffers.length = 0;
  }

  /** All events so far, in order. */
  get received(): string[] {
    this.copyUnread();
    return this.#received;
  }

  send(bytes: Uint8Array): void {
    this.copyUnread();
    this.#take(bytes);
  }

  push(bytes: Uint8Array): void {
    this.send(bytes);
  }

  follow(log: BroadcastLog): void {
    this.unfollow();
    this.#log = log;
    this.skipToEnd();
    log.add(this);
  }

  unfollow(): void {
    this.copyUnread();
    this.#log?.delete(this);
    this.#log = this.#segment = undefined;
  }

  whenRoomy(): Promise<void> {
    return this.roomy;
  }

  /** It reads on demand, so the log has to keep everything. */
  readonly needed = 0;

  wake(): void {}

  skipToEnd(): void {
    this.#segment = this.#log?.tail;
    this.#offset = this.#segment?.length ?? 0;
  }

  copyUnread(): void {
    for (let segment = this.#segment; segment !== undefined; segment = segment.next) {
      this.#take(segment.bytes.subarray(this.#offset, segment.length));
      this.#segment = segment;
      this.#offset = segment.next === undefined ? segment.length : 0;
    }
  }

  #take(bytes: Uint8Array): void {
    for (const event of new TextDecoder().decode(bytes).split(";").slice(0, -1)) {
      this.#received.push(event);
      this.buffers.push(bytes.buffer);
    }
  }
}

Deno.test("an event is encoded once for each dialect, not once for each member", () => {
  const rig = new Rig();
  const p = new CountingDialect("p");
  const q = new CountingDialect("q");
  const unused = new CountingDialect("unused");
  const actor = rig.enter("actor", p, "c");
  const members = Array.from({ length: 20 }, (_, i) => rig.enter(`${i}`, i % 2 ? p : q, "c"));
  rig.enter("elsewhere", unused, "other");
  p.encoded = q.encoded = unused.encoded = 0;
  rig.forget();
  rig.do(actor, { type: "say", text: "hi" });
  assertEquals([p.encoded, q.encoded, unused.encoded], [1, 1, 0]);
  assertEquals(members.every((m) => m.received.length === 1), true);
  assertEquals(new Set(members.map((m) => m.buffers[0])).size, 2);
});

Deno.test("an event for which a dialect has no bytes is not sent", () => {
  const rig = new Rig();
  const [p, silent] = [new CountingDialect("p"), new CountingDialect("s", true)];
  const [a, b] = [rig.enter("a", p, "c"), rig.enter("b", silent, "c")];
  rig.forget();
  rig.do(a, { type: "say", text: "hi" });
  rig.do(b, { type: "list" });
  assertEquals([a.received, b.received], [[], []]);
});

Deno.test("a user that was deleted is not reached any more, the others are", () => {
  const rig = new Rig();
  const p = new CountingDialect("p");
  const [a, b, c] = [rig.enter("a", p, "c"), rig.enter("b", p, "c"), rig.enter("c", p, "c")];
  rig.forget();
  rig.dispatch.delete(b.user);
  rig.do(a, { type: "say", text: "hi" });
  rig.do(b, { type: "list" });
  assertEquals([a, b, c].map((m) => m.received), [[], [], ["p:said"]]);
});

Deno.test("a new nick, an absence and a quit reach each peer once, whatever they share", () => {
  const rig = new Rig();
  const [p, q] = [new CountingDialect("p"), new CountingDialect("q")];
  const a = rig.enter("a", p, "one", "two", "three");
  const [b, c] = [rig.enter("b", p, "one", "two", "three"), rig.enter("c", q, "three", "one")];
  const stranger = rig.enter("d", q, "four");
  rig.forget();
  p.encoded = q.encoded = 0;
  rig.do(a, { type: "register", nick: "anna", home: "test" });
  rig.do(a, { type: "away", text: "lunch" });
  assertEquals([p.encoded, q.encoded], [5, 2], "once a dialect, and once for each reply");
  const deliveries = rig.hub.disconnect(a.user);
  rig.dispatch.delete(a.user);
  rig.dispatch.deliver(deliveries, STAMP);
  assertEquals(a.received, ["p:renamed", "p:now_away", "p:away"]);
  assertEquals(b.received, ["p:renamed", "p:away", "p:quit"]);
  assertEquals(c.received, ["q:renamed", "q:away", "q:quit"]);
  assertEquals(stranger.received, []);
});

Deno.test("a quit reaches the members of the largest channel through its log, and the others singly", () => {
  const rig = new Rig();
  const p = new CountingDialect("p");
  const a = rig.enter("a", p, "large", "small");
  const few = Array.from({ length: 3 }, (_, i) => rig.enter(`f${i}`, p, "small"));
  const both = rig.enter("both", p, "small", "large");
  const many = Array.from({ length: 20 }, (_, i) => rig.enter(`m${i}`, p, "large"));
  rig.forget();
  rig.dispatch.resetEffort();
  const deliveries = rig.hub.disconnect(a.user);
  rig.dispatch.delete(a.user);
  rig.dispatch.deliver(deliveries, STAMP);
  for (const each of [...few, both, ...many]) assertEquals(each.received, ["p:quit"]);
  const { receivers, copies } = rig.dispatch.effort;
  assertEquals([receivers, copies], [24, 4], "copied for those who follow the small one");
});

Deno.test("the parts of a long reply wait for room, one after the other", async () => {
  const rig = new Rig();
  const p = new CountingDialect("p");
  const a = rig.enter("a", p);
  const parts = ["p:one;", "p:two;", "p:three;"].map((text) => encoder.encode(text));
  const codec = Object.assign(cs168.serverCodec(), {
    dialect: p,
    encodeReply: () => replyInParts(parts),
  });
  rig.dispatch.add(a.user, new Subscriber(a, codec));
  rig.forget();
  const room = Promise.withResolvers<void>();
  a.roomy = room.promise;
  rig.dispatch.resetEffort();
  const wait = rig.do(a, { type: "list" });
  await settle();
  assertEquals(a.received, ["p:one"]);
  assertEquals(rig.dispatch.effort.replyBytes, 20, "all parts have their price at once");
  room.resolve();
  await wait;
  assertEquals(a.received, ["p:one", "p:two", "p:three"]);
});

Deno.test("each further part of a long reply is made in a turn of its own, and none for nobody", async () => {
  const rig = new Rig();
  const asker = new Member(rig.hub.connect());
  const turns: (() => void)[] = [];
  let isOpen = true;
  const goOn = (work: () => undefined) => {
    if (!isOpen) return undefined;
    return new Promise<void>((resolve) => turns.push(() => resolve(work())));
  };
  let made = 0;
  const more = (function* () {
    for (;; made++) yield new TextEncoder().encode(`part ${made};`);
  })();
  const bytes = new TextEncoder().encode("first;");
  const codec = Object.assign(cs168.serverCodec(), {
    encodeReply: () => ({ bytes, separate: false, more }),
  });
  rig.dispatch.add(asker.user, new Subscriber(asker, codec, () => {}, goOn));
  const event = { type: "channels", channels: [] } as const;
  const wait = rig.dispatch.deliver([{ to: "user", user: asker.user, event }], STAMP);
  await settle();
  assertEquals([asker.received, turns.length], [["first"], 1]);
  turns.shift()?.();
  await settle();
  assertEquals([asker.received, turns.length], [["first", "part 0"], 1]);
  isOpen = false;
  turns.shift()?.();
  await within("the end of a reply to nobody", wait ?? Promise.reject());
  assertEquals(asker.received, ["first", "part 0", "part 1"]);
});
