/**
 * The encrypted side of a TLS connection, by itself: what it reads, and when.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
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
