/**
 * The handshakes of one port (TLS, WebSocket) that are under way, each between its connection's
 * admission and its session. No other connection waits for it, and the log counts failures.
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

/**
 * A connection before its handshake: a socket that TLS takes over, or on a port without TLS
 * a transport.
 */
export type Lower = TcpSocket | Transport;

/** The settings of handshakes. */
export interface HandshakesOptions<Kind extends Lower = Lower> {
  /**
   * Begins a handshake over a connection, which belongs to it from then on. Its steps, and later
   * the work of the transport for its peer, are done by `inTurn`: during the handshake in the turn
   * of the handshakes and then of the address, afterwards in the turn of the address alone.
   */
  begin(lower: Kind, inTurn: InTurn): Handshake;
  /** Milliseconds that a peer has for its handshake. */
  readonly timeout: number;
  /** Counts handshakes that fail. */
  readonly refusals: RefusalLog;
  /** The clock of the deadlines. */
  readonly clock: Clock;
}

/**
 * Handshakes whose work begins at a time; addresses take turns. One takes up to a millisecond, most
 * of it after the end of the work that its address is charged for. With more at a time, a crowd
 * gets in sooner (1,000 logins take 0.9 s with four, 1.8 s with one), but everybody else waits
 * longer (a user's p99 is 13 to 15 ms instead of 7).
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

  /** Makes a table without handshakes. */
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
   * Shakes hands over `lower`, which belongs to the handshake from now on; its address's `share` of
   * the time pays for the steps. Resolves to the stream of plain bytes, or to `undefined` after a
   * failure, which is logged.
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

  /** Does `work` in the turn of the handshakes, and then of the address. */
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
