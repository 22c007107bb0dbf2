/**
 * One server: listens, gives each connection a session, and ends them all in good order.
 *
 * @module
 */

import { plainAddress } from "../chat/addresses.ts";
import { Hub } from "../chat/hub.ts";
import type { HistoryStore } from "../history/contract.ts";
import type { Origin } from "../chat/user.ts";
import { type AcceptFault, Acceptor } from "../net/acceptor.ts";
import { Connection } from "../net/connection.ts";
import { tcpTransport } from "../net/tcp.ts";
import { formatAddress } from "../net/transport.ts";
import { OutboxMemory } from "../net/outbox_memory.ts";
import { type Clock, Deadlines, systemClock } from "../net/deadline.ts";
import { SelfPipe } from "../net/self_pipe.ts";
import { StalledWrites } from "../net/stalled_writes.ts";
import { WriteScheduler } from "../net/write_scheduler.ts";
import {
  CommandTally,
  DEFAULT_FACTS,
  type Protocol,
  type ServerFacts,
} from "../protocol/protocol.ts";
import { PROTOCOLS } from "../protocol/registry.ts";
import {
  type AccountSettings,
  defaultAccountSettings,
  makeAccounts,
  makeKeeper,
} from "./account_settings.ts";
import { type AddressBucket, AddressBuckets } from "./address_buckets.ts";
import { Admission } from "./admission.ts";
import { Cloak, CLOAK_KEY_BYTES } from "./cloak.ts";
import { Dispatch } from "./dispatch.ts";
import {
  ACCEPT_BACKLOG,
  ACCEPT_BACKOFF_MS,
  DEFAULT_LIMITS,
  DRAIN_QUIET_MS,
  type Limits,
} from "./limits.ts";
import { historyParts } from "./history.ts";
import type { Log } from "./log.ts";
import { RefusalLog } from "./refusal_log.ts";
import { Sequencer } from "./sequencer.ts";
import { Silence } from "./silence.ts";
import { Session, type SessionContext } from "./session.ts";
import { countSessions, type Status, type Tally } from "./status.ts";
import { TokenBucket } from "./token_bucket.ts";
import { Work } from "./work.ts";

/** The settings of a server. */
export interface ServeOptions {
  /** Address to listen on: a name, IPv4 or IPv6. */
  readonly host: string;
  /** 0 to 65535; with 0 the system picks a free one. */
  readonly port: number;
  /** The protocols; default: all of the registry. */
  readonly protocols?: readonly Protocol[];
  /** The channel that chat1 and json16 enter at registration; default: `lobby`. */
  readonly lobby?: string;
  /** Facts that protocols say about the server, where they differ from the defaults. */
  readonly facts?: Partial<ServerFacts>;
  /**
   * Keeps what is said; the server closes it at its end. Nothing is kept, and nothing can be asked for, where it is
   * left out.
   */
  readonly history?: HistoryStore;
  /** Receives a line for each event. */
  readonly log: Log;
  /**
   * 16 secret bytes of which the cloaks are made, so that a ban still means the same addresses after a
   * restart; random when it is left out.
   */
  readonly cloakKey?: Uint8Array;
  /** Where accounts are kept, and who may make some; default: in memory, and every user. */
  readonly accounts?: Partial<AccountSettings>;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** The clock of the deadlines; default: the system's. */
  readonly clock?: Clock;
}

/** Listening failed; the message says why in one line. */
export class ListenError extends Error {
  /** `message` has no full stop and names the address. */
  constructor(message: string) {
    super(message);
    this.name = "ListenError";
  }
}

/**
 * Opens a listener; connections queue up in the system from now on.
 *
 * @throws {ListenError} when the address is in use, not this machine's, or not permitted.
 */
export function listen(host: string, port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port, tcpBacklog: ACCEPT_BACKLOG });
  } catch (error) {
    const address = formatAddress({ hostname: host, port });
    throw new ListenError(`Cannot listen on ${address}: ${listenFault(error as Error)}`);
  }
}

function listenFault(error: Error): string {
  if (error instanceof Deno.errors.AddrInUse) return "the address is already in use";
  if (error instanceof Deno.errors.AddrNotAvailable) return "it is not an address of this machine";
  if (error instanceof Deno.errors.PermissionDenied) return "not permitted";
  return error.message;
}

/**
 * Starts a server. It accepts connections when this returns.
 *
 * @throws {ListenError} as `listen` does.
 */
export function serve(options: ServeOptions): Server {
  return new Server(listen(options.host, options.port), options);
}

/** A running server. */
export class Server {
  /** Where it listens, the port as the system chose it. */
  readonly address: Deno.NetAddr;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #acceptor: Acceptor;
  readonly #limits: Limits;
  readonly #log: Log;
  readonly #hub: Hub;
  readonly #memory: OutboxMemory;
  readonly #dispatch: Dispatch;
  readonly #history: HistoryStore | undefined;
  readonly #sequencer: Sequencer;
  readonly #context: SessionContext;
  readonly #tally: Tally = { messages: 0 };
  readonly #admission: Admission;
  readonly #addresses: AddressBuckets;
  readonly #refusals: RefusalLog;
  readonly #stalled: StalledWrites<Session>;
  readonly #cloak: Cloak;
  readonly #poll = new SelfPipe();
  readonly #scheduler = new WriteScheduler(this.#poll);
  readonly #sessions = new Map<Session, Promise<void>>();
  // Accepted connections that are not read until their address may have one more; each with the function that
  // cancels its timer.
  readonly #delayed = new Map<Deno.TcpConn, () => void>();
  readonly #accepting: Promise<void>;
  #sessionCount = 0;
  #stopped: Promise<void> | undefined;

  /** Owns the listener from now on. Call `serve` to make one. */
  constructor(listener: Deno.TcpListener, options: ServeOptions) {
    this.address = listener.addr as Deno.NetAddr;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#log = options.log;
    this.#cloak = new Cloak(
      options.cloakKey ?? crypto.getRandomValues(new Uint8Array(CLOAK_KEY_BYTES)),
    );
    const clock = this.#clock = options.clock ?? systemClock;
    this.#startedAt = clock.now();
    this.#acceptor = new Acceptor(listener, {
      onFault: this.#noteFault,
      pauseMs: ACCEPT_BACKOFF_MS,
      clock,
    });
    this.#admission = new Admission(this.#limits);
    this.#addresses = new AddressBuckets(this.#limits, clock);
    this.#refusals = new RefusalLog(this.#log, clock);
    this.#stalled = new StalledWrites(this.#limits.writeTimeout, this.#giveUp, clock);
    this.#memory = new OutboxMemory(this.#limits.totalOutboxBytes);
    const { lobby } = options;
    this.#hub = new Hub({ ...this.#limits, ...(lobby === undefined ? {} : { lobby }) });
    const [scheduler, memory] = [this.#scheduler, this.#memory];
    this.#dispatch = new Dispatch({ scheduler, memory, clock });
    const seconds = this.#limits.registrationTimeout / 1000;
    this.#history = options.history;
    const history = historyParts(this.#hub, options.history, this.#limits.historyPage, this.#log);
    const hub = this.#hub;
    const settings = { ...defaultAccountSettings(), ...options.accounts };
    const keeper = makeKeeper(settings, this.#log);
    const sequencer = new Sequencer({ hub, dispatch: this.#dispatch, keeper, ...history.recorder });
    this.#sequencer = sequencer;
    this.setAccounts(settings.names);
    sequencer.order({ type: "channels", channels: settings.channels });
    this.#context = {
      sequencer,
      accounts: makeAccounts(settings, { hub, sequencer, log: this.#log, clock }),
      ...history.desk,
      dispatch: this.#dispatch,
      registration: new Deadlines(
        this.#limits.registrationTimeout,
        (session: Session) => session.expel(`not registered within ${seconds} s`),
        clock,
      ),
      silence: new Silence(this.#limits, clock),
      protocols: options.protocols ?? PROTOCOLS,
      facts: {
        ...DEFAULT_FACTS,
        startedAt: Date.now(),
        maxJoined: this.#limits.maxJoined,
        ...(options.history && {
          historyLimit: this.#limits.historyPage,
          canSearch: options.history.isSearchable,
        }),
        tally: new CommandTally(),
        ...options.facts,
      },
      limits: this.#limits,
      log: this.#log,
      tally: this.#tally,
      clock,
    };
    this.#accepting = this.#accept();
  }

  /** Its address and protocols: `HOST:PORT (PROTOCOL, ..)`. */
  get description(): string {
    const names = this.#context.protocols.map((protocol) => protocol.name);
    return `${formatAddress(this.address)} (${names.join(", ")})`;
  }

  /** Says which accounts there are: at the start, and when another process has changed them. */
  setAccounts(names: readonly string[]): void {
    this.#sequencer.order({ type: "accounts", names });
  }

  /** Counts everything, in time proportional to the number of connections. */
  status(): Status {
    return {
      uptime: (this.#clock.now() - this.#startedAt) / 1000,
      served: this.#sessionCount,
      messages: this.#tally.messages,
      ...countSessions(this.#sessions.keys()),
      delayed: this.#delayed.size,
      channels: this.#hub.channelNames.length,
    };
  }

  /**
   * Stops the server: accepts no more connections, delivers what it has accepted to everyone who reads (for at
   * most `drainTimeout`), and closes all connections. Idempotent: every call returns the same promise, which
   * never rejects.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#acceptor.close();
    this.#dropDelayed();
    const sessions = [...this.#sessions.keys()];
    this.#log.milestone("stopping", { reason: `${sessions.length} connections` });
    const forgetTimer = this.#clock.setTimer(() => {
      for (const session of sessions) {
        session.close("did not read in time before the server stopped");
      }
    }, this.#limits.drainTimeout);
    await this.#drainInput(sessions);
    await Promise.all(sessions.map((session) => session.stop()));
    forgetTimer();
    await Promise.all(this.#sessions.values());
    this.#dispatch.close();
    this.#context.registration.clear();
    this.#context.silence.close();
    this.#addresses.close();
    this.#refusals.close();
    await this.#sequencer.areChannelsKept();
    await this.#accepting;
    await this.#history?.close();
    await this.#poll.close();
  }

  /**
   * Applies what the peers had sent before the stop, for at most half of `drainTimeout`. A session is finished
   * when it has read nothing for a moment. The sockets are real, so this time is always the system's.
   */
  async #drainInput(sessions: readonly Session[]): Promise<void> {
    for (const session of sessions) session.drain();
    const end = systemClock.now() + this.#limits.drainTimeout / 2;
    for (let open = sessions; open.length > 0 && systemClock.now() < end;) {
      const steps = open.map((session) => session.steps);
      await new Promise<void>((resolve) => systemClock.setTimer(resolve, DRAIN_QUIET_MS));
      open = open.filter((session, i) => session.isBusy || session.steps !== steps[i]);
    }
  }

  /** Accepts until the listener is closed. Never rejects. */
  async #accept(): Promise<void> {
    for await (const conn of this.#acceptor) this.#admit(conn);
  }

  #noteFault = (fault: AcceptFault, error: Error): void => {
    if (fault === "connection") {
      this.#refusals.add("lost", `gone before it was accepted: ${error.message}`);
      return;
    }
    const { code } = error as { code?: string };
    const isFiles = code === "EMFILE" || code === "ENFILE";
    const advice = isFiles
      ? `; ${this.#admission.total} connections are open and --max-connections is ` +
        `${this.#limits.maxConnections}: raise the limit of open files (ulimit -n)`
      : "";
    this.#refusals.add("resources", `cannot accept: ${error.message}${advice}`);
  };

  /** Never throws: that would stop accepting. */
  #admit(conn: Deno.TcpConn): void {
    // Accepted in the same turn in which the listener was closed, so `stop` has not seen it.
    if (this.#stopped !== undefined) return conn.close();
    const host = conn.remoteAddr.hostname;
    const refused = this.#admission.enter(host);
    if (refused !== undefined) {
      this.#refusals.add(refused.cause, refused.reason);
      conn.close();
      return;
    }
    const address = this.#addresses.enter(host);
    // An address that is in debt for its work must pay it off before it begins anything new.
    const wait = Math.max(address.arrivals.take(), address.work.wait);
    if (wait > 0) this.#delay(conn, address, wait);
    else this.#begin(conn, address);
  }

  /** Leaves a connection unread for `wait` milliseconds. It costs no more than its socket. */
  #delay(conn: Deno.TcpConn, address: AddressBucket, wait: number): void {
    this.#refusals.add("early", `too many new connections from ${address.network}`);
    const forgetTimer = this.#clock.setTimer(() => {
      this.#delayed.delete(conn);
      this.#begin(conn, address);
    }, wait);
    this.#delayed.set(conn, forgetTimer);
  }

  #dropDelayed(): void {
    for (const [conn, forgetTimer] of this.#delayed) {
      forgetTimer();
      conn.close();
    }
    this.#delayed.clear();
  }

  /** Gives the connection a session. Never throws. */
  #begin(conn: Deno.TcpConn, address: AddressBucket): void {
    try {
      this.#run(conn, address);
    } catch (error) {
      this.#release(address);
      this.#refusals.add("fault", (error as Error).stack ?? String(error));
      conn.close();
    }
  }

  #run(conn: Deno.TcpConn, address: AddressBucket): void {
    const { outboxBytes, commandBurst, commandRate } = this.#limits;
    const connection = new Connection(tcpTransport(conn), {
      outboxLimit: outboxBytes,
      scheduler: this.#scheduler,
      memory: this.#memory,
    });
    const own = new TokenBucket(commandBurst, commandRate, this.#clock);
    const work = new Work(own, address.work);
    const id = ++this.#sessionCount;
    const origin = this.#originOf(conn.remoteAddr.hostname, address.network);
    const session = new Session({ id, connection, work, origin }, this.#context);
    this.#stalled.add(session);
    const ended = session.run().finally(() => {
      this.#sessions.delete(session);
      this.#stalled.delete(session);
      this.#release(address);
    });
    this.#sessions.set(session, ended);
  }

  #originOf(host: string, network: string): Origin {
    const address = plainAddress(host);
    return { network, address, host: this.#cloak.of(address) };
  }

  #release(address: AddressBucket): void {
    this.#admission.leave(address.network);
    this.#addresses.leave(address);
  }

  #giveUp = (session: Session): void => {
    const seconds = this.#limits.writeTimeout / 1000;
    session.close(`took none of ${session.pending} bytes for ${seconds} s`);
  };
}
