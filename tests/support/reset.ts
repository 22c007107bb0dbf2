/**
 * Connections that are reset before they are accepted, and a listener that resets its client; a `FarSocket`
 * resets itself.
 *
 * @module
 */

import { type AddressInfo, createServer } from "node:net";
import { FarSocket } from "./far_socket.ts";
import { within } from "./within.ts";

/**
 * Makes `count` connections to a port on which nobody accepts yet, and resets each of them. They stay in the
 * system's queue, and `accept` fails for each.
 */
export async function resetBeforeAccept(port: number, count: number): Promise<void> {
  const connections = await Promise.all(
    Array.from({ length: count }, () => FarSocket.connect(port)),
  );
  await Promise.all(connections.map((connection) => connection.reset()));
}

/** A listener that reads nothing, and resets the one client that it accepts when the test asks for it. */
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
