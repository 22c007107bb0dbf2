/**
 * A server with a TLS port, and peers that reach it with the runtime's own TLS, which the program does not use.
 *
 * @module
 */

import { readCredentials } from "../../lib/net/certificate.ts";
import { SocketListener } from "../../lib/net/socket_listener.ts";
import { acceptTls } from "../../lib/net/tls.ts";
import type { ServeOptions, TlsPort } from "../../lib/server/serve_options.ts";
import { ByteStream } from "./byte_stream.ts";
import { type MadeCertificate, makeCertificate } from "./certificate.ts";
import { OpenPort } from "./server.ts";
import { turn, within } from "./within.ts";

/** An issuer that nobody trusts unless a test says so. */
export const CA: MadeCertificate = makeCertificate({ names: ["Test issuer"], isCa: true });

/** A certificate of that issuer for this machine. */
export const LEAF: MadeCertificate = makeCertificate({ issuer: CA });

/** A TLS connection to a port of this machine. */
export async function dialTls(port: number): Promise<Deno.TlsConn> {
  // A port for TLS listens from the end of the turn on in which it was opened.
  await turn();
  const tcp = await within("a connection", Deno.connect({ hostname: "127.0.0.1", port }));
  // What was sent must not wait in this side's system for the other side's receipts.
  tcp.setNoDelay(true);
  const conn = await Deno.startTls(tcp, { hostname: "localhost", caCerts: [CA.cert] });
  await within("a handshake", conn.handshake());
  return conn;
}

/** What a server needs for a port with the certificate `made`; peers without TLS are sent `refusal`. */
export function tlsPortWith(
  { cert, key }: Pick<MadeCertificate, "cert" | "key"> = LEAF,
  refusal = "",
): Pick<TlsPort, "listen" | "begin"> {
  const credentials = readCredentials(cert, key);
  const bytes = new TextEncoder().encode(refusal);
  return {
    listen: (host, port) => new SocketListener(host, port),
    begin: (lower, inTurn) => acceptTls(lower, credentials, bytes, inTurn),
  };
}

/** A running server with a plain port and a TLS port; stops at the end of the test. */
export class TlsTestServer extends OpenPort {
  /** Starts one; `begin` may be replaced. */
  constructor(options: Partial<ServeOptions> & { readonly sts?: number } = {}) {
    const { sts, ...rest } = options;
    const tls = {
      host: "127.0.0.1",
      port: 0,
      ...tlsPortWith(LEAF, "no TLS\n"),
      ...sts !== undefined && { sts },
    };
    super({ tls, ...rest }, "info");
  }

  /** The TLS port. */
  get tlsPort(): number {
    return this.server.tlsAddress?.port as number;
  }

  /** A TLS connection to it. */
  dial(): Promise<Deno.TlsConn> {
    return dialTls(this.tlsPort);
  }

  /** A user of chat1 who has registered over TLS. */
  async enter(nick: string): Promise<ByteStream> {
    const peer = new ByteStream(await this.dial());
    await peer.send(`REGISTER ${nick} CHAT/1.0\n`);
    await peer.receives("200 Registration successful\n");
    return peer;
  }
}
