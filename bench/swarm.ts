/**
 * The swarm: simulated clients in one channel, some of which speak. A round ends when every message has
 * reached everybody, so its time is that of the whole path through the server and back. Opening and
 * closing are separate steps, to be kept outside of what is timed.
 *
 * @module
 */

import { type Faults, SequenceCheck } from "./sequence_check.ts";
import { type MemberObserver, SwarmMember } from "./swarm_member.ts";
import type { ChatMark, SwarmWire } from "./swarm_wire.ts";

/** How a swarm is made. */
export interface SwarmOptions {
  /** The server's port on 127.0.0.1; nobody else may be in its channel. */
  readonly port: number;
  /** What is spoken. */
  readonly wire: SwarmWire;
  /** Connections, at least 2. */
  readonly members: number;
  /** How many of them speak, in turns; the first ones. Default 1. */
  readonly senders?: number;
  /** Messages under way at once, of all senders together. Default 64. */
  readonly window?: number;
  /** Members whose every frame is checked and timed, spread evenly; the others count. Default 1. */
  readonly sampled?: number;
  /** Milliseconds of silence after which what is missing counts as lost. Default 3000. */
  readonly patience?: number;
}

/** What came of a round. */
export interface Round {
  /** Messages sent. */
  readonly messages: number;
  /** Deliveries that arrived. */
  readonly deliveries: number;
  /** Deliveries that did not, before the patience ended. */
  readonly missing: number;
  /** From the first message sent to the last delivery. */
  readonly milliseconds: number;
  /** From send to receipt in milliseconds, unordered, of the sampled members. */
  readonly latencies: readonly number[];
}

/** Connections opened at once: less than the queue of a listening socket. */
const OPENING = 64;

/** Simulated clients, connected and in one channel. */
export class Swarm implements MemberObserver {
  /** What the sampled members found wrong so far. */
  readonly faults: Faults = { lost: 0, duplicated: 0, reordered: 0, echoed: 0 };
  readonly #wire: SwarmWire;
  readonly #members: SwarmMember[] = [];
  readonly #senders: number;
  readonly #window: number;
  readonly #patience: number;
  #received = 0;
  #ended = 0;
  #closing = false;
  #target = 0;
  #reached: ((at: number) => void) | undefined;
  // Of the current round.
  #base = 0;
  #goal = 0;
  #sent = 0;
  #speaker = 0;
  #refilling = false;
  #sentAt = new Map<number, number>();
  #latencies: number[] = [];

  private constructor(options: SwarmOptions) {
    this.#wire = options.wire;
    this.#senders = options.senders ?? 1;
    this.#window = options.window ?? 64;
    this.#patience = options.patience ?? 3000;
  }

  /**
   * Connects all members, has them enter, and waits until nothing of that is under way any more.
   *
   * @throws {Error} when a member cannot connect or does not get in.
   */
  static async open(options: SwarmOptions): Promise<Swarm> {
    const swarm = new Swarm(options);
    try {
      await swarm.#open(options);
    } catch (error) {
      await swarm.close();
      throw error;
    }
    return swarm;
  }

  /** Members that one message reaches. */
  get fan(): number {
    return this.#members.length - (this.#wire.echoes ? 0 : 1);
  }

  /** Sends `messages` and waits for all their deliveries. Rounds do not overlap. */
  async round(messages: number): Promise<Round> {
    this.#base = this.#received;
    this.#goal = messages;
    this.#sent = 0;
    this.#sentAt.clear();
    this.#latencies = [];
    const start = performance.now();
    const target = this.#base + messages * this.fan;
    const arrived = this.#arrival(target);
    this.#refill();
    const end = await arrived;
    this.#goal = 0;
    return {
      messages,
      deliveries: this.#received - this.#base,
      missing: Math.max(0, target - this.#received),
      milliseconds: end - start,
      latencies: this.#latencies,
    };
  }

  /** Closes every connection; resolves when all of them have ended. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#members.map((member) => member.close()));
  }

  /** Counts deliveries, and sends more when the window allows it. */
  onFrames(frames: number): void {
    this.#received += frames;
    if (this.#received >= this.#target) this.#reached?.(performance.now());
    else if (!this.#refilling && this.#sent < this.#goal) this.#refillSoon();
  }

  /** Times a delivery. */
  onChat(mark: ChatMark): void {
    const at = this.#sentAt.get(this.#key(mark));
    if (at !== undefined) this.#latencies.push(performance.now() - at);
  }

  /** Nothing more will come from a member that the server has closed. */
  onEnd(): void {
    this.#ended++;
    if (!this.#closing) this.#reached?.(performance.now());
  }

  async #open({ port, members, sampled = 1 }: SwarmOptions): Promise<void> {
    // The first makes the channel, so the others have to wait for it.
    await this.#enter(port, 0, isSampled(0, members, sampled));
    await this.#settle(1);
    for (let first = 1; first < members; first += OPENING) {
      const count = Math.min(OPENING, members - first);
      await Promise.all(Array.from({ length: count }, (_, i) => {
        const index = first + i;
        return this.#enter(port, index, isSampled(index, members, sampled));
      }));
      await this.#settle(first + count);
    }
    this.#members.sort((a, b) => a.index - b.index);
  }

  async #enter(port: number, index: number, sampled: boolean): Promise<void> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const member = new SwarmMember(index, conn, this.#wire, this);
    this.#members.push(member);
    member.start(sampled ? new SequenceCheck(index, this.#wire.echoes, this.faults) : undefined);
    member.send(this.#wire.enter(index));
  }

  async #settle(count: number): Promise<void> {
    const expected = this.#wire.entered(count);
    await this.#arrival(expected);
    if (this.#received === expected && this.#ended === 0) return;
    throw new Error(
      `Swarm of "${count}" did not get in: "${this.#received}" of "${expected}" frames arrived, ` +
        `"${this.#ended}" connections ended`,
    );
  }

  /** Resolves to the moment when `target` frames have arrived, or when no more will. */
  async #arrival(target: number): Promise<number> {
    this.#target = target;
    if (this.#received >= target || this.#ended > 0) return performance.now();
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#reached = resolve;
    let seen = -1;
    const watch = setInterval(() => {
      if (this.#received === seen) resolve(performance.now());
      seen = this.#received;
    }, this.#patience);
    const at = await promise;
    clearInterval(watch);
    this.#reached = undefined;
    return at;
  }

  /** At the end of this turn, so that what many reads made room for is sent in one piece. */
  #refillSoon(): void {
    this.#refilling = true;
    setImmediate(() => {
      this.#refilling = false;
      this.#refill();
    });
  }

  #refill(): void {
    const done = Math.floor((this.#received - this.#base) / this.fan);
    const end = Math.min(this.#goal, done + this.#window);
    if (this.#sent >= end) return;
    const now = performance.now();
    for (; this.#sent < end; this.#sent++) {
      const member = this.#members[this.#speaker] as SwarmMember;
      this.#speaker = (this.#speaker + 1) % this.#senders;
      const mark = { sender: member.index, sequence: member.sent++ };
      this.#sentAt.set(this.#key(mark), now);
      member.send(this.#wire.chat(mark));
    }
  }

  #key({ sender, sequence }: ChatMark): number {
    return sequence * this.#senders + sender;
  }
}

/** Spread over all members, the last among them: the first ones speak, and may get nothing. */
function isSampled(index: number, members: number, sampled: number): boolean {
  const before = Math.floor((index * sampled) / members);
  return Math.floor(((index + 1) * sampled) / members) > before;
}
