/**
 * Turns of the event loop, for tests that send byte by byte: without a turn between two writes the
 * system joins them into one segment.
 *
 * @module
 */

import { within } from "./within.ts";

/**
 * A byte in a circle: when it is back, the event loop has polled the sockets, so that what was written
 * before has been read.
 */
export class IoTurns implements Disposable {
  readonly #near: Deno.TcpConn;
  readonly #far: Deno.TcpConn;
  readonly #byte = new Uint8Array(1);

  private constructor(near: Deno.TcpConn, far: Deno.TcpConn) {
    this.#near = near;
    this.#far = far;
    near.setNoDelay(true);
  }

  /** Two connected sockets. */
  static async open(): Promise<IoTurns> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    return new IoTurns(near, await listener.accept());
  }

  /** Resolves when the event loop has gone round. */
  async pass(): Promise<void> {
    const back = this.#far.read(this.#byte);
    await this.#near.write(this.#byte);
    await within("a turn of the event loop", back);
  }

  /** Closes both sockets. */
  close(): void {
    this.#near.close();
    this.#far.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
