/**
 * The dialects of IRC: each encodes an event as its capabilities say, and all of them together encode it in few forms.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { SharedEvent, Stamp } from "../../lib/chat/event.ts";
import { internDialect } from "../../lib/protocol/irc_dialect.ts";
import { formatTags } from "../../lib/protocol/irc_message.ts";
import { decodeUtf8 } from "../../lib/protocol/text.ts";
import { personSeen } from "../../lib/chat/person.ts";

const DIALECTS = Array.from({ length: 512 }, (_, bits) => internDialect("test.example", bits));
const by = { ...personSeen("bob", "irc"), account: "bob", realname: "Bob" };
const whom = personSeen("eve", "irc");

const EVENTS: readonly (readonly [SharedEvent, forms: number])[] = [
  [{ type: "said", by, channel: "x", text: "hi", tags: new Map([["+a", "b"]]) }, 8],
  [{ type: "emoted", by, channel: "x", text: "hi" }, 8],
  [{ type: "tagged", by, channel: "x", tags: new Map([["+a", "b"]]) }, 8],
  [{ type: "joined", by, channel: "x" }, 16],
  [{ type: "left", by, channel: "x" }, 8],
  [{ type: "kicked", by, whom, channel: "x" }, 8],
  [{ type: "topic_set", by, channel: "x", text: "y" }, 8],
  [{ type: "invite_seen", by, whom, channel: "x" }, 16],
  [{ type: "away_seen", by, channel: "x", text: "y" }, 16],
  [{ type: "renamed", by, now: whom }, 8],
  [{ type: "quit", by, reason: "y" }, 8],
  [{ type: "away", by, text: "y" }, 16],
  [{ type: "realname_changed", by, now: { ...by, realname: "Robert" } }, 16],
];

for (const [event, forms] of EVENTS) {
  Deno.test(`512 dialects encode "${event.type}" in ${forms} forms at most, each as its own lines say`, () => {
    // Twice, so that nothing of one message is taken for the next.
    for (const time of [1, 2]) {
      const stamp: Stamp = { time, msgid: `id${time}` };
      const seen = new Set<Uint8Array>();
      for (const dialect of DIALECTS) {
        const bytes = dialect.encodeEvent(event, stamp);
        seen.add(bytes);
        const lines = dialect.linesOf(event, stamp);
        const text = lines.map(({ tags, body }) => formatTags(tags) + body).join("");
        assertEquals(decodeUtf8(bytes), text, dialect.name);
      }
      assertEquals(seen.size <= forms, true, `${seen.size} forms`);
    }
  });
}
