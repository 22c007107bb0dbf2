/**
 * What becomes of typed texts: kept in order, confirmed by what comes back, never sent twice, never lost in silence.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  Outgoing,
  type OutgoingText,
  type Settled,
  type Speech,
} from "../../lib/client/outgoing.ts";
import type { Received } from "../../lib/protocol/protocol.ts";
import { person } from "../support/events.ts";

const ME = "pat";

function said(text: string, channel = "tea", nick = ME): Received {
  return { type: "said", by: person(nick), channel, text };
}

/** An outgoing with these texts to #tea, all of them given to a connection, 10 bytes each. */
function sentTo(channel: string | undefined, ...texts: string[]): Outgoing {
  const outgoing = new Outgoing((name) => name.toLowerCase());
  texts.forEach((text, i) => {
    const command: Speech = { type: "say", text, ...(channel !== undefined && { channel }) };
    outgoing.add({ id: i + 1, command });
    outgoing.hasSent(outgoing.next(() => true) as OutgoingText, 10 * (i + 1));
  });
  return outgoing;
}

function outcomes(settled: readonly Settled[]): string[] {
  return settled.map(({ text, outcome }) => `${text.id} ${outcome}`);
}

Deno.test("outgoing: what comes back is taken, whatever the server has trimmed of it", () => {
  const outgoing = sentTo("tea", "one ", "two\x02");
  assertEquals(outcomes(outgoing.settle(said("one"), ME)), ["1 taken"]);
  assertEquals(outcomes(outgoing.settle(said("two", "TEA", "PAT"), ME)), ["2 taken"]);
  assertEquals(outgoing.sent, []);
});

Deno.test("outgoing: what others say, and what one says elsewhere, confirms nothing", () => {
  const outgoing = sentTo("tea", "one");
  for (const event of [said("one", "tea", "eve"), said("one", "den"), said("two")]) {
    assertEquals(outgoing.settle(event, ME), []);
  }
  const emoted: Received = { type: "emoted", by: person(ME), channel: "tea", text: "one" };
  assertEquals(outgoing.settle(emoted, ME), []);
});

Deno.test("outgoing: a text that comes back in parts is taken with the last", () => {
  const outgoing = sentTo("tea", "a long text", "next");
  assertEquals(outgoing.settle(said("a long"), ME), []);
  assertEquals(outcomes(outgoing.settle(said("text"), ME)), ["1 taken"]);
});

Deno.test("outgoing: of a text that was passed over it is not known; one that began to come back was cut", () => {
  const outgoing = sentTo("tea", "lost", "cut off", "three");
  assertEquals(outgoing.settle(said("cut"), ME).map(({ text }) => text.id), [1]);
  assertEquals(outcomes(outgoing.settle(said("three"), ME)), ["2 taken", "3 taken"]);
});

Deno.test("outgoing: labels tell the same texts apart", () => {
  const outgoing = sentTo("tea", "same", "same");
  const echo = { ...said("same"), stamp: { label: "2" } };
  assertEquals(outcomes(outgoing.settle(echo, ME)), ["2 taken"]);
  const refusal: Received = { type: "notice", text: "No", isAnswer: true, stamp: { label: "1" } };
  assertEquals(outcomes(outgoing.settle(refusal, ME)), ["1 refused"]);
});

Deno.test("outgoing: a refusal is about the channel or user that it names", () => {
  const outgoing = sentTo("tea", "one");
  const dm: OutgoingText = { id: 2, command: { type: "dm", to: "bob", text: "psst" } };
  outgoing.hasSent(dm, 20);
  const noBob: Received = { type: "refused", refusal: { code: "no_such_nick", nick: "Bob" } };
  assertEquals(outcomes(outgoing.settle(noBob, ME)), ["2 refused"]);
  const elsewhere: Received = { type: "notice", text: "No", channel: "den", isAnswer: true };
  assertEquals(outgoing.settle(elsewhere, ME), []);
  const muted: Received = { type: "notice", text: "No", channel: "tea", isAnswer: true };
  assertEquals(outcomes(outgoing.settle(muted, ME)), ["1 refused"]);
});

Deno.test("outgoing: a kick or an invitation that is refused refuses no text to the same channel", () => {
  const outgoing = sentTo("tea", "one");
  const channel = "tea";
  for (
    const refusal of [
      { code: "not_a_member", nick: "zoe", channel },
      { code: "already_member", nick: "zoe", channel },
      { code: "not_operator", channel },
    ] as const
  ) assertEquals(outgoing.settle({ type: "refused", refusal }, ME), []);
  assertEquals(outcomes(outgoing.settle(said("one"), ME)), ["1 taken"]);
});

Deno.test("outgoing: where refusals are words, the user in them tells, or else the oldest text is meant", () => {
  const outgoing = sentTo(undefined, "one");
  outgoing.hasSent({ id: 2, command: { type: "dm", to: "bob", text: "psst" } }, 20);
  const error = (text: string): Received => ({ type: "notice", text, isAnswer: true });
  assertEquals(outcomes(outgoing.settle(error("No user named bob"), ME)), ["2 refused"]);
  assertEquals(outcomes(outgoing.settle(error("You are banned"), ME)), ["1 refused"]);
});

Deno.test("outgoing: after a loss, what the socket had not taken waits again, the rest may have arrived", () => {
  const outgoing = sentTo("tea", "one", "two", "three");
  outgoing.add({ id: 4, command: { type: "say", text: "four", channel: "tea" } });
  assertEquals(outcomes(outgoing.lost(25)), ["1 unknown", "2 unknown"]);
  assertEquals(outgoing.waiting.map(({ id }) => id), [3, 4]);
});

Deno.test("outgoing: property: each text is settled once, in its order, and sent again only if it cannot have arrived", () => {
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("type"), channel: fc.constantFrom("a", "b") }),
    },
    { weight: 3, arbitrary: fc.constant({ do: "send" }) },
    { weight: 2, arbitrary: fc.constant({ do: "echo" }) },
    fc.record({ do: fc.constant("lose"), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const outgoing = new Outgoing((name) => name);
    const settled = new Map<number, string>();
    const note = (all: readonly Settled[]) => {
      for (const { text, outcome } of all) {
        assert(!settled.has(text.id), "It must be settled once");
        settled.set(text.id, outcome);
      }
    };
    // One connection: what it was given, how much of that its server has read, and what that has not sent back.
    let given: OutgoingText[] = [];
    let read = 0;
    let echoes: OutgoingText[] = [];
    const arrived = new Map<number, number>();
    let last = 0;
    const reads = () => {
      const text = given[read];
      if (text === undefined) return;
      read++;
      arrived.set(text.id, (arrived.get(text.id) ?? 0) + 1);
      echoes.push(text);
    };
    for (const each of steps) {
      if ("channel" in each) {
        const command: Speech = { type: "say", text: `text ${++last}`, channel: each.channel };
        outgoing.add({ id: last, command });
      } else if ("part" in each) {
        // The server has read no more than what the socket has taken.
        note(outgoing.lost(read + Math.floor(each.part * (given.length - read))));
        [given, read, echoes] = [[], 0, []];
      } else if (each.do === "send") {
        const text = outgoing.next(() => true);
        if (text === undefined) continue;
        given.push(text);
        outgoing.hasSent(text, given.length);
      } else {
        reads();
        const command = echoes.shift()?.command;
        if (command?.type === "say") note(outgoing.settle(said(command.text, command.channel), ME));
      }
    }
    for (const [id, times] of arrived) assert(times === 1, `Text ${id} arrived ${times} times`);
    for (const [id, outcome] of settled) if (outcome === "taken") assert(arrived.has(id));
    const open = [...outgoing.sent, ...outgoing.waiting].map(({ id }) => id);
    assertEquals([...settled.keys(), ...open].sort((a, b) => a - b), range(last));
  }));
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
