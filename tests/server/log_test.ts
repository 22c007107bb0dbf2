/**
 * The log: its levels, the form of a line, and that nothing in a quoted value can act.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Log, LOG_LEVELS, type LogLevel } from "../../lib/server/log.ts";
import { quote } from "../../lib/server/log_line.ts";

/** What is logged at `level` of a line of each kind. */
function logged(level: LogLevel): string[] {
  const lines: string[] = [];
  const log = new Log(level, (line) => void lines.push(line));
  log.debug("details");
  log.info("news");
  log.error("trouble");
  return lines.map((line) => line.slice(line.indexOf(" ") + 1));
}

Deno.test("each level shows its own lines and the more important ones", () => {
  assertEquals(logged("debug"), ["debug details", "info news", "error trouble"]);
  assertEquals(logged("info"), ["info news", "error trouble"]);
  assertEquals(logged("quiet"), ["error trouble"]);
  assertEquals(LOG_LEVELS, ["debug", "info", "quiet"]);
});

Deno.test("a quoted value is a JSON string", () => {
  assertEquals(quote("alice"), '"alice"');
  assertEquals(quote('a"b\\c'), '"a\\"b\\\\c"');
  assertEquals(quote("a\nb\x1b[31m"), '"a\\nb\\u001b[31m"');
  assertEquals(quote("\x7f\x9b\u2028\u2029"), '"\\u007f\\u009b\\u2028\\u2029"');
  assertEquals(quote("grüße 漢 🙂"), '"grüße 漢 🙂"');
});

Deno.test("no quoted value holds a control character, and each can be read back", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.nat(0x20ff)).map((codes) => String.fromCharCode(...codes)),
  );
  fc.assert(fc.property(text, (value) => {
    const quoted = quote(value);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(quoted), quoted);
    assertEquals(JSON.parse(quoted), value);
  }));
});
