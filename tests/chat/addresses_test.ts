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

Deno.test("what is no address has no bytes", () => {
  const wrong = ["1e1.2.3.4", "0x1.2.3.4", "1.2.3.0256", " 1.2.3.4", "1.2.3.4::", "::1.2.3.4:5"];
  const lengths = [
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4::5:6:7:8::",
    "1:2:3:4:5:6:7:8::",
  ];
  for (const text of [...wrong, ...lengths, "::1::", "::12345", "::g", ":1::2", "1:::2", "1:"]) {
    assertEquals(addressBytes(text), undefined, text);
  }
});

Deno.test("property: an IPv6 address has the same bytes in all its forms", () => {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
  fc.assert(fc.property(groups, fc.nat(7), fc.nat(8), (values, from, length) => {
    const zeros = values.map((value, i) => i >= from && i < from + length ? 0 : value);
    const bytes = Uint8Array.from(zeros.flatMap((value) => [value >> 8, value & 0xff]));
    const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && zeros[5] === 0xffff;
    const expected = isMapped ? bytes.subarray(12) : bytes;
    const hex = zeros.map((value) => value.toString(16));
    const end = Math.min(8, from + length);
    const short = end === from
      ? hex.join(":")
      : `${hex.slice(0, from).join(":")}::${hex.slice(end).join(":")}`;
    const inner = `${hex.slice(0, 6).join(":")}:${bytes.subarray(12).join(".")}`;
    for (const form of [hex.join(":"), short, short.toUpperCase(), inner, `${short}%eth0`]) {
      assertEquals(addressBytes(form), expected, form);
    }
  }));
  assertEquals(addressBytes("1:2:3:4:5:6:7::")?.length, 16);
  assertEquals(addressBytes("::ffff:1.2.3.4"), new Uint8Array([1, 2, 3, 4]));
  assertEquals(addressBytes("::ffff:102:304"), new Uint8Array([1, 2, 3, 4]));
  assertEquals(addressBytes("1::ffff:102:304")?.length, 16);
  assertEquals(addressBytes("::fffe:102:304")?.length, 16);
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
  assertEquals(isIn("0.0.0.0/8", "::1"), false);
  assertEquals(isIn("::/8", "0.0.0.1"), false);
});

Deno.test("addresses are shown without their IPv6 form and the interface", () => {
  assertEquals(plainAddress("::ffff:192.0.2.1"), "192.0.2.1");
  assertEquals(plainAddress("::FFFF:192.0.2.1"), "192.0.2.1");
  assertEquals(plainAddress("fe80::1%eth0"), "fe80::1");
  assertEquals(plainAddress("2001:db8::1"), "2001:db8::1");
});
