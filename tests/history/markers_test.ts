/**
 * Read markers in memory have bounds, and the ones that were set last stay.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Markers } from "../../lib/history/markers.ts";

Deno.test("a user who marks without end loses its own oldest markers", () => {
  const markers = new Markers();
  markers.set("=bob", "#x", 1);
  for (let n = 0; n < 600; n++) markers.set("=ann", `#${n}`, n + 1);
  assertEquals(markers.get("=ann", "#99"), undefined);
  assertEquals(markers.get("=ann", "#100"), 101);
  assertEquals(markers.get("=bob", "#x"), 1);
});

Deno.test("of users without end, those stay who marked last", () => {
  const markers = new Markers();
  markers.set("=ann", "#x", 1);
  markers.set("=bob", "#x", 1);
  markers.set("=ann", "#x", 2);
  for (let n = 0; n < 9_999; n++) markers.set(`~1.${n}`, "#x", 1);
  assertEquals(markers.get("=bob", "#x"), undefined);
  assertEquals(markers.get("=ann", "#x"), 2);
});
