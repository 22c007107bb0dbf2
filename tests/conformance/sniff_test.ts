/**
 * What every set of protocols on one port must keep: the first rule in order that claims the bytes has them,
 * and what was found stays found, however the bytes arrive. For a new protocol these run by themselves.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { orderedRules, sniff, type Verdict } from "../../lib/protocol/sniff.ts";
import { SNIFF_BYTES } from "../../lib/protocol/sniff_rules.ts";
import { TESTED, TESTED_OPENINGS } from "./tested.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";

/** Bytes that come close to what some protocol begins with. */
const near = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("\n", "\r\n", " ", "{", "\x00", "\x40", "a", "é") },
    { weight: 2, arbitrary: fc.constantFrom("REGISTER ", "REGISTER", " CHAT/1.0", " ".repeat(50)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("GET ", "POST /x", "PUT", '{"type":', "\x16\x03", "\x01"),
    },
    { weight: 1, arbitrary: fc.stringMatching(/^[ -~]{0,60}$/) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
  ),
  { minLength: 1, maxLength: 30 },
).map((parts) => encodeUtf8(parts.join(""))).filter((bytes) => bytes.length > 0);

/** A real opening with some bytes changed. */
const bent = fc.record({
  opening: fc.constantFrom(...TESTED_OPENINGS),
  changes: fc.array(fc.record({ at: fc.nat(SNIFF_BYTES), byte: fc.nat(255) }), { maxLength: 3 }),
}).map(({ opening, changes }) => {
  const bytes = opening.bytes.slice(0, SNIFF_BYTES + 50);
  for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
  return bytes;
});

const firstBytes = fc.oneof(near, bent, fc.uint8Array({ minLength: 1, maxLength: 250 }));

const RULES = orderedRules(TESTED);

function nameOf(found: Verdict): string {
  if (found.is === "protocol") return found.protocol.name;
  return found.is === "refused" ? found.reason : found.is;
}

function verdict(prefix: Uint8Array, silent = false): string {
  return nameOf(sniff(TESTED, prefix, silent));
}

/** `bytes` with text behind them, as many as count. */
function filled(bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(SNIFF_BYTES).fill(0x61);
  all.set(bytes.subarray(0, SNIFF_BYTES));
  return all;
}

Deno.test("property: of all rules that claim the bytes the first has them, whatever the others say", () => {
  fc.assert(
    fc.property(firstBytes, (bytes) => {
      const all = filled(bytes);
      const first = RULES.find(({ rule }) => rule.test(all, false) === "match");
      const expected = first === undefined ? "unknown" : nameOf(first.verdict);
      assertEquals(verdict(all), expected);
      // And so it is before all of them have come, and if the peer pauses then.
      for (let count = 1; count < all.length; count++) {
        const early = verdict(all.subarray(0, count));
        if (early === "more") continue;
        assertEquals(early, expected, `${count} bytes`);
        assertEquals(verdict(all.subarray(0, count), true), expected, `${count} bytes and silence`);
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("property: a rule keeps to what it has claimed or rejected; silence makes it claim, no more", () => {
  fc.assert(
    fc.property(firstBytes, (bytes) => {
      for (const { rule } of RULES) {
        let last = "more";
        for (let count = 1; count <= Math.min(bytes.length, SNIFF_BYTES); count++) {
          const prefix = bytes.subarray(0, count);
          const answer = rule.test(prefix, false);
          if (last !== "more") assertEquals(answer, last, `${rule.name}, ${count} bytes`);
          const inSilence = rule.test(prefix, true);
          if (answer !== "more") assertEquals(inSilence, answer, `${rule.name}, ${count} bytes`);
          else assert(inSilence !== "reject", `${rule.name}, ${count} bytes`);
          last = answer;
        }
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("property: no rule wants more than the bytes that count", () => {
  fc.assert(
    fc.property(firstBytes, (bytes) => {
      const all = filled(bytes);
      for (const { rule } of RULES) assert(rule.test(all, false) !== "more", rule.name);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("every protocol has openings here, and claims each of them", () => {
  for (const protocol of TESTED) {
    const own = TESTED_OPENINGS.filter((opening) => opening.protocol === protocol.name);
    assert(own.length > 0, `no opening of ${protocol.name} in tests/support/conversations.ts`);
    for (const opening of own) assertEquals(verdict(opening.bytes), protocol.name);
  }
});
