/**
 * A user's end of the wire: the same framing and protocol as the server's, mirrored. Commands and typed
 * lines go in, events come out; how they look is the UI's matter.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { ChatEvent } from "../chat/event.ts";
import { FrameError } from "../framing/errors.ts";
import type { Framing } from "../framing/framing.ts";
import type { RingBuffer } from "../framing/ring_buffer.ts";
import { connect, type Connection } from "../net/connection.ts";
import type { ClientCodec, Protocol } from "../protocol/protocol.ts";

/** Where a client connects to, and as whom. */
export interface ChatClientOptions {
  /** What it speaks. */
  readonly protocol: Protocol;
  /** Its user's name. */
  readonly nick: string;
  /** A name or an address. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** Nobody answers there. */
export class ConnectError extends Error {
  /** `message` is the one that the documents prescribe. */
  constructor(host: string, port: number, cause: unknown) {
    super(`Unable to connect to ${host}:${port}`, { cause });
    this.name = "ConnectError";
  }
}

// What may wait in the outbox before the sender has to wait: a piped file can be larger than the
// outbox, and the server may take its lines slowly.
const HIGH_WATER_BYTES = 64 * 1024;

/**
 * A connected client: an async iterator of events, all those of one read at a time, so that a UI can
 * take in a burst and draw once. It ends when the server is gone, or after `close`.
 */
export class ChatClient implements AsyncIterable<readonly ChatEvent[]> {
  readonly #connection: Connection;
  readonly #framing: Framing;
  readonly #codec: ClientCodec;

  /** Use `ChatClient.connect`. */
  private constructor(connection: Connection, protocol: Protocol) {
    this.#connection = connection;
    this.#framing = protocol.framing();
    this.#codec = protocol.clientCodec();
  }

  /**
   * Connects and registers.
   *
   * @throws {RangeError} when the protocol cannot carry the nick; nothing has been connected then.
   * @throws {ConnectError} when nobody listens there.
   */
  static async connect(options: ChatClientOptions): Promise<ChatClient> {
    const { protocol, nick, host, port } = options;
    const hello = protocol.clientCodec().encode({ type: "register", nick });
    let connection: Connection;
    try {
      connection = await connect(host, port);
    } catch (error) {
      throw new ConnectError(host, port, error);
    }
    connection.send(hello);
    return new ChatClient(connection, protocol);
  }

  /** Why the connection ended; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#connection.reason;
  }

  /** Sends a command. Resolves at once, or when enough of what waits has been sent. */
  send(command: Command): Promise<void> {
    return this.#send(this.#codec.encode(command));
  }

  /** Sends a line as its user typed it, in the protocol's own language; an empty one sends nothing. */
  sendLine(line: string): Promise<void> {
    return this.#send(this.#codec.encodeLine(line));
  }

  /** Sends what waits, then tells the server that no more will come. Events may still come in. */
  finish(): Promise<void> {
    return this.#connection.finish();
  }

  /** Ends the connection at once. */
  close(): void {
    this.#connection.close("closed by user");
  }

  /** The events of each read that held any. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly ChatEvent[], void, void> {
    for await (const ring of this.#connection) {
      const events = this.#takeEvents(ring);
      if (events.length > 0) yield events;
    }
  }

  async #send(bytes: Uint8Array): Promise<void> {
    this.#connection.send(bytes);
    if (this.#connection.pending > HIGH_WATER_BYTES) await this.#connection.drain();
  }

  #takeEvents(ring: RingBuffer): ChatEvent[] {
    const events: ChatEvent[] = [];
    try {
      for (let frame; (frame = this.#framing.next(ring)) !== undefined;) {
        const event = this.#codec.decode(frame);
        if (event !== undefined) events.push(event);
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#connection.close(`${error.code} frame: ${error.message}`);
    }
    return events;
  }
}
