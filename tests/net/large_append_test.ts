/**
 * An append that is larger than any segment of the log would be.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { BroadcastLog } from "../../lib/net/broadcast_log.ts";
import { Outbox } from "../../lib/net/outbox.ts";
import { ManualTurns, ModelSink } from "../support/sink.ts";

Deno.test("what is larger than a segment is appended whole", async () => {
  const [scheduler, sink] = [new ManualTurns(), new ModelSink()];
  const log = new BroadcastLog(scheduler);
  const outbox = new Outbox({ sink, scheduler, limit: 1_000_000, onFailure: () => {} });
  outbox.follow(log);
  log.append(new Uint8Array(300 * 1024));
  outbox.wake();
  await scheduler.pass();
  assertEquals(sink.offered, 300 * 1024);
});
