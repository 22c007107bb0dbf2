/**
 * The fan-out: takes the hub's deliveries, has each event encoded once for each protocol that somebody in
 * the channel speaks, and puts the bytes where those who get it will read them.
 *
 *   Delivery to a channel -> one encoding, one append to the channel's log of that protocol -> followers
 *   Delivery to a user    -> its codec's reply -> its connection
 *
 * @module
 */

import type { Channel } from "../chat/channel.ts";
import type { ChannelEvent, Delivery, UserEvent } from "../chat/event.ts";
import type { User } from "../chat/user.ts";
import { BroadcastLog } from "../net/broadcast_log.ts";
import { processScheduler, type WriteScheduler } from "../net/write_scheduler.ts";
import type { Protocol, ServerCodec } from "../protocol/protocol.ts";

/** Where a user's bytes go: a connection, or a fake in a test or benchmark. None of it waits or throws. */
export interface Receiver {
  /** Queues a copy of `bytes`, as a write of their own if `separate`. */
  send(bytes: Uint8Array, separate?: boolean): void;
  /** From now on also sends what is appended to `log`, instead of to the one before. */
  follow(log: BroadcastLog): void;
  /** Sends nothing of the log any more that is appended from now on. */
  unfollow(): void;
  /** Appends `bytes` to `log` for all its followers but this receiver. */
  appendForOthers(log: BroadcastLog, bytes: Uint8Array): void;
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

/** A log of a channel, for those of its members who speak `protocol`. */
interface ProtocolLog {
  readonly protocol: Protocol;
  readonly log: BroadcastLog;
}

/** A channel's logs: one for each protocol that has ever been spoken in it. */
type Logs = ProtocolLog[];

/** Knows by what connection and in which protocol each user is reached. */
export class Dispatch {
  readonly #subscribers = new Map<User, Subscriber>();
  readonly #logs = new WeakMap<Channel, Logs>();
  readonly #scheduler: WriteScheduler;

  /** `turns` are those of the receivers: they decide when the logs' followers are woken. */
  constructor(scheduler: WriteScheduler = processScheduler) {
    this.#scheduler = scheduler;
  }

  /** From now on `user`, who is in no channel yet, is reached as `subscriber` says. */
  add(user: User, subscriber: Subscriber): void {
    this.#subscribers.set(user, subscriber);
  }

  /** `user` is not reached any more. */
  delete(user: User): void {
    this.#subscribers.get(user)?.receiver.unfollow();
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

  /** The followers of a channel's logs are its members: who comes and goes is in the events. */
  #toChannel(channel: Channel, actor: User, event: ChannelEvent): void {
    const logs = this.#logsOf(channel);
    const subscriber = this.#subscribers.get(actor);
    if (event.type === "left") subscriber?.receiver.unfollow();
    if (event.type === "joined" && subscriber !== undefined) {
      subscriber.receiver.follow(this.#logOf(logs, subscriber.protocol));
    }
    // Who has left follows no log any more.
    const actorIsMember = subscriber !== undefined && event.type !== "left";
    for (const { protocol, log } of logs) {
      const silent = actorIsMember && subscriber.protocol === protocol && !protocol.echoes(event);
      append(log, protocol, event, silent ? subscriber.receiver : undefined);
    }
  }

  #logsOf(channel: Channel): Logs {
    let logs = this.#logs.get(channel);
    if (logs === undefined) this.#logs.set(channel, logs = []);
    return logs;
  }

  #logOf(logs: Logs, protocol: Protocol): BroadcastLog {
    const known = logs.find((each) => each.protocol === protocol);
    if (known !== undefined) return known.log;
    const log = new BroadcastLog(this.#scheduler);
    logs.push({ protocol, log });
    return log;
  }
}

/** `silentActor`, if there is one, follows `log` but is not told what it did itself. */
function append(
  log: BroadcastLog,
  protocol: Protocol,
  event: ChannelEvent,
  silentActor: Receiver | undefined,
): void {
  const readers = log.followerCount - (silentActor === undefined ? 0 : 1);
  if (readers <= 0) return;
  const bytes = protocol.encodeEvent(event);
  if (bytes.length === 0) return;
  if (silentActor === undefined) log.append(bytes);
  else silentActor.appendForOthers(log, bytes);
}
