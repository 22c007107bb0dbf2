/**
 * The options of the TLS port.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { parseTls } from "../../lib/server/tls_options.ts";

const FILES = { "tls-cert": "c.pem", "tls-key": "k.pem" };

Deno.test("tls options: a port, its files, and what else is said of it", () => {
  assertEquals(parseTls({}, "h"), undefined);
  const paths = { cert: "c.pem", key: "k.pem" };
  assertEquals(parseTls({ "tls-port": "6697", ...FILES }, "h"), { host: "h", port: 6697, paths });
  assertEquals(
    parseTls({ "tls-port": "0", "tls-host": "::", sts: "1.5", ...FILES }, "h"),
    { host: "::", port: 0, paths, sts: 129_600 },
  );
});

Deno.test("tls options: what is wrong, or stands alone, is said in one line", () => {
  const wrong = (values: Record<string, string>) =>
    assertThrows(() => parseTls(values, "h"), UsageError).message;
  assertEquals(wrong({ "tls-port": "6697" }), 'Option "--tls-port" needs --tls-cert');
  assertEquals(
    wrong({ "tls-port": "6697", "tls-cert": "c" }),
    'Option "--tls-port" needs --tls-key',
  );
  assertEquals(wrong({ "tls-cert": "c" }), 'Option "--tls-cert" needs --tls-port');
  assertEquals(wrong({ sts: "30" }), 'Option "--sts" needs --tls-port');
  assertEquals(
    wrong({ "tls-port": "70000", ...FILES }),
    'TLS port must be a number from 0 to 65535, got "70000"',
  );
  for (const sts of ["-1", "soon", "4000"]) {
    assertEquals(
      wrong({ "tls-port": "1", sts, ...FILES }),
      `STS must be a number of days, at most 3650, got "${sts}"`,
    );
  }
});
