/**
 * IRC's first line among those of the other protocols (PROTOCOLS, section 4).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { sniff } from "../../lib/protocol/sniff.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";
import { frame } from "../support/cs168.ts";

function verdict(prefix: Uint8Array | string, silent = false): string {
  const bytes = typeof prefix === "string" ? encodeUtf8(prefix) : prefix;
  const found = sniff(PROTOCOLS, bytes, silent);
  return found.is === "protocol" ? found.protocol.name : found.is;
}

const ROWS: readonly (readonly [string, Uint8Array | string, string, string])[] = [
  ["what all clients of today begin with", "CAP LS", "irc", "irc"],
  ["the same in lower case", "cap ls 302\r\n", "irc", "irc"],
  ["its first letters", "CAP L", "more", "more"],
  ["a capability asked for at once", "CAP REQ :batch\r\n", "irc", "irc"],
  ["a nick and another line", "NICK bob\r\nU", "irc", "irc"],
  ["a nick and a blank line", "NICK bob\n\n", "irc", "irc"],
  ["a nick alone", "NICK bob\r\n", "more", "irc"],
  ["a nick without a line end", "NICK bob", "more", "more"],
  ["the probe of a test suite", "QUIT :chkport\r\n", "irc", "irc"],
  ["a ping", "PING x\n", "irc", "irc"],
  ["a gateway", "WEBIRC a b c d\r\n", "irc", "irc"],
  ["an authentication", "AUTHENTICATE PLAIN\r\n", "irc", "irc"],
  ["a password", "PASS x\r\nN", "irc", "irc"],
  ["a user", "USER a 0 * :b\r\nN", "irc", "irc"],
  ["a padded name that reads as a nick", frame("NICK bob\n"), "cs168", "cs168"],
  ["a padded name that reads as a nick, padded with NUL", `NICK bob\n\0`, "unknown", "unknown"],
  ["a padded name that is a word of IRC", frame("NICK"), "cs168", "cs168"],
  ["a padded name that begins with one", frame("NICKY"), "cs168", "cs168"],
  ["a padded name that begins with the first", frame("CAPTAIN"), "cs168", "cs168"],
  ["a word that only begins as one", "NICKY x\r\nx", "chat1", "chat1"],
  ["a word of other letters", "N1CK x\r\nx", "chat1", "chat1"],
  ["a request", "POST / HTTP/1.1\r\n", "refused", "refused"],
  ["a letter of a request and of a password", "P", "more", "more"],
  ["a letter of both that IRC has", "PA", "more", "more"],
  ["a registration of chat1", "REGISTER una CHAT/1.0", "chat1", "chat1"],
  ["199 bytes of a nick", `NICK ${"x".repeat(194)}`, "more", "more"],
  ["200 bytes of a nick", `NICK ${"x".repeat(195)}`, "cs168", "cs168"],
  ["a nick that ends with the 200th byte", `NICK ${"x".repeat(194)}\n`, "cs168", "irc"],
];

for (const [title, prefix, expected, silent] of ROWS) {
  Deno.test(`first bytes, ${title}: ${expected}, and when it is silent ${silent}`, () => {
    assertEquals(verdict(prefix), expected);
    assertEquals(verdict(prefix, true), silent);
  });
}
