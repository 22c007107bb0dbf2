/**
 * The memory of a connection's ring goes to the next connection only when no read can fill it any more. A read
 * that was under way when its connection ended still borrows that memory, so `settle` must wait for it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Connection } from "../../lib/net/connection.ts";
import type { Transport } from "../../lib/net/transport.ts";
import { settle, within } from "../support/within.ts";

/** Short enough to come soon, in a test whose reads come when it says so. */
const SILENCE_MS = 1;
const FOREIGN = 0xee;

/** A socket whose reads end when the test says so, also after it was closed. */
class LateTransport implements Transport {
  readonly remoteAddr = { hostname: "127.0.0.1", port: 1 };
  #reading: { readonly target: Uint8Array; readonly end: PromiseWithResolvers<number> } | undefined;

  read(target: Uint8Array): Promise<number> {
    const end = Promise.withResolvers<number>();
    this.#reading = { target, end };
    return end.promise;
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  /** Leaves the read as it is: the runtime may still be filling its memory. */
  close(): void {}

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends the read with `bytes`. */
  receive(...bytes: number[]): void {
    const { target, end } = this.#take();
    target.set(bytes);
    end.resolve(bytes.length);
  }

  /** Fills all of the memory that the read has borrowed, and ends it. */
  receiveAll(byte: number): void {
    const { target, end } = this.#take();
    end.resolve(target.fill(byte).length);
  }

  /** Ends the read as an interrupted one. */
  interrupt(): void {
    this.#take().end.reject(new Deno.errors.Interrupted("operation canceled"));
  }

  #take() {
    const reading = this.#reading;
    if (reading === undefined) throw new Error("Nobody reads");
    this.#reading = undefined;
    return reading;
  }
}

/** A connection over a transport, and where its ring has its memory. */
interface Opened {
  readonly transport: LateTransport;
  readonly connection: Connection;
  readonly memory: { readonly buffer: ArrayBuffer; readonly start: number };
}

function open(): Opened {
  const transport = new LateTransport();
  const connection = new Connection(transport);
  const { buffer, byteOffset } = connection.ring.writable();
  return { transport, connection, memory: { buffer, start: byteOffset } };
}

/** Reads `bytes` into the ring of `opened`. */
async function receive({ transport, connection }: Opened, ...bytes: number[]): Promise<void> {
  const step = connection[Symbol.asyncIterator]().next();
  await settle();
  transport.receive(...bytes);
  await within("a read", step);
}

/** A connection that has ended while a read of it is under way. */
async function openInterrupted(): Promise<Opened> {
  const opened = open();
  const { connection } = opened;
  connection.silenceMs = SILENCE_MS;
  await receive(opened, 1);
  const steps = connection[Symbol.asyncIterator]();
  await within("a silence", steps.next());
  assert(connection.silent);
  connection.close("closed by the test");
  assertEquals((await steps.next()).done, true);
  return opened;
}

function shareMemory({ memory: one }: Opened, { memory: other }: Opened): boolean {
  return one.buffer === other.buffer && one.start === other.start;
}

/** Settles connections whose reads have all ended, so that their memory may be used again. */
async function release(...all: readonly Opened[]): Promise<void> {
  for (const { connection } of all) {
    connection.close("end of the test");
    await within("settling", connection.settle(0));
  }
}

Deno.test("an interrupted read that fills its memory late fills nobody else's", async () => {
  const first = await openInterrupted();
  const settled = first.connection.settle(0);
  await settle();
  const next = open();
  assert(!shareMemory(next, first), "The memory is used again too soon");
  const received = next.connection[Symbol.asyncIterator]().next();
  await settle();
  next.transport.receive(1, 2, 3);
  await within("a read", received);
  first.transport.receiveAll(FOREIGN);
  await within("settling", settled);
  assertEquals(next.connection.ring.view(3), new Uint8Array([1, 2, 3]));
  await release(next);
});

Deno.test("the memory of an interrupted read is used again as soon as that read is over", async () => {
  for (const end of ["receive", "interrupt"] as const) {
    const first = await openInterrupted();
    const settled = first.connection.settle(0);
    first.transport[end]();
    await within("settling", settled);
    const next = open();
    assert(shareMemory(next, first), `The memory is not used again after ${end}`);
    await release(next);
  }
});

Deno.test("memory is given back once, however often a connection settles", async () => {
  const first = open();
  await receive(first, 1);
  await release(first, first);
  const [one, other] = [open(), open()];
  assert(!shareMemory(one, other), "Two connections have the same memory");
  await release(one, other);
});
