/**
 * Which networks of an account are remembered.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { KnownNetworks } from "../../lib/accounts/known_networks.ts";

Deno.test("known networks: the eight that were used last, for each account", () => {
  const known = new KnownNetworks();
  assertEquals(known.has("alice", "net 0"), false);
  for (let n = 0; n < 8; n++) known.add("alice", `net ${n}`);
  known.add("bob", "net of bob");
  assertEquals([known.has("alice", "net 0"), known.has("alice", "net of bob")], [true, false]);
  // What is used again is the newest.
  known.add("alice", "net 0");
  known.add("alice", "net 8");
  assertEquals([0, 1, 2, 8].map((n) => known.has("alice", `net ${n}`)), [true, false, true, true]);
  assertEquals(known.has("bob", "net of bob"), true);
});

Deno.test("known networks: of ten thousand accounts, the last that were entered", () => {
  const known = new KnownNetworks();
  for (let n = 0; n < 10_000; n++) known.add(`account ${n}`, "here");
  assertEquals(known.has("account 0", "here"), true);
  known.add("account 0", "here");
  known.add("one more", "here");
  const names = ["account 0", "account 1", "account 2", "one more"];
  assertEquals(names.map((name) => known.has(name, "here")), [true, false, true, true]);
});
