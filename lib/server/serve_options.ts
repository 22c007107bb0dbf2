/**
 * The settings with which a server is started.
 *
 * @module
 */

import type { HistoryStore } from "../history/contract.ts";
import type { Clock } from "../net/deadline.ts";
import type { SocketListener } from "../net/socket_listener.ts";
import type { TcpSocket } from "../net/tcp_socket.ts";
import type { Handshake, InTurn } from "../net/tls.ts";
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
   * Keeps the history; the server closes it at its end. There is no history where it is left out.
   */
  readonly history?: HistoryStore;
  /** Receives a line for each event. */
  readonly log: Log;
  /**
   * The 16 secret bytes of the cloaks, so that a ban still means the same addresses after a
   * restart; random when it is left out.
   */
  readonly cloakKey?: Uint8Array;
  /** Where accounts are kept, and who may make some; default: in memory, and every user. */
  readonly accounts?: Partial<AccountSettings>;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** The clock of the deadlines; default: the system's. */
  readonly clock?: Clock;
  /** A second port, for TLS. */
  readonly tls?: TlsPort;
  /** A port for WebSockets, over which IRC is spoken. */
  readonly websocket?: WebSocketPort;
}

/** The port for TLS. */
export interface TlsPort {
  /** Address to listen on. */
  readonly host: string;
  /** 0 to 65535; with 0 the system picks a free one. */
  readonly port: number;
  /** Opens it; throws a `ListenError` as `listen` does. */
  readonly listen: (host: string, port: number) => SocketListener;
  /** Begins a handshake over a connection that has come to it, and takes its steps `inTurn`. */
  readonly begin: (lower: TcpSocket, inTurn: InTurn) => Handshake;
  /** Seconds for which IRC clients are to use it and no other; left out where they are not told. */
  readonly sts?: number;
}

/** The port for WebSockets. */
export type WebSocketPort = PlainWebSocketPort | SecureWebSocketPort;

/** A port for WebSockets without TLS. */
export interface PlainWebSocketPort {
  /** Address to listen on. */
  readonly host: string;
  /** 0 to 65535; with 0 the system picks a free one. */
  readonly port: number;
  /** Its handshakes do not begin with that of TLS. */
  readonly isSecure: false;
  /** Begins a handshake over a connection that has come to it, and takes its steps `inTurn`. */
  readonly begin: (lower: Transport, inTurn: InTurn) => Handshake;
}

/** A port for WebSockets over TLS. */
export interface SecureWebSocketPort extends Omit<TlsPort, "sts"> {
  /** Its handshakes begin with that of TLS. */
  readonly isSecure: true;
}
