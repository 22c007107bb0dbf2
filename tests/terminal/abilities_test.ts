/**
 * What terminals can do, by their names.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { abilitiesOf } from "../../lib/terminal/abilities.ts";

const CASES: readonly [string | undefined, boolean, boolean][] = [
  ["xterm-256color", true, true],
  ["tmux-256color", true, true],
  ["foot", true, true],
  ["xterm-kitty", true, true],
  ["screen-256color", true, false],
  ["linux", true, false],
  ["vt100", true, false],
  ["xtermish", true, false],
  ["dumb", false, false],
  ["emacs", false, false],
  [undefined, true, false],
];

for (const [term, canMove, hasLinks] of CASES) {
  Deno.test(`abilities: ${term}`, () => assertEquals(abilitiesOf(term), { canMove, hasLinks }));
}
