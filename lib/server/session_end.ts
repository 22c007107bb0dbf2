/**
 * The end of a session in good order: it sends what waits, then a farewell apart from it, then the
 * end of the stream. For a moment the server still reads, and drops what it reads, because closing
 * a socket with unread bytes would reset it, and the peer could lose the last bytes.
 *
 * @module
 */

import type { Connection } from "../net/connection.ts";
import { GAP_MS } from "../net/outbox.ts";

/** Milliseconds for a peer to end its side after the server has ended its own. */
const LINGER_MS = 250;

/** The end of one session, and its reason. */
export class SessionEnd {
  readonly #connection: Connection;
  #done: Promise<void> | undefined;
  #reason: string | undefined;

  /** The end of the session over `connection`, which has not begun. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Resolves when the end is complete; `undefined` before it begins. Never rejects. */
  get done(): Promise<void> | undefined {
    return this.#done;
  }

  /**
   * The reason for the log: when this side ends first, the peer's closing is only the
   * answer to that.
   */
  get reason(): string | undefined {
    const { reason } = this.#connection;
    return reason === "closed by peer" ? this.#reason ?? reason : reason;
  }

  /** The reason with which this side has begun to end the session. */
  get announced(): string | undefined {
    return this.#reason;
  }

  /** Ends the connection in good order, after `farewell`. Idempotent: the first call counts. */
  begin(reason: string, farewell?: Uint8Array): Promise<void> {
    this.#reason ??= reason;
    this.#done ??= this.#finish(reason, farewell);
    // A session that waits resumes reading now, and drops what it reads.
    this.#connection.resume();
    return this.#done;
  }

  /** Ends the connection at once. */
  close(reason: string): void {
    if (this.#connection.reason === undefined) this.#reason = reason;
    this.#connection.close(reason);
  }

  async #finish(reason: string, farewell?: Uint8Array): Promise<void> {
    if (farewell !== undefined && farewell.length > 0) {
      await this.#connection.drain();
      await this.#connection.pause(GAP_MS);
      this.#connection.send(farewell);
    }
    await this.#connection.finish();
    await this.#connection.pause(LINGER_MS);
    this.#connection.close(reason);
  }
}
