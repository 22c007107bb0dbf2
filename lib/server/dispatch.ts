/**
 * The fan-out: takes the hub's deliveries, encodes each event once per dialect of its receivers,
 * and puts the bytes into the logs and outboxes of the receivers.
 *
 *   Delivery to a channel -> one encoding per dialect -> the channel's logs -> its members
 *   Delivery to peers     -> one encoding per dialect -> each peer's connection, once
 *   Delivery to a user    -> its codec's reply      -> its connection
 *
 * @module
 */

import type { Channel } from "../chat/channel.ts";
import type {
  ChannelEvent,
  Delivery,
  PeerEvent,
  SharedEvent,
  Stamp,
  UserEvent,
} from "../chat/event.ts";
import { isForAllConnections } from "../chat/audience.ts";
import { hasAtLeast, type Right } from "../chat/rights.ts";
import type { User } from "../chat/user.ts";
import { type Clock, systemClock } from "../net/deadline.ts";
import { OutboxMemory } from "../net/outbox_memory.ts";
import { processScheduler, type WriteScheduler } from "../net/write_scheduler.ts";
import type { Dialect, Echo, Reply, ServerCodec } from "../protocol/protocol.ts";
import { BackPressure } from "./back_pressure.ts";
import { ChannelFan } from "./channel_fan.ts";
import { type Effort, EXAMINED_COST_BYTES, noEffort } from "./prices.ts";
import { Subscriber } from "./subscriber.ts";

/** The settings of a dispatch; the defaults suit a process with one server. */
export interface DispatchOptions {
  /** The scheduler of the receivers' connections; it wakes the followers of logs. */
  readonly scheduler?: WriteScheduler;
  /** Counts what waits for the receivers. */
  readonly memory?: OutboxMemory;
  /** The clock of the back pressure. */
  readonly clock?: Clock;
}

/** Knows the connections of each user, and their dialects. */
export class Dispatch {
  // Subscribers by their connections, each of which speaks as its own user or as another one.
  readonly #subscribers = new Map<User, Subscriber>();
  readonly #fans = new WeakMap<Channel, ChannelFan>();
  readonly #scheduler: WriteScheduler;
  readonly #memory: OutboxMemory;
  readonly #pressure: BackPressure;
  readonly #effort: Effort = noEffort();
  #asker: User | undefined;

  /** Begins without users. */
  constructor(options: DispatchOptions = {}) {
    this.#scheduler = options.scheduler ?? processScheduler;
    this.#memory = options.memory ?? new OutboxMemory();
    this.#pressure = new BackPressure(options.clock ?? systemClock);
  }

  /** The work of all deliveries since the last `resetEffort`. Always the same object. */
  get effort(): Readonly<Effort> {
    return this.#effort;
  }

  /** Resets the counts of `effort`. */
  resetEffort(): void {
    const effort = this.#effort;
    // `Object.assign` would take 1 % of the time of a message to a hundred members.
    effort.replyBytes =
      effort.bytes =
      effort.receivers =
      effort.copies =
      effort.visits =
        0;
  }

  /** Delivers to the connection `user`, which is in no channel yet, through `subscriber`. */
  add(user: User, subscriber: Subscriber): void {
    this.#subscribers.set(user, subscriber);
  }

  /** The codec of the connection `user` has changed its dialect. Returns in how many channels. */
  changeDialect(user: User): number {
    const subscriber = this.#subscribers.get(user);
    if (subscriber === undefined) return 0;
    for (const fan of [...subscriber.places.keys()]) {
      fan.delete(subscriber);
      fan.add(subscriber);
    }
    return subscriber.places.size;
  }

  /** Delivers nothing more to the connection `user`. */
  delete(user: User): void {
    const subscriber = this.#subscribers.get(user);
    if (subscriber === undefined) return;
    for (const fan of [...subscriber.places.keys()]) fan.delete(subscriber);
    this.#subscribers.delete(user);
  }

  /**
   * Sends what the hub has decided, in its order. `asker` is the connection whose command it was.
   *
   * @returns what the user who caused it must wait for; `undefined` when no reader is behind.
   */
  deliver(
    deliveries: readonly Delivery[],
    stamp: Stamp,
    asker?: User,
  ): Promise<void> | undefined {
    let wait: Promise<void> | undefined;
    this.#asker = asker;
    for (const delivery of deliveries) wait = both(wait, this.#deliver(delivery, stamp));
    this.#asker = undefined;
    return wait;
  }

  /** Ends every wait for readers. */
  close(): void {
    this.#pressure.close();
  }

  #deliver(delivery: Delivery, stamp: Stamp): Promise<void> | undefined {
    switch (delivery.to) {
      case "channel":
        return delivery.least === undefined
          ? this.#toChannel(delivery.channel, delivery.actor, delivery.event, stamp)
          : this.#toRanks(delivery, delivery.least, stamp);
      case "user":
        return this.#toUser(delivery.user, delivery.event, stamp);
      case "peers":
        return this.#toPeers(delivery.channels, delivery.actor, delivery.event, stamp);
      case "members":
        if ("entered" in delivery) this.#enter(delivery.entered, delivery.channel);
        else this.#exit(delivery.exited, delivery.channel);
        return undefined;
      case "watchers":
        this.#toWatchers(delivery.users, delivery.event, stamp);
        return undefined;
      case "store":
        return undefined;
      case "connection":
        if ("joins" in delivery) this.#join(delivery.joins);
        else for (const each of this.#allOf(delivery.ends)) each.end(delivery.reason);
        return undefined;
    }
  }

  /** The subscribers of all connections of `user`. */
  *#allOf(user: User): Iterable<Subscriber> {
    for (const connection of user.connections) {
      const subscriber = this.#subscribers.get(connection);
      if (subscriber !== undefined) yield subscriber;
    }
  }

  /** The connection with which `user` acts: its only one, or the one that asked. */
  #selfOf(user: User): Subscriber | undefined {
    const acting = user.connections.only ??
      (this.#asker?.as === user ? this.#asker : undefined);
    return acting && this.#subscribers.get(acting);
  }

  /** Puts a connection into the channels of the user as whom it speaks now. */
  #join(connection: User): void {
    const subscriber = this.#subscribers.get(connection);
    if (subscriber === undefined) return;
    for (const channel of connection.as.memberships.keys()) this.#fanOf(channel).add(subscriber);
  }

  #toUser(user: User, event: UserEvent | SharedEvent, stamp: Stamp): Promise<void> | undefined {
    const self = this.#selfOf(user);
    const isForOne = user.connections.size === 1 ||
      self !== undefined && !isForAllConnections(event);
    if (isForOne) return self && this.#toOne(self, event, stamp);
    let wait: Promise<void> | undefined;
    for (const each of this.#allOf(user)) wait = both(wait, this.#toOne(each, event, stamp));
    return wait;
  }

  #toOne(
    subscriber: Subscriber,
    event: UserEvent | SharedEvent,
    stamp: Stamp,
  ): Promise<void> | undefined {
    this.#effort.replyBytes += examinedFor(event) * EXAMINED_COST_BYTES;
    const reply = subscriber.codec.encodeReply(event, stamp);
    if (reply.bytes.length === 0) return undefined;
    subscriber.receiver.send(reply.bytes, reply.separate);
    this.#effort.replyBytes += reply.size ?? reply.bytes.length;
    return reply.more === undefined
      ? this.#pressure.ofReader(subscriber)
      : this.#sendMore(subscriber, reply.more);
  }

  /**
   * Sends each part when there is room for it, so that no reply fills its own outbox, and in a turn
   * of its own, because making a part is work.
   */
  async #sendMore(
    { receiver, goOn }: Subscriber,
    more: NonNullable<Reply["more"]>,
  ): Promise<void> {
    for (let isLast = false; !isLast;) {
      await receiver.whenRoomy();
      // Nobody makes parts for a connection that is closed.
      isLast = true;
      await goOn(() => {
        const part = more.next();
        isLast = part.done === true;
        if (!part.done) receiver.push(part.value);
      });
    }
  }

  #toChannel(
    channel: Channel,
    actor: User,
    event: ChannelEvent,
    stamp: Stamp,
  ): Promise<void> | undefined {
    const fan = this.#fanOf(channel);
    const self = this.#selfOf(actor);
    const echo = self === undefined ? "shared" : echoOf(self.codec, event);
    fan.send(event, stamp, echo === "shared" ? undefined : self, this.#effort);
    this.#echo(fan, actor, self, echo, event, stamp);
    return this.#pressure.ofChannel(fan);
  }

  /** Sends `event` to those connections of `actor` that have not received it with the others. */
  #echo(
    fan: ChannelFan,
    actor: User,
    self: Subscriber | undefined,
    echo: Echo,
    event: ChannelEvent,
    stamp: Stamp,
  ): void {
    // A user who is no member, such as one who has just left, receives nothing with the others.
    const isDue = echo === "own" || echo === "shared" && self !== undefined && !fan.has(self);
    if (self !== undefined && isDue) this.#toOne(self, event, stamp);
    if (actor.connections.size === 1) return;
    for (const each of this.#allOf(actor)) {
      const isMissed = each !== self && !fan.has(each) && echoOf(each.codec, event) === "shared";
      if (isMissed) this.#toOne(each, event, stamp);
    }
  }

  #toPeers(
    channels: readonly Channel[],
    actor: User,
    event: PeerEvent,
    stamp: Stamp,
  ): Promise<void> | undefined {
    if (actor.connections.size > 1) return this.#toPeersSingly(channels, actor, event, stamp);
    const self = this.#selfOf(actor);
    const wait = self && this.#toOne(self, event, stamp);
    const [first, ...rest] = channels.map((channel) => this.#fanOf(channel)).sort(largestFirst);
    if (first === undefined) return wait;
    // Nearly all peers are in the largest channel, whose logs reach them for the price of one.
    first.send(event, stamp, self, this.#effort);
    const others = new Set<Subscriber>();
    for (const fan of rest) {
      this.#effort.visits += fan.size;
      for (const peer of fan.subscribers) {
        if (peer !== self && !first.has(peer)) others.add(peer);
      }
    }
    this.#sendSingly(others, event, stamp);
    return wait;
  }

  /** Sends like `#toPeers`, where each connection of `actor` receives the event by itself. */
  #toPeersSingly(
    channels: readonly Channel[],
    actor: User,
    event: PeerEvent,
    stamp: Stamp,
  ): Promise<void> | undefined {
    let wait: Promise<void> | undefined;
    const own = new Set(this.#allOf(actor));
    for (const each of own) wait = both(wait, this.#toOne(each, event, stamp));
    const peers = new Set<Subscriber>();
    for (const channel of channels) {
      const fan = this.#fanOf(channel);
      this.#effort.visits += fan.size;
      for (const peer of fan.subscribers) if (!own.has(peer)) peers.add(peer);
    }
    this.#sendSingly(peers, event, stamp);
    return wait;
  }

  /** Sends to the members with a right, and to the one who caused it as its codec says. */
  #toRanks(
    { channel, actor, event }: Extract<Delivery, { to: "channel" }>,
    least: Right,
    stamp: Stamp,
  ): Promise<void> | undefined {
    const self = this.#selfOf(actor);
    const echo = self === undefined ? "none" : echoOf(self.codec, event);
    const receivers = new Set<Subscriber>();
    for (const [member, { rights }] of channel.members) {
      if (member !== actor && !hasAtLeast(rights, least)) continue;
      for (const each of this.#allOf(member)) {
        if (each !== self || echo === "shared") receivers.add(each);
      }
    }
    const fan = this.#fanOf(channel);
    fan.unwatchedBytes += this.#sendSingly(receivers, event, stamp);
    const isAmong = self !== undefined && fan.has(self);
    const isDue = echo === "own" || (echo === "shared" && !isAmong);
    if (self !== undefined && isDue) this.#toOne(self, event, stamp);
    return this.#pressure.ofChannel(fan);
  }

  #toWatchers(users: readonly User[], event: PeerEvent, stamp: Stamp): void {
    for (const { codec, receiver } of users.flatMap((user) => [...this.#allOf(user)])) {
      // Finding a watcher is work, even if it receives no bytes.
      this.#effort.copies++;
      const bytes = codec.encodeWatched?.(event, stamp);
      if (bytes === undefined || bytes.length === 0) continue;
      receiver.push(bytes);
      this.#effort.bytes += bytes.length;
      this.#effort.receivers++;
    }
  }

  /** Encodes once for each dialect, and sends at once. Returns the number of encoded bytes. */
  #sendSingly(receivers: Iterable<Subscriber>, event: SharedEvent, stamp: Stamp): number {
    let encoded = 0;
    const byDialect = new Map<Dialect, Subscriber[]>();
    for (const each of receivers) {
      const known = byDialect.get(each.codec.dialect);
      if (known === undefined) byDialect.set(each.codec.dialect, [each]);
      else known.push(each);
    }
    for (const [dialect, subscribers] of byDialect) {
      const bytes = dialect.encodeEvent(event, stamp);
      if (bytes.length === 0) continue;
      for (const { receiver } of subscribers) receiver.push(bytes);
      encoded += bytes.length;
      this.#effort.bytes += bytes.length * subscribers.length;
      this.#effort.receivers += subscribers.length;
      this.#effort.copies += subscribers.length;
    }
    return encoded;
  }

  #enter(user: User, channel: Channel): void {
    for (const each of this.#allOf(user)) this.#fanOf(channel).add(each);
  }

  #exit(user: User, channel: Channel): void {
    for (const each of this.#allOf(user)) this.#fanOf(channel).delete(each);
  }

  #fanOf(channel: Channel): ChannelFan {
    let fan = this.#fans.get(channel);
    if (fan === undefined) {
      this.#fans.set(channel, fan = new ChannelFan(this.#scheduler, this.#memory));
    }
    return fan;
  }
}

/** The number of users, channels or rows that the hub has examined for an answer. */
function examinedFor(event: UserEvent | SharedEvent): number {
  if ("examined" in event) return event.examined ?? 0;
  // The hub has found all who hold the nick, though the refusal names only the first of them.
  return event.type === "refused" && "handles" in event.refusal ? event.refusal.handles.length : 0;
}

function largestFirst(a: ChannelFan, b: ChannelFan): number {
  return b.size - a.size;
}

function echoOf(codec: ServerCodec, event: SharedEvent): Echo {
  return codec.echo?.(event) ?? (codec.dialect.echoes(event) ? "shared" : "none");
}

/** Resolves when both have resolved; `undefined` when there is nothing to wait for. */
export function both(
  one: Promise<void> | undefined,
  other: Promise<void> | undefined,
): Promise<void> | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other;
  return Promise.all([one, other]).then(() => {});
}
