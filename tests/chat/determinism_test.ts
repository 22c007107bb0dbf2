/**
 * The domain has no clock, no randomness and nothing asynchronous: so a replicated log can feed the same
 * commands to several hubs.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

const FOLDER = new URL("../../lib/chat/", import.meta.url);

/** What differs from machine to machine, or from run to run. */
const FORBIDDEN: readonly RegExp[] = [
  /\bDate\b/,
  /\bMath\.random\b/,
  /\bcrypto\b/,
  /\bperformance\b/,
  /\bTemporal\b/,
  /\b(?:async|await|Promise|queueMicrotask)\b/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bDeno\b/,
  /\bglobalThis\b/,
  /\bIntl\b|\.toLocale|\.localeCompare/,
  /\bWeak(?:Map|Set|Ref)\b/,
  /\bimport\(/,
];

/** `source` without comments and without the text of strings, in which such words may stand. */
function codeOf(source: string): string {
  return source.replace(
    /\/\*[^]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g,
    (match) => match.startsWith("/") ? "" : '""',
  );
}

Deno.test("lib/chat has no clock, no randomness and nothing asynchronous", async () => {
  const found: string[] = [];
  let files = 0;
  for await (const { name } of Deno.readDir(FOLDER)) {
    files++;
    const code = codeOf(await Deno.readTextFile(new URL(name, FOLDER)));
    for (const each of FORBIDDEN) if (each.test(code)) found.push(`${name}: ${each.source}`);
  }
  assert(files > 10, "The folder has moved");
  assertEquals(found, []);
});

Deno.test("the scan finds what it looks for, and not in comments or strings", () => {
  const finds = (code: string) => FORBIDDEN.some((each) => each.test(codeOf(code)));
  assert(finds("const now = Date.now();"));
  assert(finds('const a = "x"; return Math.random();'));
  assert(finds("async function f() {}"));
  assert(!finds("/** Date.now */ // Math.random\nconst dated = 1;"));
  assert(!finds('throw new Error("await a Date");'));
});
