/**
 * What a user reads when the server is not the one that it should be.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { describeTrust, InsecureError } from "../../lib/client/trust.ts";
import { type TlsFault, TrustError } from "../../lib/net/tls_client.ts";

const AT = { host: "chat.example", port: 6697 };

Deno.test("trust: each fault has its words, and says what to do", () => {
  const words = (fault: TlsFault) => describeTrust(new TrustError(fault, "why"), AT)?.message ?? "";
  const start = "No trusted connection to chat.example:6697: ";
  assertEquals(words("expired"), `${start}its certificate has expired; its operator must renew it`);
  assertEquals(
    words("name"),
    `${start}its certificate is not for "chat.example"; is that its name?`,
  );
  assertEquals(words("other"), `${start}the handshake failed: why`);
  assert(words("unknown").includes("--ca FILE"));
  assert(words("issuer").includes("CA:FALSE"));
  for (const fault of ["early", "broken", "plain", "refused"] as const) {
    assert(words(fault).startsWith(start) && !words(fault).endsWith("."), words(fault));
  }
});

Deno.test("trust: a bad certificate will be bad the next time, and a server that starts may not", () => {
  const lasts = (fault: TlsFault) => describeTrust(new TrustError(fault, ""), AT)?.isLasting;
  for (const fault of ["expired", "early", "name", "issuer", "unknown", "broken"] as const) {
    assertEquals(lasts(fault), true);
  }
  for (const fault of ["plain", "refused", "other"] as const) assertEquals(lasts(fault), false);
});

Deno.test("trust: other errors are none of its business", () => {
  assertEquals(describeTrust(new Error("refused"), AT), undefined);
  assert(describeTrust(new TrustError("plain", ""), AT) instanceof InsecureError);
});
