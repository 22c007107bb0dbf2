/**
 * The outbox against a plain model: a list of bytes, of which the socket has taken the first so many.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Outbox } from "../../lib/net/outbox.ts";
import { ManualTurns, ModelSink } from "../support/sink.ts";

type Step =
  | { readonly do: "send"; readonly length: number }
  | { readonly do: "turn" }
  | { readonly do: "accept"; readonly count: number }
  | { readonly do: "fail" };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3000).map((length): Step => ({ do: "send", length })) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: "turn" }) },
  { weight: 5, arbitrary: fc.nat(5000).map((count): Step => ({ do: "accept", count: count + 1 })) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "fail" }) },
);

class Model {
  readonly sink = new ModelSink();
  readonly scheduler = new ManualTurns();
  readonly failures: string[] = [];
  readonly outbox: Outbox;
  readonly #limit: number;
  readonly #sent: number[] = [];
  #next = 0;
  #expectedFailures: string[] = [];

  constructor(limit: number) {
    this.#limit = limit;
    const onFailure = (reason: string) => void this.failures.push(reason);
    this.outbox = new Outbox({ sink: this.sink, scheduler: this.scheduler, limit, onFailure });
  }

  async run(step: Step): Promise<void> {
    const open = this.#expectedFailures.length === 0;
    if (step.do === "send") this.#send(step.length, open);
    else if (step.do === "turn") await this.scheduler.pass();
    else if (this.sink.offered === 0) return;
    else if (step.do === "accept") await this.sink.accept(step.count);
    else {
      if (open) this.#expectedFailures.push("write failed: gone");
      await this.sink.fail("gone");
    }
  }

  check(): void {
    this.sink.checkUntouched();
    assertEquals(this.failures, this.#expectedFailures);
    assertEquals(this.sink.taken, this.#sent.slice(0, this.sink.taken.length));
    assert(this.scheduler.waiting <= 1, "The outbox asked for two turns at once");
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
    if (open && length > 0 && this.#waiting + length > this.#limit) {
      this.#expectedFailures.push(`slow consumer: more than ${this.#limit} bytes wait`);
    } else if (open) {
      for (const byte of bytes) this.#sent.push(byte);
    }
    this.outbox.send(bytes);
  }
}

Deno.test("any mix of sends, scheduler, short writes and failures behaves like a plain list", async () => {
  const limits = fc.integer({ min: 1, max: 20_000 });
  const steps = fc.array(STEP, { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(limits, steps, async (limit, todo) => {
      const model = new Model(limit);
      for (const step of todo) {
        await model.run(step);
        model.check();
      }
    }),
    { numRuns: 200 },
  );
});
