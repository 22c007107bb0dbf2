/**
 * A user's end of the wire: the same framing and protocol as the server's, mirrored. Commands go
 * in, events come out; a look decides what a person types and reads.
 *
 * @module
 */

import { FrameError } from "../framing/errors.ts";
import type { Frame } from "../framing/frame.ts";
import { type RingBuffer, ringCapacityFor } from "../framing/ring_buffer.ts";
import type { Connection } from "../net/connection.ts";
import { connect } from "../net/tcp.ts";
import type { Trust } from "../net/tls_client.ts";
import { withTimeout } from "../net/with_timeout.ts";
import type {
  ClientCodec,
  ClientCommand,
  ClientProtocol,
  ClientWishes,
  Receipt,
  Received,
} from "../protocol/protocol.ts";
import { STRANGE, strangerIn } from "./strangers.ts";
import { describeTrust } from "./trust.ts";
import { LEAVE_TIMES, type LeaveTimes, Patience } from "./patience.ts";

/** The settings of a client. */
export interface ChatClientOptions {
  /** The protocol. */
  readonly protocol: ClientProtocol;
  /** The name of its user. */
  readonly nick: string;
  /** A name or an address. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Which certificates are trusted; without it, the connection is plain text. */
  readonly tls?: Trust;
  /** The channel to enter once registered, where the protocol does not enter one by itself. */
  readonly channel?: string;
  /** Wishes besides the plain form of its protocol. */
  readonly wishes?: ClientWishes;
  /** The times that `leave` waits; default: `LEAVE_TIMES`. */
  readonly times?: LeaveTimes;
}

/** No server answers at the address. */
export class ConnectError extends Error {
  /** The message is the one that the documents prescribe. */
  constructor(host: string, port: number, cause: unknown) {
    super(`Unable to connect to ${host}:${port}`, { cause });
    this.name = "ConnectError";
  }
}

// Bytes that may wait in the outbox before the sender waits: a piped file can be larger than the
// outbox, and the server may read slowly.
const HIGH_WATER_BYTES = 64 * 1024;

// Milliseconds that a client which leaves still waits for the reply to its registration.
const LATE_REPLY_MS = 2000;

// The events that reply to a registration. What else a server says before it lets a user in is no reply.
const REPLIES: ReadonlySet<Received["type"]> = new Set(["registered", "refused", "closing"]);

// The idle timeout after which an unterminated frame counts as complete, in protocols that have
// such frames.
const SILENCE_MS = 100;

// First bytes that are enough to know a server of another protocol.
const ENOUGH_BYTES = 5;

/** The reason of a connection that the server has ended in good order. */
export const CLEAN_END = "closed by peer";

/**
 * A connected client: an async iterator whose steps are the events of one read, so that a UI can
 * take in a burst and draw once. It ends when the server is gone, or after `close`. It reads
 * nothing ahead, so a reader that waits between two steps slows the server down.
 */
export class ChatClient implements AsyncIterable<readonly Received[]> {
  readonly #connection: Connection;
  readonly #codec: ClientCodec;
  readonly #times: LeaveTimes;
  readonly #patience: Patience;
  // Resolved when chat may be sent.
  readonly #ready = Promise.withResolvers<void>();
  // Resolved when no more events come.
  readonly #ended = Promise.withResolvers<void>();
  // The channel to enter as soon as the user is registered.
  #channel: string | undefined;
  #sentBytes = 0;
  readonly #protocol: string;
  #isKnown = false;
  #finished = false;
  #reads = 0;
  #nudge: ReturnType<typeof setTimeout> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  /** Use `ChatClient.connect`. */
  private constructor(connection: Connection, codec: ClientCodec, options: ChatClientOptions) {
    this.#connection = connection;
    this.#codec = codec;
    this.#protocol = options.protocol.name;
    this.#channel = options.channel;
    this.#times = options.times ?? LEAVE_TIMES;
    this.#patience = new Patience(this.#times.baseMs);
    if (codec.framing.rest !== undefined) connection.silenceMs = SILENCE_MS;
    // Chat is sent without a reply that does not come in time.
    if (codec.replyMs > 0) this.#late = setTimeout(() => this.#ready.resolve(), codec.replyMs);
    else this.#ready.resolve();
    const { nudge } = codec;
    if (nudge === undefined) return;
    this.#nudge = setTimeout(() => this.#transmit(nudge.bytes()), nudge.afterMs);
  }

  /**
   * Checks whether the protocol can carry the nick.
   *
   * @throws {RangeError} when it cannot.
   */
  static check({ protocol, nick }: Pick<ChatClientOptions, "protocol" | "nick">): void {
    protocol.clientCodec(nick).encode({ type: "register", nick });
  }

  /**
   * Connects and registers.
   *
   * @throws {RangeError} when the protocol cannot carry the nick; nothing has been connected then.
   * @throws {ConnectError} when nobody listens there.
   * @throws {InsecureError} when TLS is wanted and there is none, or not that of a trusted server.
   */
  static async connect(options: ChatClientOptions): Promise<ChatClient> {
    const { protocol, nick, host, port, wishes } = options;
    const codec = protocol.clientCodec(nick, wishes);
    const hello = codec.encode({ type: "register", nick });
    const ringCapacity = ringCapacityFor(codec.framing.largestFrame);
    const how = { ringCapacity, ...(options.tls && { tls: options.tls }) };
    const connection = await connect(host, port, how).catch((error) => {
      throw describeTrust(error, options) ?? new ConnectError(host, port, error);
    });
    const client = new ChatClient(connection, codec, options);
    client.#transmit(hello);
    return client;
  }

  /** Why the connection ended; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#connection.reason;
  }

  /** Bytes that it was given to send so far. */
  get given(): number {
    return this.#sentBytes;
  }

  /** Bytes that the socket has taken so far. */
  get taken(): number {
    return this.#connection.taken;
  }

  /** The way in which it learns that the server has a text. */
  get receipt(): Receipt {
    return this.#codec.receipt ?? "none";
  }

  /** Whether the server can be asked for what was said before. */
  get hasHistory(): boolean {
    return this.#codec.hasHistory === true;
  }

  /** Whether the server may find messages by their words. */
  get canSearch(): boolean {
    return this.#codec.canSearch === true;
  }

  /** The token of the last probe that the server has answered. */
  get answered(): string | undefined {
    return this.#codec.answered;
  }

  /** Asks whether the server is there; false where the protocol has no such question. */
  probe(token: string): boolean {
    const bytes = this.#finished ? undefined : this.#codec.probe?.(token);
    if (bytes === undefined) return false;
    this.#transmit(bytes);
    return true;
  }

  /**
   * Sends a command; its answer has the `label`, where the server has labels. Resolves at once, or
   * when enough of what waits has been sent.
   */
  async send(command: ClientCommand, label?: string): Promise<void> {
    await this.#ready.promise;
    if (this.#finished) return;
    // Encode it only now: the encoding may depend on the server's answers.
    this.#transmit(this.#codec.encode(command, label));
    if (this.#connection.pending > HIGH_WATER_BYTES) await this.#connection.drain();
  }

  /**
   * Sends what waits and the protocol's goodbye, and ends the sending side: later commands are
   * dropped. Events still arrive.
   */
  async finish(): Promise<void> {
    await this.#replied();
    if (!this.#finished) this.#transmit(this.#codec.encode({ type: "quit" }));
    this.#finished = true;
    await this.#connection.finish();
  }

  /**
   * Finishes, waits until the server has ended the connection too, and closes it. A connection that
   * is closed while the server still speaks is reset, and what the server has not read by then is
   * lost. A server that never ends it gets the time to read everything (`patience.ts`). The caller
   * MUST read the events meanwhile.
   *
   * @param sending sends that are still under way; after a while they are given up.
   * @returns whether the server took everything. False when the connection broke, or the server
   *   stopped reading.
   */
  async leave(sending: Promise<void> = Promise.resolve()): Promise<boolean> {
    await this.#replied();
    const sent = await withTimeout(sending, this.#times.sendingMs);
    const patience = this.#patience.at(performance.now());
    if (sent && await withTimeout(this.finish(), patience)) await this.#waitForEnd();
    const { reason, taken } = this.#connection;
    this.close();
    return sent && taken >= this.#sentBytes && (reason === undefined || reason === CLEAN_END);
  }

  /** Resolves when the socket has taken everything that was sent, or the connection has ended. */
  drain(): Promise<void> {
    return this.#connection.drain();
  }

  /** Ends the connection at once, for the reason `why`. */
  abandon(why: string): void {
    this.#connection.close(why);
    this.close();
  }

  /** Ends the connection at once. */
  close(): void {
    this.#connection.close("closed by user");
    clearTimeout(this.#nudge);
    this.#answered();
  }

  /** Yields the events of each read that contained any, or an answer to a probe. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Received[], void, void> {
    let seen = this.answered;
    try {
      for await (const ring of this.#connection) {
        clearTimeout(this.#nudge);
        this.#reads++;
        if (this.#isStrange(ring)) return;
        const events = this.#takeEvents(ring, this.#connection.silent);
        const work = this.#codec.work?.();
        const late = work === undefined ? undefined : await work;
        if (late !== undefined) events.push(late);
        this.#answer(events);
        if (events.some(({ type }) => REPLIES.has(type))) this.#answered();
        // An answer to a probe is no event, but its reader wants to know.
        if (events.length > 0 || this.answered !== seen) yield events;
        seen = this.answered;
      }
      const last = this.#takeEvents(this.#connection.ring, true);
      if (last.length > 0) yield last;
      this.#connection.close("closed by user");
    } finally {
      clearTimeout(this.#nudge);
      this.#answered();
      this.#ended.resolve();
    }
  }

  /** Resolves when no more events come, or when patience with the server has run out. */
  async #waitForEnd(): Promise<void> {
    const ended = this.#ended.promise;
    if (await withTimeout(ended, this.#patience.at(performance.now()))) return;
    const latest = performance.now() + this.#times.answersMs;
    for (let reads = -1; reads !== this.#reads && performance.now() < latest;) {
      reads = this.#reads;
      if (await withTimeout(ended, this.#times.answerMs)) return;
    }
  }

  /**
   * Answers what the protocol itself asks, and enters the channel that the user named beforehand.
   */
  #answer(events: readonly Received[]): void {
    const answer = this.#codec.takeAnswer?.();
    if (answer !== undefined && answer.length > 0) this.#transmit(answer);
    if (this.#channel === undefined || !events.some(({ type }) => type === "registered")) return;
    this.#transmit(this.#codec.encode({ type: "join", channel: this.#channel }));
    this.#channel = undefined;
  }

  /** Waits for the reply to the registration, but not for long: the user leaves. */
  async #replied(): Promise<void> {
    await withTimeout(this.#ready.promise, LATE_REPLY_MS);
    this.#answered();
  }

  #answered(): void {
    clearTimeout(this.#late);
    this.#ready.resolve();
  }

  #transmit(bytes: Uint8Array): void {
    this.#sentBytes += bytes.length;
    this.#patience.sent(bytes.length, performance.now());
    this.#connection.send(bytes);
  }

  /** Ends the connection to a server whose first bytes are those of another protocol. */
  #isStrange(ring: RingBuffer): boolean {
    if (this.#isKnown) return false;
    const stranger = strangerIn(ring, this.#protocol);
    if (stranger !== undefined) this.#connection.close(`${STRANGE}${stranger}`);
    // What was consumed fitted, so the server is none of those.
    this.#isKnown = ring.length > ENOUGH_BYTES;
    return stranger !== undefined;
  }

  #takeEvents(ring: RingBuffer, complete: boolean): Received[] {
    const { framing } = this.#codec;
    const events: Received[] = [];
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
