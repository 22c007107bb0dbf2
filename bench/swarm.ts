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
  /** The wires: member number i speaks `wires[i % wires.length]`. At least one. */
  readonly wires: readonly SwarmWire[];
  /** Connections, at least 2. */
  readonly members: number;
  /** How many of them speak, in turns; the first ones. Default 1. */
  readonly senders?: number;
  /** Messages under way at once, of all senders together. Default 64. */
  readonly window?: number;
  /**
   * Members of each wire whose every frame is checked and timed, spread evenly; the others count. More than
   * there are: all of them. Default 1.
   */
  readonly sampled?: number;
  /** Milliseconds of silence after which missing deliveries count as lost. Default 3000. */
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

/** Milliseconds of silence after which a swarm has not got in. */
const ENTRY_PATIENCE_MS = 60_000;

/** Simulated clients, connected and in one channel. */
export class Swarm implements MemberObserver {
  /** What the sampled members found wrong so far. */
  readonly faults: Faults = { lost: 0, duplicated: 0, reordered: 0, echoed: 0 };
  readonly #wires: readonly SwarmWire[];
  readonly #members: SwarmMember[] = [];
  readonly #senders: number;
  readonly #window: number;
  readonly #patience: number;
  // Frames that have to arrive before everybody has entered.
  #entry = 0;
  // Deliveries of a message of that sender who reaches fewest.
  #leastFan = 0;
  #received = 0;
  #ended = 0;
  #closing = false;
  #target = 0;
  #reached: ((at: number) => void) | undefined;
  // Of the current round.
  #base = 0;
  #due = 0;
  #goal = 0;
  #sent = 0;
  #speaker = 0;
  #refilling = false;
  #sentAt = new Map<number, number>();
  #latencies: number[] = [];

  private constructor(options: SwarmOptions) {
    this.#wires = options.wires;
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

  /** Sends `messages` and waits for all their deliveries. Rounds do not overlap. */
  async round(messages: number): Promise<Round> {
    this.#base = this.#received;
    this.#goal = messages;
    this.#sent = 0;
    this.#due = 0;
    this.#sentAt.clear();
    this.#latencies = [];
    const target = this.#base + this.#deliveriesOf(messages);
    const start = performance.now();
    const arrived = this.#arrival(target, this.#patience);
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

  async #open(options: SwarmOptions): Promise<void> {
    const { members } = options;
    // The first makes the channel, so the others have to wait for it.
    await this.#enter([0], options);
    for (let first = 1; first < members; first += OPENING) {
      const end = Math.min(first + OPENING, members);
      // One wire after the other: whether a member hears of another may depend on who was first.
      for (const wire of new Set(this.#wires)) {
        const indexes = range(first, end).filter((index) => this.#wireOf(index) === wire);
        if (indexes.length > 0) await this.#enter(indexes, options);
      }
    }
    this.#members.sort((a, b) => a.index - b.index);
    const senders = this.#members.slice(0, this.#senders);
    this.#leastFan = Math.min(...senders.map((sender) => this.#fanOf(sender)));
  }

  /** Has connections of one wire enter, and waits until all the frames that follow from it have arrived. */
  async #enter(indexes: readonly number[], options: SwarmOptions): Promise<void> {
    const wire = this.#wireOf(indexes[0] as number);
    const count = indexes.length;
    const told = this.#members.filter((member) => member.wire.tellsJoined).length;
    // Each has its answer, and those before it receive its join.
    this.#entry += count + told * count + (wire.tellsJoined ? count * (count - 1) / 2 : 0);
    await Promise.all(indexes.map((index) => this.#connect(index, wire, options)));
    await this.#arrival(this.#entry, ENTRY_PATIENCE_MS);
    if (this.#received === this.#entry && this.#ended === 0) return;
    throw new Error(
      `Swarm of "${this.#members.length}" did not get in: "${this.#received}" of "${this.#entry}" ` +
        `frames arrived, "${this.#ended}" connections ended`,
    );
  }

  async #connect(index: number, wire: SwarmWire, options: SwarmOptions): Promise<void> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: options.port });
    const member = new SwarmMember(index, conn, wire, this);
    this.#members.push(member);
    const check = this.#isSampled(index, options)
      ? new SequenceCheck(index, wire.echoes, this.faults)
      : undefined;
    member.start(check);
    member.send(wire.enter(index));
  }

  /** Spread over the members of a wire, the last among them: the first speak, and may get nothing. */
  #isSampled(index: number, { members, sampled = 1 }: SwarmOptions): boolean {
    const kinds = this.#wires.length;
    const rank = Math.floor(index / kinds);
    const ranks = Math.ceil((members - index % kinds) / kinds);
    const share = Math.min(sampled, ranks);
    return Math.floor(((rank + 1) * share) / ranks) > Math.floor((rank * share) / ranks);
  }

  #wireOf(index: number): SwarmWire {
    return this.#wires[index % this.#wires.length] as SwarmWire;
  }

  /** Resolves to the moment when `target` frames have arrived, or when none has for `patience` milliseconds. */
  async #arrival(target: number, patience: number): Promise<number> {
    this.#target = target;
    if (this.#received >= target || this.#ended > 0) return performance.now();
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#reached = resolve;
    let seen = -1;
    const watch = setInterval(() => {
      if (this.#received === seen) resolve(performance.now());
      seen = this.#received;
    }, patience);
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
    if (this.#sent >= this.#goal) return;
    const now = performance.now();
    // A message is under way until all its deliveries have arrived.
    const room = (this.#window - 1) * this.#leastFan;
    let underWay = this.#base + this.#due - this.#received;
    for (; this.#sent < this.#goal && underWay <= room; this.#sent++) {
      const member = this.#members[this.#speaker] as SwarmMember;
      this.#speaker = (this.#speaker + 1) % this.#senders;
      const mark = { sender: member.index, sequence: member.sent++ };
      this.#sentAt.set(this.#key(mark), now);
      member.send(member.wire.chat(mark));
      this.#due += this.#fanOf(member);
      underWay += this.#fanOf(member);
    }
  }

  /** Deliveries that the next `messages` are to make. */
  #deliveriesOf(messages: number): number {
    let deliveries = 0;
    for (let i = 0; i < messages; i++) {
      deliveries += this.#fanOf(this.#members[(this.#speaker + i) % this.#senders] as SwarmMember);
    }
    return deliveries;
  }

  /** Members that a message of `sender` reaches. */
  #fanOf(sender: SwarmMember): number {
    return this.#members.length - (sender.wire.echoes ? 0 : 1);
  }

  #key({ sender, sequence }: ChatMark): number {
    return sequence * this.#senders + sender;
  }
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
