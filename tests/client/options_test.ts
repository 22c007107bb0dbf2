/**
 * The client's command line: every form, every error.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { type ClientRequest, parseClientArgs } from "../../lib/client/options.ts";

function chat(nick: string, host = "h", port = 1): ClientRequest {
  return { mode: "chat", nick, host, port };
}

const ACCEPTED: [args: string[], request: ClientRequest][] = [
  [["alice", "localhost", "12345"], chat("alice", "localhost", 12345)],
  [["alice", "::1", "65535"], chat("alice", "::1", 65535)],
  [["alice of the hills", "h", "1"], chat("alice of the hills")],
  [["007", "h", "1"], chat("007")],
  [["1e3", "h", "1"], chat("1e3")],
  [["0x10", "h", "1"], chat("0x10")],
  [["true", "h", "1"], chat("true")],
  [["Basic", "h", "1"], chat("Basic")],
  [["--", "basic", "h", "1"], chat("basic")],
  [["--", "-x", "h", "1"], chat("-x")],
  [["--", "--help", "h", "1"], chat("--help")],
  [["alice", "--", "h", "1"], chat("alice")],
  [["-", "h", "1"], chat("-")],
  [["grün 漢🙂", "h", "1"], chat("grün 漢🙂")],
  [["basic", "h", "1"], { mode: "basic", host: "h", port: 1 }],
  [["basic", "--", "h", "1"], { mode: "basic", host: "h", port: 1 }],
];

for (const [args, request] of ACCEPTED) {
  Deno.test(`"${["client", ...args].join(" ")}" is understood`, () => {
    assertEquals(parseClientArgs(args), request);
  });
}

Deno.test("help and version are asked for by a word or a letter, whatever else is there", () => {
  assertEquals(parseClientArgs(["--help"]), { mode: "help" });
  assertEquals(parseClientArgs(["-h"]), { mode: "help" });
  assertEquals(parseClientArgs(["--version"]), { mode: "version" });
  assertEquals(parseClientArgs(["-V"]), { mode: "version" });
  assertEquals(parseClientArgs(["alice", "--help"]), { mode: "help" });
});

const REFUSED: [args: string[], message: string][] = [
  [[], "Expected NAME HOST PORT, got 0 of them"],
  [["alice"], "Expected NAME HOST PORT, got 1 of them"],
  [["alice", "h"], "Expected NAME HOST PORT, got 2 of them"],
  [["basic", "h"], "Expected NAME HOST PORT, got 2 of them"],
  [["alice", "h", "1", "2"], 'Unexpected argument "2"'],
  [["alice", "h", "0"], 'Port must be a number from 1 to 65535, got "0"'],
  [["alice", "h", "65536"], 'Port must be a number from 1 to 65535, got "65536"'],
  [["alice", "h", "http"], 'Port must be a number from 1 to 65535, got "http"'],
  [["-x", "h", "1"], 'Unknown option "-x"'],
  [["--color", "alice", "h", "1"], 'Unknown option "--color"'],
  [["alice", "h", "-1"], 'Unknown option "-1"'],
];

for (const [args, message] of REFUSED) {
  Deno.test(`"${["client", ...args].join(" ")}" is refused`, () => {
    const error = assertThrows(() => parseClientArgs(args), UsageError);
    assertEquals(error.message, message);
  });
}
