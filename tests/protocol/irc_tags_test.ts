/**
 * Tags: each client gets those that it asked for, in a fixed order, and no sender can forge a server's.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { capabilitiesOf } from "../../lib/protocol/irc_caps.ts";
import { formatTags, MAX_TAG_BYTES, parseMessage } from "../../lib/protocol/irc_message.ts";
import {
  clientOnly,
  DIALECT_BITS,
  dialectOf,
  speaks,
  tagsFor,
} from "../../lib/protocol/irc_tags.ts";
import { DEFAULT_FACTS } from "../../lib/protocol/protocol.ts";

const facts = {
  timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  msgid: "m1",
  account: "bob",
  isBot: true,
  clientTags: new Map([["+typing", "active"], ["time", "x"], ["label", "7"], ["+", "y"]]),
};

function tagged(...capabilities: string[]): string {
  return formatTags(tagsFor(dialectOf(new Set(capabilities)), facts));
}

Deno.test("each client gets the tags that it asked for", () => {
  assertEquals(tagged(), "");
  assertEquals(tagged("batch", "echo-message"), "");
  assertEquals(tagged("server-time"), "@time=2026-01-02T03:04:05.678Z ");
  assertEquals(tagged("account-tag"), "@account=bob ");
  assertEquals(tagged("extended-join"), "");
  assertEquals(tagged("message-tags"), "@msgid=m1;bot;+typing=active ");
  assertEquals(
    tagged("message-tags", "account-tag", "server-time"),
    "@time=2026-01-02T03:04:05.678Z;msgid=m1;account=bob;bot;+typing=active ",
  );
});

Deno.test("what is not known has no tag", () => {
  const all = dialectOf(new Set(Object.keys(DIALECT_BITS)));
  assertEquals([...tagsFor(all, { timeMs: 0 }).keys()], ["time"]);
});

Deno.test("only client-only tags are relayed, with a name that a line can hold", () => {
  const tags = parseMessage("@+a=1;+b.c/d-e;+f g;h=2;+;+i_=3;msgid=4 X")?.tags;
  assertEquals([...clientOnly(tags).keys()], ["+a", "+b.c/d-e", "+f"]);
  assertEquals(clientOnly(undefined).size, 0);
});

Deno.test("every bit is its own", () => {
  const bits = Object.values(DIALECT_BITS);
  assertEquals(bits.reduce<number>((sum, bit) => sum | bit, 0), 2 ** bits.length - 1);
  for (const name of Object.keys(DIALECT_BITS) as (keyof typeof DIALECT_BITS)[]) {
    const dialect = dialectOf(new Set([name, "batch"]));
    assertEquals(Object.keys(DIALECT_BITS).filter((each) => speaks(dialect, each as typeof name)), [
      name,
    ]);
  }
  const known = capabilitiesOf({ ...DEFAULT_FACTS, historyLimit: 1 });
  const names = new Set(known.map(({ name }) => name));
  assertEquals(Object.keys(DIALECT_BITS).filter((name) => !names.has(name)), []);
});

Deno.test("property: relayed tags never grow beyond the limit", () => {
  const tags = fc.string({
    unit: fc.constantFrom(..."+abc=;\\:ns\u20ac"),
    maxLength: 1300,
    size: "max",
  });
  fc.assert(
    fc.property(tags, (text) => {
      const relayed = formatTags(clientOnly(parseMessage(`@${text} X`)?.tags));
      assert(relayed.length <= text.length + 2);
      assert(new TextEncoder().encode(relayed).length <= MAX_TAG_BYTES / 2 + 1);
    }),
    { numRuns: 300 },
  );
});
