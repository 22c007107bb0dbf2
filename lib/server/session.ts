/**
 * A connection's life in the server: its first bytes show its protocol, its bytes become frames,
 * and the frame handler turns those into commands for the sequencer. A fault ends the connection
 * that caused it, and only that one.
 *
 *   ring -> framing -> handler -> sequencer    After each command the session waits, in this order,
 *                                                until it has paid for its effect (flood control),
 *                                                and for readers that are behind (back pressure).
 *
 * A waiting session reads nothing, its commands keep their order, and no other session
 * waits with it.
 *
 * @module
 */

import type { Accounts } from "../accounts/accounts.ts";
import type { UserEvent } from "../chat/event.ts";
import type { Origin, User } from "../chat/user.ts";
import { FrameError } from "../framing/errors.ts";
import type { RingBuffer } from "../framing/ring_buffer.ts";
import type { Connection } from "../net/connection.ts";
import type { Clock, Deadlines } from "../net/deadline.ts";
import { withTimeout } from "../net/with_timeout.ts";
import type { Protocol, ServerCodec, ServerFacts } from "../protocol/protocol.ts";
import { sniff } from "../protocol/sniff.ts";
import { SNIFF_BYTES } from "../protocol/sniff_rules.ts";
import type { ConnectionDialect } from "./dialect_counts.ts";
import type { Dispatch } from "./dispatch.ts";
import { NEXT_TURN, type Share } from "./fair_turns.ts";
import { FrameBill } from "./frame_bill.ts";
import { FrameHandler } from "./frame_handler.ts";
import type { HistoryDesk } from "./history_desk.ts";
import type { Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import { priceOf } from "./prices.ts";
import type { Sequencer } from "./sequencer.ts";
import { SessionEnd } from "./session_end.ts";
import { SessionLog } from "./session_log.ts";
import type { Silence } from "./silence.ts";
import type { Tally } from "./status.ts";
import { Subscriber } from "./subscriber.ts";
import type { Work } from "./work.ts";

/** The parts that all sessions of a server share. */
export interface SessionContext {
  /** Applies commands to the chat. */
  readonly sequencer: Sequencer;
  /** Delivers to users. */
  readonly dispatch: Dispatch;
  /** Answers questions about the history; left out where none is kept. */
  readonly history?: HistoryDesk;
  /** Ends sessions that do not register in time. */
  readonly registration: Deadlines<Session>;
  /** Ends sessions whose peers have vanished. */
  readonly silence: Silence;
  /** The protocols of the port. */
  readonly protocols: readonly Protocol[];
  /** The facts about the server. */
  readonly facts: ServerFacts;
  /** The accounts. */
  readonly accounts: Accounts;
  /** The facts for encrypted connections. */
  readonly secureFacts: ServerFacts;
  /** The limits of the server. */
  readonly limits: Limits;
  /** Receives a line for each event. */
  readonly log: Log;
  /** Counts for the operator. */
  readonly tally: Tally;
  /** The clock of the flood control. */
  readonly clock: Clock;
}

/** The parts of one session. */
export interface SessionParts {
  /** Counts up from 1; in every log line of the connection. */
  readonly id: number;
  /** The connection. */
  readonly connection: Connection;
  /** The account that pays for its work. */
  readonly work: Work;
  /** Its address's share of the time. */
  readonly share: Share;
  /** Where its user comes from, for the chat: its network, address and cloak. */
  readonly origin: Origin;
}

/**
 * The idle timeout, in milliseconds, after which an unterminated line or first message counts
 * as complete.
 */
const SILENCE_MS = 100;

/** One connection in the server. */
export class Session {
  /** Counts up from 1; in every log line of this connection. */
  readonly id: number;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #work: Work;
  readonly #share: Share;
  readonly #user: User;
  readonly #isSecure: boolean;
  readonly #log: SessionLog;
  readonly #bill: FrameBill;
  // Once it has begun, incoming bytes are still read, so that the socket is not reset, and dropped.
  readonly #end: SessionEnd;
  // Undefined until the first bytes have shown the protocol.
  #protocol: Protocol | undefined;
  #codec: ServerCodec | undefined;
  #dialect: ConnectionDialect | undefined;
  #handler: FrameHandler | undefined;
  // The reason with which others see its user leave. It leaves out network errors, which
  // are private.
  #quitReason = "Connection closed";
  #serverStops = false;
  #busy = false;
  // Whether the last read has completed a frame.
  #tookFrame = false;
  // Whether the peer has gone, and only the rest of its bytes is left.
  #isLast = false;
  #steps = 0;

  /** Adds an unregistered user to the hub. `run` must follow. */
  constructor({ id, connection, work, share, origin }: SessionParts, context: SessionContext) {
    this.id = id;
    this.#connection = connection;
    this.#context = context;
    this.#work = work;
    this.#share = share;
    this.#user = context.sequencer.connect(origin);
    this.#isSecure = origin.isSecure === true;
    this.#log = new SessionLog(context.log, id, connection.peer, this.#isSecure);
    this.#bill = new FrameBill(connection, work, context.clock);
    this.#end = new SessionEnd(connection);
    context.registration.add(this);
    connection.silenceMs = SILENCE_MS;
  }

  /** Reads until the connection ends, then takes the user out of the chat. Never rejects. */
  async run(): Promise<void> {
    this.#log.connected();
    try {
      for await (const _ of this.#connection) {
        this.#steps++;
        if (this.#codec?.probe !== undefined) this.#context.silence.noteRead(this);
        // Most reads need no wait, and so no promise.
        this.#tookFrame = false;
        const wait = this.#share.repeat(this.#take);
        if (wait !== undefined) await this.#busyWith(wait);
        const paid = this.#payForPiece();
        if (paid === undefined) continue;
        await this.#busyWith(paid);
        // The connection reads ahead meanwhile, and a full ring takes no more.
        const rest = this.#share.repeat(this.#take);
        if (rest !== undefined) await this.#busyWith(rest);
      }
      if (!this.#connection.isClosed) await this.#takeLast();
    } catch (error) {
      this.#fault(error);
    }
    const { drainTimeout } = this.#context.limits;
    // The last bytes may wait for a peer that has ended its side and does not read.
    if (this.#end.done !== undefined) await withTimeout(this.#end.done, drainTimeout);
    await this.#share.run(this.#leave);
    await this.#connection.settle(drainTimeout);
  }

  /** Ends the session from outside, at once; `reason` goes into the log. */
  close(reason: string): void {
    this.#end.close(reason);
  }

  /**
   * Ends the session from outside, after what waits for its user, and tells the user `reason` if
   * its protocol can.
   */
  expel(reason: string): void {
    // Other dialects have no word for it that a client expects at any moment.
    if (this.#codec?.probe === undefined) return this.close(reason);
    this.#quitReason = reason;
    // Never rejects, and `run` waits for it.
    this.#end.begin(reason, this.#lastWords({ type: "closing", reason }));
  }

  /** Asks the peer whether it is still there. */
  probe(): void {
    const probe = this.#codec?.probe;
    if (probe !== undefined) this.#connection.send(probe);
  }

  /** Bytes that its socket has not taken yet. */
  get pending(): number {
    return this.#connection.pending;
  }

  /** Bytes that its socket has taken so far. */
  get taken(): number {
    return this.#connection.taken;
  }

  /** The name of its protocol, as soon as that is known. */
  get protocolName(): string | undefined {
    return this.#protocol?.name;
  }

  /** Whether it is a user of the chat. */
  get isRegistered(): boolean {
    return this.#user.as.person !== undefined;
  }

  /**
   * The number of reads that it has handled. With `isBusy`, it shows whether anything is
   * left to read.
   */
  get steps(): number {
    return this.#steps;
  }

  /** Whether it waits before it reads on. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /** Prepares for the server's end: from now on no wait slows its commands down. */
  drain(): void {
    this.#bill.waive();
    this.#connection.hurry();
  }

  /**
   * Ends it because the server stops: it takes no more commands, delivers what it has accepted, and
   * does not announce that the user leaves. Resolves when that is done; never rejects.
   */
  stop(): Promise<void> {
    this.#serverStops = true;
    const farewell = this.isRegistered ? this.#lastWords({ type: "stopping" }) : undefined;
    return this.#end.begin("server stopped", farewell);
  }

  #lastWords(event: UserEvent): Uint8Array | undefined {
    try {
      return this.#codec?.encodeReply(event, this.#context.sequencer.stamp()).bytes;
    } catch (error) {
      // A bug in one protocol must not keep the other sessions from their farewell.
      this.#fault(error);
      return undefined;
    }
  }

  /** Takes frames until none is complete, or until the session must wait. */
  #take = (): Promise<void> | undefined => {
    const connection = this.#connection;
    const { ring } = connection;
    if (this.#codec === undefined && ring.length > 0 && !connection.isClosed) {
      this.#sniff(ring, connection.silent || connection.endedByPeer);
    }
    for (;;) {
      // A command may have ended its own connection. The bytes that are left when the peer has gone
      // are taken by `#takeLast`.
      const handler = this.#handler;
      if (connection.isClosed || handler === undefined) return undefined;
      if (connection.reason !== undefined && !this.#isLast) return undefined;
      if (this.#end.done !== undefined) {
        ring.consume(ring.length);
        return undefined;
      }
      const frame = handler.framing.next(ring);
      if (frame === undefined) break;
      this.#tookFrame = true;
      const wait = handler.handle(frame);
      if (wait !== undefined) return wait;
      if (this.#bill.takeLook() && this.#share.isOver) return NEXT_TURN;
    }
    return connection.silent ? this.#takeRest(ring) : undefined;
  };

  async #busyWith(wait: Promise<void>): Promise<void> {
    this.#busy = true;
    await wait;
    this.#busy = false;
  }

  /**
   * Charges a read that has completed no frame: it is work, too. An idle timeout has read nothing,
   * a cut at the end of the ring is not the peer's doing, and what is dropped at the end is free.
   */
  #payForPiece(): Promise<void> | undefined {
    const { silent, isFilled } = this.#connection;
    const isFree = this.#tookFrame || silent || isFilled || this.#end.done !== undefined;
    return isFree ? undefined : this.#bill.settleRead();
  }

  /**
   * Takes the bytes that are left when the peer has gone, at the rate of its address: its name
   * should be free soon, and the ring holds no more than 32 KiB.
   */
  async #takeLast(): Promise<void> {
    this.#isLast = true;
    this.#work.leave();
    await this.#share.repeat(this.#take);
    const { ring, endedByPeer } = this.#connection;
    // An unterminated rest is a message when the peer has ended the stream, and none after a reset.
    if (endedByPeer) await this.#takeRest(ring);
  }

  /** Takes an unterminated rest as a frame. */
  #takeRest(ring: RingBuffer): Promise<void> | undefined {
    if (this.#end.done !== undefined) return undefined;
    const frame = this.#handler?.framing.rest?.(ring);
    return frame && this.#handler?.handle(frame);
  }

  #sniff(ring: RingBuffer, silent: boolean): void {
    if (this.#end.done !== undefined) return ring.consume(ring.length);
    const prefix = ring.view(Math.min(ring.length, SNIFF_BYTES));
    const verdict = sniff(this.#context.protocols, prefix, silent);
    switch (verdict.is) {
      case "more":
        return;
      case "protocol":
        return this.#speak(verdict.protocol);
      case "refused":
        ring.consume(ring.length);
        // Never rejects, and `run` waits for it.
        this.#end.begin(verdict.reason, verdict.answer);
        return;
      case "unknown": {
        const start = Array.from(prefix.subarray(0, 8), hexOf);
        this.#connection.close(`no protocol begins with bytes ${start.join(" ")}`);
      }
    }
  }

  #speak(protocol: Protocol): void {
    const { id: user, origin } = this.#user;
    const login = this.#context.accounts.loginOf({ network: origin.network, user });
    const { facts, secureFacts } = this.#context;
    const quota = this.#dialect = this.#share.dialects.connection();
    const codec = protocol.serverCodec(this.#isSecure ? secureFacts : facts, login, quota);
    this.#protocol = protocol;
    this.#codec = codec;
    this.#handler = new FrameHandler(codec, {
      user: this.#user,
      connection: this.#connection,
      bill: this.#bill,
      share: this.#share,
      log: this.#log,
      end: this.#end,
      onRegistered: () => this.#context.registration.delete(this),
    }, this.#context);
    // Never rejects, and `run` waits for it.
    const end = (reason: string) => void this.#end.begin(reason);
    const goOn = (work: () => undefined) =>
      this.#connection.isClosed ? undefined : this.#share.goOn(work);
    this.#context.dispatch.add(this.#user, new Subscriber(this.#connection, codec, end, goOn));
    if (codec.framing.rest === undefined) this.#connection.silenceMs = 0;
    if (codec.probe !== undefined) this.#context.silence.noteRead(this);
    this.#log.speaks(protocol.name);
  }

  /** Ends the connection for broken bytes, or for a bug, which the log describes. */
  #fault(error: unknown): void {
    if (error instanceof FrameError) {
      this.#connection.close(`${error.code} frame: ${error.message}`);
      return;
    }
    this.#log.fault(error);
    this.#connection.close("fault in the server");
  }

  #leave = (): undefined => {
    const { sequencer, dispatch, registration, silence } = this.#context;
    registration.delete(this);
    silence.delete(this);
    this.#dialect?.release();
    try {
      dispatch.resetEffort();
      sequencer.disconnect(this.#user, this.#quitReason, this.#serverStops);
      // The address pays, because a peer may connect and leave again and again.
      this.#work.take(priceOf(1, dispatch.effort, false));
    } catch (error) {
      // Some users may not have received the quit; this connection ends all the same.
      this.#fault(error);
    }
    this.#log.ended(this.#end.reason);
  };
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
