/**
 * The fan-out: who gets the bytes, in which order, and how often an event is encoded.
 *
 * @module
 */

import { assertEquals, assertStrictEquals } from "@std/assert";
import { Hub } from "../../lib/chat/hub.ts";
import type { ChatEvent } from "../../lib/chat/event.ts";
import type { User } from "../../lib/chat/user.ts";
import type { BroadcastLog, Follower, Segment } from "../../lib/net/broadcast_log.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import { Dispatch, type Receiver } from "../../lib/server/dispatch.ts";

/** A protocol that writes down an event's type, and counts how often it was asked to. */
class CountingProtocol {
  encoded = 0;
  readonly protocol: Protocol;

  constructor(prefix: string, traits: { echoes?: boolean; silent?: boolean } = {}) {
    this.protocol = {
      ...cs168,
      name: prefix,
      echoes: () => traits.echoes ?? false,
      encodeEvent: (event: ChatEvent) => {
        this.encoded++;
        return new TextEncoder().encode(traits.silent ? "" : `${prefix}:${event.type};`);
      },
    };
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

  enter(nick: string, { protocol }: CountingProtocol, channel?: string): Member {
    const user = this.hub.connect();
    const member = new Member(user);
    this.#members.push(member);
    const codec = Object.assign(cs168.serverCodec(), {
      encodeReply: (event: ChatEvent) => ({ bytes: protocol.encodeEvent(event), separate: false }),
    });
    this.dispatch.add(user, { receiver: member, protocol, codec });
    this.hub.apply(user, { type: "register", nick });
    if (channel !== undefined) {
      const known = this.hub.channelNames.includes(channel);
      this.dispatch.deliver(this.hub.apply(user, { type: known ? "join" : "create", channel }));
    }
    return member;
  }
}

/** Reads its log as an outbox does, but on demand instead of at the end of the turn. */
class Member implements Receiver, Follower {
  readonly user: User;
  /** The memory in which each event was found. */
  readonly buffers: ArrayBufferLike[] = [];
  readonly #received: string[] = [];
  #log: BroadcastLog | undefined;
  #segment: Segment | undefined;
  #offset = 0;

  constructor(user: User) {
    this.user = user;
  }

  forget(): void {
    this.#read();
    this.#received.length = this.buffers.length = 0;
  }

  /** All events so far, in order. */
  get received(): string[] {
    this.#read();
    return this.#received;
  }

  send(bytes: Uint8Array): void {
    this.#read();
    this.#take(bytes);
  }

  follow(log: BroadcastLog): void {
    this.unfollow();
    this.#log = log;
    this.#skip(log);
    log.add(this);
  }

  unfollow(): void {
    this.#read();
    this.#log?.delete(this);
    this.#log = this.#segment = undefined;
  }

  appendForOthers(log: BroadcastLog, bytes: Uint8Array): void {
    assertStrictEquals(log, this.#log);
    this.#read();
    log.append(bytes);
    this.#skip(log);
  }

  /** It reads on demand, so the log has to keep everything. */
  readonly needed = 0;

  wake(): void {}

  #skip(log: BroadcastLog): void {
    this.#segment = log.tail;
    this.#offset = log.tail.length;
  }

  #read(): void {
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

Deno.test("an event for a channel reaches its members except the one who caused it", () => {
  const rig = new Rig();
  const p = new CountingProtocol("p");
  const [a, b, c] = [rig.enter("a", p, "c"), rig.enter("b", p, "c"), rig.enter("c", p, "c")];
  const other = rig.enter("d", p, "other");
  rig.forget();
  rig.dispatch.deliver(rig.hub.apply(a.user, { type: "say", text: "hi" }));
  assertEquals([a, b, c, other].map((m) => m.received), [[], ["p:said"], ["p:said"], []]);
});

Deno.test("who caused an event gets it where the protocol echoes", () => {
  const rig = new Rig();
  const loud = new CountingProtocol("loud", { echoes: true });
  const quiet = new CountingProtocol("quiet");
  const [a, b] = [rig.enter("a", loud, "c"), rig.enter("b", quiet, "c")];
  rig.forget();
  rig.dispatch.deliver(rig.hub.apply(a.user, { type: "say", text: "hi" }));
  rig.dispatch.deliver(rig.hub.apply(b.user, { type: "say", text: "hi" }));
  assertEquals(a.received, ["loud:said", "loud:said"]);
  assertEquals(b.received, ["quiet:said"]);
});

Deno.test("an event is encoded once for each protocol, not once for each member", () => {
  const rig = new Rig();
  const p = new CountingProtocol("p");
  const q = new CountingProtocol("q");
  const unused = new CountingProtocol("unused");
  const actor = rig.enter("actor", p, "c");
  const members = Array.from({ length: 20 }, (_, i) => rig.enter(`${i}`, i % 2 ? p : q, "c"));
  rig.enter("elsewhere", unused, "other");
  p.encoded = q.encoded = unused.encoded = 0;
  rig.forget();
  rig.dispatch.deliver(rig.hub.apply(actor.user, { type: "say", text: "hi" }));
  assertEquals([p.encoded, q.encoded, unused.encoded], [1, 1, 0]);
  assertEquals(members.every((m) => m.received.length === 1), true);
  assertEquals(new Set(members.map((m) => m.buffers[0])).size, 2);
});

Deno.test("an event for one user reaches that user alone", () => {
  const rig = new Rig();
  const p = new CountingProtocol("p");
  const [a, b] = [rig.enter("a", p, "c"), rig.enter("b", p, "c")];
  rig.forget();
  rig.dispatch.deliver(rig.hub.apply(a.user, { type: "list" }));
  assertEquals([a.received, b.received], [["p:channels"], []]);
});

Deno.test("deliveries go out in the order in which the hub decided", () => {
  const rig = new Rig();
  const p = new CountingProtocol("p");
  const [a, b] = [rig.enter("a", p, "c"), rig.enter("b", p, "c")];
  rig.forget();
  rig.dispatch.deliver(rig.hub.apply(b.user, { type: "join", channel: "c" }));
  assertEquals([a.received, b.received], [["p:left", "p:joined"], ["p:entered"]]);
});

Deno.test("what a protocol does not tell is not sent", () => {
  const rig = new Rig();
  const [p, silent] = [new CountingProtocol("p"), new CountingProtocol("s", { silent: true })];
  const [a, b] = [rig.enter("a", p, "c"), rig.enter("b", silent, "c")];
  rig.forget();
  rig.dispatch.deliver(rig.hub.apply(a.user, { type: "say", text: "hi" }));
  rig.dispatch.deliver(rig.hub.apply(b.user, { type: "list" }));
  assertEquals([a.received, b.received], [[], []]);
});

Deno.test("a user that was deleted is not reached any more, the others are", () => {
  const rig = new Rig();
  const p = new CountingProtocol("p");
  const [a, b, c] = [rig.enter("a", p, "c"), rig.enter("b", p, "c"), rig.enter("c", p, "c")];
  rig.forget();
  rig.dispatch.delete(b.user);
  rig.dispatch.deliver(rig.hub.apply(a.user, { type: "say", text: "hi" }));
  rig.dispatch.deliver(rig.hub.apply(b.user, { type: "list" }));
  assertEquals([a, b, c].map((m) => m.received), [[], [], ["p:said"]]);
});
