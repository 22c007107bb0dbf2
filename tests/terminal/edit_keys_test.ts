/**
 * docs/KEYS.md against the program: each key of the editor is in its table, and the table has no other key.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { EDIT_KEYS } from "../../lib/terminal/edit_keys.ts";

const KEYS_MD = Deno.readTextFileSync(new URL("../../docs/KEYS.md", import.meta.url));
/** Keys whose owner is the full screen, not the editor. */
const OTHERS = ["tab", "shift+tab"];

/** `Ctrl-X Ctrl-U` as the program names it: the letter of a key is a small one, and so is a name. */
function nameOf(key: string): string {
  return key.toLowerCase().replace(/(ctrl|alt|shift)-/g, "$1+");
}

Deno.test("docs/KEYS.md has the keys of the editor, and no other", () => {
  const table = KEYS_MD.split("## ")[1] as string;
  const cells = [...table.matchAll(/^\| (\S.*?) \| /gm)].map((row) => row[1] as string).slice(1);
  const documented = cells.flatMap((cell) => cell.split(/[,;] (?:then )?/)).map(nameOf);
  const known = Object.keys(EDIT_KEYS).filter((key) => key !== "ctrl+x");
  assertEquals(documented.toSorted(), [...known, ...OTHERS].toSorted());
});
