/**
 * A connection's life in the server: its bytes become commands, the commands go to the hub, what the
 * hub decides goes to the dispatch. Whatever ends it ends here, and only this one connection.
 *
 * @module
 */

import type { Hub } from "../chat/hub.ts";
import type { User } from "../chat/user.ts";
import { FrameError } from "../framing/errors.ts";
import type { Framing } from "../framing/framing.ts";
import type { RingBuffer } from "../framing/ring_buffer.ts";
import type { Connection } from "../net/connection.ts";
import type { Deadlines } from "../net/deadline.ts";
import type { Protocol, ServerDecoder } from "../protocol/protocol.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Limits } from "./limits.ts";
import { type Log, quote } from "./log.ts";
import { Throttle } from "./throttle.ts";

/** What all sessions of one server share. */
export interface SessionContext {
  /** The chat. */
  readonly hub: Hub;
  /** The way to every user. */
  readonly dispatch: Dispatch;
  /** Ends sessions that do not register in time. */
  readonly registration: Deadlines<Session>;
  /** What a session may use. */
  readonly limits: Limits;
  /** Where it says what it did. */
  readonly log: Log;
}

// A peer that has not ended its side by then, after we have ended ours, is not waited for.
const LINGER_MS = 250;

/** One connection in the server. */
export class Session {
  /** Counts up from 1; in every log line of this connection. */
  readonly id: number;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #framing: Framing;
  readonly #decoder: ServerDecoder;
  readonly #throttle: Throttle;
  readonly #user: User;
  #stopping = false;

  /** Enters the hub, unregistered. `run` must follow. */
  constructor(id: number, connection: Connection, protocol: Protocol, context: SessionContext) {
    this.id = id;
    this.#connection = connection;
    this.#context = context;
    this.#framing = protocol.framing();
    this.#decoder = protocol.serverDecoder();
    const { commandBurst, commandRate } = context.limits;
    this.#throttle = new Throttle(commandBurst, commandRate, now());
    this.#user = context.hub.connect();
    context.dispatch.add(this.#user, connection, protocol);
    context.registration.add(this);
  }

  /** Reads until the connection ends, then takes the user out of the chat. Never rejects. */
  async run(): Promise<void> {
    this.#context.log.debug(`#${this.id} connected from ${this.#connection.peer}`);
    try {
      for await (const ring of this.#connection) {
        let wait = this.#takeFrames(ring);
        while (wait > 0) {
          await this.#connection.pause(wait);
          wait = this.#takeFrames(ring);
        }
      }
    } catch (error) {
      this.#fault(error);
    }
    this.#leave();
  }

  /** Ends the session from outside, at once; `reason` goes into the log. */
  close(reason: string): void {
    this.#connection.close(reason);
  }

  /**
   * Ends it for the server's shutdown: no more commands are taken, what has been accepted is
   * delivered, and the user's going is not told. Resolves when that is done; never rejects.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#connection.finish();
    // Closing a socket with unread bytes would reset it, and the peer could lose our last ones.
    await this.#connection.pause(LINGER_MS);
    this.#connection.close("server stopped");
  }

  /** Applies the frames in the ring; returns for how many milliseconds to read no more. */
  #takeFrames(ring: RingBuffer): number {
    if (this.#stopping) ring.consume(ring.length);
    for (;;) {
      // A command may have ended its own connection, as a slow consumer of its own reply.
      if (this.#connection.reason !== undefined) return 0;
      const frame = this.#framing.next(ring);
      if (frame === undefined) return 0;
      const wait = this.#take(frame);
      if (wait > 0) return wait;
    }
  }

  #take(frame: Uint8Array): number {
    const command = this.#decoder.decode(frame);
    if (command === undefined) return 0;
    const { hub, dispatch, log, registration } = this.#context;
    log.debug(`#${this.id} ${command.type}`);
    dispatch.deliver(hub.apply(this.#user, command));
    if (command.type === "register" && this.#user.nick !== undefined) {
      registration.delete(this);
      log.info(`#${this.id} ${this.#connection.peer} registered as ${quote(this.#user.nick)}`);
    }
    return this.#throttle.take(now);
  }

  #fault(error: unknown): void {
    if (error instanceof FrameError) {
      this.#connection.close(`${error.code} frame: ${error.message}`);
      return;
    }
    const trace = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#context.log.error(`#${this.id} fault in the server: ${trace}`);
    this.#connection.close("fault in the server");
  }

  #leave(): void {
    const { hub, dispatch, registration, log } = this.#context;
    registration.delete(this);
    const deliveries = hub.disconnect(this.#user);
    dispatch.delete(this.#user);
    if (!this.#stopping) dispatch.deliver(deliveries);
    log.info(`#${this.id} ended: ${this.#connection.reason}`);
  }
}

function now(): number {
  return performance.now();
}
