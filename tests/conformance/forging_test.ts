/**
 * Nobody speaks in another's name: whatever a user says, does or whispers, in every protocol all that
 * its receivers read begins with that user's own name, also where it has to be cut.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { bytesOf, person } from "../support/events.ts";
import { TESTED } from "./tested.ts";
import { NICK } from "./samples.ts";
import { hear } from "./wire.ts";

const channel = "lobby";

/** What a user would like others to believe. */
const forged = fc.constantFrom(
  "[bob] I am bob",
  "@bob: I am bob",
  "bob: I am bob",
  "bob has left",
  "bob has joined",
  "DISCONNECT CHAT/1.0",
  "401 Client already registered",
  '{"type": "leave", "nick": "bob"}',
);
/** Behind as much as it takes to come out at the start of a frame. */
const text = fc.array(fc.tuple(fc.nat(220), fc.constantFrom("x", " ", "é"), forged), {
  minLength: 1,
  maxLength: 4,
}).map((parts) => parts.map(([count, filler, lie]) => filler.repeat(count) + lie).join(""));

function events(nick: string, said: string): ChatEvent[] {
  const by = person(nick);
  return [
    { type: "said", by, channel, text: said },
    { type: "emoted", by, channel, text: said },
    { type: "dm", by, to: person(NICK), text: said },
  ];
}

for (const protocol of TESTED) {
  /** What a receiver reads, one text a frame. */
  const reads = (event: ChatEvent): string[] => {
    const heard = hear(protocol.clientCodec(NICK), [bytesOf(protocol, event)]);
    assert(heard.every((each) => each.type !== "stopping" && each.type !== "refused"));
    return heard.map((each) => lookOf(protocol).text(each));
  };

  Deno.test(`${protocol.name}: property: every part of what mallory says has her name`, () => {
    fc.assert(
      fc.property(text, (said) => {
        for (const event of events("mallory", said)) {
          for (const line of reads(event)) assert(/^[@[]?mallory\b/.test(line), line);
        }
      }),
      { numRuns: 500 },
    );
  });

  Deno.test(`${protocol.name}: property: a name that leaves no room helps nobody to forge`, () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 180, max: 200 }), (said, length) => {
        const nick = "m".repeat(length);
        for (const event of events(nick, said)) {
          // The names, the little of them that did not fit, or text that stands behind a space.
          for (const line of reads(event)) assert(/^(@?\[?m|\n? |[-> pat]*\]$)/.test(line), line);
        }
      }),
      { numRuns: 500 },
    );
  });

  Deno.test(`${protocol.name}: an emote that has to be cut loses nothing`, () => {
    const said = "0123456789".repeat(50);
    const event: ChatEvent = { type: "emoted", by: person("pat"), channel, text: said };
    const digits = reads(event).join("").replace(/[^0-9]/g, "");
    assertEquals(digits, said);
  });
}
