/**
 * The memory that the encrypted side of a TLS connection reads into: it is never lent to two at once, and never written
 * over before TLS has taken what is in it. And what a stranger to TLS is sent, and what becomes of a failed write.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { TlsWire, type TlsWireOptions } from "../../lib/net/tls_wire.ts";
import { settle, within } from "../support/within.ts";

const HANDSHAKE = 22;

/** A wire whose reads are answered by hand. */
class Rig {
  readonly calls: string[] = [];
  readonly targets: Uint8Array[] = [];
  readonly wire: TlsWire;
  isBroken = false;
  #read = Promise.withResolvers<number | null>();

  constructor(options: Partial<TlsWireOptions> = {}) {
    const transport = {
      remoteAddr: { hostname: "test", port: 0 },
      read: (target: Uint8Array) => {
        this.targets.push(target);
        this.#read = Promise.withResolvers();
        return this.#read.promise;
      },
      write: (bytes: Uint8Array) => {
        this.calls.push(`write ${new TextDecoder().decode(bytes)}`);
        return this.isBroken
          ? Promise.reject(new Error("Broken pipe"))
          : Promise.resolve(bytes.length);
      },
      closeWrite: () => {
        this.calls.push("end");
        return Promise.resolve();
      },
      close: () => void this.calls.push("close"),
    };
    this.wire = new TlsWire(transport, { isWanted: () => true, ...options });
  }

  /** Asks for bytes, as TLS does when it wants to read. */
  async asks(): Promise<Uint8Array> {
    this.wire.read(0);
    await settle();
    return this.target;
  }

  /** Where the last read writes to. */
  get target(): Uint8Array {
    const target = this.targets.at(-1);
    if (target === undefined) throw new Error("Nothing is read");
    return target;
  }

  /** A record of `length` bytes arrives, each of them `byte`. */
  async arrives(byte: number, length = 100): Promise<void> {
    this.target.fill(byte, 0, length);
    this.#read.resolve(length);
    await settle();
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.buffer === other.buffer && one.byteOffset === other.byteOffset;
}

Deno.test("tls wire: memory that a read may still fill is nobody else's, and later it is", async () => {
  const first = new Rig();
  const memory = await first.asks();
  first.wire.destroy();
  await settle();
  const second = new Rig();
  assert(!isSame(await second.asks(), memory));
  // The read ends after all; from now on nothing writes there.
  await first.arrives(HANDSHAKE);
  const third = new Rig();
  assert(isSame(await third.asks(), memory));
  for (const { wire } of [second, third]) wire.destroy();
});

Deno.test("tls wire: what TLS has not taken yet is not written over", async () => {
  const rig = new Rig();
  await rig.asks();
  await rig.arrives(HANDSHAKE);
  const memory = rig.target;
  assertEquals(rig.wire.readableLength, 100);
  // The stream reads ahead of whoever takes its bytes.
  assertEquals(rig.targets.length, 2);
  assert(!isSame(rig.target, rig.targets[0] as Uint8Array));
  await rig.arrives(HANDSHAKE + 1);
  const chunk: Uint8Array = rig.wire.read(100);
  assertEquals([...new Set(chunk)], [HANDSHAKE]);
  assert(!isSame(rig.target, memory));
  rig.wire.destroy();
});

Deno.test("tls wire: one read at a time, however often bytes are wanted", async () => {
  const rig = new Rig();
  await rig.asks();
  for (let i = 0; i < 3; i++) {
    rig.wire._read();
    rig.wire.pull();
  }
  assertEquals(rig.targets.length, 1);
  rig.wire.destroy();
});

Deno.test("tls wire: bytes wait for their turn before TLS works on them", async () => {
  const turn = Promise.withResolvers<void>();
  const rig = new Rig({ inTurn: (work) => turn.promise.then(work) });
  const chunks: number[] = [];
  rig.wire.on("data", ({ length }: Uint8Array) => chunks.push(length));
  await rig.asks();
  await rig.arrives(HANDSHAKE);
  assertEquals(chunks, []);
  turn.resolve();
  await settle();
  assertEquals(chunks, [100]);
  rig.wire.destroy();
});

Deno.test("tls wire: a stranger reads the refusal and then the end, before anything is closed", async () => {
  const rig = new Rig({ refusal: new TextEncoder().encode("no") });
  const error = new Promise((resolve) => rig.wire.on("error", resolve));
  await rig.asks();
  await rig.arrives("G".charCodeAt(0));
  await within("its end", error);
  assertEquals(rig.calls, ["write no", "end", "close"]);
});

Deno.test("tls wire: after a failed write nothing more is tried, and reading goes on", async () => {
  const rig = new Rig();
  const chunks: number[] = [];
  rig.wire.on("data", ({ length }: Uint8Array) => chunks.push(length));
  rig.isBroken = true;
  for (const text of ["one", "two"]) {
    await new Promise((resolve) => rig.wire.write(new TextEncoder().encode(text), resolve));
  }
  assertEquals([rig.calls, rig.wire.writeFault?.message], [["write one"], "Broken pipe"]);
  await rig.arrives(HANDSHAKE);
  assertEquals(chunks, [100]);
  rig.wire.destroy();
});
