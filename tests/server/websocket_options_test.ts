/**
 * The options of the port for WebSockets.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { parseWebSocket } from "../../lib/server/websocket_options.ts";

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
const WRONG: readonly (readonly [Record<string, string>, string])[] = [
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

Deno.test("websocket options: what is wrong, or stands alone, is said in one line", () => {
  for (const [values, message] of WRONG) {
    assertEquals(assertThrows(() => parseWebSocket(values, "h"), UsageError).message, message);
  }
});
