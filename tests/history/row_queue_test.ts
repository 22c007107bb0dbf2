/**
 * The queue of rows: like an array from which one takes the first, whatever the order of steps.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { RowQueue } from "../../lib/history/row_queue.ts";
import type { Row } from "../../lib/history/contract.ts";
import { said } from "./rows.ts";

Deno.test("property: a queue holds what an array would", () => {
  const step = fc.constantFrom("push", "push", "push", "shift", "shift", "filter");
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const queue = new RowQueue();
    let model: Row[] = [];
    for (const [n, does] of steps.entries()) {
      if (does === "push") {
        const row = said(n, "#x 1 1");
        queue.push(row);
        model.push(row);
      } else if (does === "filter") {
        const isKept = ({ stamp }: Row) => stamp.time % 2 === 0;
        queue.filter(isKept);
        model = model.filter(isKept);
      } else if (model.length > 0) assertEquals(queue.shift(), model.shift());
      assertEquals(queue.length, model.length);
      assertEquals(queue.last, model.at(-1));
    }
    assertEquals(queue.rows, model);
  }));
});
