/**
 * Whom a client trusts, held against servers with certificates of every kind. The forged ones are those that the
 * runtime's `node:tls` takes for genuine.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { readCredentials } from "../../lib/net/certificate.ts";
import { connect } from "../../lib/net/tcp.ts";
import { SocketListener } from "../../lib/net/socket_listener.ts";
import { acceptTls } from "../../lib/net/tls.ts";
import { type Trust, TrustError } from "../../lib/net/tls_client.ts";
import { type MadeCertificate, makeCertificate } from "../support/certificate.ts";
import { CA, LEAF } from "../support/tls.ts";
import { turn, within } from "../support/within.ts";

/** What becomes of a client that connects to `host` at a server with the certificate `made`. */
async function meet(made: MadeCertificate, tls: Trust, host = "localhost"): Promise<string> {
  const listener = new SocketListener("127.0.0.1", 0);
  await turn();
  const connecting = connect(host, listener.addr.port, { tls });
  connecting.catch(() => {});
  const conn = await within("a connection", listener.accept());
  const server = acceptTls(conn, readCredentials(made.cert, made.key)).done;
  server.catch(() => {});
  listener.close();
  try {
    const connection = await within("a handshake", connecting);
    connection.send(Uint8Array.of(7));
    const transport = await within("a handshake", server);
    await within("a byte", transport.read(new Uint8Array(1)));
    connection.close("end of the test");
    transport.close();
    return "trusted";
  } catch (error) {
    (await server.catch(() => undefined))?.close();
    return (error as TrustError).fault;
  }
}

Deno.test("trust: a certificate of a known issuer, for that name, at that time", async () => {
  const ca = CA.cert;
  assertEquals(await meet(LEAF, { ca }), "trusted");
  assertEquals(await meet(LEAF, { ca }, "127.0.0.1"), "trusted");
  assertEquals(await meet(LEAF, {}), "unknown");
  assertEquals(await meet(LEAF, { insecure: true }), "trusted");
  const elsewhere = makeCertificate({ names: ["chat.example"], issuer: CA });
  assertEquals(await meet(elsewhere, { ca }), "name");
  assertEquals(await meet(elsewhere, { insecure: true }), "trusted");
  assertEquals(await meet(makeCertificate({ issuer: CA, from: -9, until: -1 }), { ca }), "expired");
  assertEquals(await meet(makeCertificate({ issuer: CA, from: 1, until: 9 }), { ca }), "early");
});

Deno.test("trust: a certificate that has signed itself, if it is the one to trust", async () => {
  const own = makeCertificate();
  assertEquals(await meet(own, {}), "unknown");
  assertEquals(await meet(own, { ca: own.cert }), "trusted");
  assertEquals(await meet(own, { ca: makeCertificate().cert }), "broken");
  const issuer = makeCertificate({ isCa: true });
  assertEquals(await meet(issuer, { ca: issuer.cert }), "issuer");
});

Deno.test("trust: a forged certificate is none, in whatever version it is written", async () => {
  const forger = makeCertificate({ names: [CA.name], isCa: true });
  assertEquals(await meet(makeCertificate({ issuer: forger }), { ca: CA.cert }), "broken");
  const old = makeCertificate({ issuer: forger, version: 1 });
  assertEquals(await meet(old, { ca: CA.cert }), "broken");
});

Deno.test("trust: a server that speaks no TLS, or refuses it", async () => {
  for (
    const [bytes, fault] of [
      ["220 mail.example\r\n", "plain"],
      ["\x15\x03\x01\0\x02\x02\x28", "refused"],
    ] as const
  ) {
    for (const insecure of [false, true]) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const connecting = connect("localhost", listener.addr.port, { tls: { insecure } });
      connecting.catch(() => {});
      using conn = await within("a connection", listener.accept());
      await conn.write(new TextEncoder().encode(bytes));
      const error = await assertRejects(() => within("its end", connecting), TrustError);
      assertEquals(error.fault, fault);
    }
  }
});
