/**
 * The idle timeout of a connection.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { connect } from "../../lib/net/tcp.ts";
import { FakeClock } from "../support/clock.ts";
import { FarServer } from "../support/cs168.ts";
import { settle, within } from "../support/within.ts";

Deno.test("a silence is over when its clock says so, not when a machine was slow", async () => {
  const clock = new FakeClock();
  await using server = new FarServer();
  const near = await connect("127.0.0.1", server.port, { clock });
  await using far = await server.accept();
  near.silenceMs = 100;
  const iterator = near[Symbol.asyncIterator]();
  await far.send(new Uint8Array([1]));
  await within("a read", iterator.next());
  const step = iterator.next();
  await settle();
  clock.advance(99);
  await settle();
  assertEquals([clock.timers, near.silent], [1, false]);
  await clock.during(within("the silence", step));
  assertEquals(near.silent, true);
  near.close("done");
});
