/**
 * Names that look like another name.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { lookOf } from "../../lib/chat/lookalikes.ts";
import fc from "fast-check";

Deno.test("lookalikes: letters of other scripts are the Latin ones that they look like", () => {
  for (
    const [name, look] of [
      ["\u0430\u03bf\u0435", "aoe"],
      ["\u0412\u041d\u0422", "bht"],
      ["Дима", "д\u0438ma"],
      ["日本", "日本"],
      ["_a-1", "_a-1"],
    ] as const
  ) assertEquals(lookOf(name), look);
});

Deno.test("property: lookalikes: case makes no difference, and the form of a form is itself", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (name) => {
    assertEquals(lookOf(lookOf(name)), lookOf(name));
    assertEquals(lookOf(name.toLowerCase()), lookOf(name));
  }));
});
