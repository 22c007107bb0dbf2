/**
 * Cloaks: the published values of the hash, networks that share a part, and every way to write an address.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Cloak, sipHash } from "../../lib/server/cloak.ts";

const cloak = new Cloak(Uint8Array.from({ length: 16 }, (_, i) => i));

Deno.test("the hash gives the published values of SipHash-2-4", () => {
  const key = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n] as const;
  const input = Uint8Array.from({ length: 15 }, (_, i) => i);
  assertEquals(sipHash(key, input), 0xa129ca6149be45e5n);
  assertEquals(sipHash(key, new Uint8Array(0)), 0x726fdb47dd0e0e31n);
  assertEquals(sipHash(key, input.subarray(0, 8)), 0x93f5f5799a932462n);
});

Deno.test("a cloak has three parts and shows nothing of the address", () => {
  for (const address of ["192.0.2.17", "2001:db8::17", "127.0.0.1"]) {
    const text = cloak.of(address);
    assert(/^([0-9a-z]{8}\.){3}ip$/.test(text), text);
    assertEquals(cloak.of(address), text);
  }
});

Deno.test("addresses of one network share the parts of that network alone", () => {
  const parts = (address: string) => cloak.of(address).split(".");
  const [own, near, same] = parts("192.0.2.17");
  assertEquals(parts("192.0.2.18").slice(1), [near, same, "ip"]);
  assertNotEquals(parts("192.0.2.18")[0], own);
  assertEquals(parts("192.0.9.17").slice(2), [same, "ip"]);
  assertNotEquals(parts("192.0.9.17")[1], near);
  assertNotEquals(parts("192.1.2.17")[2], same);
});

Deno.test("an IPv6 customer is a /64", () => {
  assertEquals(cloak.of("2001:db8:1:2::1"), cloak.of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  const [own, near, wide] = cloak.of("2001:db8:1:2::1").split(".");
  const other = cloak.of("2001:db8:1:3::1").split(".");
  assertNotEquals(other[0], own);
  assertEquals(other.slice(1, 3), [near, wide]);
});

Deno.test("one address has one cloak however it is written", () => {
  assertEquals(cloak.of("::ffff:192.0.2.17"), cloak.of("192.0.2.17"));
  assertEquals(cloak.of("0:0:0:0:0:FFFF:c000:0211"), cloak.of("192.0.2.17"));
  assertEquals(cloak.of("2001:DB8:0:0::1"), cloak.of("2001:0db8::1"));
  assertEquals(cloak.of("fe80::1%eth0"), cloak.of("fe80::1"));
});

Deno.test("another key gives another cloak; a key has 16 bytes", () => {
  const other = new Cloak(new Uint8Array(16));
  assertNotEquals(other.of("192.0.2.17"), cloak.of("192.0.2.17"));
  assertThrows(() => new Cloak(new Uint8Array(15)), RangeError, "16 bytes");
});

Deno.test("what is no address has a cloak as well", () => {
  for (const text of ["", "x", "1.2.3.256", "1::2::3", "12345::"]) {
    assert(/^[0-9a-z]{8}\.ip$/.test(cloak.of(text)), text);
  }
});
