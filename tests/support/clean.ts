/**
 * Clean texts, by the rules of the program and by plain patterns beside them: what a client shows holds nothing that acts on
 * a terminal, and what a server makes of bytes not even a line end.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { sanitizeLine, sanitizeName, sanitizeText } from "../../lib/protocol/text.ts";

/** C0, DEL, C1, and the separators at which several languages end a line. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
/** IRC's formatting belongs to a text, and only there. */
// deno-lint-ignore no-control-regex
const FORMATTING = /[\x02-\x04\x0f\x11\x16\x1d-\x1f]/g;
const BIDI = /[\u202a-\u202e\u2066-\u2069]/;

/** Every string in `value`, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Fails unless all strings in `value` are clean; they may have several lines. */
export function assertClean(value: unknown): void {
  for (const text of textsIn(value)) {
    for (const line of text.split("\n")) {
      const isClean = !UNSAFE.test(line) && line.isWellFormed() && sanitizeLine(line) === line;
      assert(isClean, `Not clean: ${JSON.stringify(value)}`);
    }
  }
}

/** Fails unless a command is clean: its text may have IRC's formatting, a name not even bidi controls. */
export function assertCleanCommand(command: Command): void {
  const what = JSON.stringify(command);
  for (const [key, value] of Object.entries(command)) {
    if (key === "refusal") assertClean(value);
    else if (key === "text") {
      const text = `${value}`;
      assert(sanitizeText(text) === text && text.isWellFormed(), `Not clean: ${what}`);
      const bare = text.replace(FORMATTING, "");
      assert(!UNSAFE.test(bare), `Not clean: ${what}`);
      assert(bare.trim() !== "", `Blank: ${what}`);
    } else {
      for (const text of textsIn(value)) {
        const isClean = !UNSAFE.test(text) && !BIDI.test(text) && sanitizeName(text) === text;
        assert(isClean, `Not clean: ${what}`);
      }
    }
  }
}
