/**
 * How a user is reached: a connection, the codec of its protocol, and its places in channels.
 *
 * @module
 */

import type { BroadcastLog, Follower } from "../net/broadcast_log.ts";
import type { ServerCodec } from "../protocol/protocol.ts";
import type { ChannelFan, Place } from "./channel_fan.ts";

/** Where a user's bytes go: a connection, or a fake in a test or benchmark. None of it throws. */
export interface Receiver {
  /** Queues a copy of `bytes`, as a write of their own if `separate`. */
  send(bytes: Uint8Array, separate?: boolean): void;
  /** From now on also sends what is appended to `log`, instead of to the one before. */
  follow(log: BroadcastLog): void;
  /** Sends nothing of the log any more that is appended from now on. */
  unfollow(): void;
  /** What reads a log for this receiver. */
  readonly follower: Follower;
  /** Whether too much waits for a receiver that still reads. */
  readonly isBacklogged: boolean;
  /** Whether it was seen to read while too much waited. */
  readonly isProvenReader: boolean;
  /** Resolves when there is room again, or when it has closed. */
  whenRoomy(): Promise<void>;
}

/** A user's end of the fan-out. */
export class Subscriber {
  /** The user's connection. */
  readonly receiver: Receiver;
  /** Encodes what is for this user alone, and names its dialect. */
  readonly codec: ServerCodec;
  /** Ends the connection behind what waits for it; `reason` goes into the log. */
  readonly end: (reason: string) => void;
  /** Its place in each of its channels. */
  readonly places: Map<ChannelFan, Place> = new Map();
  /** The place whose log the connection follows. */
  followed: Place | undefined;
  /** Where that log ended when it was chosen. */
  followedFrom = 0;

  /** In no channel yet. */
  constructor(receiver: Receiver, codec: ServerCodec, end: (reason: string) => void = () => {}) {
    this.receiver = receiver;
    this.codec = codec;
    this.end = end;
  }
}
