/**
 * HELP knows its subjects in any case, and nothing else.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { HELP_SUBJECTS, helpOn } from "../../lib/protocol/irc_help.ts";

Deno.test("without a subject, all of them are listed", () => {
  const lines = helpOn(undefined)?.lines.slice(1) ?? [];
  assertEquals(lines.join(" ").split(" "), HELP_SUBJECTS);
  assertEquals(helpOn(""), helpOn(undefined));
  assertEquals(helpOn("index"), helpOn(undefined));
});

Deno.test("every subject is found in any case, sorted, with a form that begins with it", () => {
  assertEquals([...HELP_SUBJECTS].sort(), HELP_SUBJECTS);
  for (const name of HELP_SUBJECTS) {
    const help = helpOn(name.toLowerCase());
    assertEquals(help?.subject, name);
    assertEquals(help?.lines[0].split(" ")[0], name);
    for (const line of help?.lines ?? []) assert(line.length <= 100 && line !== "", line);
  }
});

Deno.test("an unknown subject has no text", () => {
  for (const name of ["X", "constructor", "__proto__", "toString", "PRIVMSG "]) {
    assertEquals(helpOn(name), undefined, name);
  }
});
