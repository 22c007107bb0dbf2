/**
 * The ports of a server: where it listens, and what a connection to each of them goes through
 * before its session.
 *
 *   plain       nothing
 *   tls         the handshake of TLS
 *   websocket   the handshake of a WebSocket, behind that of TLS where the port is encrypted
 *
 * @module
 */

import type { Accepting } from "../net/acceptor.ts";
import { listen, type TcpAddress, type TcpConn, type TcpListener } from "../net/listen.ts";
import type { SocketListener, Surroundings } from "../net/socket_listener.ts";
import type { TcpSocket } from "../net/tcp_socket.ts";
import { formatAddress, type Transport } from "../net/transport.ts";
import { Handshakes, type HandshakesOptions, type Lower } from "./handshakes.ts";
import { extendFacts } from "../protocol/protocol.ts";
import type { AddressBucket } from "./address_buckets.ts";
import { PRICE_OF_HANDSHAKE } from "./prices.ts";
import type { ServeOptions, TlsPort } from "./serve_options.ts";
import type { SessionContext } from "./session.ts";

/** The purpose of a port. */
export type PortKind = "plain" | "tls" | "websocket";

/** The listeners of a server. */
export interface Listeners {
  /** The first port, which every server has. */
  readonly plain: TcpListener;
  /** The port for TLS. */
  readonly tls?: SocketListener;
  /** The port for WebSockets. */
  readonly websocket?: TcpListener | SocketListener;
}

/**
 * Opens the ports; connections queue up from now on.
 *
 * @throws {ListenError} as `listen` does. No port is open then.
 */
export function openPorts({ host, port, tls, websocket }: ServeOptions): Listeners {
  const open: { close(): void }[] = [];
  const note = <Opened extends { close(): void }>(listener: Opened): Opened => {
    open.push(listener);
    return listener;
  };
  const openSocket = (port: Pick<TlsPort, "listen" | "host" | "port">) =>
    note(port.listen(port.host, port.port));
  try {
    const plain = note(listen(host, port));
    const web = websocket &&
      (websocket.isSecure ? openSocket(websocket) : note(listen(websocket.host, websocket.port)));
    return { plain, ...(tls && { tls: openSocket(tls) }), ...(web && { websocket: web }) };
  } catch (error) {
    for (const listener of open) listener.close();
    throw error;
  }
}

/** Accepts the connections of a port. */
export type Listener = Accepting<TcpConn | TcpSocket> & Pick<TcpListener, "addr">;

/** One port, as the connections to it see it. */
export interface Port {
  /** Its purpose. */
  readonly kind: PortKind;
  /** Where it listens. */
  readonly listener: Listener;
  /** Whether nobody between it and its peers can read. */
  readonly isSecure: boolean;
  /** The handshakes of its connections. */
  readonly handshakes?: Handshakes;
}

/** The ports of `listeners`, with the handshakes that `options` ask for. */
export function portsOf(
  { plain, tls, websocket }: Listeners,
  options: Pick<ServeOptions, "tls" | "websocket">,
  handshakes: Omit<HandshakesOptions, "begin">,
  surroundings?: Surroundings,
): readonly Port[] {
  for (const each of [tls, websocket]) {
    if (surroundings && each && "surroundings" in each) each.surroundings = surroundings;
  }
  const ports: Port[] = [{ kind: "plain", listener: plain, isSecure: false }];
  if (tls !== undefined && options.tls !== undefined) {
    const { begin } = options.tls;
    const each = new Handshakes<TcpSocket>({ ...handshakes, begin });
    ports.push({ kind: "tls", listener: tls, isSecure: true, handshakes: each });
  }
  if (websocket !== undefined && options.websocket !== undefined) {
    const { isSecure } = options.websocket;
    const each = options.websocket.isSecure
      ? new Handshakes<TcpSocket>({ ...handshakes, begin: options.websocket.begin })
      : new Handshakes<Transport>({ ...handshakes, begin: options.websocket.begin });
    ports.push({ kind: "websocket", listener: websocket, isSecure, handshakes: each });
  }
  return ports;
}

/** Where a port of a kind listens, if there is one. */
export function addressOf(ports: readonly Port[], kind: PortKind): TcpAddress | undefined {
  return ports.find((port) => port.kind === kind)?.listener.addr as TcpAddress | undefined;
}

/** The ports in words: `HOST:PORT (PROTOCOL, ..), TLS on HOST:PORT, WebSocket on HOST:PORT`. */
export function describePorts(ports: readonly Port[], protocols: readonly string[]): string {
  return ports.map(({ kind, listener, isSecure }) => {
    const address = formatAddress(listener.addr as TcpAddress);
    switch (kind) {
      case "plain":
        return `${address} (${protocols.join(", ")})`;
      case "tls":
        return `TLS on ${address}`;
      case "websocket":
        return `WebSocket${isSecure ? " over TLS" : ""} on ${address}`;
    }
  }).join(", ");
}

/**
 * Resolves when all of them listen, which those for TLS do a moment after they were opened.
 *
 * @throws {ListenError} when another program has taken such a port meanwhile.
 */
export async function areReady(ports: readonly Port[]): Promise<void> {
  for (const { listener } of ports) if ("ready" in listener) await listener.ready;
}

/** Handshakes that are under way on all of them. */
export function handshakesUnderWay(ports: readonly Port[]): number {
  return ports.reduce((sum, { handshakes }) => sum + (handshakes?.size ?? 0), 0);
}

/**
 * Returns the transport for the session: `conn` itself where its port has no handshake, else a
 * promise, which resolves to `undefined` when the handshake has failed. The address is charged for
 * the handshake, and the log counts failures.
 */
export function welcome(
  { handshakes }: Port,
  conn: Lower,
  { work, share }: Pick<AddressBucket, "work" | "share">,
): Transport | Promise<Transport | undefined> {
  // TLS alone accepts sockets.
  if (handshakes === undefined) return conn as Transport;
  work.take(PRICE_OF_HANDSHAKE);
  return handshakes.shake(conn, share);
}

/**
 * The context of sessions over WebSockets: they speak IRC alone, and cannot be sent to a port
 * without WebSockets.
 */
export function webContextOf(context: SessionContext): SessionContext {
  const { protocols, facts, secureFacts } = context;
  const noSts = { sts: undefined };
  return {
    ...context,
    protocols: protocols.filter(({ name }) => name === "irc"),
    facts: extendFacts(facts, noSts),
    secureFacts: extendFacts(secureFacts, noSts),
  };
}
