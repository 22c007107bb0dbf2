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

const PORT = { "tls-port": "1" };
const WRONG: readonly (readonly [Record<string, string>, string])[] = [
  [PORT, 'Option "--tls-port" needs --tls-cert'],
  [{ ...PORT, "tls-cert": "c" }, 'Option "--tls-port" needs --tls-key'],
  [{ "tls-cert": "c" }, 'Option "--tls-cert" needs --tls-port'],
  [{ sts: "30" }, 'Option "--sts" needs --tls-port'],
  [{ ...FILES, "tls-port": "70000" }, 'TLS port must be a number from 0 to 65535, got "70000"'],
  ...["-1", "soon", "4000"].map((sts) =>
    [
      { ...PORT, sts, ...FILES },
      `STS must be a number of days, at most 3650, got "${sts}"`,
    ] as const
  ),
];

Deno.test("tls options: what is wrong, or stands alone, is said in one line", () => {
  for (const [values, message] of WRONG) {
    assertEquals(assertThrows(() => parseTls(values, "h"), UsageError).message, message);
  }
});
