/**
 * A connection that ends with a reset instead of the end of the stream. `Deno.Conn` cannot do that: it
 * always says goodbye first.
 *
 * @module
 */

import { type AddressInfo, connect, createServer } from "node:net";
import { within } from "./within.ts";

/** What can be done with it. */
export interface ResettableConnection {
  /** Resolves when the system has taken the bytes. */
  send(bytes: Uint8Array): Promise<void>;
  /** Resets the connection; resolves when it is gone. */
  reset(): Promise<void>;
}

/** Connects to a port of this machine. */
export async function connectResettable(port: number): Promise<ResettableConnection> {
  const socket = connect(port, "127.0.0.1");
  await within("a connection", new Promise<void>((done) => socket.once("connect", () => done())));
  socket.on("error", () => {});
  return {
    send: (bytes) => new Promise((done) => void socket.write(bytes, () => done())),
    reset: () => {
      const closed = new Promise<void>((done) => socket.once("close", () => done()));
      socket.resetAndDestroy();
      return within("the reset", closed);
    },
  };
}

/**
 * Makes `count` connections to a port on which nobody accepts yet, and resets each of them. They stay in the
 * system's queue, and `accept` fails for each.
 */
export async function resetBeforeAccept(port: number, count: number): Promise<void> {
  const connections = await Promise.all(
    Array.from({ length: count }, () => connectResettable(port)),
  );
  await Promise.all(connections.map((connection) => connection.reset()));
}

/** A listener that reads nothing, and resets the one client that it accepts when it is told to. */
export interface ResettingServer extends AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  /** Waits for the client and resets its connection. */
  reset(): Promise<void>;
}

/** Starts one. */
export async function listenResetting(): Promise<ResettingServer> {
  const server = createServer({ pauseOnConnect: true });
  const accepted = new Promise<import("node:net").Socket>((done) =>
    server.once("connection", done)
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    async reset() {
      (await within("a client", accepted)).resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      await new Promise((done) => server.close(done));
    },
  };
}
