/**
 * What every set of protocols on one port must keep: no two claim the same bytes, and what was found
 * stays found, however the bytes arrive. For a new protocol these run by themselves.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TESTED, TESTED_OPENINGS } from "./tested.ts";
import { sniff, SNIFF_BYTES } from "../../lib/protocol/sniff.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";

/** Bytes that come close to what some protocol begins with. */
const near = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("\n", "\r\n", " ", "{", "\x00", "\x40", "a", "é") },
    { weight: 2, arbitrary: fc.constantFrom("REGISTER ", "REGISTER", " ".repeat(50)) },
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

function verdict(prefix: Uint8Array, silent = false): string {
  const found = sniff(TESTED, prefix, silent);
  return typeof found === "string" ? found : found.name;
}

Deno.test("property: no two protocols claim the same first bytes, with silence or without", () => {
  fc.assert(
    fc.property(firstBytes, fc.boolean(), (bytes, silent) => {
      const claims = TESTED.filter((each) => each.sniff(bytes, silent) === "match");
      assert(claims.length <= 1, claims.map((each) => each.name).join(" and "));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("property: byte by byte, what was decided stays decided", () => {
  fc.assert(
    fc.property(firstBytes, (bytes) => {
      let decided: string | undefined;
      for (let count = 1; count <= bytes.length; count++) {
        const now = verdict(bytes.subarray(0, count));
        if (decided !== undefined) assertEquals(now, decided, `${count} bytes`);
        if (now !== "more") decided = now;
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("property: what a protocol has rejected it never claims, so that order does not matter", () => {
  fc.assert(
    fc.property(firstBytes, (bytes) => {
      for (const protocol of TESTED) {
        let rejected = false;
        for (let count = 1; count <= bytes.length; count++) {
          const answer = protocol.sniff(bytes.subarray(0, count), false);
          if (rejected) assertEquals(answer, "reject", `${protocol.name}, ${count} bytes`);
          rejected ||= answer === "reject";
        }
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("property: after the bytes that are enough to decide nothing is open", () => {
  const enough = fc.tuple(firstBytes, fc.uint8Array({ minLength: 200, maxLength: 200 }))
    .map(([first, rest]) => new Uint8Array([...first, ...rest]).subarray(0, SNIFF_BYTES));
  fc.assert(fc.property(enough, (bytes) => assert(verdict(bytes) !== "more")), { numRuns: 2000 });
});

Deno.test("every protocol has openings here, and claims each of them", () => {
  for (const protocol of TESTED) {
    const own = TESTED_OPENINGS.filter((opening) => opening.protocol === protocol.name);
    assert(own.length > 0, `no opening of ${protocol.name} in tests/support/conversations.ts`);
    for (const opening of own) assertEquals(protocol.sniff(opening.bytes, false), "match");
  }
});
