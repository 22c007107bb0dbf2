/**
 * The buckets of each address (IPv6: /64), shared by its connections and kept between them: a peer
 * that disconnects and connects again finds its buckets as it left them, so it gains nothing.
 *
 * The table is bounded. It holds every address with a connection, and up to `LARGEST_IDLE`
 * addresses without one whose buckets are not full again; beyond that, the address that has been
 * gone for longest is dropped. To make the server forget an address, a peer needs that many others,
 * each with a burst of its own.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import { type MemoryCount, OutboxMemory } from "../net/outbox_memory.ts";
import type { WriteLane } from "../net/write_lane.ts";
import type { WriteScheduler } from "../net/write_scheduler.ts";
import { networkOf } from "./admission.ts";
import {
  ADDRESS_FACTOR,
  ARRIVAL_PACE,
  ARRIVAL_STEP,
  type Limits,
  WORK_PACE,
  WORK_STEP,
} from "./limits.ts";
import { type FairTurns, Share } from "./fair_turns.ts";
import { type Bucket, PacedBucket } from "./paced_bucket.ts";

/** The buckets of one address. */
export interface AddressBucket {
  /** The address, or the IPv6 network. */
  readonly network: string;
  /** Pays for the work of all its connections. */
  readonly work: Bucket;
  /** Pays for new connections. */
  readonly arrivals: Bucket;
  /** The share of the time of all its connections. */
  readonly share: Share;
  /** The turns of their writes. */
  readonly lane: WriteLane;
  /** The memory of what waits for them. */
  readonly memory: MemoryCount;
}

interface Entry extends AddressBucket {
  connections: number;
}

/** The limits that the buckets are made from. */
export type AddressLimits = Pick<
  Limits,
  "commandBurst" | "commandRate" | "connectionBurst" | "connectionRate"
>;

/** What all addresses share. */
export interface AddressParts {
  /** Their turns to work. */
  readonly turns: FairTurns;
  /** Their turns to write. */
  readonly scheduler: WriteScheduler;
  /** What waits for all of them; unlimited when it is left out. */
  readonly memory?: OutboxMemory;
}

/** The most addresses without a connection that are remembered; about 5 MB. */
export const LARGEST_IDLE = 16_384;
/** Milliseconds between two sweeps while there are idle addresses. */
const SWEEP_MS = 1000;
/** Idle addresses per sweep, so that no sweep takes long. */
const SWEPT_AT_ONCE = 2000;

/** All addresses that the server remembers. */
export class AddressBuckets {
  readonly #limits: AddressLimits;
  readonly #clock: Clock;
  readonly #turns: FairTurns;
  readonly #scheduler: WriteScheduler;
  readonly #memory: OutboxMemory;
  readonly #active = new Map<string, Entry>();
  // In the order in which they became idle, oldest first.
  readonly #idle = new Map<string, Entry>();
  #forgetTimer: (() => void) | undefined;

  /** An empty table. A command rate of 0 also lifts the limits of addresses. */
  constructor(
    limits: AddressLimits,
    clock: Clock,
    { turns, scheduler, memory = new OutboxMemory() }: AddressParts,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#turns = turns;
    this.#scheduler = scheduler;
    this.#memory = memory;
  }

  /** The number of addresses in the table. */
  get size(): number {
    return this.#active.size + this.#idle.size;
  }

  /** Counts one more connection of `host`, and returns its buckets. */
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

  /** Counts one connection less; `bucket` is what `enter` returned for it. */
  leave(bucket: AddressBucket): void {
    const entry = this.#active.get(bucket.network);
    if (entry === undefined || --entry.connections > 0) return;
    this.#active.delete(entry.network);
    if (isFull(entry)) return;
    this.#idle.set(entry.network, entry);
    if (this.#idle.size > LARGEST_IDLE) this.#forgetOldest();
    this.#forgetTimer ??= this.#clock.setTimer(this.#sweep, SWEEP_MS);
  }

  /** Drops the idle addresses and cancels the timer. */
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
      share: new Share(this.#turns),
      lane: this.#scheduler.lane(),
      memory: this.#memory.ofAddress(),
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
