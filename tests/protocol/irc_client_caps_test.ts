/**
 * A client's negotiation of capabilities, with servers that say more than it asked for.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ClientCaps } from "../../lib/protocol/irc_client_caps.ts";

Deno.test("caps: what is wanted is asked for, whatever else a server has, and its value is kept", () => {
  const caps = new ClientCaps(["batch", "sasl", "server-time"]);
  assertEquals(caps.take(["*", "LS", "*", "batch other=1"]), undefined);
  assertEquals(caps.take(["*", "LS", "sasl=PLAIN more"]), ["REQ", "batch sasl"]);
  assertEquals(caps.valueOf("sasl"), "PLAIN");
  assertEquals(caps.take(["dave", "ACK", "batch sasl"]), ["END"]);
  assert(caps.has("batch") && caps.has("sasl") && !caps.has("server-time"));
  caps.take(["dave", "DEL", "batch"]);
  caps.take(["dave", "ACK", "-sasl"]);
  assert(!caps.has("batch") && !caps.has("sasl"));
});

Deno.test("caps: a list without an end, and grants that nobody asked for, take no memory", () => {
  const caps = new ClientCaps(["batch"]);
  for (let i = 0; i < 1000; i++) {
    assertEquals(caps.take(["*", "LS", "*", `x${i}=y batch=${i}`]), undefined);
    caps.take(["dave", "ACK", `z${i} batch`]);
  }
  assertEquals(caps.size, 2);
  assert(!caps.has("z1"));
});
