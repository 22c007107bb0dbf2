/**
 * A client's TLS, in which the server has to show who it is. The runtime's own TLS checks
 * certificates; that of `node:tls` would not do: in this version of the runtime it takes a forged
 * certificate of an old form for genuine.
 *
 * @module
 */

import type { Transport } from "./transport.ts";
import { withTimeout } from "./with_timeout.ts";

/** Whom a client trusts. */
export interface Trust {
  /** Certificates in PEM that are trusted besides the public ones. */
  readonly ca?: string;
  /** Whether any certificate will do. */
  readonly insecure?: boolean;
}

/**
 * What is wrong with a server: its certificate has `expired`, is valid only later (`early`), has
 * another `name`, is that of an `issuer` itself, is of an `unknown` issuer, or `broken`; the server
 * speaks no TLS (`plain`), or has `refused`; or something else.
 */
export type TlsFault =
  | "expired"
  | "early"
  | "name"
  | "issuer"
  | "unknown"
  | "broken"
  | "plain"
  | "refused"
  | "other";

/** No trusted connection could be made. */
export class TrustError extends Error {
  /** The fault in one word. */
  readonly fault: TlsFault;

  /** `message` is for programmers; whoever shows it to users has better words for `fault`. */
  constructor(fault: TlsFault, message: string) {
    super(message);
    this.name = "TrustError";
    this.fault = fault;
  }
}

/** Milliseconds that the other side has for a handshake. */
const HANDSHAKE_MS = 10_000;

/** What the runtime says, and what that means. */
const FAULTS: readonly (readonly [RegExp, TlsFault])[] = [
  [/Expired/i, "expired"],
  [/NotValidYet|not valid yet/i, "early"],
  [/NotValidForName|not valid for (?:any )?name/i, "name"],
  [/CaUsedAsEndEntity/, "issuer"],
  [/UnknownIssuer/, "unknown"],
  [/invalid peer certificate/, "broken"],
  [/InvalidContentType|does not speak TLS/, "plain"],
  [/fatal alert/, "refused"],
];

/**
 * Connects to `host`:`port`, and shakes hands with a server of that name.
 *
 * @throws the errors of `Deno.connect`: the host is unknown, or nobody listens on the port.
 * @throws {TrustError} when the handshake fails, or the certificate is not that of `host`.
 */
export async function connectTls(
  host: string,
  port: number,
  { ca, insecure = false }: Trust,
): Promise<Transport> {
  const { done, abort } = insecure
    ? await beginInsecure(host, port)
    : await beginTrusted(host, port, ca);
  const inTime = await withTimeout(done.catch(() => {}), HANDSHAKE_MS);
  if (!inTime) abort();
  try {
    return await done;
  } catch (error) {
    const { message } = error as Error;
    if (!inTime) throw new TrustError("other", `no handshake within ${HANDSHAKE_MS / 1000} s`);
    const fault = FAULTS.find(([pattern]) => pattern.test(message))?.[1] ?? "other";
    throw new TrustError(fault, message);
  }
}

interface Beginning {
  readonly done: Promise<Transport>;
  readonly abort: () => void;
}

async function beginTrusted(host: string, port: number, ca?: string): Promise<Beginning> {
  const tcp = await Deno.connect({ hostname: host, port });
  tcp.setNoDelay(true);
  tcp.setKeepAlive(true);
  const started = Deno.startTls(tcp, { hostname: host, caCerts: ca === undefined ? [] : [ca] });
  const done = started.then(async (conn) => {
    try {
      await conn.handshake();
      return conn;
    } catch (error) {
      conn.close();
      throw error;
    }
  });
  // The runtime frees the socket with the process.
  return { done, abort: () => void started.then((conn) => conn.close(), () => {}) };
}

async function beginInsecure(host: string, port: number): Promise<Beginning> {
  const [{ dialSocket }, { startInsecureTls }] = await Promise.all([
    import("./dial_socket.ts"),
    import("./tls.ts"),
  ]);
  return startInsecureTls(await dialSocket(host, port), host);
}
