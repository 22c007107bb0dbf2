/**
 * The outbox against a plain model: a list of bytes, of which the socket has taken the first ones, and the
 * rule that makes a reader slow, written down once more.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { OutboxRig } from "../support/sink.ts";

type Step =
  | { readonly do: "send"; readonly length: number }
  | { readonly do: "turn" }
  | { readonly do: "accept"; readonly count: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "fail" };

const MS = fc.constantFrom(1, 40, 499, 500, 501, 2000, 4999, 5001);

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3000).map((length): Step => ({ do: "send", length })) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: "turn" }) },
  { weight: 5, arbitrary: fc.nat(5000).map((count): Step => ({ do: "accept", count: count + 1 })) },
  { weight: 3, arbitrary: MS.map((ms): Step => ({ do: "wait", ms })) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "fail" }) },
);

/** A reader that takes fewer bytes a second than this makes no progress. */
const LEAST_BYTES_PER_MS = 64 * 1024 / 1000;

class Model extends OutboxRig {
  readonly #limit: number;
  readonly #sent: number[] = [];
  #next = 0;
  #checked = 0;
  // Of the last progress while too much waited; `undefined` while it does not.
  #progressAt: number | undefined;
  #takenSince = 0;
  #patience = 500;
  #expectedFailures: string[] = [];

  constructor(limit: number) {
    super(limit);
    this.#limit = limit;
  }

  async run(step: Step): Promise<void> {
    const open = this.#expectedFailures.length === 0;
    if (step.do === "send") this.#send(step.length, open);
    else if (step.do === "wait") this.now += step.ms;
    else if (step.do === "turn") await this.scheduler.pass();
    else if (this.sink.offered === 0) return;
    else if (step.do === "accept") await this.#accept(step.count, open);
    else {
      if (open) this.#expectedFailures.push("write failed: gone");
      await this.sink.fail("gone");
    }
  }

  check(): void {
    this.sink.checkUntouched();
    assertEquals(this.reasons, this.#expectedFailures);
    // What was taken before the last check has been compared then.
    const { taken } = this.sink;
    assertEquals(taken.slice(this.#checked), this.#sent.slice(this.#checked, taken.length));
    this.#checked = taken.length;
    assert(this.scheduler.waiting <= 1, "The outbox asked for two turns at once");
    const isBusy = this.sink.offered > 0 && this.scheduler.waiting > 0;
    assert(!isBusy, "The outbox asked for a turn while a write was under way");
    if (this.failures.length > 0) return;
    assertEquals(this.outbox.pending, this.#waiting);
    const moves = this.scheduler.waiting > 0 || this.sink.offered > 0;
    assertEquals(moves, this.#waiting > 0, "Bytes wait if and only if something will write them");
  }

  get #waiting(): number {
    return this.#sent.length - this.sink.taken.length;
  }

  #send(length: number, open: boolean): void {
    const bytes = Uint8Array.from({ length }, () => this.#next++ % 251);
    const sent = [...bytes];
    this.outbox.send(bytes);
    // They are the sender's again.
    bytes.fill(0xee);
    if (!open || length === 0) return;
    for (const byte of sent) this.#sent.push(byte);
    this.#look();
  }

  async #accept(count: number, open: boolean): Promise<void> {
    const taken = Math.min(count, this.sink.offered);
    await this.sink.accept(count);
    if (!open) return;
    this.#takenSince += taken;
    const gap = this.now - (this.#progressAt ?? 0);
    if (this.#progressAt !== undefined && this.#takenSince >= gap * LEAST_BYTES_PER_MS) {
      this.#progressAt = this.now;
      this.#takenSince = 0;
      this.#patience = Math.min(5000, Math.max(this.#patience, 2 * gap));
    }
    this.#look();
  }

  #look(): void {
    const waiting = this.#waiting;
    if (waiting <= 0.75 * this.#limit) {
      this.#progressAt = undefined;
      return;
    }
    if (this.#progressAt === undefined) {
      this.#progressAt = this.now;
      this.#takenSince = 0;
    }
    const idle = this.now - this.#progressAt;
    const isSlow = waiting > this.#limit && idle > 5000 ||
      waiting > 4 * this.#limit && idle > this.#patience;
    if (isSlow) {
      const seconds = (idle / 1000).toFixed(1);
      const reason = `slow consumer: ${waiting} bytes wait, and none was taken for ${seconds} s`;
      this.#expectedFailures.push(reason);
    }
  }
}

Deno.test("any mix of sends, turns, short writes, pauses and failures behaves like a plain list", async () => {
  const limits = fc.integer({ min: 1, max: 20_000 });
  const steps = fc.array(STEP, { maxLength: 60 });
  let slow = 0;
  await fc.assert(
    fc.asyncProperty(limits, steps, async (limit, todo) => {
      const model = new Model(limit);
      for (const step of todo) {
        await model.run(step);
        model.check();
      }
      if (model.reasons.some((reason) => reason.startsWith("slow"))) slow++;
    }),
    { numRuns: 200 },
  );
  assert(slow > 10, `Only ${slow} runs had a slow consumer`);
});
