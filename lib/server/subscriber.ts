/**
 * How the server reaches a user: its connection, the codec of its protocol, and its places
 * in channels.
 *
 * @module
 */

import type { BroadcastLog, Follower } from "../net/broadcast_log.ts";
import type { Separation } from "../net/outbox.ts";
import type { ServerCodec } from "../protocol/protocol.ts";
import type { ChannelFan, Place } from "./channel_fan.ts";

/**
 * Receives a user's bytes: a connection, or a fake in a test or benchmark. Nothing in it throws.
 */
export interface Receiver {
  /** Queues a copy of a reply, as a write of its own if `separate`. */
  send(bytes: Uint8Array, separate?: Separation): void;
  /** Queues a copy of `bytes` that many receive; a reply may be written before those of others. */
  push(bytes: Uint8Array): void;
  /** Follows `log` instead of the one before: sends what is appended to it from now on. */
  follow(log: BroadcastLog): void;
  /** Follows no log. It still sends what was appended before. */
  unfollow(): void;
  /** The part of it that reads a log. */
  readonly follower: Follower;
  /** Whether too much waits for a receiver that still reads. */
  readonly isBacklogged: boolean;
  /** Whether it was seen to read while too much waited for it. */
  readonly isProvenReader: boolean;
  /** Resolves when there is room again, or when it has closed. */
  whenRoomy(): Promise<void>;
}

/**
 * Does work in the turn of the connection's address, before other work that waits there; does
 * nothing once the connection is closed.
 */
export type GoOn = (work: () => undefined) => Promise<void> | undefined;

/** A user's end of the fan-out. */
export class Subscriber {
  /** The user's connection. */
  readonly receiver: Receiver;
  /** Encodes the events for this user alone, and names its dialect. */
  readonly codec: ServerCodec;
  /** Ends the connection after what waits for it; `reason` goes into the log. */
  readonly end: (reason: string) => void;
  /** Makes the further parts of a long reply. */
  readonly goOn: GoOn;
  /** Its place in each of its channels. */
  readonly places: Map<ChannelFan, Place> = new Map();
  /** The place whose log the connection follows. */
  followed: Place | undefined;
  /** The end of that log when it was chosen. */
  followedFrom = 0;

  /** Begins in no channel. */
  constructor(
    receiver: Receiver,
    codec: ServerCodec,
    end: (reason: string) => void = () => {},
    goOn: GoOn = (work) => work(),
  ) {
    this.receiver = receiver;
    this.codec = codec;
    this.end = end;
    this.goOn = goOn;
  }
}
