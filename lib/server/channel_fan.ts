/**
 * One channel's fan-out: a broadcast log for each dialect spoken in it. A member's connection
 * follows one log, that of its only or busiest channel. The events of its other channels are pushed
 * into its outbox behind the unread part of that log, so that it receives everything in one order.
 *
 *   channel event --encode, once per dialect--> log ---> connections that follow it
 *                                                '-----> connections that follow another (pushed)
 *
 * @module
 */

import type { SharedEvent, Stamp } from "../chat/event.ts";
import { BroadcastLog } from "../net/broadcast_log.ts";
import type { OutboxMemory } from "../net/outbox_memory.ts";
import type { WriteScheduler } from "../net/write_scheduler.ts";
import type { Dialect } from "../protocol/protocol.ts";
import type { Effort } from "./prices.ts";
import type { Subscriber } from "./subscriber.ts";

/** The events of a channel in one dialect. */
export interface Stream {
  /** The dialect. */
  readonly dialect: Dialect;
  /** Holds the bytes for the connections that follow it. */
  readonly log: BroadcastLog;
  /** Members whose connections follow the log of another channel. */
  readonly pushed: Set<Place>;
  /**
   * All members who speak the dialect. One whose writes have failed still speaks, but
   * follows no log.
   */
  members: number;
}

/** The place of one subscriber in one channel. */
export interface Place {
  /** The subscriber. */
  readonly subscriber: Subscriber;
  /** The channel. */
  readonly fan: ChannelFan;
  /** Its stream in the subscriber's dialect. */
  readonly stream: Stream;
  /** Bytes pushed since the subscriber last chose the log that it follows. */
  pushedBytes: number;
}

/** Bytes pushed before a subscriber checks whether another of its channels is busier. */
const CHOOSE_EVERY_BYTES = 16 * 1024;
/**
 * A channel must be this many times busier than the followed one, so that nobody switches
 * back and forth.
 */
const BUSIER = 2;

/** A channel's streams and members. */
export class ChannelFan {
  readonly #scheduler: WriteScheduler;
  readonly #memory: OutboxMemory;
  readonly #streams: Stream[] = [];
  readonly #places = new Map<Subscriber, Place>();
  /** Bytes said since back pressure last looked at the readers. */
  unwatchedBytes = 0;

  /** Begins without members. */
  constructor(scheduler: WriteScheduler, memory: OutboxMemory) {
    this.#scheduler = scheduler;
    this.#memory = memory;
  }

  /** Its members. */
  get subscribers(): Iterable<Subscriber> {
    return this.#places.keys();
  }

  /** Number of members. */
  get size(): number {
    return this.#places.size;
  }

  /** Whether `subscriber` is a member, at this place in the order of deliveries. */
  has(subscriber: Subscriber): boolean {
    return this.#places.has(subscriber);
  }

  /** Adds `subscriber`: it receives the channel's events from now on. */
  add(subscriber: Subscriber): void {
    const stream = this.#streamOf(subscriber.codec.dialect);
    const place: Place = { subscriber, fan: this, stream, pushedBytes: 0 };
    this.#places.set(subscriber, place);
    stream.members++;
    subscriber.places.set(this, place);
    if (subscriber.followed === undefined) follow(place);
    else stream.pushed.add(place);
  }

  /** Removes `subscriber`: it receives no further events of the channel. */
  delete(subscriber: Subscriber): void {
    const place = this.#places.get(subscriber);
    if (place === undefined) return;
    this.#places.delete(subscriber);
    subscriber.places.delete(this);
    place.stream.pushed.delete(place);
    if (subscriber.followed === place) unfollow(place);
    if (--place.stream.members === 0) this.#streams.splice(this.#streams.indexOf(place.stream), 1);
  }

  /** Sends `event` to all members but `but`. */
  send(event: SharedEvent, stamp: Stamp, but: Subscriber | undefined, effort: Effort): void {
    const excepted = but && this.#places.get(but);
    for (const stream of this.#streams) {
      const { dialect, log, pushed } = stream;
      const silent = excepted?.stream === stream ? but : undefined;
      const readers = stream.members - (silent === undefined ? 0 : 1);
      if (readers <= 0) continue;
      const bytes = dialect.encodeEvent(event, stamp);
      if (bytes.length === 0) continue;
      if (log.followerCount > 0) log.append(bytes, silent?.receiver.follower);
      for (const each of pushed) if (each.subscriber !== silent) push(each, bytes);
      effort.bytes += readers * bytes.length;
      effort.receivers += readers;
      effort.copies += pushed.size;
      this.unwatchedBytes += bytes.length;
    }
  }

  #streamOf(dialect: Dialect): Stream {
    const known = this.#streams.find((stream) => stream.dialect === dialect);
    if (known !== undefined) return known;
    const log = new BroadcastLog(this.#scheduler, this.#memory);
    const stream = { dialect, log, members: 0, pushed: new Set<Place>() };
    this.#streams.push(stream);
    return stream;
  }
}

function follow(place: Place): void {
  const { subscriber, stream } = place;
  stream.pushed.delete(place);
  subscriber.followed = place;
  subscriber.followedFrom = stream.log.end;
  subscriber.receiver.follow(stream.log);
}

/** Makes the subscriber follow another of its channels, if there is one. */
function unfollow({ subscriber }: Place): void {
  subscriber.receiver.unfollow();
  subscriber.followed = undefined;
  const [next] = subscriber.places.values();
  if (next !== undefined) follow(next);
}

/**
 * Pushes `bytes` of a channel that is not followed; follows the channel if it is now the busiest.
 */
function push(place: Place, bytes: Uint8Array): void {
  const { subscriber } = place;
  subscriber.receiver.push(bytes);
  place.pushedBytes += bytes.length;
  if (place.pushedBytes < CHOOSE_EVERY_BYTES) return;
  const { followed } = subscriber;
  const said = followed === undefined ? 0 : followed.stream.log.end - subscriber.followedFrom;
  for (const each of subscriber.places.values()) if (each !== place) each.pushedBytes = 0;
  if (followed !== undefined && place.pushedBytes > BUSIER * said) {
    followed.stream.pushed.add(followed);
    follow(place);
  }
  place.pushedBytes = 0;
  if (subscriber.followed !== undefined) {
    subscriber.followedFrom = subscriber.followed.stream.log.end;
  }
}
