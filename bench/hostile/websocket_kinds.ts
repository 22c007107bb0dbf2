/**
 * Kinds of hostility against the port for WebSockets: its requests, and frames that are no text.
 *
 * @module
 */

import type { Kind, Wave } from "./kind.ts";
import { bytes, noise, repeat } from "./payloads.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A frame of a client under a mask of zeros: its first byte, and a short payload. */
function frame(first: number, payload: string): Uint8Array<ArrayBuffer> {
  return bytes(new Uint8Array([first, 0x80 | payload.length, 0, 0, 0, 0]), payload);
}

const [TEXT, PIECE, CONTINUATION, PING] = [0x81, 0x01, 0x00, 0x89];

/** A user of IRC over a WebSocket, in the lobby. */
const HELLO = bytes(
  REQUEST,
  frame(TEXT, "NICK h{{id}}"),
  frame(TEXT, "USER h 0 * :h"),
  frame(TEXT, "JOIN #lobby"),
);

/** Each of them, in the order in which they are run. */
export const WEBSOCKET_KINDS: readonly Kind[] = [
  overWebSocket("ws-requests", "50 connections that shake hands, and come back", {
    count: 50,
    hello: REQUEST,
    lingerMs: 20,
    again: true,
  }),
  overWebSocket("ws-unfinished", "3,000 requests that are begun and never ended", {
    count: 3_000,
    hello: REQUEST.slice(0, 60),
  }),
  overWebSocket("ws-bytewise", "100 connections that send a request byte by byte, and come back", {
    count: 100,
    hello: REQUEST,
    chunk: 1,
    everyMs: 1,
    lingerMs: 20,
    again: true,
  }),
  overWebSocket("ws-long", "50 connections that send a request of 16 KiB, and come back", {
    count: 50,
    hello: bytes("GET / HTTP/1.1\r\n", repeat("X: y\r\n", 2_800)),
    lingerMs: 20,
    again: true,
  }),
  overWebSocket("ws-pings", "10 users who send 200 pings, and come back", {
    count: 10,
    hello: HELLO,
    body: repeat(frame(PING, "are you there"), 200),
    times: 1,
    lingerMs: 5,
    again: true,
  }),
  overWebSocket("ws-pings-unread", "10 users who send 500 pings, read nothing, and come back", {
    count: 10,
    hello: HELLO,
    body: repeat(frame(PING, "are you there"), 500),
    times: 1,
    lingerMs: 5,
    again: true,
    reads: "none",
  }),
  overWebSocket("ws-pieces", "10 users who send a message in 1,000 empty pieces, and come back", {
    count: 10,
    hello: bytes(HELLO, frame(PIECE, "PING")),
    body: repeat(frame(CONTINUATION, ""), 1_000),
    times: 1,
    lingerMs: 5,
    again: true,
  }),
  overWebSocket("ws-mixed", "10 users who flood with 200 pings for each message", {
    count: 10,
    hello: HELLO,
    body: bytes(repeat(frame(PING, "are you there"), 200), frame(TEXT, "PING x")),
    times: 0,
  }),
  overWebSocket("ws-flood", "10 users who flood the lobby", {
    count: 10,
    hello: HELLO,
    body: frame(TEXT, "PRIVMSG #lobby :flood"),
    times: 0,
  }),
  overWebSocket(
    "ws-garbage",
    "50 connections that send 4 KiB of noise behind a request, and come back",
    {
      count: 50,
      hello: bytes(REQUEST, noise(4_096)),
      lingerMs: 20,
      again: true,
    },
  ),
];

/** One wave against the port for WebSockets, beside honest users of the plain one. */
function overWebSocket(name: string, does: string, wave: Wave): Kind {
  return {
    name,
    does,
    attack: [{ ...wave, websocket: true }],
    flags: ["--websocket-port=0"],
  };
}
