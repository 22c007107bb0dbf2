/**
 * The options of the ports for TLS and for WebSockets.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { parseTls } from "../../lib/server/tls_options.ts";
import { parseWebSocket } from "../../lib/server/websocket_options.ts";

type Wrong = readonly (readonly [Record<string, string>, string])[];

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

const TLS_PORT = { "tls-port": "1" };
const WRONG_TLS: Wrong = [
  [TLS_PORT, 'Option "--tls-port" needs --tls-cert'],
  [{ ...TLS_PORT, "tls-cert": "c" }, 'Option "--tls-port" needs --tls-key'],
  [{ "tls-cert": "c" }, 'Option "--tls-cert" needs --tls-port'],
  [{ sts: "30" }, 'Option "--sts" needs --tls-port'],
  [{ ...FILES, "tls-port": "70000" }, 'TLS port must be a number from 0 to 65535, got "70000"'],
  ...["-1", "soon", "4000"].map((sts) =>
    [
      { ...TLS_PORT, sts, ...FILES },
      `STS must be a number of days, at most 3650, got "${sts}"`,
    ] as const
  ),
];

Deno.test("websocket options: a port, and what else is said of it", () => {
  assertEquals(parseWebSocket({}, "h"), undefined);
  assertEquals(parseWebSocket({ "websocket-port": "8067" }, "h"), {
    host: "h",
    port: 8067,
    isSecure: false,
    origins: new Set(),
  });
  const all = {
    "websocket-port": "0",
    "websocket-host": "::",
    "websocket-tls": "on",
    "tls-port": "6697",
    "protocol": "irc",
    "websocket-origin":
      "https://Chat.example.org:443,http://[::1]:80, http://localhost:8080,app://x",
  };
  assertEquals(parseWebSocket(all, "h"), {
    host: "::",
    port: 0,
    isSecure: true,
    origins: new Set([
      "https://chat.example.org",
      "http://[::1]",
      "http://localhost:8080",
      "app://x",
    ]),
  });
});

const PORT = { "websocket-port": "1" };
const WRONG_WEBSOCKET: Wrong = [
  [{ "websocket-origin": "https://x" }, 'Option "--websocket-origin" needs --websocket-port'],
  [{ "websocket-tls": "on" }, 'Option "--websocket-tls" needs --websocket-port'],
  [
    { ...PORT, "websocket-tls": "on" },
    'Option "--websocket-tls" needs --tls-port, whose certificate it uses',
  ],
  [{ ...PORT, "websocket-tls": "yes" }, 'WebSocket TLS must be on or off, got "yes"'],
  [{ "websocket-port": "70000" }, 'WebSocket port must be a number from 0 to 65535, got "70000"'],
  [
    { ...PORT, protocol: "json16" },
    'Option "--websocket-port" needs the protocol irc, got "json16"',
  ],
  ...["chat.example.org", "https://x/", "https://x/irc", "null", "https://", ""].map((origin) =>
    [
      { ...PORT, "websocket-origin": `https://fine.example,${origin}` },
      `WebSocket origin must be like https://chat.example.org, without a path, got "${origin}"`,
    ] as const
  ),
];

const CASES = [[parseTls, WRONG_TLS], [parseWebSocket, WRONG_WEBSOCKET]] as const;

for (const [parse, wrong] of CASES) {
  Deno.test(`${parse.name}: what is wrong, or stands alone, is said in one line`, () => {
    for (const [values, message] of wrong) {
      assertEquals(assertThrows(() => parse(values, "h"), UsageError).message, message);
    }
  });
}
