/**
 * What each address (IPv6: /64) may do, over all of its connections and over time: a peer that closes and
 * connects again finds the buckets as it left them, so coming back costs what staying costs.
 *
 * The table is bounded. An address with a connection is always in it; one without is kept until its
 * buckets are full again, `LARGEST_IDLE` of them at most. Beyond that the address that has been gone for
 * the longest is forgotten and starts afresh. To make the server forget, a peer needs that many other
 * addresses, each of which brings a burst of its own anyway.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import { networkOf } from "./admission.ts";
import {
  ADDRESS_FACTOR,
  ARRIVAL_PACE,
  ARRIVAL_STEP,
  type Limits,
  WORK_PACE,
  WORK_STEP,
} from "./limits.ts";
import { type Bucket, PacedBucket } from "./paced_bucket.ts";

/** The buckets of one address. */
export interface AddressBucket {
  /** The address, or the network, that it stands for. */
  readonly network: string;
  /** What its connections may do, all together. */
  readonly work: Bucket;
  /** How fast new connections may come. */
  readonly arrivals: Bucket;
}

interface Entry extends AddressBucket {
  connections: number;
}

/** The limits that the buckets are made from. */
export type AddressLimits = Pick<
  Limits,
  "commandBurst" | "commandRate" | "connectionBurst" | "connectionRate"
>;

/** Addresses without a connection that are remembered; some 5 MB. */
export const LARGEST_IDLE = 16_384;
/** How often the table is swept while it remembers idle addresses, in milliseconds. */
const SWEEP_MS = 1000;
/** Idle addresses that one sweep looks at, so that no sweep takes long. */
const SWEPT_AT_ONCE = 2000;

/** All addresses that the server remembers. */
export class AddressBuckets {
  readonly #limits: AddressLimits;
  readonly #clock: Clock;
  readonly #active = new Map<string, Entry>();
  // In the order in which they became idle.
  readonly #idle = new Map<string, Entry>();
  #forgetTimer: (() => void) | undefined;

  /** An empty table. A command rate of 0 lifts the limits of addresses, too. */
  constructor(limits: AddressLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#active.size + this.#idle.size;
  }

  /** The buckets of `host`, which has one connection more from now on. */
  enter(host: string): AddressBucket {
    const network = networkOf(host);
    let entry = this.#active.get(network);
    if (entry === undefined) {
      entry = this.#idle.get(network) ?? this.#create(network);
      this.#idle.delete(network);
      this.#active.set(network, entry);
    }
    entry.connections++;
    return entry;
  }

  /** One connection of `bucket`, as `enter` returned it, has gone. */
  leave(bucket: AddressBucket): void {
    const entry = this.#active.get(bucket.network);
    if (entry === undefined || --entry.connections > 0) return;
    this.#active.delete(entry.network);
    if (isFull(entry)) return;
    this.#idle.set(entry.network, entry);
    if (this.#idle.size > LARGEST_IDLE) this.#forgetOldest();
    this.#forgetTimer ??= this.#clock.setTimer(this.#sweep, SWEEP_MS);
  }

  /** Forgets the idle addresses, and leaves no timer behind. */
  close(): void {
    this.#idle.clear();
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
  }

  #create(network: string): Entry {
    const { commandBurst, commandRate, connectionBurst, connectionRate } = this.#limits;
    const work = {
      burst: commandBurst * ADDRESS_FACTOR,
      rate: commandRate * ADDRESS_FACTOR,
      step: WORK_STEP,
      pace: WORK_PACE,
    };
    const arrivals = {
      burst: connectionBurst,
      rate: commandRate > 0 ? connectionRate : 0,
      step: ARRIVAL_STEP,
      pace: ARRIVAL_PACE,
    };
    return {
      network,
      work: new PacedBucket(work, this.#clock),
      arrivals: new PacedBucket(arrivals, this.#clock),
      connections: 0,
    };
  }

  #forgetOldest(): void {
    for (const network of this.#idle.keys()) {
      this.#idle.delete(network);
      return;
    }
  }

  #sweep = (): void => {
    this.#forgetTimer = undefined;
    let looks = Math.min(SWEPT_AT_ONCE, this.#idle.size);
    for (const [network, entry] of this.#idle) {
      if (looks-- === 0) break;
      this.#idle.delete(network);
      // The next sweep looks at others first.
      if (!isFull(entry)) this.#idle.set(network, entry);
    }
    if (this.#idle.size > 0) this.#forgetTimer = this.#clock.setTimer(this.#sweep, SWEEP_MS);
  };
}

function isFull({ work, arrivals }: Entry): boolean {
  return work.isFull && arrivals.isFull;
}
