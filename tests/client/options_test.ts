/**
 * The client's command line: every form, every error.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { ircClient as irc } from "../../lib/protocol/irc_client.ts";
import type { ClientProtocol } from "../../lib/protocol/protocol.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import {
  type ClientRequest,
  parseClientArgs,
  resolveServer,
  type TlsRequest,
} from "../../lib/client/options.ts";
import type { ServerEntry } from "../../lib/client/server_book.ts";

/** Of IRC, with a channel. */
function onIrc(channel: string): ClientRequest {
  return { ...chat("bob", "h", 1, irc), channel } as ClientRequest;
}

/** The same over TLS. */
function overTls(request: ClientRequest, tls: TlsRequest = { insecure: false }): ClientRequest {
  return { ...request, tls } as ClientRequest;
}

function chat(
  nick: string,
  host = "h",
  port = 1,
  protocol: ClientProtocol = cs168,
  ui = lookOf(protocol).ui,
): ClientRequest {
  return { mode: "chat", protocol, ui, nick, host, port, mouse: false, align: false };
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
  [["bob", "chat://h:1"], chat("bob", "h", 1, chat1)],
  [["bob", "chat1://h:1/"], chat("bob", "h", 1, chat1)],
  [["bob", "CHAT://h:1"], chat("bob", "h", 1, chat1)],
  [["bob", "json16://[::1]:1"], chat("bob", "::1", 1, json16)],
  [["bob", "cs168://h:1"], chat("bob")],
  [["bob", "irc://h:1"], onIrc("lobby")],
  [["bob", "irc://h:1/"], onIrc("lobby")],
  [["bob", "irc://h:1/tea"], onIrc("tea")],
  [["bob", "irc://h:1/#tea"], onIrc("tea")],
  [["bob", "irc://h:1/%23tea"], onIrc("tea")],
  [["bob", "chats://h:1"], overTls(chat("bob", "h", 1, chat1))],
  [["bob", "chat1s://h:1"], overTls(chat("bob", "h", 1, chat1))],
  [["bob", "CS168s://h:1"], overTls(chat("bob"))],
  [["bob", "json16s://h:1"], overTls(chat("bob", "h", 1, json16))],
  [["bob", "ircs://h:1/tea"], overTls(onIrc("tea"))],
  [["--tls", "bob", "h", "1"], overTls(chat("bob"))],
  [["--insecure", "bob", "h", "1"], overTls(chat("bob"), { insecure: true })],
  [["--ca", "c.pem", "bob", "h", "1"], overTls(chat("bob"), { insecure: false, ca: "c.pem" })],
  [["--protocol", "json16", "bob", "h", "1"], chat("bob", "h", 1, json16)],
  [["--protocol=chat1", "bob", "chat://h:1"], chat("bob", "h", 1, chat1)],
  [["--ui", "plain", "bob", "json16://h:1"], chat("bob", "h", 1, json16, "plain")],
  [["--ui=tui", "bob", "h", "1"], chat("bob", "h", 1, cs168, "tui")],
  [["--reconnect", "bob", "h", "1"], { ...chat("bob"), reconnects: true } as ClientRequest],
  [["--no-reconnect", "bob", "h", "1"], { ...chat("bob"), reconnects: false } as ClientRequest],
  [["--no-alerts", "bob", "h", "1"], { ...chat("bob"), alerts: false } as ClientRequest],
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

const ADDRESS_FORMS =
  "Address must be one of cs168://HOST:PORT, chat://HOST:PORT, json16://HOST:PORT, irc://HOST:PORT";

const REFUSED: [args: string[], message: string][] = [
  [[], "Expected NAME HOST PORT, got nothing"],
  [["alice", "h"], `${ADDRESS_FORMS}, got "h"`],
  [["basic", "h"], `${ADDRESS_FORMS}, got "h"`],
  [["bob", "chat:/h:1"], `${ADDRESS_FORMS}, got "chat:/h:1"`],
  [["bob", "xmpp://h:1"], `${ADDRESS_FORMS}, got "xmpp://h:1"`],
  [["bob", "chat://h:1/x"], 'Only an address of irc names a channel, got "x"'],
  [["bob", "chat://h"], `${ADDRESS_FORMS}, got "chat://h"`],
  [["bob", "chat://h:x"], `${ADDRESS_FORMS}, got "chat://h:x"`],
  [["bob", "chat://:1"], `${ADDRESS_FORMS}, got "chat://:1"`],
  [["bob", "chat://h:0"], 'Port must be a number from 1 to 65535, got "0"'],
  [
    ["--protocol", "xmpp", "bob", "h", "1"],
    'Protocol must be one of cs168, chat1, json16, irc, got "xmpp"',
  ],
  [
    ["--protocol", "cs168", "bob", "chat://h:1"],
    'Option "--protocol cs168" contradicts the address',
  ],
  [
    ["--reconnect", "--no-reconnect", "bob", "h", "1"],
    'Option "--reconnect" contradicts "--no-reconnect"',
  ],
  [["--ui", "gui", "bob", "h", "1"], 'UI must be plain or tui, got "gui"'],
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

Deno.test("options: who wants no colours or has a simple terminal gets lines, unless it asks", () => {
  const uiOf = (...args: string[]) => {
    const request = parseClientArgs([...args, "pat", "irc://localhost:1"], true);
    return request.mode === "chat" ? request.ui : undefined;
  };
  assertEquals([uiOf(), uiOf("--ui", "tui")], ["plain", "tui"]);
});

Deno.test("options: mouse and aligned nicks", () => {
  const request = parseClientArgs(["--mouse", "--align", "pat", "irc://localhost:1"]);
  if (request.mode !== "chat") throw new Error(request.mode);
  assertEquals([request.mouse, request.align], [true, true]);
});

/** What the words on the command line make of an entry of the list. */
function resolved(words: readonly string[], entry: Partial<ServerEntry> = {}): ClientRequest {
  const request = parseClientArgs(words);
  if (request.mode !== "named") throw new Error(request.mode);
  return resolveServer(request, { address: "ircs://h:1", nick: "pat", channels: [], ...entry });
}

Deno.test("options: one word is a server of the user's own list", () => {
  const request = parseClientArgs(["home"]);
  assertEquals(request.mode === "named" && request.server, "home");
  assertEquals(resolved(["home"]), overTls({ ...onIrc("lobby"), nick: "pat" } as ClientRequest));
  assertEquals(
    resolved(["home", "--ui", "plain"], { address: "json16://h:2", nick: "bob" }),
    chat("bob", "h", 2, json16, "plain"),
  );
});

Deno.test("options: the entry's channels and account, unless the command line says otherwise", () => {
  const entry = { channels: ["tea", "den"], account: "patricia" };
  const request = resolved(["home"], entry);
  if (request.mode !== "chat") throw new Error(request.mode);
  assertEquals([request.channel, request.channels, request.account], ["tea", ["den"], "patricia"]);
  const other = resolved(["home", "--account", "ada"], entry);
  assertEquals(other.mode === "chat" && other.account, "ada");
});

Deno.test("options: an entry that cannot be used is a mistake", () => {
  const { nick: _, ...nameless } = { nick: "", address: "irc://h:1", channels: [] };
  const request = parseClientArgs(["home"]);
  if (request.mode !== "named") throw new Error(request.mode);
  assertThrows(() => resolveServer(request, nameless), UsageError, 'Server "home" needs a nick');
  assertThrows(() => resolved(["home"], { address: "h:1" }), UsageError, "Address must be one of");
  assertThrows(
    () => resolved(["home"], { address: "cs168://h:1", channels: ["tea"] }),
    UsageError,
    "Only an address of irc names a channel",
  );
});

Deno.test("options: an account needs a connection that nobody else reads", () => {
  const accountOf = (...words: string[]) => {
    const request = parseClientArgs([...words, "--account", "ada", "--password-file", "secret"]);
    return request.mode === "chat" ? [request.account, request.passwordFile] : undefined;
  };
  assertEquals(accountOf("ada", "ircs://h:1"), ["ada", "secret"]);
  assertEquals(accountOf("ada", "irc://h:1", "--ca", "ca.pem"), ["ada", "secret"]);
  assertThrows(() => accountOf("ada", "irc://h:1"), UsageError, "Logging in needs TLS");
  assertThrows(() => accountOf("ada", "ircs://h:1", "--insecure"), UsageError, "contradicts");
  assertThrows(() => accountOf("ada", "json16s://h:1"), UsageError, "Only irc has accounts");
  assertThrows(
    () => parseClientArgs(["ada", "ircs://h:1", "--password-file", "x"]),
    UsageError,
    'Option "--password-file" needs --account NAME',
  );
});
