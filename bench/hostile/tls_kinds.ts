/**
 * Kinds of hostility against the TLS port: handshakes are the most expensive thing that a stranger can ask for.
 *
 * @module
 */

import type { Kind, Wave } from "./kind.ts";
import { clientHello, noise } from "./payloads.ts";

const HELLO = clientHello();

/** Each of them, in the order in which they are run. */
export const TLS_KINDS: readonly Kind[] = [
  overTls("tls-hellos", "50 connections that let the server answer a ClientHello, and come back", {
    count: 50,
    hello: HELLO,
    lingerMs: 20,
    again: true,
  }),
  overTls("tls-resets", "50 connections that reset as soon as they have sent a ClientHello", {
    count: 50,
    hello: HELLO,
    lingerMs: 0,
    ends: "reset",
    again: true,
  }),
  overTls("tls-at-once", "2,000 ClientHellos at once, from twenty addresses", {
    count: 2_000,
    from: "127.0.1.1",
    spread: 20,
    hello: HELLO,
  }),
  overTls("tls-unfinished", "3,000 handshakes that are begun and never ended", {
    count: 3_000,
    hello: HELLO.slice(0, 40),
  }),
  overTls("tls-bytewise", "100 connections that send a ClientHello byte by byte, and come back", {
    count: 100,
    hello: HELLO,
    chunk: 1,
    everyMs: 1,
    lingerMs: 20,
    again: true,
  }),
  overTls("tls-garbage", "50 connections that send 4 KiB of noise, and come back", {
    count: 50,
    hello: noise(4_096),
    lingerMs: 20,
    again: true,
  }),
];

/** One wave against the TLS port, beside honest users of the plain one. */
function overTls(name: string, does: string, wave: Wave): Kind {
  return { name, does, attack: [{ ...wave, tls: true }] };
}
