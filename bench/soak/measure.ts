/**
 * What is measured while a run goes on: the delay of this program's own event loop, the round trip of one
 * client that does nothing else, and the server's memory.
 *
 * @module
 */

import { cs168Wire } from "../../tests/support/wire/cs168.ts";
import { WireReader } from "../../tests/support/wire/wire.ts";
import { inTime, Link } from "./link.ts";
import type { ServerProcess } from "./server_process.ts";

/** Some numbers, of which quantiles are asked at the end. */
export class Samples {
  readonly #values: number[] = [];

  /** One more. */
  add(value: number): void {
    this.#values.push(value);
  }

  /** How many there are. */
  get size(): number {
    return this.#values.length;
  }

  /** The value that `share` of them do not exceed; NaN when there are none. */
  quantile(share: number): number {
    const sorted = this.#values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  }
}

/** Measures until it is ended; takes one sample each `everyMs` milliseconds of how late a timer is. */
export function measureLoopDelay(everyMs: number): { delays: Samples; end(): void } {
  const delays = new Samples();
  let due = performance.now() + everyMs;
  const timer = setInterval(() => {
    const now = performance.now();
    delays.add(Math.max(0, now - due));
    due = now + everyMs;
  }, everyMs);
  return { delays, end: () => clearInterval(timer) };
}

/** Memory in bytes, over a run. */
export interface Memory {
  /** Before the first client. */
  start: number;
  /** The most that was seen. */
  peak: number;
  /** After the last. */
  end: number;
  /** Each look at it, at equal distances. */
  readonly course: number[];
}

/** Looks at the server's memory each `everyMs` milliseconds until it is ended. */
export async function watchMemory(
  server: ServerProcess,
  everyMs: number,
): Promise<{ memory: Memory; end(): Promise<void> }> {
  const start = await server.memory();
  const memory: Memory = { start, peak: start, end: start, course: [] };
  let looking = Promise.resolve();
  const look = async () => {
    memory.end = await server.memory();
    memory.peak = Math.max(memory.peak, memory.end);
    memory.course.push(memory.end);
  };
  // A server that has just ended has no memory to look at.
  const timer = setInterval(() => looking = looking.then(look).catch(() => {}), everyMs);
  return {
    memory,
    end: async () => {
      clearInterval(timer);
      await looking;
      await look();
    },
  };
}

/** A cs168 client in no channel that asks something each `everyMs` milliseconds. */
export class Pinger {
  /** Milliseconds from each request to its answer. */
  readonly roundTrips: Samples = new Samples();
  readonly #link: Link;
  #answered: () => void = () => {};
  #ended = false;
  readonly #running: Promise<void>;
  #wake: () => void = () => {};

  private constructor(link: Link, everyMs: number) {
    this.#link = link;
    this.#running = this.#run(everyMs);
    // `end` tells.
    this.#running.catch(() => {});
  }

  /** Connects, registers, and begins. */
  static async start(port: number, nick: string, everyMs: number): Promise<Pinger> {
    const reader = new WireReader(cs168Wire);
    let onAnswer = () => {};
    const link = await Link.connect(port, (bytes) => reader.push(bytes).forEach(() => onAnswer()));
    await link.send(cs168Wire.ask({ ask: "register", nick }));
    const pinger = new Pinger(link, everyMs);
    onAnswer = () => pinger.#answered();
    return pinger;
  }

  /** Ends it; rejects when the server has not answered one of its requests. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#wake();
    try {
      await this.#running;
    } finally {
      this.#link.close();
    }
  }

  async #run(everyMs: number): Promise<void> {
    const request = cs168Wire.ask({ ask: "barrier" });
    while (!this.#ended) {
      const before = performance.now();
      const answer = new Promise<void>((resolve) => this.#answered = resolve);
      await this.#link.send(request);
      await inTime("the answer to a ping", answer);
      this.roundTrips.add(performance.now() - before);
      if (!this.#ended) await this.#pause(everyMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
