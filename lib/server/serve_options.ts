/**
 * What a server is started with.
 *
 * @module
 */

import type { HistoryStore } from "../history/contract.ts";
import type { Clock } from "../net/deadline.ts";
import type { Handshake } from "../net/tls.ts";
import type { InTurn } from "../net/tls_wire.ts";
import type { Transport } from "../net/transport.ts";
import type { Protocol, ServerFacts } from "../protocol/protocol.ts";
import type { AccountSettings } from "./account_settings.ts";
import type { Limits } from "./limits.ts";
import type { Log } from "./log.ts";

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
  /** A second port, on which all is encrypted. */
  readonly tls?: TlsPort;
  /** A port for WebSockets, over which IRC is spoken. */
  readonly websocket?: WebSocketPort;
}

/** The port on which all is encrypted. */
export interface TlsPort {
  /** Address to listen on. */
  readonly host: string;
  /** 0 to 65535; with 0 the system picks a free one. */
  readonly port: number;
  /** Begins a handshake over a connection that has come to it, and takes its steps `inTurn`. */
  readonly begin: (lower: Transport, inTurn: InTurn) => Handshake;
  /** Seconds for which IRC clients are to use it and no other; left out where they are not told. */
  readonly sts?: number;
}

/** The port for WebSockets. */
export interface WebSocketPort {
  /** Address to listen on. */
  readonly host: string;
  /** 0 to 65535; with 0 the system picks a free one. */
  readonly port: number;
  /** Whether its handshakes begin with that of TLS. */
  readonly isSecure: boolean;
  /** Begins a handshake over a connection that has come to it, and takes its steps `inTurn`. */
  readonly begin: (lower: Transport, inTurn: InTurn) => Handshake;
}
