/**
 * A user's end of the wire: the same framing and protocol as the server's, mirrored. Commands and typed
 * lines go in, events come out; how they look is the UI's matter.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { ChatEvent } from "../chat/event.ts";
import { FrameError } from "../framing/errors.ts";
import type { Frame } from "../framing/frame.ts";
import { type RingBuffer, ringCapacityFor } from "../framing/ring_buffer.ts";
import type { Connection } from "../net/connection.ts";
import { connect } from "../net/tcp.ts";
import type { ClientCodec, LineAction, Protocol } from "../protocol/protocol.ts";

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

// A server that does not answer a registration for so many milliseconds is not waited for any longer.
const REPLY_MS = 2000;

// Where a frame may lack its end mark, a silence of so many milliseconds ends it.
const SILENCE_MS = 100;

/**
 * A connected client: an async iterator of events, all those of one read at a time, so that a UI can
 * take in a burst and draw once. It ends when the server is gone, or after `close`.
 */
export class ChatClient implements AsyncIterable<readonly ChatEvent[]> {
  readonly #connection: Connection;
  readonly #codec: ClientCodec;
  // Resolved when what is said may be sent.
  readonly #ready = Promise.withResolvers<void>();
  #nudge: ReturnType<typeof setTimeout> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  /** Use `ChatClient.connect`. */
  private constructor(connection: Connection, codec: ClientCodec) {
    this.#connection = connection;
    this.#codec = codec;
    if (codec.framing.rest !== undefined) connection.silenceMs = SILENCE_MS;
    if (codec.awaitsReply) this.#late = setTimeout(() => this.#ready.resolve(), REPLY_MS);
    else this.#ready.resolve();
    const { nudge } = codec;
    if (nudge === undefined) return;
    this.#nudge = setTimeout(() => connection.send(nudge.bytes()), nudge.afterMs);
  }

  /**
   * Connects and registers.
   *
   * @throws {RangeError} when the protocol cannot carry the nick; nothing has been connected then.
   * @throws {ConnectError} when nobody listens there.
   */
  static async connect(options: ChatClientOptions): Promise<ChatClient> {
    const { protocol, nick, host, port } = options;
    const codec = protocol.clientCodec(nick);
    const hello = codec.encode({ type: "register", nick });
    const ringCapacity = ringCapacityFor(codec.framing.largestFrame);
    const connection = await connect(host, port, { ringCapacity }).catch((error) => {
      throw new ConnectError(host, port, error);
    });
    connection.send(hello);
    return new ChatClient(connection, codec);
  }

  /** Why the connection ended; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#connection.reason;
  }

  /** Sends a command. Resolves at once, or when enough of what waits has been sent. */
  send(command: Command): Promise<void> {
    return this.#send(this.#codec.encode(command));
  }

  /**
   * Reads a line that its user typed, in the protocol's own language, and sends what it says. Resolves
   * as `send` does, to what it was: the UI answers and quits.
   */
  async enter(line: string): Promise<LineAction> {
    const action = this.#codec.readLine(line);
    if (action.do === "send") await this.#send(action.bytes);
    return action;
  }

  /** Says goodbye as the protocol wants it, sends what waits, and ends. Events may still come in. */
  async finish(): Promise<void> {
    await this.send({ type: "quit" });
    await this.#connection.finish();
  }

  /** Ends the connection at once. */
  close(): void {
    this.#connection.close("closed by user");
    clearTimeout(this.#nudge);
    this.#answered();
  }

  /** The events of each read that held any. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly ChatEvent[], void, void> {
    try {
      for await (const ring of this.#connection) {
        clearTimeout(this.#nudge);
        const events = this.#takeEvents(ring, this.#connection.silent);
        if (events.length > 0) {
          this.#answered();
          yield events;
        }
      }
      const last = this.#takeEvents(this.#connection.ring, true);
      if (last.length > 0) yield last;
      this.#connection.close("closed by user");
    } finally {
      clearTimeout(this.#nudge);
      this.#answered();
    }
  }

  #answered(): void {
    clearTimeout(this.#late);
    this.#ready.resolve();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    await this.#ready.promise;
    this.#connection.send(bytes);
    if (this.#connection.pending > HIGH_WATER_BYTES) await this.#connection.drain();
  }

  #takeEvents(ring: RingBuffer, complete: boolean): ChatEvent[] {
    const { framing } = this.#codec;
    const events: ChatEvent[] = [];
    const take = (frame: Frame) => {
      const event = this.#codec.decode(frame);
      if (event !== undefined) events.push(event);
    };
    try {
      for (let frame; (frame = framing.next(ring)) !== undefined;) take(frame);
      const rest = complete ? framing.rest?.(ring) : undefined;
      if (rest !== undefined) take(rest);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#connection.close(`${error.code} frame: ${error.message}`);
    }
    return events;
  }
}
