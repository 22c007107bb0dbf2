/**
 * Connections that end at the same moment: the server ends a few of them at a time, whatever their
 * kind, and those of another host do not wait behind a crowd.
 *
 * @module
 */

import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { assert, assertEquals } from "@std/assert";
import { Connection } from "../../lib/net/connection.ts";
import { TcpSocket } from "../../lib/net/tcp_socket.ts";
import { acceptWebSocket } from "../../lib/net/websocket.ts";
import { ANY_ORIGIN } from "../../lib/net/websocket_request.ts";
import { within } from "../support/within.ts";
import { Lower } from "./websocket_rig.ts";

const MANY = "192.0.2.1";
const ONE = "192.0.2.2";
const AT_ONCE = 8;

/** A connection whose end the test waits for. */
interface Waiting {
  /** Ends it as its peer does, or breaks it. */
  end(): void;
  /** Settles when that has been noticed. */
  readonly noticed: Promise<unknown>;
}

/** A stream of `host` that gives no bytes until its end, or until it breaks. */
function stream(host: string) {
  const { promise, resolve, reject } = Promise.withResolvers<null>();
  return Object.assign(new Lower(), {
    remoteAddr: { hostname: host, port: 1 },
    read: () => promise,
    end: () => resolve(null),
    fail: () => reject(new Error("connection reset")),
  });
}

async function drain(connection: Connection): Promise<void> {
  for await (const _ of connection);
}

const KINDS: Readonly<Record<string, (host: string) => Waiting>> = {
  "a connection that ends": (host) => {
    const lower = stream(host);
    return { end: lower.end, noticed: drain(new Connection(lower)) };
  },
  "a connection that breaks": (host) => {
    const lower = stream(host);
    return { end: lower.fail, noticed: drain(new Connection(lower)) };
  },
  "a WebSocket that ends in its handshake": (host) => {
    const lower = stream(host);
    return { end: lower.end, noticed: acceptWebSocket(lower, new Set([ANY_ORIGIN])).done };
  },
  "a socket that ends before TLS": (host) => {
    const [socket, end] = fakeSocket("end");
    return { end, noticed: new TcpSocket(socket, { hostname: host, port: 1 }).read() };
  },
  "a socket that breaks before TLS": (host) => {
    const [socket, end] = fakeSocket("error");
    return { end, noticed: new TcpSocket(socket, { hostname: host, port: 1 }).read() };
  },
};

/** A socket for `TcpSocket` to read, and a function that makes it emit `event`. */
function fakeSocket(event: string): [Socket, () => void] {
  const events = Object.assign(new EventEmitter(), { pause() {}, resume() {}, destroyed: false });
  return [events as unknown as Socket, () => void events.emit(event, new Error("broken"))];
}

for (const [kind, open] of Object.entries(KINDS)) {
  Deno.test(`ends: ${kind}, twenty times: a few at a time, and another host's in its turn`, async () => {
    const noticed: string[] = [];
    const hosts = [...Array.from({ length: 20 }, () => MANY), ONE];
    const all = hosts.map((host) => {
      const waiting = open(host);
      const note = () => void noticed.push(host);
      return { ...waiting, over: waiting.noticed.then(note, note) };
    });
    await microtasks();
    for (const each of all) each.end();
    await microtasks();
    assert(noticed.length <= AT_ONCE, `${noticed.length} in one go`);
    await within("all ends", Promise.all(all.map(({ over }) => over)));
    assertEquals(noticed.length, hosts.length);
    assert(noticed.indexOf(ONE) <= AT_ONCE + 1, `after ${noticed.indexOf(ONE)}`);
  });
}

Deno.test("ends: when the server stops, no connection waits for the turns of others", async () => {
  const lowers = Array.from({ length: 50 }, () => stream(MANY));
  let noticed = 0;
  const all = lowers.map(async (lower) => {
    const connection = new Connection(lower);
    connection.hurry();
    await drain(connection);
    noticed++;
  });
  await microtasks();
  for (const lower of lowers) lower.end();
  await microtasks();
  assertEquals(noticed, lowers.length);
  await Promise.all(all);
});

/** Runs all microtasks of this turn of the event loop, and no timer. */
async function microtasks(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}
