/**
 * The fan-out: takes the hub's deliveries, has each event encoded once for each protocol that somebody
 * in the channel speaks, and puts the bytes into the outboxes of those who get it.
 *
 * @module
 */

import type { Channel } from "../chat/channel.ts";
import type { ChannelEvent, Delivery, UserEvent } from "../chat/event.ts";
import type { User } from "../chat/user.ts";
import type { Protocol, ServerCodec } from "../protocol/protocol.ts";

/** Where a user's bytes go: a connection, or a fake in a test or benchmark. */
export interface Receiver {
  /** Queues a copy of `bytes`, as a write of their own if `separate`; never waits, never throws. */
  send(bytes: Uint8Array, separate?: boolean): void;
}

/** How a user is reached. */
export interface Subscriber {
  /** Over this. */
  readonly receiver: Receiver;
  /** In this. */
  readonly protocol: Protocol;
  /** What is for this user alone, in this state of its connection. */
  readonly codec: ServerCodec;
}

/** Knows by what connection and in which protocol each user is reached. */
export class Dispatch {
  readonly #subscribers = new Map<User, Subscriber>();

  /** From now on `user` is reached as `subscriber` says. */
  add(user: User, subscriber: Subscriber): void {
    this.#subscribers.set(user, subscriber);
  }

  /** `user` is not reached any more. */
  delete(user: User): void {
    this.#subscribers.delete(user);
  }

  /** Sends what the hub has decided, in its order. */
  deliver(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      if (delivery.to === "user") this.#toUser(delivery.user, delivery.event);
      else this.#toChannel(delivery.channel, delivery.actor, delivery.event);
    }
  }

  #toUser(user: User, event: UserEvent): void {
    const subscriber = this.#subscribers.get(user);
    if (subscriber === undefined) return;
    const { bytes, separate } = subscriber.codec.encodeReply(event);
    if (bytes.length > 0) subscriber.receiver.send(bytes, separate);
  }

  #toChannel(channel: Channel, actor: User, event: ChannelEvent): void {
    const encoded = new Map<Protocol, Uint8Array>();
    for (const user of channel.members) {
      const subscriber = this.#subscribers.get(user);
      if (subscriber === undefined) continue;
      const { receiver, protocol } = subscriber;
      if (user === actor && !protocol.echoes(event)) continue;
      let bytes = encoded.get(protocol);
      if (bytes === undefined) {
        bytes = protocol.encodeEvent(event);
        encoded.set(protocol, bytes);
      }
      if (bytes.length > 0) receiver.send(bytes);
    }
  }
}
