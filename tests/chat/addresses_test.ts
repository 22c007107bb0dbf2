/**
 * Addresses and networks as operators write them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { addressBytes, isInNetwork, parseNetwork, plainAddress } from "../../lib/chat/addresses.ts";

Deno.test("what is no address and no network is neither", () => {
  const wrong = ["", "x", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/x"];
  for (const text of [...wrong, "1.2.3.4/8/8", "::1/129", ":::", "1::2::3", "/8", "1.2.3.4/-1"]) {
    assertEquals(parseNetwork(text), undefined, text);
  }
});

Deno.test("a network holds the addresses that begin with its bits", () => {
  const isIn = (network: string, address: string) => {
    const parsed = parseNetwork(network);
    return parsed !== undefined && isInNetwork(parsed, addressBytes(address));
  };
  const bits = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(bits, bits, fc.integer({ min: 0, max: 32 }), (one, other, length) => {
    const text = (bytes: readonly number[]) =>
      bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
    const expected = text(one).slice(0, length) === text(other).slice(0, length);
    assertEquals(isIn(`${one.join(".")}/${length}`, other.join(".")), expected);
  }));
  assertEquals(isIn("2001:db8::/32", "2001:db8:ffff::1"), true);
  assertEquals(isIn("2001:db8::/33", "2001:db8:8000::1"), false);
  assertEquals(isIn("192.0.2.1", "::ffff:192.0.2.1"), true);
  assertEquals(isIn("192.0.2.0/24", "2001:db8::1"), false);
  assertEquals(isIn("192.0.2.0/24", "no address"), false);
});

Deno.test("addresses are shown without their IPv6 form and the interface", () => {
  assertEquals(plainAddress("::ffff:192.0.2.1"), "192.0.2.1");
  assertEquals(plainAddress("fe80::1%eth0"), "fe80::1");
  assertEquals(plainAddress("2001:db8::1"), "2001:db8::1");
});
