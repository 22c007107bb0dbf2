/**
 * ISUPPORT states the limits it is given and the tables of the modes, in tokens that every client can read.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  escapeToken,
  type IsupportFacts,
  isupportLines,
  isupportTokens,
  TOKENS_A_LINE,
} from "../../lib/protocol/irc_isupport.ts";
import { formatIsupport } from "../../lib/protocol/irc_numerics.ts";

const facts: IsupportFacts = {
  network: "Café = home",
  nickLength: 32,
  channelLength: 64,
  channelsPerUser: 100,
  topicLength: 390,
  kickLength: 300,
  awayLength: 200,
  userLength: 11,
  nameLength: 150,
  keyLength: 23,
  listEntries: 99,
  monitorTargets: 98,
};

Deno.test("each limit is stated as it is", () => {
  const tokens = isupportTokens(facts);
  const stated = [
    "NICKLEN=32",
    "CHANNELLEN=64",
    "CHANLIMIT=#:100",
    "TOPICLEN=390",
    "KICKLEN=300",
    "AWAYLEN=200",
    "USERLEN=11",
    "NAMELEN=150",
    "KEYLEN=23",
    "MAXLIST=beI:99",
    "MONITOR=98",
  ];
  for (const token of stated) assert(tokens.includes(token), token);
});

Deno.test("each token has a name of its own, a value at most, and neither a space nor a second sign", () => {
  const tokens = isupportTokens(facts);
  for (const token of tokens) assert(/^[A-Z0-9]+(=[!-<>-~]*)?$/.test(token), token);
  assertEquals(new Set(tokens.map((token) => token.split("=")[0])).size, tokens.length);
});

Deno.test("what a value cannot hold is written by its bytes", () => {
  assertEquals(escapeToken("Café = home"), "Caf\\xC3\\xA9\\x20\\x3D\\x20home");
  assertEquals(escapeToken("a\\b\u{1F600}\n"), "a\\x5Cb\\xF0\\x9F\\x98\\x80\\x0A");
  assertEquals(escapeToken("Example.NET-1"), "Example.NET-1");
});

Deno.test("13 tokens a line, all of them, and each line fits", () => {
  const tokens = isupportTokens(facts);
  const lines = isupportLines(tokens);
  assertEquals(lines.flat(), tokens);
  for (const line of lines) {
    assert(line.length <= TOKENS_A_LINE);
    const text = formatIsupport("s".repeat(63), "n".repeat(32), line);
    assert(text.endsWith(" :are supported by this server\r\n"), text);
  }
});
