/**
 * The options of a server's port for WebSockets.
 *
 * @module
 */

import { type Option, parsePort, UsageError } from "../cli/options.ts";
import { ANY_ORIGIN, type Origins } from "../net/websocket_request.ts";

/** The rows of these options. */
export const WEBSOCKET_OPTIONS: readonly Option[] = [
  {
    name: "websocket-port",
    value: "PORT",
    check: (text) => parsePort(text, 0, "WebSocket port"),
    help: "Also listen on this port, for IRC clients in browsers (WebSocket)",
  },
  {
    name: "websocket-host",
    value: "ADDR",
    help: "Address of the WebSocket port (default that of --host)",
  },
  {
    name: "websocket-tls",
    value: "on|off",
    check: parseSwitch,
    help: "Whether the WebSocket port speaks TLS, with the certificate of --tls-port (default off)",
  },
  {
    name: "websocket-origin",
    value: "ORIGIN",
    check: parseOrigins,
    isList: true,
    help:
      "Pages that may use it, such as https://chat.example.org; several are separated by commas, " +
      `${ANY_ORIGIN} is all of them (default none: programs alone)`,
  },
];

/** The values of the options. */
export interface WebSocketRequest {
  /** Address to listen on. */
  readonly host: string;
  /** 0 to 65535; with 0 the system picks a free one. */
  readonly port: number;
  /** Whether it speaks TLS. */
  readonly isSecure: boolean;
  /** The pages that may open one. */
  readonly origins: Origins;
}

/**
 * Reads these options; `undefined` when there is no such port.
 *
 * @param host the address of the first port.
 * @throws {UsageError} when one of them is wrong, or stands without what it needs.
 */
export function parseWebSocket(
  values: Readonly<Record<string, string>>,
  host: string,
): WebSocketRequest | undefined {
  const port = values["websocket-port"];
  if (port === undefined) {
    const lonely = WEBSOCKET_OPTIONS.find(({ name }) => values[name] !== undefined);
    if (lonely === undefined) return undefined;
    throw new UsageError(`Option "--${lonely.name}" needs --websocket-port`);
  }
  const isSecure = parseSwitch(values["websocket-tls"] ?? "off");
  if (isSecure && values["tls-port"] === undefined) {
    throw new UsageError('Option "--websocket-tls" needs --tls-port, whose certificate it uses');
  }
  const protocol = values["protocol"] ?? "irc";
  if (protocol !== "irc") {
    throw new UsageError(`Option "--websocket-port" needs the protocol irc, got "${protocol}"`);
  }
  return {
    host: values["websocket-host"] ?? host,
    port: parsePort(port, 0, "WebSocket port"),
    isSecure,
    origins: parseOrigins(values["websocket-origin"]),
  };
}

function parseSwitch(text: string): boolean {
  if (text === "on" || text === "off") return text === "on";
  throw new UsageError(`WebSocket TLS must be on or off, got "${text}"`);
}

/** As browsers write them: a scheme, a host and perhaps a port, without a path. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,]+$/;

function parseOrigins(list: string | undefined): Origins {
  const origins = new Set<string>();
  for (const each of list?.split(",") ?? []) {
    const origin = each.trim().toLowerCase();
    if (origin !== ANY_ORIGIN && !ORIGIN.test(origin)) {
      throw new UsageError(
        `WebSocket origin must be like https://chat.example.org, without a path, got "${each}"`,
      );
    }
    origins.add(withoutDefaultPort(origin));
  }
  return origins;
}

/** An origin without its scheme's default port, which browsers leave out. */
function withoutDefaultPort(origin: string): string {
  return origin.replace(/^(https:\/\/.*):443$/, "$1").replace(/^(http:\/\/.*):80$/, "$1");
}
