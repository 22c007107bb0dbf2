/**
 * Sends what the user has typed, one text after the other, as soon as there is a connection and the
 * text's channel is open.
 *
 * @module
 */

import type { OneConnection } from "./lasting_options.ts";
import type { Outgoing, OutgoingText, Settled, Speech } from "./outgoing.ts";

/** The part of the client that it uses. */
export interface SenderClient {
  /** The connection, once the server has let the user in. */
  connection(): OneConnection | undefined;
  /** Whether `command` can be sent now. */
  isOpen(command: Speech): boolean;
  /** Reports the outcomes of texts that the server does not send back. */
  settled(texts: readonly Settled[]): void;
}

/** The sending of one client, over all its connections. */
export class Sender {
  readonly #outgoing: Outgoing;
  readonly #client: SenderClient;
  #sending: Promise<void> = Promise.resolve();
  #isSending = false;
  #hasMore = false;

  /** Sends what is in `outgoing`. */
  constructor(outgoing: Outgoing, client: SenderClient) {
    this.#outgoing = outgoing;
    this.#client = client;
  }

  /** Resolves when all texts that can be sent now have been sent. */
  get sending(): Promise<void> {
    return this.#sending;
  }

  /** Sends the texts that wait. */
  pump(): void {
    this.#hasMore = true;
    if (!this.#isSending) this.#sending = this.#sendAll();
  }

  // The flags change in the turn in which the loop looks at them, so no call of `pump`
  // comes too late.
  async #sendAll(): Promise<void> {
    this.#isSending = true;
    while (this.#hasMore) {
      this.#hasMore = false;
      const connection = this.#client.connection();
      if (connection === undefined) continue;
      const text = this.#outgoing.next((command) => this.#client.isOpen(command));
      if (text === undefined) continue;
      await this.#say(connection, text).catch(() => {});
      this.#hasMore = true;
    }
    this.#isSending = false;
  }

  async #say(connection: OneConnection, text: OutgoingText): Promise<void> {
    const sent = connection.send(text.command, `${text.id}`);
    // `send` has encoded the text when the next microtask runs, and waits only for the socket.
    await Promise.resolve();
    this.#outgoing.hasSent(text, connection.given);
    if (connection.receipt === "probe") connection.probe(`text-${text.id}`);
    await sent;
    if (connection.receipt !== "none") return;
    await connection.drain();
    if (connection === this.#client.connection()) {
      this.#client.settled(this.#outgoing.confirm(text.id));
    }
  }
}
