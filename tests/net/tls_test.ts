/**
 * TLS as a transport: bytes in both directions, the ways a stream and a handshake end, and what a client trusts.
 *
 * @module
 */

import type { Socket } from "node:net";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { readCredentials } from "../../lib/net/certificate.ts";
import { Connection } from "../../lib/net/connection.ts";
import { dialSocket } from "../../lib/net/dial_socket.ts";
import { SocketListener } from "../../lib/net/socket_listener.ts";
import {
  acceptTls,
  type Handshake,
  type InTurn,
  NoTlsError,
  startInsecureTls,
} from "../../lib/net/tls.ts";
import { TlsError } from "../../lib/net/tls_transport.ts";
import type { Transport } from "../../lib/net/transport.ts";
import { clientHello } from "../../bench/hostile/payloads.ts";
import { dialTls, LEAF } from "../support/tls.ts";
import { settle, turn, within } from "../support/within.ts";

/** A port that shakes hands with one peer at a time, as a server. */
class Port implements Disposable {
  readonly #listener = new SocketListener("127.0.0.1", 0);

  get port(): number {
    return this.#listener.addr.port;
  }

  async accept(refusal?: Uint8Array, inTurn?: InTurn): Promise<Handshake> {
    const conn = await within("a connection", this.#listener.accept());
    const handshake = acceptTls(conn, readCredentials(LEAF.cert, LEAF.key), refusal, inTurn);
    // A test that expects a failure looks at it later.
    handshake.done.catch(() => {});
    return handshake;
  }

  async dial(): Promise<Deno.TcpConn> {
    await turn();
    return await Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }
}

/** A server's end, and a client's with the socket below it; both are of this program. */
async function openBoth(): Promise<{ near: Transport; far: Transport; socket: Socket }> {
  using port = new Port();
  await turn();
  const conn = await dialSocket("127.0.0.1", port.port);
  const client = startInsecureTls(conn, "localhost");
  const near = await within("a handshake", (await port.accept()).done);
  return { near, far: await within("a handshake", client.done), socket: conn.socket };
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

Deno.test("tls: a peer that leaves before the handshake has its turn is not reported as a fault of TLS", async () => {
  const listener = new SocketListener("127.0.0.1", 0);
  await turn();
  const peer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const conn = await within("a connection", listener.accept());
  const ended = Promise.withResolvers<void>();
  conn.socket.on("end", ended.resolve);
  // Its end is seen while it waits.
  const inTurn: InTurn = (work) => {
    conn.socket.resume();
    return within("its end", ended.promise).then(work);
  };
  const { done } = acceptTls(conn, readCredentials(LEAF.cert, LEAF.key), undefined, inTurn);
  await peer.write(clientHello());
  await peer.closeWrite();
  await assertRejects(() => done, TlsError, "ended during the handshake");
  peer.close();
  listener.close();
});

Deno.test("tls: a handshake begins in its turn, and nothing waits for one after it", async () => {
  using port = new Port();
  const asked = Promise.withResolvers<void>();
  const turn = Promise.withResolvers<void>();
  let turns = 0;
  const inTurn: InTurn = (work) => {
    turns++;
    asked.resolve();
    return turn.promise.then(work);
  };
  const dialling = dialTls(port.port);
  const handshake = await port.accept(undefined, inTurn);
  await within("a first message", asked.promise);
  const waiting = Symbol();
  const met = await Promise.race([handshake.done, dialling, settle().then(() => waiting)]);
  assertEquals(met, waiting);
  turn.resolve();
  const [near, far] = await within("a handshake", Promise.all([handshake.done, dialling]));
  await writeAll(far, SOME.subarray(0, 10_000));
  await far.closeWrite();
  assertEquals((await readAll(near)).length, 10_000);
  assertEquals(turns, 1);
  near.close();
  far.close();
});

Deno.test("tls: a first message that comes byte by byte is no work until it is whole", async () => {
  using port = new Port();
  using far = await port.dial();
  far.setNoDelay(true);
  let turns = 0;
  const handshake = await port.accept(undefined, (work) => (turns++, work()));
  const hello = clientHello();
  for (const byte of hello.subarray(0, 20)) {
    await far.write(Uint8Array.of(byte));
    await settle();
  }
  assertEquals(turns, 0);
  await far.write(hello.subarray(20));
  const answer = new Uint8Array(1);
  await within("an answer", far.read(answer));
  assertEquals([answer[0], turns], [0x16, 1]);
  handshake.abort();
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

Deno.test("tls: a read that waits learns of the end", async () => {
  const { near, far } = await open();
  const reading = near.read(new Uint8Array(1));
  await settle();
  await far.closeWrite();
  assertEquals(await within("the end", reading), null);
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
  const { near, far, socket } = await openBoth();
  await writeAll(far, Uint8Array.of(7));
  socket.end();
  const target = new Uint8Array(10);
  assertEquals(await within("a byte", near.read(target)), 1);
  await assertRejects(() => near.read(target), Error, "ended without a close_notify");
  near.close();
  far.close();
});

Deno.test("tls: what arrives after the handshake and is no TLS is a fault", async () => {
  const { near, far, socket } = await openBoth();
  socket.write(new Uint8Array(100).fill(0x17));
  const fault = within("the fault", near.read(new Uint8Array(10)));
  await assertRejects(() => fault, TlsError, "corrupt message");
  far.close();
});

Deno.test("tls: what the peer said is still read after a write has failed", async () => {
  const { near, far } = await open();
  const said = SOME.subarray(0, 100_000);
  await writeAll(far, said);
  far.close();
  const write = async () => {
    for (;;) await near.write(Uint8Array.of(1));
  };
  await assertRejects(() => within("a failure", write()), Error, "EPIPE");
  await assertRejects(() => within("a failure", near.write(Uint8Array.of(1))), Error, "EPIPE");
  assertEquals(await readAll(near), said);
  await within("the end", near.closeWrite());
  near.close();
});

Deno.test("tls: a peer that sends more than is read is slowed down, and loses nothing", async () => {
  const { near, far } = await open();
  let sent = 0;
  let isOver = false;
  const sending = (async () => {
    for (; !isOver; sent += SOME.length) await writeAll(far, SOME);
    await far.closeWrite();
  })();
  // Until the systems of both take no more, which only time shows.
  for (let before = -1; before !== sent;) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert(sent < 32 * 1024 * 1024, `${sent} bytes were taken that nobody had read`);
  isOver = true;
  const received = await readAll(near);
  await sending;
  assertEquals(received.length, sent);
  assertEquals(received.subarray(-1000), SOME.subarray(-1000));
  near.close();
  far.close();
});

Deno.test("tls: writes that are begun at once arrive one after the other", async () => {
  const { near, far } = await open();
  const parts = [SOME.subarray(0, 40_000), SOME.subarray(40_000, 41_000), SOME.subarray(41_000)];
  const reading = readAll(far);
  const counts = await within("the writes", Promise.all(parts.map((part) => near.write(part))));
  const [first, second, third = 0] = counts;
  assertEquals([first, second], [40_000, 1_000]);
  await near.closeWrite();
  assertEquals(await reading, SOME.subarray(0, 41_000 + third));
  near.close();
  far.close();
});

Deno.test("tls: the end waits for what is being written", async () => {
  const { near, far, socket } = await openBoth();
  socket.pause();
  let written = 0;
  let writing = near.write(SOME);
  // Until the system takes no more, which only time shows.
  const isStuck = () =>
    Promise.race([
      writing.then(() => false),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 300)),
    ]);
  while (!await isStuck()) {
    written += await writing;
    writing = near.write(SOME);
  }
  const order: string[] = [];
  const last = writing.finally(() => order.push("written"));
  const ended = near.closeWrite().then(() => order.push("ended"));
  await settle();
  socket.resume();
  const received = await readAll(far);
  assertEquals(received.length, written + await last);
  await within("the end", ended);
  assertEquals(order, ["written", "ended"]);
  near.close();
  far.close();
});

Deno.test("tls: closing frees the socket soon, even if the peer reads nothing", async () => {
  const { near, far, socket } = await openBoth();
  socket.pause();
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
  const reset = new Promise<void>((resolve) => {
    const write = () => socket.write(SOME, (error) => error ? resolve() : write());
    write();
  });
  await within("a reset", reset);
  far.close();
});

Deno.test("tls: a handshake that is given up frees its socket", async () => {
  const hello = clientHello();
  for (const said of [hello.subarray(0, 0), hello.subarray(0, 3), hello.subarray(0, 11), hello]) {
    using port = new Port();
    using far = await port.dial();
    const handshake = await port.accept();
    await far.write(said);
    // The server answers a whole one.
    if (said === hello) await within("the answer", far.read(new Uint8Array(10_000)));
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
  const conn = await dialSocket("127.0.0.1", listener.addr.port);
  const client = startInsecureTls(conn, "localhost");
  using far = await listener.accept();
  await far.write(new TextEncoder().encode(":irc.example NOTICE * :hi\r\n"));
  await assertRejects(() => within("its end", client.done), TlsError, "corrupt message");
});
