/**
 * The encrypted side of a TLS connection, by itself: what it reads, and when.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { TlsWire } from "../../lib/net/tls_wire.ts";
import type { Transport } from "../../lib/net/transport.ts";
import { settle, within } from "../support/within.ts";

/** A transport with endless records. */
class Endless {
  read = 0;
  isClosed = false;
  readonly transport: Transport = {
    remoteAddr: { hostname: "test", port: 0 },
    read: (target) => {
      if (this.isClosed) return Promise.reject(new Error("closed"));
      target.fill(23);
      this.read += target.length;
      return Promise.resolve(target.length);
    },
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => this.isClosed = true,
  };
}

Deno.test("tls wire: it reads only while plain bytes are wanted", async () => {
  const far = new Endless();
  let isWanted = false;
  const wire = new TlsWire(far.transport, { isWanted: () => isWanted });
  wire.on("data", () => {
    wire.heard();
    isWanted = false;
  });
  await settle();
  assertEquals(far.read, 0);
  for (let i = 1; i <= 3; i++) {
    isWanted = true;
    wire.pull();
    await settle();
    assertEquals(far.read, i * 16 * 1024);
  }
  wire.destroy();
  assert(far.isClosed);
});

Deno.test("tls wire: a peer that says nothing in endless records is ended", async () => {
  const far = new Endless();
  const wire = new TlsWire(far.transport, { isWanted: () => true });
  const error = await within(
    "its end",
    new Promise<Error>((resolve) => {
      wire.on("error", resolve);
      wire.on("data", () => {});
    }),
  );
  assertEquals(error.message, "81920 bytes of TLS without a word in them");
  assert(far.isClosed);
});

Deno.test("tls wire: one that says something now and then goes on for ever", async () => {
  const far = new Endless();
  const wire: TlsWire = new TlsWire(far.transport, { isWanted: () => true });
  const enough = Promise.withResolvers<void>();
  let pieces = 0;
  wire.on("data", () => {
    if (++pieces % 4 === 0) wire.heard();
    if (pieces === 100) enough.resolve();
  });
  await within("a hundred pieces", enough.promise);
  assert(!wire.destroyed);
  wire.destroy();
});

/** A transport whose reads and writes are answered by hand. */
class ByHand {
  readonly targets: Uint8Array[] = [];
  readonly reads: PromiseWithResolvers<number | null>[] = [];
  readonly did: string[] = [];
  readonly writes: PromiseWithResolvers<number>[] = [];
  readonly transport: Transport = {
    remoteAddr: { hostname: "test", port: 0 },
    read: (target) => {
      this.targets.push(target);
      const read = Promise.withResolvers<number | null>();
      this.reads.push(read);
      return read.promise;
    },
    write: (bytes) => {
      this.did.push(new TextDecoder().decode(bytes));
      const write = Promise.withResolvers<number>();
      this.writes.push(write);
      return write.promise;
    },
    closeWrite: () => {
      this.did.push("end of writing");
      return Promise.resolve();
    },
    close: () => void this.did.push("close"),
  };

  /** Answers the last read with `count` times `byte`. */
  async answer(byte: number, count: number): Promise<void> {
    this.targets.at(-1)?.fill(byte, 0, count);
    this.reads.at(-1)?.resolve(count);
    await settle();
  }
}

/** Where in memory it is. */
function placeOf({ buffer, byteOffset }: Uint8Array): unknown[] {
  return [buffer, byteOffset];
}

Deno.test("tls wire: it begins no read while one is under way", async () => {
  const far = new ByHand();
  const wire = new TlsWire(far.transport, { isWanted: () => true });
  wire.on("data", () => wire.heard());
  await settle();
  wire._read();
  wire._read();
  assertEquals(far.reads.length, 1);
  await far.answer(23, 100);
  assertEquals(far.reads.length, 2);
  wire.destroy();
});

Deno.test("tls wire: its memory is nobody else's while a read may write into it", async () => {
  const far = new ByHand();
  const wire = new TlsWire(far.transport, { isWanted: () => true });
  wire.on("data", () => {});
  await settle();
  const [first] = far.targets as [Uint8Array];
  wire.destroy();
  await settle();
  const next = () => {
    const other = new ByHand();
    const another = new TlsWire(other.transport, { isWanted: () => true });
    another.on("data", () => {});
    return settle().then(() => other.targets[0] as Uint8Array);
  };
  assertNotEquals(placeOf(await next()), placeOf(first));
  await far.answer(23, 100);
  assertEquals(placeOf(await next()), placeOf(first));
});

Deno.test("tls wire: what nobody has taken yet is not written over", async () => {
  const far = new ByHand();
  const wire = new TlsWire(far.transport, { isWanted: () => true });
  wire.read(0);
  await settle();
  for (const byte of [21, 22, 23]) await far.answer(byte, 1000);
  const taken = wire.read(3000) as Uint8Array;
  assertEquals([taken[0], taken[999], taken[1000], taken[2999]], [21, 21, 22, 23]);
  wire.destroy();
});

Deno.test("tls wire: bytes wait for their turn", async () => {
  const far = new ByHand();
  const turn = Promise.withResolvers<void>();
  const wire = new TlsWire(far.transport, {
    isWanted: () => true,
    inTurn: (work) => turn.promise.then(work),
  });
  let count = 0;
  wire.on("data", (bytes: Uint8Array) => count += bytes.length);
  await settle();
  await far.answer(22, 100);
  assertEquals(count, 0);
  turn.resolve();
  await settle();
  assertEquals(count, 100);
  wire.destroy();
});

Deno.test("tls wire: a piece is written whole, and after a failed one none at all", async () => {
  const far = new ByHand();
  const wire = new TlsWire(far.transport, { isWanted: () => false });
  const done: string[] = [];
  const write = (text: string) =>
    wire.write(new TextEncoder().encode(text), () => void done.push(text));
  write("first");
  far.writes[0]?.resolve(2);
  await settle();
  assertEquals([far.did, done], [["first", "rst"], []]);
  far.writes[1]?.resolve(3);
  await settle();
  write("second");
  await settle();
  far.writes[2]?.reject(new Error("reset"));
  await settle();
  write("third");
  await settle();
  assertEquals([far.did, done], [["first", "rst", "second"], ["first", "second", "third"]]);
  assertEquals(wire.writeFault?.message, "reset");
  assert(!wire.destroyed);
  await within("nothing to wait for", wire.written());
  wire.destroy();
});

Deno.test("tls wire: a peer that speaks no TLS is told so before it is closed", async () => {
  const far = new ByHand();
  const refusal = new TextEncoder().encode("no TLS");
  const wire = new TlsWire(far.transport, { isWanted: () => true, refusal });
  wire.on("data", () => {});
  await settle();
  await far.answer("G".charCodeAt(0), 1);
  assertEquals(far.did, ["no TLS"]);
  far.writes[0]?.resolve(refusal.length);
  await settle();
  assertEquals(far.did, ["no TLS", "end of writing", "close"]);
});
