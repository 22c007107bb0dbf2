/**
 * json16's packets that are too long for their prefix: cut into as few as it takes, in one pass.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { encodePacket, parsePacket } from "../../lib/protocol/json16_packets.ts";

const LARGEST = 65_535;

/** The payloads of `bytes`, packet after packet. */
function payloads(bytes: Uint8Array): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(at);
    all.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return all;
}

const unit = fc.constantFrom("x", "é", '"', "\\", "\n", "\x01", "\x7f", "👍", "\ud83d", "日");

Deno.test("property: a long text is cut between characters, each packet as full as can be", () => {
  const run = fc.tuple(unit, fc.nat(12_000)).map(([each, times]) => each.repeat(times));
  fc.assert(
    fc.property(
      fc.array(run, { maxLength: 8 }),
      fc.string({ unit, maxLength: 40 }),
      (runs, nick) => {
        const message = runs.join("");
        const parts = payloads(encodePacket({ type: "chat", nick, message }, "message"));
        const packets = parts.map((part) => parsePacket(part) ?? {});
        assertEquals(packets.map((packet) => packet["message"]).join(""), message);
        for (const packet of packets) {
          assertEquals([packet["type"], packet["nick"]], ["chat", nick]);
          // Half a pair that was there before is no cut.
          if (message.isWellFormed()) assert((packet["message"] as string).isWellFormed());
        }
        // Not even the longest character would have fitted.
        for (const part of parts.slice(0, -1)) assert(part.length > LARGEST - 12, `${part.length}`);
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("property: a long list is cut between its elements, each packet as full as can be", () => {
  const name = fc.string({ unit, maxLength: 60 });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 50 }), fc.nat(400), (names, times) => {
      const nicks = Array.from({ length: times }, () => names).flat();
      const parts = payloads(encodePacket({ type: "names", channel: "c", nicks }, "nicks"));
      assertEquals(parts.flatMap((part) => parsePacket(part)?.["nicks"]), nicks);
      for (const part of parts.slice(0, -1)) assert(part.length > LARGEST - 60 * 12 - 4);
    }),
    { numRuns: 100 },
  );
});

Deno.test("a list of any length has each of its elements looked at three times", () => {
  for (const count of [1_000, 20_000, 40_000]) {
    let looks = 0;
    const names = new Proxy(Array.from({ length: count }, (_, i) => `name-${i}`.padEnd(60, "é")), {
      get(target, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) looks++;
        return Reflect.get(target, key);
      },
    });
    const parts = payloads(encodePacket({ type: "channels", channels: names }, "channels"));
    assert(parts.length > 2);
    assert(looks <= 3 * count, `${looks} looks at ${count}`);
  }
});

Deno.test("what no number of packets could hold is an error that says so", () => {
  const nick = "n".repeat(LARGEST);
  const packets = [
    () => encodePacket({ type: "chat", nick, message: "hi" }, "message"),
    () => encodePacket({ type: "names", nicks: ["a", "é".repeat(11_000)] }, "nicks"),
    () => encodePacket({ type: "join", nick }, "channel"),
  ];
  for (const encode of packets) assertThrows(encode, RangeError, 'longer than "65535" bytes');
});

Deno.test("JSON that is nested as deeply as a payload allows is nothing, or a packet", () => {
  const deep = (open: string, close: string, middle: string) => {
    const times = Math.floor((16 * 1024 - middle.length) / (open.length + close.length));
    return new TextEncoder().encode(open.repeat(times) + middle + close.repeat(times));
  };
  assertEquals(parsePacket(deep("[", "]", "")), undefined);
  assertEquals(parsePacket(deep("[", "", "")), undefined);
  assertEquals(typeof parsePacket(deep('{"a":', "}", "1")), "object");
});
