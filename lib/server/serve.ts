/**
 * One server: listens, gives each connection a session, and ends them all in good order.
 *
 * @module
 */

import { plainAddress } from "../chat/addresses.ts";
import type { Origin } from "../chat/user.ts";
import { type AcceptFault, Acceptor } from "../net/acceptor.ts";
import { Connection } from "../net/connection.ts";
import { tcpTransport } from "../net/tcp.ts";
import { TcpSocket } from "../net/tcp_socket.ts";
import type { Transport } from "../net/transport.ts";
import { OutboxMemory } from "../net/outbox_memory.ts";
import { type Clock, Deadlines, systemClock } from "../net/deadline.ts";
import { SelfPipe } from "../net/self_pipe.ts";
import { StalledWrites } from "../net/stalled_writes.ts";
import { WriteScheduler } from "../net/write_scheduler.ts";
import { extendFacts } from "../protocol/protocol.ts";
import { PROTOCOLS } from "../protocol/registry.ts";
import { type AddressBucket, AddressBuckets } from "./address_buckets.ts";
import { Admission, networkOf } from "./admission.ts";
import { Chat } from "./chat.ts";
import { Cloak, CLOAK_KEY_BYTES } from "./cloak.ts";
import { drainInput } from "./drain_input.ts";
import { FairTurns } from "./fair_turns.ts";
import { ACCEPT_BACKOFF_MS, DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import {
  addressOf,
  areReady,
  describePorts,
  handshakesUnderWay,
  type Listeners,
  openPorts,
  type Port,
  portsOf,
  webContextOf,
  welcome,
} from "./ports.ts";
import { RefusalLog } from "./refusal_log.ts";
import type { ServeOptions } from "./serve_options.ts";
import { servedFacts } from "./served_facts.ts";
import { Silence } from "./silence.ts";
import { Session, type SessionContext } from "./session.ts";
import { countSessions, type Status, type Tally } from "./status.ts";
import { TokenBucket } from "./token_bucket.ts";
import { Work } from "./work.ts";

/** A connection that was accepted, and the port that it came to. */
interface Arrival {
  readonly conn: Deno.TcpConn | TcpSocket;
  readonly port: Port;
}

/**
 * Starts a server. It accepts connections when this returns; those for TLS when it is `ready`.
 *
 * @throws {ListenError} as `listen` does.
 */
export function serve(options: ServeOptions): Server {
  const { plain, ...others } = openPorts(options);
  return new Server(plain, options, others);
}

/** A running server. */
export class Server {
  /** Where it listens, the port as the system chose it. */
  readonly address: Deno.NetAddr;
  /** The address of its TLS port, if it has one. */
  readonly tlsAddress: Deno.NetAddr | undefined;
  /** The address of its port for WebSockets, if it has one. */
  readonly websocketAddress: Deno.NetAddr | undefined;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #acceptors: readonly Acceptor<Arrival["conn"]>[];
  readonly #ports: readonly Port[];
  readonly #limits: Limits;
  readonly #log: Log;
  readonly #chat: Chat;
  readonly #context: SessionContext;
  readonly #webContext: SessionContext;
  readonly #tally: Tally = { messages: 0 };
  readonly #admission: Admission;
  readonly #addresses: AddressBuckets;
  readonly #refusals: RefusalLog;
  readonly #stalled: StalledWrites<Session>;
  readonly #cloak: Cloak;
  readonly #poll = new SelfPipe();
  readonly #scheduler = new WriteScheduler(this.#poll);
  readonly #turns = new FairTurns(this.#poll);
  readonly #sessions = new Map<Session, Promise<void>>();
  // Accepted connections that wait for their address; each with the function that cancels its
  // timer.
  readonly #delayed = new Map<Arrival["conn"], () => void>();
  readonly #accepting: Promise<unknown>;
  #sessionCount = 0;
  #stopped: Promise<void> | undefined;

  /** Owns the listeners from now on. Call `serve` to make one. */
  constructor(
    listener: Deno.TcpListener,
    options: ServeOptions,
    others: Omit<Listeners, "plain"> = {},
  ) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#log = options.log;
    this.#cloak = new Cloak(
      options.cloakKey ?? crypto.getRandomValues(new Uint8Array(CLOAK_KEY_BYTES)),
    );
    const clock = this.#clock = options.clock ?? systemClock;
    this.#startedAt = clock.now();
    this.#admission = new Admission(this.#limits);
    const [scheduler, memory] = [this.#scheduler, new OutboxMemory(this.#limits.totalOutboxBytes)];
    this.#addresses = new AddressBuckets(this.#limits, clock, {
      turns: this.#turns,
      scheduler,
      memory,
    });
    const refusals = this.#refusals = new RefusalLog(this.#log, clock);
    const timeout = this.#limits.handshakeTimeout;
    const listeners = { plain: listener, ...others };
    this.#ports = portsOf(listeners, options, { timeout, refusals, clock }, {
      usage: () => ({ open: this.#admission.total, ever: this.#admission.seen }),
      networkOf,
      onFull: (network) => refusals.add("address", `too many wait at once from ${network}`),
    });
    this.address = listener.addr as Deno.NetAddr;
    this.tlsAddress = addressOf(this.#ports, "tls");
    this.websocketAddress = addressOf(this.#ports, "websocket");
    this.#acceptors = this.#ports.map((port) =>
      new Acceptor(port.listener, {
        onFault: this.#noteFault,
        pauseMs: ACCEPT_BACKOFF_MS,
        clock,
        poll: this.#poll,
      })
    );
    this.#stalled = new StalledWrites(this.#limits.writeTimeout, this.#giveUp, clock);
    const chat = this.#chat = new Chat(options, { limits: this.#limits, clock, scheduler, memory });
    const seconds = this.#limits.registrationTimeout / 1000;
    const facts = servedFacts(options, this.#limits, this.tlsAddress?.port);
    this.#context = {
      sequencer: chat.sequencer,
      accounts: chat.accounts,
      ...chat.desk,
      dispatch: chat.dispatch,
      registration: new Deadlines(
        this.#limits.registrationTimeout,
        (session: Session) => session.expel(`not registered within ${seconds} s`),
        clock,
      ),
      silence: new Silence(this.#limits, clock),
      protocols: options.protocols ?? PROTOCOLS,
      facts,
      secureFacts: extendFacts(facts, { isSecure: true }),
      limits: this.#limits,
      log: this.#log,
      tally: this.#tally,
      clock,
    };
    this.#webContext = webContextOf(this.#context);
    this.#accepting = Promise.all(
      this.#acceptors.map((each, i) => this.#accept(each, this.#ports[i] as Port)),
    );
  }

  /** Its addresses and protocols, as `describePorts` says them. */
  get description(): string {
    return describePorts(this.#ports, this.#context.protocols.map(({ name }) => name));
  }

  /**
   * Resolves when connections to all of its ports queue up: to the first one they do already.
   *
   * @throws {ListenError} when another program has taken the port for TLS in that moment.
   */
  get ready(): Promise<void> {
    return areReady(this.#ports);
  }

  /** Takes over which accounts there are when another process has changed them. */
  setAccounts(names: readonly string[]): void {
    this.#chat.setAccounts(names);
  }

  /** Takes over which accounts are always on when another process has changed that. */
  takeAlwaysOn(): Promise<void> {
    return this.#chat.takeAlwaysOn();
  }

  /** Counts everything, in time proportional to the number of connections. */
  status(): Status {
    return {
      uptime: (this.#clock.now() - this.#startedAt) / 1000,
      served: this.#sessionCount,
      messages: this.#tally.messages,
      ...countSessions(this.#sessions.keys()),
      delayed: this.#delayed.size,
      handshakes: handshakesUnderWay(this.#ports),
      absent: this.#chat.hub.absentCount,
      channels: this.#chat.hub.channelNames.length,
    };
  }

  /**
   * Stops the server: accepts no more connections, delivers what it has accepted to everyone who
   * reads (for at most `drainTimeout`), and closes all connections. Idempotent: every call returns
   * the same promise, which never rejects.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    for (const acceptor of this.#acceptors) acceptor.close();
    this.#dropDelayed();
    for (const { handshakes } of this.#ports) handshakes?.close();
    const sessions = [...this.#sessions.keys()];
    this.#log.milestone("stopping", { reason: `${sessions.length} connections` });
    const forgetTimer = this.#clock.setTimer(() => {
      for (const session of sessions) {
        session.close("did not read in time before the server stopped");
      }
    }, this.#limits.drainTimeout);
    await drainInput(sessions, this.#limits.drainTimeout / 2);
    await Promise.all(sessions.map((session) => session.stop()));
    forgetTimer();
    await Promise.all(this.#sessions.values());
    this.#context.registration.clear();
    this.#context.silence.close();
    this.#addresses.close();
    this.#refusals.close();
    await this.#accepting;
    await this.#chat.close();
    await this.#poll.close();
  }

  /** Accepts until the listener is closed. Never rejects. */
  async #accept(acceptor: Acceptor<Arrival["conn"]>, port: Port): Promise<void> {
    for await (const conn of acceptor) this.#admit({ conn, port });
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
  #admit(arrival: Arrival): void {
    const { conn } = arrival;
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
    if (wait > 0) this.#delay(arrival, address, wait);
    else this.#beginInTurn(arrival, address);
  }

  /** Leaves a connection unread for `wait` milliseconds. It costs no more than its socket. */
  #delay(arrival: Arrival, address: AddressBucket, wait: number): void {
    const { conn } = arrival;
    this.#refusals.add("early", `too many new connections from ${address.network}`);
    const forgetTimer = this.#clock.setTimer(() => this.#beginInTurn(arrival, address), wait);
    this.#delayed.set(conn, forgetTimer);
  }

  #beginInTurn(arrival: Arrival, address: AddressBucket): void {
    const { conn } = arrival;
    this.#delayed.set(conn, () => {});
    // Resolves or does it at once; `#begin` never throws.
    void address.share.run(() => {
      // `stop` may have closed it meanwhile.
      if (this.#delayed.delete(conn)) this.#begin(arrival, address);
      return undefined;
    });
  }

  #dropDelayed(): void {
    for (const [conn, forgetTimer] of this.#delayed) {
      forgetTimer();
      conn.close();
    }
    this.#delayed.clear();
  }

  /** Gives the connection a session, after the handshake of its port. Never throws. */
  #begin({ conn, port }: Arrival, address: AddressBucket): void {
    const lower = conn instanceof TcpSocket ? conn : tcpTransport(conn);
    const transport = welcome(port, lower, address);
    if (!(transport instanceof Promise)) return this.#beginSession(transport, address, port);
    void transport.then((agreed) => {
      if (agreed === undefined) this.#release(address);
      else this.#beginSession(agreed, address, port);
    });
  }

  #beginSession(transport: Transport, address: AddressBucket, port: Port): void {
    try {
      // The handshake was done in the same turn in which the server was stopped.
      if (this.#stopped !== undefined) throw new Error("The server has stopped");
      this.#run(transport, address, port);
    } catch (error) {
      this.#release(address);
      this.#refusals.add("fault", (error as Error).stack ?? String(error));
      transport.close();
    }
  }

  #run(transport: Transport, address: AddressBucket, { kind, isSecure }: Port): void {
    const { outboxBytes, commandBurst, commandRate } = this.#limits;
    const connection = new Connection(transport, {
      outboxLimit: outboxBytes,
      scheduler: address.lane,
      memory: address.memory,
      poll: this.#poll,
      clock: this.#clock,
    });
    const own = new TokenBucket(commandBurst, commandRate, this.#clock);
    const work = new Work(own, address.work);
    const id = ++this.#sessionCount;
    const origin = {
      ...this.#originOf(transport.remoteAddr.hostname, address.network),
      ...(isSecure && { isSecure }),
    };
    const session = new Session(
      { id, connection, work, share: address.share, origin },
      kind === "websocket" ? this.#webContext : this.#context,
    );
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
