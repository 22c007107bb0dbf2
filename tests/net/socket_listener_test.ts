/**
 * A listener whose connections TLS can take over: whom it accepts, how it ends, and what it says when it cannot listen.
 * What it does without files: `tests/limits/process_test.ts`.
 *
 * @module
 */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ListenError } from "../../lib/net/listen.ts";
import { SocketListener } from "../../lib/net/socket_listener.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { settle, within } from "../support/within.ts";

Deno.test("socket listener: connections come in order, with the address of their peer", async () => {
  const listener = new SocketListener("127.0.0.1", 0);
  await within("its start", listener.ready);
  const { port } = listener.addr;
  const first = listener.accept();
  const dialled: Deno.TcpConn[] = [];
  for (let i = 0; i < 3; i++) dialled.push(await ByteStream.dial(port));
  for (const [i, conn] of [first, listener.accept(), listener.accept()].entries()) {
    const { remoteAddr } = await within("a connection", conn);
    assertEquals(remoteAddr, { hostname: "127.0.0.1", port: dialled[i]?.localAddr.port as number });
    (await conn).close();
  }
  listener.close();
  for (const conn of dialled) conn.close();
});

/** Milliseconds that a trial lasts. */
const TRIAL_TIMEOUT_MS = 250;

/** Does nothing else for a while, as if the process was stopped. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** Whether the system has such addresses; some have no IPv6. */
function canListen(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

for (const host of ["127.0.0.1", "0.0.0.0", "::"]) {
  const name = `socket listener: at ${host} it tries itself out, and nobody hears of that`;
  Deno.test({ name, ignore: !canListen(host) }, async () => {
    const listener = new SocketListener(host, 0);
    let asked = 0;
    const tried = Promise.withResolvers<void>();
    // It is asked before each trial, and when a connection has come, which here is that of the trial alone.
    const usage = () => {
      if (++asked === 5) tried.resolve();
      return { open: 1, ever: 0 };
    };
    listener.surroundings = { ...listener.surroundings, usage };
    const accepted = listener.accept();
    await within("two trials", tried.promise);
    await using peer = await ByteStream.connect(listener.addr.port);
    const conn = await within("a connection", accepted);
    conn.close();
    assertEquals(await peer.untilEnd(), "");
    listener.close();
  });
}

Deno.test("socket listener: of a network that has its share of places, no more may wait, and it says so", async () => {
  const listener = new SocketListener("127.0.0.1", 0);
  const full = Promise.withResolvers<string>();
  const networkOf = () => "a network";
  listener.surroundings = { ...listener.surroundings, networkOf, onFull: full.resolve };
  await within("its start", listener.ready);
  const dialled: Deno.TcpConn[] = [];
  for (let i = 0; i < 2048; i++) dialled.push(await ByteStream.dial(listener.addr.port));
  await using beyond = await ByteStream.connect(listener.addr.port);
  assertEquals(await within("a refusal", full.promise), "a network");
  assertEquals(await beyond.untilEnd(), "");
  const { remoteAddr } = await listener.accept();
  assertEquals(remoteAddr.port, dialled[0]?.localAddr.port, "the first still waits");
  listener.close();
  for (const conn of dialled) conn.close();
});

Deno.test("socket listener: nobody hears of a trial either when the process was stopped during it", async () => {
  const listener = new SocketListener("127.0.0.1", 0);
  let asked = 0;
  const over = Promise.withResolvers<void>();
  const usage = () => {
    asked++;
    // It has run out before anybody looks whether it was accepted.
    if (asked === 1) setImmediate(() => block(TRIAL_TIMEOUT_MS + 100));
    if (asked === 3) over.resolve();
    return { open: 1, ever: 0 };
  };
  listener.surroundings = { ...listener.surroundings, usage };
  const accepted = listener.accept();
  await within("the trial and what comes after it", over.promise);
  await using peer = await ByteStream.connect(listener.addr.port);
  const conn = await within("a connection", accepted);
  conn.close();
  assertEquals(await peer.untilEnd(), "");
  listener.close();
});

Deno.test("socket listener: closing ends those who wait, on both sides", async () => {
  const listener = new SocketListener("127.0.0.1", 0);
  await using early = await ByteStream.connect(listener.addr.port);
  await settle();
  listener.close();
  listener.close();
  assertEquals(await early.untilEnd(), "");
  await assertRejects(() => listener.accept(), Deno.errors.BadResource);
  const other = new SocketListener("127.0.0.1", 0);
  const waiting = other.accept();
  other.close();
  await assertRejects(() => within("its end", waiting), Deno.errors.BadResource);
  await assertRejects(() => ByteStream.connect(other.addr.port), Deno.errors.ConnectionRefused);
});

Deno.test("socket listener: a port that is taken, and an address of another machine, are errors at once", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assertThrows(
    () => new SocketListener("127.0.0.1", port),
    ListenError,
    `Cannot listen on 127.0.0.1:${port}: the address is already in use`,
  );
  assertThrows(() => new SocketListener("192.0.2.1", 0), ListenError, "not an address of this");
});
