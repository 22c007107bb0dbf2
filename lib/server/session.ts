/**
 * A connection's life in the server: its first bytes tell its protocol, its frames become commands, the
 * commands go to the hub, what the hub decides goes to the dispatch. Whatever ends it ends here, and
 * only this one connection.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { Delivery } from "../chat/event.ts";
import type { Hub } from "../chat/hub.ts";
import type { User } from "../chat/user.ts";
import { FrameError } from "../framing/errors.ts";
import type { Frame } from "../framing/frame.ts";
import type { RingBuffer } from "../framing/ring_buffer.ts";
import type { Connection } from "../net/connection.ts";
import type { Deadlines } from "../net/deadline.ts";
import { withTimeout } from "../net/with_timeout.ts";
import type { Protocol, ServerCodec } from "../protocol/protocol.ts";
import { sniff } from "../protocol/sniff.ts";
import { SNIFF_BYTES } from "../protocol/sniff_rules.ts";
import type { Dispatch } from "./dispatch.ts";
import { FRAME_COST_BYTES, type Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { LogDetails } from "./log_line.ts";
import type { Tally } from "./status.ts";
import type { Work } from "./work.ts";

/** What all sessions of one server share. */
export interface SessionContext {
  /** The chat. */
  readonly hub: Hub;
  /** The way to every user. */
  readonly dispatch: Dispatch;
  /** Ends sessions that do not register in time. */
  readonly registration: Deadlines<Session>;
  /** What the port speaks. */
  readonly protocols: readonly Protocol[];
  /** What a session may use. */
  readonly limits: Limits;
  /** Where it says what it did. */
  readonly log: Log;
  /** What it counts for the operator. */
  readonly tally: Tally;
}

/** A silence of so many milliseconds ends what had no other end: a first line, a raw message. */
const SILENCE_MS = 100;
/** The last words of a server are at least so many milliseconds behind the chat before them. */
const FAREWELL_GAP_MS = 50;
/** A peer that has not ended its side so many milliseconds after we have ended ours is not waited for. */
const LINGER_MS = 250;

/** One connection in the server. */
export class Session {
  /** Counts up from 1; in every log line of this connection. */
  readonly id: number;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #work: Work;
  readonly #user: User;
  // Undefined until the first bytes have told the protocol.
  #protocol: Protocol | undefined;
  #codec: ServerCodec | undefined;
  // From then on what still comes is read, so that the socket is not reset, but means nothing.
  #ending: Promise<void> | undefined;
  #endReason: string | undefined;
  #serverStops = false;

  /** Enters the hub, unregistered; `work` pays for its frames. `run` must follow. */
  constructor(id: number, connection: Connection, context: SessionContext, work: Work) {
    this.id = id;
    this.#connection = connection;
    this.#context = context;
    this.#work = work;
    this.#user = context.hub.connect();
    context.registration.add(this);
    connection.silenceMs = SILENCE_MS;
  }

  /** Reads until the connection ends, then takes the user out of the chat. Never rejects. */
  async run(): Promise<void> {
    this.#context.log.debug("connected", this.#details);
    try {
      for await (const ring of this.#connection) {
        let wait = this.#take(ring);
        while (wait > 0) {
          await this.#connection.pause(wait);
          wait = this.#take(ring);
        }
      }
      // Who broke off while it was slowed down has left whole frames, which are no message together.
      const { ring } = this.#connection;
      if (this.#codec === undefined && ring.length > 0) this.#sniff(ring);
      if (this.#codec?.framing.next(ring) === undefined) this.#takeRest(ring);
    } catch (error) {
      this.#fault(error);
    }
    const { drainTimeout } = this.#context.limits;
    // Its last words may wait for a peer that has ended its side and does not read.
    if (this.#ending !== undefined) await withTimeout(this.#ending, drainTimeout);
    this.#leave();
    await this.#connection.settle(drainTimeout);
  }

  /** Ends the session from outside, at once; `reason` goes into the log. */
  close(reason: string): void {
    if (this.#connection.reason === undefined) this.#endReason = reason;
    this.#connection.close(reason);
  }

  /** Bytes that its socket has not taken yet. */
  get pending(): number {
    return this.#connection.pending;
  }

  /** The name of its protocol, as soon as that is known. */
  get protocolName(): string | undefined {
    return this.#protocol?.name;
  }

  /** Whether it is a user of the chat. */
  get isRegistered(): boolean {
    return this.#user.nick !== undefined;
  }

  /** Bytes that its socket has taken so far. */
  get taken(): number {
    return this.#connection.taken;
  }

  /**
   * Ends it for the server's shutdown: no more commands are taken, what has been accepted is
   * delivered, and the user's going is not told. Resolves when that is done; never rejects.
   */
  stop(): Promise<void> {
    this.#serverStops = true;
    return this.#end("server stopped", this.#farewell());
  }

  #farewell(): Uint8Array | undefined {
    if (this.#user.nick === undefined) return undefined;
    try {
      return this.#codec?.encodeReply({ type: "stopping" }).bytes;
    } catch (error) {
      // A fault in one protocol must not keep the others from their farewell.
      this.#fault(error);
      return undefined;
    }
  }

  get #details(): LogDetails {
    const { nick } = this.#user;
    return {
      connection: this.id,
      peer: this.#connection.peer,
      protocol: this.#protocol?.name,
      ...(nick === undefined ? {} : { nick }),
    };
  }

  /** Takes what the ring holds; returns for how many milliseconds to read no more. */
  #take(ring: RingBuffer): number {
    if (this.#codec === undefined) this.#sniff(ring);
    for (;;) {
      // A command may have ended its own connection, as a slow consumer of its own reply.
      if (this.#connection.reason !== undefined || this.#codec === undefined) return 0;
      if (this.#ending !== undefined) {
        ring.consume(ring.length);
        return 0;
      }
      const frame = this.#codec.framing.next(ring);
      if (frame === undefined) break;
      const wait = this.#takeFrame(frame, this.#codec);
      if (wait > 0) return wait;
    }
    return this.#connection.silent ? this.#takeRest(ring) : 0;
  }

  /** Takes what has no end mark, for none will come. */
  #takeRest(ring: RingBuffer): number {
    if (this.#ending !== undefined) return 0;
    const frame = this.#codec?.framing.rest?.(ring);
    return frame && this.#codec ? this.#takeFrame(frame, this.#codec) : 0;
  }

  /** A frame that asks nothing has its cost as well: a flood of them is work, too. */
  #takeFrame(frame: Frame, codec: ServerCodec): number {
    const size = Math.floor(frame.length / FRAME_COST_BYTES);
    const command = codec.decode(frame);
    const cost = size + (command === undefined ? codec.ignoredCost : 1);
    if (command !== undefined) this.#apply(command);
    if (codec.done) {
      // Never rejects, and `run` waits for it.
      this.#end("ended by protocol");
    }
    return this.#work.take(cost);
  }

  #apply(command: Command): void {
    const { hub, dispatch, log, registration, tally } = this.#context;
    if (log.debugs) log.debug(command.type, { connection: this.id });
    if (command.type === "say" || command.type === "emote" || command.type === "dm") {
      tally.messages++;
    }
    const deliveries = hub.apply(this.#user, command);
    this.#logRefusal(command, deliveries);
    dispatch.deliver(deliveries);
    if (command.type !== "register" || this.#user.nick === undefined) return;
    registration.delete(this);
    log.info("registered", this.#details);
  }

  /** A user that does not get in asks the operator why; the answer is in the log. */
  #logRefusal(command: Command, deliveries: readonly Delivery[]): void {
    if (command.type !== "register" && command.type !== "invalid") return;
    const [first] = deliveries;
    if (first?.to !== "user" || first.event.type !== "refused") return;
    if (command.type === "invalid" && this.#user.nick !== undefined) return;
    this.#context.log.info("registration refused", {
      ...this.#details,
      ...(command.type === "register" ? { nick: command.nick } : {}),
      reason: first.event.refusal.code.replaceAll("_", " "),
    });
  }

  #sniff(ring: RingBuffer): void {
    if (this.#ending !== undefined) {
      // What still comes from a peer that was refused is read, so that its socket is not reset.
      ring.consume(ring.length);
      return;
    }
    const { silent, reason } = this.#connection;
    const prefix = ring.view(Math.min(ring.length, SNIFF_BYTES));
    const verdict = sniff(this.#context.protocols, prefix, silent || reason !== undefined);
    switch (verdict.is) {
      case "more":
        return;
      case "protocol":
        return this.#speak(verdict.protocol);
      case "refused":
        ring.consume(ring.length);
        // Never rejects, and `run` waits for it.
        this.#end(verdict.reason, verdict.answer);
        return;
      case "unknown": {
        const start = Array.from(
          prefix.subarray(0, 8),
          (byte) => byte.toString(16).padStart(2, "0"),
        );
        this.#connection.close(`no protocol begins with bytes ${start.join(" ")}`);
      }
    }
  }

  #speak(protocol: Protocol): void {
    const codec = protocol.serverCodec();
    this.#protocol = protocol;
    this.#codec = codec;
    this.#context.dispatch.add(this.#user, { receiver: this.#connection, protocol, codec });
    if (codec.framing.rest === undefined) this.#connection.silenceMs = 0;
    this.#context.log.debug(`speaks ${protocol.name}`, { connection: this.id });
  }

  /** Sends what waits, and `farewell` apart from it; then ends the connection in good order. */
  #end(reason: string, farewell?: Uint8Array): Promise<void> {
    this.#endReason ??= reason;
    this.#ending ??= this.#finish(reason, farewell);
    // Who is being slowed down is read again, and what it sent is dropped.
    this.#connection.resume();
    return this.#ending;
  }

  async #finish(reason: string, farewell?: Uint8Array): Promise<void> {
    if (farewell !== undefined && farewell.length > 0) {
      await this.#connection.drain();
      await this.#connection.pause(FAREWELL_GAP_MS);
      this.#connection.send(farewell);
    }
    await this.#connection.finish();
    // Closing a socket with unread bytes would reset it, and the peer could lose our last ones.
    await this.#connection.pause(LINGER_MS);
    this.#connection.close(reason);
  }

  #fault(error: unknown): void {
    if (error instanceof FrameError) {
      this.#connection.close(`${error.code} frame: ${error.message}`);
      return;
    }
    const trace = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#context.log.error("fault in the server", { connection: this.id, reason: trace });
    this.#connection.close("fault in the server");
  }

  #leave(): void {
    const { hub, dispatch, registration, log } = this.#context;
    registration.delete(this);
    try {
      const deliveries = hub.disconnect(this.#user);
      dispatch.delete(this.#user);
      if (!this.#serverStops) dispatch.deliver(deliveries);
    } catch (error) {
      // The others may not have been told; this connection ends all the same.
      this.#fault(error);
      dispatch.delete(this.#user);
    }
    const { reason } = this.#connection;
    // Once we end it, the peer's closing is only the answer to that.
    const why = reason === "closed by peer" ? this.#endReason ?? reason : reason;
    log.info("ended", { ...this.#details, reason: why });
  }
}
