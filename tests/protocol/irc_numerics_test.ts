/**
 * Numerics: three digits each, every one its own, and lines in the form of the specification.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parseMessage } from "../../lib/protocol/irc_message.ts";
import {
  formatIsupport,
  formatNumeric,
  formatStandardReply,
  type NumericName,
  type NumericParams,
  NUMERICS,
} from "../../lib/protocol/irc_numerics.ts";

function params(line: string): readonly string[] | undefined {
  return parseMessage(line.slice(0, -2))?.params;
}

Deno.test("every numeric has a number of its own", () => {
  const codes = Object.values(NUMERICS).map(({ code }) => code);
  assertEquals(new Set(codes).size, codes.length);
  for (const code of codes) assert(/^\d{3}$/.test(code), code);
  for (const [name, { code }] of Object.entries(NUMERICS)) {
    // 4xx and 5xx are errors, and so are some of 6xx, 7xx and 9xx.
    if (/^[45]/.test(code)) assert(name.startsWith("ERR_"), name);
    if (/^[0-3]/.test(code)) assert(name.startsWith("RPL_"), name);
  }
});

Deno.test("a reply has the client, its parameters and its words", () => {
  assertEquals(
    formatNumeric("s", "al", "ERR_USERNOTINCHANNEL", "bob", "#c"),
    ":s 441 al bob #c :They aren't on that channel\r\n",
  );
  assertEquals(formatNumeric("s", "al", "RPL_TOPIC", "#c", "a b"), ":s 332 al #c :a b\r\n");
  assertEquals(
    formatNumeric("s", "al", "RPL_CHANNELMODEIS", "#c", "+kl", "key", "5"),
    ":s 324 al #c +kl key 5\r\n",
  );
  assertEquals(
    formatNumeric("s", "*", "ERR_NOTREGISTERED"),
    ":s 451 * :You have not registered\r\n",
  );
  assertEquals(
    formatNumeric("s", "al", "RPL_ENDOFLINKS", "*"),
    ":s 365 al * :End of LINKS list\r\n",
  );
});

Deno.test("every numeric has as many parameters as its entry names", () => {
  for (const name of Object.keys(NUMERICS) as NumericName[]) {
    const numeric: { params: readonly string[]; words?: string; repeats?: boolean } =
      NUMERICS[name];
    const given = numeric.params.map((_, i) => `p${i}`) as unknown as NumericParams<typeof name>;
    const line = formatNumeric("s", "al", name, ...(given as [string]));
    const all = ["al", ...numeric.params.map((_, i) => `p${i}`)];
    assertEquals(params(line), numeric.words === undefined ? all : [...all, numeric.words], name);
  }
});

Deno.test("what a client sent cannot change the form of the answer", () => {
  assertEquals(params(formatNumeric("s", "al", "ERR_NOSUCHNICK", "a b")), [
    "al",
    "*",
    "No such nick/channel",
  ]);
  const line = formatNumeric("s", "al", "ERR_UNKNOWNCOMMAND", "X".repeat(510));
  assertEquals(line.length, 512);
});

Deno.test("ISUPPORT ends with words", () => {
  assertEquals(
    formatIsupport("s", "al", ["A=1", "B"]),
    ":s 005 al A=1 B :are supported by this server\r\n",
  );
});

Deno.test("a standard reply has the command, a code, its context and words", () => {
  assertEquals(
    formatStandardReply("s", "FAIL", "PRIVMSG", "INVALID_UTF8", [], "Send UTF-8"),
    ":s FAIL PRIVMSG INVALID_UTF8 :Send UTF-8\r\n",
  );
  assertEquals(formatStandardReply("s", "NOTE", "", "X", ["a"], "b"), ":s NOTE * X a :b\r\n");
});
