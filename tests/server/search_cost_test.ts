/**
 * A search costs its asker by how many it looks at, however few it finds.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { EXAMINED_COST_BYTES, priceOf } from "../../lib/server/prices.ts";
import { Subscriber } from "../../lib/server/subscriber.ts";
import { Stage } from "../chat/stage.ts";

Deno.test("a search that finds nobody costs what it looks at", () => {
  const stage = new Stage();
  for (let i = 0; i < 500; i++) stage.enter(`n${i}`);
  const dispatch = new Dispatch();
  // Its protocol has no bytes for the answer, so only the search is counted.
  dispatch.add(stage.user("n0"), new Subscriber({} as never, cs168.serverCodec({} as never)));
  const stamp = { time: 0, msgid: "" };
  dispatch.deliver(stage.deliveries("n0", { type: "who", mask: "*nobody*" }), stamp);
  assertEquals(dispatch.effort.replyBytes, 500 * EXAMINED_COST_BYTES);
  assertEquals(priceOf(1, dispatch.effort) > 5, true);
  dispatch.resetEffort();
  stage.join("n1", "x");
  dispatch.deliver(stage.deliveries("n0", { type: "find_channels", masks: ["y*"] }), stamp);
  assertEquals(dispatch.effort.replyBytes, EXAMINED_COST_BYTES);
});
