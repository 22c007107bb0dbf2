/**
 * TLS as a transport: bytes in both directions, the ways a stream and a handshake end, and what a client trusts.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { readCredentials } from "../../lib/net/certificate.ts";
import { Connection } from "../../lib/net/connection.ts";
import { tcpTransport } from "../../lib/net/tcp.ts";
import {
  acceptTls,
  type Handshake,
  prepareTls,
  startInsecureTls,
  TlsError,
} from "../../lib/net/tls.ts";
import { type InTurn, NoTlsError } from "../../lib/net/tls_wire.ts";
import type { Transport } from "../../lib/net/transport.ts";
import { dialTls, LEAF } from "../support/tls.ts";
import { within } from "../support/within.ts";

/** A port that shakes hands with one peer at a time, as a server. */
class Port implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  get port(): number {
    return this.#listener.addr.port;
  }

  async accept(refusal?: Uint8Array, inTurn?: InTurn): Promise<Handshake> {
    const conn = tcpTransport(await within("a connection", this.#listener.accept()));
    const handshake = acceptTls(conn, readCredentials(LEAF.cert, LEAF.key), refusal, inTurn);
    // A test that expects a failure looks at it later.
    handshake.done.catch(() => {});
    return handshake;
  }

  dial(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }
}

/** A server's end of this program, and a client's end of the runtime's. */
async function open(): Promise<{ near: Transport; far: Deno.TlsConn }> {
  using port = new Port();
  const dialling = dialTls(port.port);
  const near = await within("a handshake", (await port.accept()).done);
  return { near, far: await dialling };
}

/** All bytes up to the end. */
async function readAll(from: Pick<Transport, "read">): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const memory = new Uint8Array(10_000);
  for (;;) {
    const count = await within("a read", from.read(memory));
    if (count === null) return new Uint8Array(await new Blob(pieces).arrayBuffer());
    pieces.push(memory.slice(0, count));
  }
}

async function writeAll(to: Pick<Transport, "write">, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await to.write(rest));
}

const SOME = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251);

Deno.test("tls: bytes arrive in both directions, and each side ends by itself", async () => {
  const { near, far } = await open();
  const sent = Promise.all([
    writeAll(near, SOME).then(() => near.closeWrite()),
    writeAll(far, SOME).then(() => far.closeWrite()),
  ]);
  const [atFar, atNear] = await Promise.all([readAll(far), readAll(near)]);
  await within("the writes", sent);
  assertEquals(atNear, SOME);
  assertEquals(atFar, SOME);
  near.close();
  far.close();
});

Deno.test("tls: each step of a handshake is taken in its turn, and nothing after it", async () => {
  using port = new Port();
  const steps: (() => void)[] = [];
  const asked: (() => void)[] = [];
  const inTurn: InTurn = (work) => {
    const step = Promise.withResolvers<void>();
    steps.push(step.resolve);
    asked.shift()?.();
    return step.promise.then(work);
  };
  const nextStep = () => new Promise<void>((resolve) => asked.push(resolve));
  const dialling = dialTls(port.port);
  let isAsked = nextStep();
  const handshake = await port.accept(undefined, inTurn);
  let isDone = false;
  void handshake.done.then(() => isDone = true);
  for (let step = 0; step < 2; step++) {
    await within("a step", isAsked);
    assertEquals([steps.length, isDone], [step + 1, false], "a hello, then the client's last word");
    isAsked = nextStep();
    steps[step]?.();
  }
  const [near, far] = await within("a handshake", Promise.all([handshake.done, dialling]));
  await writeAll(far, SOME);
  await far.closeWrite();
  assertEquals((await readAll(near)).length, SOME.length);
  assertEquals(steps.length, 2);
  near.close();
  far.close();
});

Deno.test("tls: what is loaded before the first handshake leaves nothing behind", async () => {
  await within("it", prepareTls(readCredentials(LEAF.cert, LEAF.key)));
});

Deno.test("tls: one side may have ended while the other still sends", async () => {
  const { near, far } = await open();
  await near.closeWrite();
  assertEquals(await readAll(far), new Uint8Array());
  await writeAll(far, SOME);
  await far.closeWrite();
  assertEquals(await readAll(near), SOME);
  near.close();
  far.close();
});

Deno.test("tls: what is written before the end arrives at a reader that begins late", async () => {
  const { near, far } = await open();
  const connection = new Connection(near, { outboxLimit: 64 * 1024 * 1024 });
  for (let i = 0; i < 30; i++) connection.send(SOME);
  const finished = connection.finish();
  const received = await readAll(far);
  await within("the end", finished);
  assertEquals(received.length, 30 * SOME.length);
  assertEquals(received.subarray(29 * SOME.length), SOME);
  connection.close("end of the test");
  far.close();
});

Deno.test("tls: a small target takes a record in several reads", async () => {
  const { near, far } = await open();
  await writeAll(far, SOME.subarray(0, 100));
  const target = new Uint8Array(7);
  for (let at = 0; at < 98; at += 7) {
    assertEquals(await within("a read", near.read(target)), 7);
    assertEquals(target, SOME.subarray(at, at + 7));
  }
  assertEquals(await near.read(target), 2);
  near.close();
  far.close();
});

Deno.test("tls: closing looks to the peer like an end, not like an attack", async () => {
  const { near, far } = await open();
  const reading = near.read(new Uint8Array(1));
  near.close();
  await assertRejects(() => within("the read", reading), Error, "closed");
  assertEquals(await readAll(far), new Uint8Array());
  far.close();
});

Deno.test("tls: an end that the peer has not announced is a fault", async () => {
  using port = new Port();
  const conn = await port.dial();
  const client = startInsecureTls(tcpTransport(conn), "localhost");
  const near = await within("a handshake", (await port.accept()).done);
  const far = await client.done;
  await writeAll(far, Uint8Array.of(7));
  await conn.closeWrite();
  const target = new Uint8Array(10);
  assertEquals(await within("a byte", near.read(target)), 1);
  await assertRejects(() => near.read(target), Error, "ended without a close_notify");
  near.close();
  far.close();
});

/** A transport whose writes fail from a moment on. */
class OneWay implements Transport {
  readonly remoteAddr = { hostname: "test", port: 0 };
  isBroken = false;
  readonly #conn: Deno.TcpConn;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  read(target: Uint8Array): Promise<number | null> {
    return this.#conn.read(target);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.isBroken ? Promise.reject(new Error("Broken pipe")) : this.#conn.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    this.#conn.close();
  }
}

Deno.test("tls: what the peer said is still read after a write has failed", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dialling = dialTls(listener.addr.port);
  const lower = new OneWay(await listener.accept());
  const near = await within(
    "a handshake",
    acceptTls(lower, readCredentials(LEAF.cert, LEAF.key)).done,
  );
  const far = await dialling;
  await writeAll(far, SOME);
  await far.closeWrite();
  lower.isBroken = true;
  await assertRejects(() => within("a write", near.write(Uint8Array.of(1))), Error, "Broken pipe");
  await assertRejects(() => within("a write", near.write(Uint8Array.of(1))), Error, "Broken pipe");
  assertEquals(await readAll(near), SOME);
  await near.closeWrite();
  near.close();
  far.close();
});

Deno.test("tls: closing frees the socket soon, even if the peer reads nothing", async () => {
  using port = new Port();
  const conn = await port.dial();
  const client = startInsecureTls(tcpTransport(conn), "localhost");
  const near = await within("a handshake", (await port.accept()).done);
  await client.done;
  // Until the system takes no more, which only time shows.
  let isTaken = true;
  while (isTaken) {
    const written = near.write(SOME).then(() => true, () => false);
    isTaken = await Promise.race([
      written,
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300)),
    ]);
  }
  near.close();
  // A closed socket answers new bytes with a reset; one that is only kept open would take them.
  const end = (async () => {
    for (;;) await conn.write(SOME);
  })();
  await assertRejects(() => within("a reset", end));
  (await client.done).close();
});

Deno.test("tls: a handshake that is given up frees its socket", async () => {
  for (const said of [[], [0x16, 3, 1], [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]]) {
    using port = new Port();
    using far = await port.dial();
    const handshake = await port.accept();
    await far.write(Uint8Array.from(said));
    handshake.abort();
    handshake.abort();
    await assertRejects(() => within("its end", handshake.done), TlsError, "given up");
    assertEquals(await within("the end", far.read(new Uint8Array(10)).catch(() => null)), null);
  }
});

Deno.test("tls: a peer that ends in the handshake, or sends garbage in it, is a failure", async () => {
  using port = new Port();
  const ended = await port.dial();
  const first = await port.accept();
  ended.close();
  await assertRejects(() => within("its end", first.done), TlsError, "ended during the handshake");
  using far = await port.dial();
  const second = await port.accept();
  await far.write(new Uint8Array(300).fill(0x16));
  const error = await assertRejects(() => within("its end", second.done), TlsError);
  assert(!/https?:|SSL routines/.test(error.message), error.message);
});

Deno.test("tls: a peer that speaks none is told so, byte by byte as well", async () => {
  for (const text of ["NICK bob\r\n", "GET / HTTP/1.1\r\n\r\n", "\0\x10{}"]) {
    using port = new Port();
    using far = await port.dial();
    const handshake = await port.accept(new TextEncoder().encode("no\n"));
    for (const byte of new TextEncoder().encode(text)) {
      await far.write(Uint8Array.of(byte)).catch(() => {});
    }
    await assertRejects(() => within("its end", handshake.done), NoTlsError);
    const answer = new Uint8Array(10);
    const count = await within("the answer", far.read(answer).catch(() => 0)) ?? 0;
    // A reset may overtake it where bytes were left unread.
    assertMatch(new TextDecoder().decode(answer.subarray(0, count)), /^(no\n)?$/);
  }
});

Deno.test("tls: a client at a port without TLS fails at the first byte", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const client = startInsecureTls(tcpTransport(conn), "localhost");
  using far = await listener.accept();
  await far.write(new TextEncoder().encode(":irc.example NOTICE * :hi\r\n"));
  await assertRejects(() => within("its end", client.done), NoTlsError);
});
