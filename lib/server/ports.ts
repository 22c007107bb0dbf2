/**
 * The ports of a server: where it listens, and what a connection to each of them goes through before its session.
 *
 *   plain       nothing
 *   tls         the handshake of TLS
 *   websocket   the handshake of a WebSocket, behind that of TLS where the port is encrypted
 *
 * @module
 */

import { listen, type TcpAddress, type TcpListener } from "../net/listen.ts";
import { formatAddress, type Transport } from "../net/transport.ts";
import { Handshakes, type HandshakesOptions } from "./handshakes.ts";
import { extendFacts } from "../protocol/protocol.ts";
import type { AddressBucket } from "./address_buckets.ts";
import { PRICE_OF_HANDSHAKE } from "./prices.ts";
import type { ServeOptions } from "./serve_options.ts";
import type { SessionContext } from "./session.ts";

/** What a port is for. */
export type PortKind = "plain" | "tls" | "websocket";

/** The listeners of a server. */
export interface Listeners {
  /** The first port, which every server has. */
  readonly plain: TcpListener;
  /** The one on which all is encrypted. */
  readonly tls?: TcpListener;
  /** The one for WebSockets. */
  readonly websocket?: TcpListener;
}

/**
 * Opens the ports; connections queue up from now on.
 *
 * @throws {ListenError} as `listen` does. No port is open then.
 */
export function openPorts({ host, port, tls, websocket }: ServeOptions): Listeners {
  const open: TcpListener[] = [];
  const openOne = (where: { readonly host: string; readonly port: number }) => {
    const listener = listen(where.host, where.port);
    open.push(listener);
    return listener;
  };
  try {
    const plain = openOne({ host, port });
    return {
      plain,
      ...(tls && { tls: openOne(tls) }),
      ...(websocket && { websocket: openOne(websocket) }),
    };
  } catch (error) {
    for (const listener of open) listener.close();
    throw error;
  }
}

/** One port, as the connections to it see it. */
export interface Port {
  /** What it is for. */
  readonly kind: PortKind;
  /** Where it listens. */
  readonly listener: TcpListener;
  /** Whether nobody between it and its peers can read. */
  readonly isSecure: boolean;
  /** What a connection goes through first. */
  readonly handshakes?: Handshakes;
}

/** The ports behind `listeners`, of which `options` says what they are. */
export function portsOf(
  { plain, tls, websocket }: Listeners,
  options: Pick<ServeOptions, "tls" | "websocket">,
  handshakes: Omit<HandshakesOptions, "begin">,
): readonly Port[] {
  const ports: Port[] = [{ kind: "plain", listener: plain, isSecure: false }];
  if (tls !== undefined && options.tls !== undefined) {
    const { begin } = options.tls;
    const each = new Handshakes({ ...handshakes, begin });
    ports.push({ kind: "tls", listener: tls, isSecure: true, handshakes: each });
  }
  if (websocket !== undefined && options.websocket !== undefined) {
    const { begin, isSecure } = options.websocket;
    const each = new Handshakes({ ...handshakes, begin });
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

/** Handshakes that are under way on all of them. */
export function handshakesUnderWay(ports: readonly Port[]): number {
  return ports.reduce((sum, { handshakes }) => sum + (handshakes?.size ?? 0), 0);
}

/**
 * What is left of `transport` for the session: itself where its port wants no handshake, for which its address pays. A
 * promise of `undefined` is one that failed, which the log counts.
 */
export function welcome(
  { handshakes }: Port,
  transport: Transport,
  { work, share }: Pick<AddressBucket, "work" | "share">,
): Transport | Promise<Transport | undefined> {
  if (handshakes === undefined) return transport;
  work.take(PRICE_OF_HANDSHAKE);
  return handshakes.shake(transport, share);
}

/** Sessions of WebSockets: IRC alone, and its clients cannot be sent to a port without WebSockets. */
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
