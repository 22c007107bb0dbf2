/**
 * WebSockets as a transport: when it reads, what it writes, and how it ends, over a stream that a test controls.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { tcpTransport } from "../../lib/net/tcp.ts";
import type { Transport } from "../../lib/net/transport.ts";
import { acceptWebSocket, acceptWebSocketOver, WebSocketError } from "../../lib/net/websocket.ts";
import { frame, request } from "../support/websocket.ts";
import { settle, within } from "../support/within.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The stream below: reads give what was fed, and writes settle when the test says so. */
class Lower implements Transport {
  readonly remoteAddr = { hostname: "192.0.2.1", port: 1 };
  /** Everything that was written. */
  written: number[] = [];
  /** How often somebody has asked for bytes. */
  reads = 0;
  isClosed = false;
  /** As long as it is set, no write settles. */
  isStalled = false;
  /** Bytes that one write takes. */
  mostTaken = Infinity;
  readonly #fed: Uint8Array[] = [];
  #reader: {
    target: Uint8Array;
    resolve: (count: number | null) => void;
    reject: (error: Error) => void;
  } | undefined;
  #writers: (() => void)[] = [];
  #hasEnded = false;

  feed(bytes: Uint8Array): void {
    this.#fed.push(bytes);
    this.#serve();
  }

  end(): void {
    this.#hasEnded = true;
    this.#serve();
  }

  goOn(): void {
    this.isStalled = false;
    for (const each of this.#writers.splice(0)) each();
  }

  read(target: Uint8Array): Promise<number | null> {
    this.reads++;
    return new Promise((resolve, reject) => {
      this.#reader = { target, resolve, reject };
      this.#serve();
    });
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.isStalled) await new Promise<void>((resolve) => this.#writers.push(resolve));
    if (this.isClosed) throw new Error("broken pipe");
    const part = bytes.subarray(0, this.mostTaken);
    this.written.push(...part);
    return part.length;
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    this.goOn();
    this.#reader?.reject(new Error("closed"));
  }

  #serve(): void {
    const reader = this.#reader;
    const [first] = this.#fed;
    if (reader === undefined || first === undefined && !this.#hasEnded) return;
    this.#reader = undefined;
    if (first === undefined) return reader.resolve(null);
    const count = Math.min(first.length, reader.target.length);
    reader.target.set(first.subarray(0, count));
    if (count === first.length) this.#fed.shift();
    else this.#fed[0] = first.subarray(count);
    reader.resolve(count);
  }
}

/** Both ends after a handshake; what the handshake wrote is forgotten. */
async function open(): Promise<{ near: Transport; lower: Lower }> {
  const lower = new Lower();
  const handshake = acceptWebSocket(lower, new Set());
  lower.feed(utf8(request()));
  const near = await within("a handshake", handshake.done);
  lower.written = [];
  lower.reads = 0;
  return { near, lower };
}

async function readText(near: Transport, size = 1000): Promise<string | null> {
  const memory = new Uint8Array(size);
  const count = await within("a read", near.read(memory));
  return count === null ? null : textOf(memory.subarray(0, count));
}

const CLOSE = (code: number) => [0x88, 2, code >> 8, code & 0xff];

Deno.test("websocket: it reads when it is asked, once, and what came is in the reader's own memory", async () => {
  const { near, lower } = await open();
  lower.feed(frame("a"));
  lower.feed(frame("b"));
  await settle();
  assertEquals(lower.reads, 0, "nobody has asked");
  assertEquals(await readText(near), "a\r\n");
  await settle();
  assertEquals(lower.reads, 1);
  assertEquals(await readText(near), "b\r\n");
});

Deno.test("websocket: a read without text returns, so that it is paid for", async () => {
  const { near, lower } = await open();
  lower.feed(frame("hi", { opcode: 10 }));
  assertEquals(await readText(near), "");
  lower.feed(frame("hi").subarray(0, 3));
  assertEquals(await readText(near), "");
  lower.feed(frame("hi").subarray(3));
  assertEquals(await readText(near), "hi\r\n");
});

Deno.test("websocket: what one read has brought is taken in several, each a little, before the next", async () => {
  const { near, lower } = await open();
  lower.feed(
    new Uint8Array(Array.from({ length: 250 }, () => [...frame("", { opcode: 10 })]).flat()),
  );
  lower.feed(frame("behind"));
  let empty = 0;
  let text: string | null;
  while ((text = await readText(near, 32 * 1024)) === "") {
    empty++;
    if (empty < 250 / 100) assertEquals(lower.reads, 1, "the rest waits here");
  }
  assertEquals(text, "behind\r\n");
  assert(empty >= 250 / 100, `${empty} reads for 250 frames`);
});

Deno.test("websocket: as long as frames or lines wait in it, it says that it has more", async () => {
  const { near, lower } = await open();
  const pings = Array.from({ length: 100 }, () => [...frame("", { opcode: 9 })]).flat();
  lower.feed(new Uint8Array([...pings, ...frame("x".repeat(100))]));
  assertEquals([await readText(near), near.hasMore], ["", true], "frames");
  assertEquals(await readText(near, 30), "x".repeat(30));
  assertEquals(near.hasMore, true, "lines");
  assertEquals((await readText(near))?.length, 72);
  assertEquals(near.hasMore, false);
  lower.feed(new Uint8Array(Array.from({ length: 50 }, () => [...frame("x".repeat(100))]).flat()));
  await readText(near, 32 * 1024);
  assertEquals(near.hasMore, true, "the stream below");
});

Deno.test("websocket: one read takes no more than 4 KiB, however much room there is", async () => {
  const { near, lower } = await open();
  lower.feed(new Uint8Array(Array.from({ length: 200 }, () => [...frame("x".repeat(100))]).flat()));
  assert((await readText(near, 32 * 1024) ?? "").length < 4096);
});

Deno.test("property: websocket: readers with any room get the same lines", async () => {
  const texts = fc.array(fc.string({ maxLength: 100, unit: fc.constantFrom(..."aé日") }), {
    maxLength: 10,
  });
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
      async (wanted, sizes) => {
        const { near, lower } = await open();
        lower.feed(new Uint8Array(wanted.flatMap((text) => [...frame(text)])));
        lower.end();
        const bytes: number[] = [];
        for (let i = 0;; i++) {
          const memory = new Uint8Array(sizes[i % sizes.length] as number);
          const count = await near.read(memory);
          if (count === null) break;
          bytes.push(...memory.subarray(0, count));
        }
        assertEquals(textOf(new Uint8Array(bytes)), wanted.map((text) => `${text}\r\n`).join(""));
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("websocket: a write settles when the stream below has taken all of its messages", async () => {
  const { near, lower } = await open();
  lower.mostTaken = 3;
  lower.isStalled = true;
  let isDone = false;
  const write = near.write(utf8("hello\r\nwor")).then((count) => {
    isDone = true;
    return count;
  });
  await settle();
  assert(!isDone);
  lower.goOn();
  assertEquals(await write, 10);
  assertEquals(lower.written, [0x81, 5, ...utf8("hello")]);
  assertEquals(await near.write(utf8("ld\n")), 3);
  assertEquals(lower.written.slice(7), [0x81, 5, ...utf8("world")]);
  assertEquals(await near.write(new Uint8Array(100_000).fill(10)), 16 * 1024, "no more at once");
});

Deno.test("websocket: of pings that come while a write waits, the last is answered, and no frame is torn", async () => {
  const { near, lower } = await open();
  lower.isStalled = true;
  const write = near.write(utf8("line\r\n"));
  const reading = readText(near);
  lower.feed(new Uint8Array([...frame("1", { opcode: 9 }), ...frame("2", { opcode: 9 })]));
  assertEquals(await reading, "");
  await settle();
  lower.goOn();
  await write;
  await settle();
  assertEquals(lower.written, [0x81, 4, ...utf8("line"), 0x8a, 1, 0x32]);
});

Deno.test("websocket: a ping is answered with its own payload, whatever follows it in one read", async () => {
  const { near, lower } = await open();
  const control = [
    frame("first", { opcode: 9 }),
    frame("a", { opcode: 9 }),
    frame("bcd", { opcode: 10 }),
  ];
  lower.feed(new Uint8Array(control.flatMap((each) => [...each])));
  assertEquals(await readText(near), "");
  await settle();
  assertEquals(lower.written, [0x8a, 1, 0x61]);
});

Deno.test("websocket: a ping that comes while another is answered is answered, too", async () => {
  const { near, lower } = await open();
  lower.isStalled = true;
  for (const payload of ["1", "2"]) {
    lower.feed(frame(payload, { opcode: 9 }));
    assertEquals(await readText(near), "");
    await settle();
  }
  lower.goOn();
  await settle();
  assertEquals(lower.written, [0x8a, 1, 0x31, 0x8a, 1, 0x32]);
});

Deno.test("websocket: pings to a peer that reads nothing wait for nothing, keep nothing, and come to an end", async () => {
  const { near, lower } = await open();
  lower.isStalled = true;
  let count = 0;
  const flood = async () => {
    for (;; count++) {
      lower.feed(frame(`${count}`, { opcode: 9 }));
      assertEquals(await near.read(new Uint8Array(32 * 1024)), 0);
    }
  };
  await assertRejects(flood, Error, "256 frames without a message");
  assertEquals(count, 256);
  lower.goOn();
  await settle();
  assert(lower.written.length <= 2 * 5, `${lower.written.length} bytes of pongs`);
  near.close();
});

Deno.test("websocket: an end says why, once, and nothing follows it", async () => {
  const { near, lower } = await open();
  await near.closeWrite();
  await assertRejects(() => near.write(utf8("late\r\n")), Error, "closed");
  near.close();
  await settle();
  assertEquals(lower.written, CLOSE(1000));
  assert(lower.isClosed);
});

Deno.test("websocket: a close amid a write that stalls is at once", async () => {
  const { near, lower } = await open();
  lower.isStalled = true;
  const write = near.write(utf8("line\r\n"));
  near.close();
  assert(lower.isClosed);
  await assertRejects(() => write, Error, "broken pipe");
});

Deno.test("websocket: a fault is told to the peer when the reader closes", async () => {
  const { near, lower } = await open();
  lower.feed(frame("x", { mask: null }));
  await assertRejects(() => readText(near), Error, "a frame is not masked");
  near.close();
  await settle();
  assertEquals(lower.written, CLOSE(1002));
});

Deno.test("websocket: the peer's lines before its close are read before its end", async () => {
  const { near, lower } = await open();
  lower.feed(new Uint8Array([...frame("bye"), ...frame(new Uint8Array([3, 0xe9]), { opcode: 8 })]));
  assertEquals(await readText(near), "bye\r\n");
  assertEquals(await readText(near), null);
  assertEquals(lower.written, CLOSE(1001));
  await assertRejects(() => near.write(utf8("late\r\n")), Error, "closed");
});

Deno.test("websocket: a request may come byte by byte; an early end and a reset are faults of their own", async () => {
  const lower = new Lower();
  const handshake = acceptWebSocket(lower, new Set());
  for (const byte of utf8(request())) lower.feed(new Uint8Array([byte]));
  assertEquals((await handshake.done).remoteAddr, lower.remoteAddr);
  const ended = new Lower();
  const cut = acceptWebSocket(ended, new Set());
  ended.feed(utf8("GET / HT"));
  ended.end();
  await assertRejects(() => cut.done, WebSocketError, "ended during the handshake");
  assert(ended.isClosed);
  const reset = new Lower();
  const broken = acceptWebSocket(reset, new Set());
  reset.close();
  await assertRejects(() => broken.done, Error, "closed");
});

Deno.test("websocket: a request is judged, and frames are decoded, when it is their turn", async () => {
  const lower = new Lower();
  const turns: (() => void)[] = [];
  const inTurn = (work: () => undefined) =>
    new Promise<void>((resolve, reject) =>
      turns.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      })
    );
  const takeTurn = async () => {
    await settle();
    assertEquals(turns.length, 1);
    turns.splice(0).forEach((turn) => turn());
    await settle();
  };
  const handshake = acceptWebSocket(lower, new Set(), inTurn);
  lower.feed(utf8(request()));
  await settle();
  assertEquals(lower.written, [], "the request was not judged yet");
  await takeTurn();
  const near = await within("a handshake", handshake.done);
  lower.written = [];
  lower.feed(new Uint8Array([...frame("p", { opcode: 9 }), ...frame("text")]));
  const reading = readText(near);
  await settle();
  assertEquals(lower.written, [], "the ping was not seen yet");
  await takeTurn();
  assertEquals(await reading, "text\r\n");
  assertEquals(lower.written, [0x8a, 1, "p".charCodeAt(0)]);
  lower.feed(new Uint8Array([0xff, 0xff]));
  const broken = assertRejects(
    () => near.read(new Uint8Array(1000)),
    Error,
    "a reserved bit is set",
  );
  await takeTurn();
  await broken;
});

Deno.test("websocket: a handshake that is given up closes the stream, also when its answer stalls", async () => {
  for (const text of ["GET / ", request(), "POST / HTTP/1.1\r\n\r\n"]) {
    const lower = new Lower();
    lower.isStalled = true;
    const handshake = acceptWebSocket(lower, new Set());
    lower.feed(utf8(text));
    await settle();
    handshake.abort();
    assert(lower.isClosed);
    await assertRejects(() => handshake.done, WebSocketError, "given up");
    handshake.abort();
  }
  // Behind the digest that an answer has begun.
  await crypto.subtle.digest("SHA-1", utf8("x"));
  await settle();
});

Deno.test("websocket: behind another handshake, giving up reaches the one that is under way", async () => {
  const first = Promise.withResolvers<Transport>();
  const aborted: string[] = [];
  const handshake = { done: first.promise, abort: () => aborted.push("first") };
  const early = acceptWebSocketOver(handshake, new Set());
  early.abort();
  assertEquals(aborted, ["first"]);
  const [between, during] = [new Lower(), new Lower()];
  const second = acceptWebSocketOver({ done: Promise.resolve(between), abort() {} }, new Set());
  second.abort();
  await assertRejects(() => second.done, WebSocketError, "given up");
  assert(between.isClosed);
  const third = acceptWebSocketOver({ done: Promise.resolve(during), abort() {} }, new Set());
  await settle();
  third.abort();
  await assertRejects(() => third.done, WebSocketError, "given up");
  assert(during.isClosed);
  first.reject(new Error("no TLS"));
  await assertRejects(() => early.done, Error, "no TLS");
});

Deno.test("websocket: over TCP, a request that is far too long is refused, and its sender costs 16 KiB", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const far = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const handshake = acceptWebSocket(tcpTransport(await listener.accept()), new Set());
  const failure = assertRejects(() => handshake.done, WebSocketError, "the request is too long");
  const flood = utf8(`GET / HTTP/1.1\r\n${"X: y\r\n".repeat(200_000)}`);
  const sending = (async () => {
    for (let rest = flood; rest.length > 0;) rest = rest.subarray(await far.write(rest));
  })().catch(() => {});
  await within("the refusal", failure);
  await within("the end", sending);
  far.close();
});
