/**
 * Counting what is lost: how many rows of which conversation, and the last of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Batch } from "../../lib/history/batch.ts";
import { Lost } from "../../lib/history/lost.ts";
import { idOf, said } from "./rows.ts";

Deno.test("lost rows and batches are counted by their conversations, and then anew", () => {
  const [x, y] = ["#x 1 1", "#y 1 2"];
  const lost = new Lost();
  lost.add(said(1, x));
  const batch = new Batch();
  for (const [n, where] of [[2, y], [3, x], [4, y], [5, y]] as const) batch.add(said(n, where));
  lost.addBatch(batch.take());
  assertEquals(lost.take(), {
    total: 5,
    gaps: [
      { conversation: x, lost: 2, msgid: idOf(3) },
      { conversation: y, lost: 3, msgid: idOf(5) },
    ],
  });
  assertEquals(lost.take(), { total: 0, gaps: [] });
});

Deno.test("the conversations of which it is counted are bounded, all that is lost is not", () => {
  const lost = new Lost();
  for (let n = 0; n < 10_001; n++) lost.add(said(n, `#x 1 ${n}`));
  const { total, gaps } = lost.take();
  assertEquals([total, gaps.length], [10_001, 10_000]);
});
