/**
 * What real clients send first, in bytes: the openings that a server must recognise.
 *
 * @module
 */

import { frame } from "./cs168.ts";
import { packet } from "./json16.ts";

/** A client's first bytes, and how many of them it takes to know its protocol. */
export interface Opening {
  /** Whose client it is. */
  readonly protocol: string;
  /** For the test's name. */
  readonly title: string;
  /** All that the client sends before it waits. */
  readonly bytes: Uint8Array;
  /** With one byte less it could still be another's. */
  readonly decidedAt: number;
}

const encoder = new TextEncoder();

/** Behind `text`, `\n` and spaces: the client leaves the newline of its input in the frame. */
function frames(...texts: string[]): Uint8Array {
  return Uint8Array.from(texts.flatMap((text) => [...frame(text)]));
}

function cs168(title: string, ...texts: string[]): Opening {
  return { protocol: "cs168", title, bytes: frames(...texts), decidedAt: 200 };
}

function json16(title: string, json: string): Opening {
  return { protocol: "json16", title, bytes: packet(json), decidedAt: 3 };
}

function chat1(title: string, text: string, decidedAt = 10): Opening {
  return { protocol: "chat1", title, bytes: encoder.encode(text), decidedAt };
}

function irc(title: string, text: string, decidedAt: number): Opening {
  return { protocol: "irc", title, bytes: encoder.encode(text), decidedAt };
}

/** Openings of all protocols. */
export const OPENINGS: readonly Opening[] = [
  irc("irssi", "CAP LS 302\r\nJOIN :\r\nNICK bob\r\nUSER bob bob h :Bob\r\n", 6),
  irc("sic", "NICK bob\r\nUSER bob localhost h :bob\r\n", 11),
  irc("epic", "USER bob 0 * :Bob\r\nNICK bob\r\n", 20),
  irc("a password first", "PASS word\r\nNICK bob\r\n", 12),
  cs168("a name", "alice", "/create den"),
  cs168("a name of spaces and words", "Alice B. Toklas"),
  cs168("a name with its newline", "alice\n", "/list\n"),
  cs168("a name with the end of a line and spaces", "alice\r\n"),
  cs168("a name of 200 bytes", "n".repeat(200)),
  cs168("a name of other scripts", "日本"),
  cs168("a name that begins as REGISTER does", "REGISTRAR", "hello"),
  cs168("a name that holds a brace", "a {", "b"),
  cs168("a name that begins with a slash", "/list"),
  cs168("a blank frame first", "", "alice"),
  json16("hello", '{"type": "hello", "nick": "pat"}'),
  json16("hello without a space", '{"type":"hello","nick":"pat"}'),
  json16("hello of another order", '{"nick": "pat", "type": "hello"}'),
  json16("an empty object", "{}"),
  // Lengths that look like text.
  json16("a length of two line ends", `{"type": "hello", "x": "${"x".repeat(0x0a0a - 24)}"}`),
  json16("a length of a line end and a letter", `{"x": "${"x".repeat(0x0a58 - 9)}"}`),
  json16("a length of two spaces", `{"x": "${"x".repeat(0x2020 - 9)}"}`),
  json16("a length of the limit", `{"x": "${"x".repeat(0x4000 - 9)}"}`),
  chat1("a line", "REGISTER bob CHAT/1.0\n"),
  chat1("a line with both marks", "REGISTER bob CHAT/1.0\r\n"),
  chat1("no newline", "REGISTER bob CHAT/1.0"),
  chat1("a registration and chat", "REGISTER bob CHAT/1.0\n@bob: hi\n"),
  chat1("a registration without a name", "REGISTER \n"),
  chat1("another word, and more", "REGESTER bob CHAT/1.0\nhello\n", 23),
  chat1("an empty line first", "\r\nREGISTER bob CHAT/1.0\r\n", 3),
];
