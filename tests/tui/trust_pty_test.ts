/**
 * The real client on a real terminal, over TLS, when the server's certificate is no good any more.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { readCredentials } from "../../lib/net/certificate.ts";
import { acceptTls } from "../../lib/net/tls.ts";
import { makeCertificate } from "../support/certificate.ts";
import { Pty, ptyTest } from "../support/pty.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { CA, LEAF, TlsTestServer } from "../support/tls.ts";
import { within } from "../support/within.ts";

const COLUMNS = 60, ROWS = 12;
const EXPIRED = makeCertificate({ issuer: CA, from: -90, until: -1 });

/** A server on `port` with a certificate. */
function serverWith({ cert, key }: typeof LEAF, port: number): TlsTestServer {
  const credentials = readCredentials(cert, key);
  const answer = new TextEncoder().encode("no TLS\n");
  const begin = (lower: Parameters<typeof acceptTls>[0]) => acceptTls(lower, credentials, answer);
  return new TlsTestServer({ tls: { host: "127.0.0.1", port, begin } });
}

ptyTest(
  "trust on a terminal: an expired certificate stops the client, says why, and /reconnect connects again",
  async () => {
    using folder = new TempFolder();
    const ca = folder.write("ca.pem", CA.cert);
    const first = new TlsTestServer();
    const { tlsPort } = first;
    const args = ["--ca", ca, "--ui", "tui", "pat", `json16s://127.0.0.1:${tlsPort}`];
    const grants = [`--allow-read=${ca}`];
    await using pty = await Pty.client({ args, grants, columns: COLUMNS, rows: ROWS });
    await pty.shows(/In lobby: pat/);
    await within("the server's stop", first.server.stop());
    {
      await using _ = serverWith(EXPIRED, tlsPort);
      const { rows } = await pty.shows(/off: \/reconnect/);
      const text = rows.map((row) => row.trim()).join(" ");
      assertEquals(
        text.includes("its certificate has expired; its operator must renew it"),
        true,
        text,
      );
      assertEquals(text.includes("/reconnect connects again"), true, text);
    }
    await using third = serverWith(LEAF, tlsPort);
    await pty.types("/reconnect\r");
    await third.log.find(/registered as "pat"/);
    await pty.shows(/Connected again/);
    await pty.types("\x03");
    assertEquals(await pty.ends(), 0);
  },
);
