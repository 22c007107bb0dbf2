/**
 * The beginning of a WebSocket: its request, whose turn it is, and how it is given up.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { tcpTransport } from "../../lib/net/tcp.ts";
import type { Transport } from "../../lib/net/transport.ts";
import { acceptWebSocket, acceptWebSocketOver, WebSocketError } from "../../lib/net/websocket.ts";
import { frame, request } from "../support/websocket.ts";
import { settle, within } from "../support/within.ts";
import { Lower, readText, utf8 } from "./websocket_rig.ts";

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
