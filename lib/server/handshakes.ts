/**
 * The TLS handshakes of a server that are under way: each between its connection's admission and its session. Only
 * its own connection waits for one, and the log counts failures.
 *
 * 1. MUST never reject: a handshake that fails is an answer.
 * 2. MUST end every handshake in time, and all of them at the server's stop.
 *
 * @module
 */

import { type Clock, Deadlines } from "../net/deadline.ts";
import { PacedWork } from "../net/paced_work.ts";
import type { TcpSocket } from "../net/tcp_socket.ts";
import type { Handshake, InTurn } from "../net/tls.ts";
import type { Transport } from "../net/transport.ts";
import type { Share } from "./fair_turns.ts";
import type { RefusalLog } from "./refusal_log.ts";

/** A connection before its handshake: as the kind of its port is, a socket that TLS takes over, or a transport. */
export type Lower = TcpSocket | Transport;

/** The settings of handshakes. */
export interface HandshakesOptions<Kind extends Lower = Lower> {
  /**
   * Begins a handshake over a connection, which belongs to it from then on. Its steps, and what the transport does for
   * a peer later, are taken `inTurn`: first when it is a turn of handshakes, after the handshake at once.
   */
  begin(lower: Kind, inTurn: InTurn): Handshake;
  /** Milliseconds that a peer has. */
  readonly timeout: number;
  /** Counts those that fail. */
  readonly refusals: RefusalLog;
  /** The clock of the deadlines. */
  readonly clock: Clock;
}

/**
 * Handshakes that begin at a time, each address in its turn: one takes up to a millisecond, most of it behind the end
 * of the work that its address's share of the time pays for. With more at a time a crowd is in sooner (1,000 logins in
 * 0.9 s with four, 1.8 s with one), and everybody else waits longer (a user's p99 is 13 to 15 ms instead of 7).
 */
const BEGINNINGS_AT_ONCE = 1;

/** The handshakes of one server. */
export class Handshakes<Kind extends Lower = Lower> {
  readonly #begin: HandshakesOptions<Kind>["begin"];
  readonly #deadlines: Deadlines<Handshake>;
  readonly #refusals: RefusalLog;
  readonly #late = new Set<Handshake>();
  readonly #all = new Set<Handshake>();
  readonly #timeout: number;
  readonly #beginnings = new PacedWork(BEGINNINGS_AT_ONCE);

  /** Begins without handshakes. */
  constructor({ begin, timeout, refusals, clock }: HandshakesOptions<Kind>) {
    this.#begin = begin;
    this.#refusals = refusals;
    this.#timeout = timeout;
    this.#deadlines = new Deadlines(timeout, this.#expire, clock);
  }

  /** Handshakes under way. */
  get size(): number {
    return this.#all.size;
  }

  /**
   * Shakes hands over `lower`, which belongs to the handshake from now on; its address's `share` of the time pays for
   * the steps. Resolves to the stream of plain bytes, or to `undefined` after a failure, which is logged.
   */
  async shake(lower: Kind, share: Pick<Share, "run">): Promise<Transport | undefined> {
    let isDone = false;
    const inTurn = (work: () => undefined) => isDone ? share.run(work) : this.#turnOf(share, work);
    const handshake = this.#begin(lower, inTurn);
    this.#all.add(handshake);
    this.#deadlines.add(handshake);
    try {
      const transport = await handshake.done;
      isDone = true;
      return transport;
    } catch (error) {
      const seconds = this.#timeout / 1000;
      const isLate = this.#late.delete(handshake);
      const reason = isLate ? `not done within ${seconds} s` : (error as Error).message;
      this.#refusals.add("handshake", `${reason} (${lower.remoteAddr.hostname})`);
      return undefined;
    } finally {
      this.#all.delete(handshake);
      this.#deadlines.delete(handshake);
    }
  }

  /** Does `work` when it is a turn of beginnings, and of the address. */
  #turnOf(share: Pick<Share, "run">, work: () => undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        try {
          resolve(share.run(work));
        } catch (error) {
          reject(error);
        }
      };
      this.#beginnings.add(begin, share);
    });
  }

  /** Gives up the handshakes that are under way. */
  close(): void {
    for (const handshake of this.#all) handshake.abort();
    this.#deadlines.clear();
  }

  #expire = (handshake: Handshake): void => {
    this.#late.add(handshake);
    handshake.abort();
  };
}
