/**
 * First bytes and what they tell (PROTOCOLS, section 4): row by row, and every opening of a real client,
 * which nobody claims a byte too early.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { sniff, type Verdict } from "../../lib/protocol/sniff.ts";
import { SNIFF_BYTES } from "../../lib/protocol/sniff_rules.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";
import { OPENINGS } from "../support/conversations.ts";
import { frame } from "../support/cs168.ts";

/** The protocol's name, "tls", "http", "unframed", "more" or "unknown". */
function verdict(prefix: Uint8Array | string, silent = false): string {
  const bytes = typeof prefix === "string" ? encodeUtf8(prefix) : prefix;
  return nameOf(sniff(PROTOCOLS, bytes, silent));
}

function nameOf(found: Verdict): string {
  if (found.is === "protocol") return found.protocol.name;
  if (found.is !== "refused") return found.is;
  return found.reason.startsWith("TLS")
    ? "tls"
    : found.reason.startsWith("HTTP")
    ? "http"
    : "unframed";
}

/** A request line whose path is longer than all that counts. */
const longRequest = (method: string) => `${method} /${"x".repeat(300)} HTTP/1.1\r\nHost: a\r\n\r\n`;

for (const { protocol, title, bytes, decidedAt } of OPENINGS) {
  Deno.test(`${protocol}, ${title}: known at byte ${decidedAt} and not before, then always`, () => {
    for (let count = 1; count <= bytes.length; count++) {
      const expected = count < decidedAt ? "more" : protocol;
      assertEquals(verdict(bytes.subarray(0, count)), expected, `${count} bytes`);
    }
  });
}

const rows: [string, Uint8Array | string, string][] = [
  ["a length within the limit and a brace", new Uint8Array([0x00, 0x20, 0x7b]), "json16"],
  ["a length of the limit and a brace", new Uint8Array([0x40, 0x00, 0x7b]), "json16"],
  ["a length above the limit and a brace", new Uint8Array([0x40, 0x01, 0x7b]), "unknown"],
  ["the same as text", "@ {", "more"],
  ["a length far above the limit", new Uint8Array([0xff, 0x01, 0x7b]), "unknown"],
  ["a length of nothing and a brace", new Uint8Array([0x00, 0x00, 0x7b]), "json16"],
  ["a length and a bracket", new Uint8Array([0x00, 0x20, 0x5b]), "unknown"],
  ["a length alone", new Uint8Array([0x00, 0x20]), "more"],
  ["half a length", new Uint8Array([0x00]), "more"],
  ["half a length that is above the limit", new Uint8Array([0x41]), "more"],
  ["a packet without its length", '{"type": "hello", "nick": "pat"}', "unframed"],
  ["the beginning of one", '{"type":', "unframed"],
  ["a byte less of it", '{"type"', "more"],
  ["a padded packet without its length", frame('{"type": "hello"}'), "unframed"],
  ["a padded name that begins as one does", frame('{"types"'), "cs168"],
  ["a padded name that begins with a brace", frame("{ann}"), "cs168"],
  ["the word and its space", "REGISTER ", "more"],
  ["the word, its space and a letter", "REGISTER b", "chat1"],
  ["the word as a method", "REGISTER / HTTP/1.1\r\nx", "http"],
  ["the word without its space", "REGISTER", "more"],
  ["the word in lower case", "register ", "more"],
  ["the word and another letter", "REGISTERED", "more"],
  ["a line and a letter of the next", "hello\nx", "chat1"],
  ["a line that has just ended", "hello\n", "more"],
  ["a line and padding", "hello\n   ", "more"],
  ["a line, padding, and then text", "hello\n   x\ny", "chat1"],
  ["199 bytes of text", "x".repeat(199), "more"],
  ["200 bytes of text", "x".repeat(200), "cs168"],
  ["200 bytes of other scripts", "日本".repeat(34).slice(0, 67), "cs168"],
  ["200 bytes that no encoding knows", new Uint8Array(200).fill(0xff), "cs168"],
  ["a line that ends with its 200th byte", `${"x".repeat(199)}\n`, "cs168"],
  ["a line that ends one byte before", `${"x".repeat(198)}\ny`, "chat1"],
  ["a line end behind 200 bytes", `${"x".repeat(200)}\ny`, "cs168"],
  ["a blank frame", frame(""), "cs168"],
  ["a frame with a control character", frame("a\x01"), "unknown"],
  ["a frame with DEL", frame("a\x7f"), "unknown"],
  ["a control character", "a\x00", "unknown"],
  ["TLS 1.2 and 1.3", new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00]), "tls"],
  ["SSL 3", new Uint8Array([0x16, 0x03, 0x00]), "tls"],
  ["a record of the newest version", new Uint8Array([0x16, 0x03, 0x04]), "tls"],
  ["a record of no version", new Uint8Array([0x16, 0x03, 0x05]), "unknown"],
  ["two bytes of TLS", new Uint8Array([0x16, 0x03]), "more"],
  ["a length that begins as TLS", new Uint8Array([0x16, 0x03, 0x7b]), "json16"],
  ["a method alone", "GET", "more"],
  ["a method and its space", "GET ", "more"],
  ["a request", "GET /", "http"],
  ["a request for the server itself", "OPTIONS * HTTP/1.1", "http"],
  ["a request to a proxy", "CONNECT example.org:443 HTTP/1.1", "http"],
  ["a padded name that is a method", frame("GET"), "cs168"],
  ["a padded name that begins with a method", frame("GETTY"), "cs168"],
  ["a method in lower case", "get / HTTP/1.1\r\nx", "http"],
  ["a method that nobody knows", "FOO /x HTTP/", "http"],
  ["a method that nobody knows, without its version", "FOO /x HTTP", "more"],
  ["a method that nobody knows, and a path with no end", `FOO /${"x".repeat(184)}`, "http"],
  ["a byte less of it", `FOO /${"x".repeat(183)}`, "more"],
  ["the longest request line that fits", `FOO /${"x".repeat(183)} HTTP/1.1\r\n`, "http"],
  ["a padded name that is a word and a path", frame("Bob /away"), "cs168"],
  ["a padded name that ends as a version begins", frame("Bob /x HTTP"), "cs168"],
  ["a name that fills its frame", "x".repeat(200), "cs168"],
  ["a line of a word and a path", "Bob /away\nx", "chat1"],
  ["a word that begins as two methods do", "P", "more"],
  ["SSH", "SSH-2.0-OpenSSH_9.6\r\n", "more"],
];

for (const [title, prefix, expected] of rows) {
  Deno.test(`first bytes, ${title}: ${expected}`, () => assertEquals(verdict(prefix), expected));
}

const silences: [string, string, string][] = [
  ["a line that has ended", "hello\n", "chat1"],
  ["a line of two bytes", "x\n", "chat1"],
  ["SSH", "SSH-2.0-OpenSSH_9.6\r\n", "chat1"],
  ["a line and padding", "hello\n  ", "more"],
  ["text that ends as a registration does", "REGESTER bob CHAT/1.0", "chat1"],
  ["its last word alone", " CHAT/1.0", "chat1"],
  ["its last word without a space", "CHAT/1.0", "more"],
  ["text that goes on behind it", "REGESTER bob CHAT/1.01", "more"],
  ["text without an end", "hello", "more"],
  ["199 bytes that end as a registration does", "x".repeat(190) + " CHAT/1.0", "chat1"],
  ["200 bytes that do", "x".repeat(191) + " CHAT/1.0", "cs168"],
  ["control characters that do", "\x01 CHAT/1.0", "unknown"],
  ["a length that is text, and a line end", "1\n", "chat1"],
  ["a method and its space", "GET ", "more"],
  ["half the word", "REGIS", "more"],
  ["a line that ends with its 199th byte", `${"x".repeat(198)}\n`, "chat1"],
];

for (const [title, prefix, expected] of silences) {
  Deno.test(`first bytes and then silence, ${title}: ${expected}`, () => {
    assertEquals(verdict(prefix, true), expected);
  });
}

/** IRC's first line among those of the others: at once, and when it is silent behind it. */
const ircRows: [string, Uint8Array | string, string, string][] = [
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
  ["a request", "POST / HTTP/1.1\r\n", "http", "http"],
  ["a letter of a request and of a password", "P", "more", "more"],
  ["a letter of both that IRC has", "PA", "more", "more"],
  ["a registration of chat1", "REGISTER una CHAT/1.0", "chat1", "chat1"],
  ["199 bytes of a nick", `NICK ${"x".repeat(194)}`, "more", "more"],
  ["200 bytes of a nick", `NICK ${"x".repeat(195)}`, "cs168", "cs168"],
  ["a nick that ends with the 200th byte", `NICK ${"x".repeat(194)}\n`, "cs168", "irc"],
];

for (const [title, prefix, expected, silent] of ircRows) {
  Deno.test(`first bytes, ${title}: ${expected}, and when it is silent ${silent}`, () => {
    assertEquals([verdict(prefix), verdict(prefix, true)], [expected, silent]);
  });
}

Deno.test("the bytes that are enough to decide are enough", () => {
  for (const [title, prefix] of rows) {
    const bytes = typeof prefix === "string" ? encodeUtf8(prefix) : prefix;
    const longer = new Uint8Array(SNIFF_BYTES * 2).fill(0x20);
    longer.set(bytes.subarray(0, SNIFF_BYTES));
    assertEquals(verdict(longer), verdict(longer.subarray(0, SNIFF_BYTES)), title);
  }
});

for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS", "CONNECT", "DELETE", "PATCH"]) {
  Deno.test(`a ${method} request is known at the first byte of its path, and stays known`, () => {
    const bytes = encodeUtf8(longRequest(method));
    for (let count = 1; count <= bytes.length; count++) {
      const expected = count < method.length + 2 ? "more" : "http";
      assertEquals(verdict(bytes.subarray(0, count)), expected, `${count} bytes`);
    }
  });
}

Deno.test("a port of one protocol gives it everything but what no chat begins with", () => {
  for (const protocol of PROTOCOLS) {
    const found = (prefix: string | Uint8Array, silent = false) =>
      nameOf(sniff([protocol], typeof prefix === "string" ? encodeUtf8(prefix) : prefix, silent));
    for (const opening of OPENINGS) assertEquals(found(opening.bytes), protocol.name);
    assertEquals(found(longRequest("POST")), "http");
    assertEquals(found(new Uint8Array([0x16, 0x03, 0x01])), "tls");
    assertEquals(found(longRequest("FOO")), "http");
    assertEquals(found("FOO / HTTP/1.1\r\n"), "http");
    assertEquals(found("P"), "more");
    assertEquals(found("P", true), protocol.name);
    const isJson = protocol.name === "json16";
    assertEquals(found('{"type": "hello"}x'), isJson ? "unframed" : protocol.name);
    assertEquals(found("x "), "more");
    assertEquals(found("x y"), protocol.name);
  }
});

Deno.test("an answer to a stranger is a few bytes that it understands", () => {
  const answer = (prefix: Uint8Array) => {
    const found = sniff(PROTOCOLS, prefix, false);
    return found.is === "refused" ? found.answer : assertEquals(found.is, "refused");
  };
  const http = new TextDecoder().decode(answer(encodeUtf8("GET / HTTP/1.1\r\n")) ?? undefined);
  assertMatch(http, /^HTTP\/1\.1 404 [^]*\r\nConnection: close\r\n\r\n$/);
  // A TLS record: an alert (21), of any version, of two bytes: fatal (2).
  const tls = answer(new Uint8Array([0x16, 0x03, 0x01]));
  assertEquals(tls?.subarray(0, 6), new Uint8Array([21, 3, 1, 0, 2, 2]));
  assertEquals(tls?.length, 7);
});

/** `bytes`, and a call of `look` for each look at one of them. */
function watched(bytes: Uint8Array, look: () => void): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (key === "subarray") {
        return (start: number, end: number) => watched(target.subarray(start, end), look);
      }
      if (key === "at" || (typeof key === "string" && /^\d+$/.test(key))) look();
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("first bytes that come one at a time cost a bounded number of looks", () => {
  const looks = (bytes: Uint8Array, silent: boolean) => {
    let count = 0;
    for (let length = 1; length <= bytes.length; length++) {
      sniff(PROTOCOLS, watched(bytes.subarray(0, length), () => count++), silent);
    }
    return count;
  };
  // White space alone is nobody's before 200 bytes of it have come.
  for (const start of ["", "REGISTRAR", "POST", "GET", "\n", "@"]) {
    for (const silent of [false, true]) {
      const text = (length: number) => encodeUtf8(start.padEnd(length, " "));
      const most = looks(text(SNIFF_BYTES), silent);
      // Three rules look at all that has come, one of them twice at each byte.
      assert(most > SNIFF_BYTES ** 2 && most <= 3 * SNIFF_BYTES ** 2, `${most} looks`);
      const each = (looks(text(2 * SNIFF_BYTES), silent) - most) / SNIFF_BYTES;
      assert(each <= 5 * SNIFF_BYTES, `${each} looks at each read behind the bytes that count`);
    }
  }
});
