/**
 * How far the user has read, where the server keeps that with its account.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { irc } from "../../lib/protocol/irc.ts";
import type { Received } from "../../lib/protocol/protocol.ts";
import { person } from "../support/events.ts";
import { type Asked, NOON, sentOf, Stage } from "./stage.ts";

const ALT = "\x1b", SECOND = 1000;

function said(i: number, text = `line ${i}`): Received {
  const stamp = { time: NOON + i * SECOND, msgid: `m${i}` };
  return { type: "said", by: person("eve"), channel: "tea", text, stamp };
}

function marker(i: number | undefined): Received {
  const at = i === undefined ? {} : { at: NOON + i * SECOND };
  return { type: "marker", target: { channel: "tea" }, ...at };
}

/** The marks among `asked`, by the number of the line. */
function marks(asked: readonly Asked[]): number[] {
  return sentOf("marker", asked).flatMap(({ at }) =>
    at === undefined ? [] : [(at - NOON) / SECOND]
  );
}

/** pat on IRC, in #tea, of which a page comes that begins with `events`. */
function enters(stage: Stage, ...events: Received[]): void {
  entersWith(stage, said(5), ...events);
}

/** The same, with another last message. */
function entersWith(stage: Stage, last: Received, ...events: Received[]): void {
  stage.hears({ type: "registered", person: person("pat") }, { type: "entered", channel: "tea" });
  stage.hears(...events);
  stage.learns({
    type: "past",
    target: { channel: "tea" },
    events: [said(1), said(2), said(3), said(4, "pat: tea?"), last],
    oldest: { msgid: "m1" },
  });
}

Deno.test("read marks: at the start a row stands where one left off, and other channels are counted", async () => {
  using stage = new Stage({ protocol: irc, columns: 60, rows: 10, channels: ["tea"] });
  enters(stage, marker(2));
  assertEquals((await stage.shows()).slice(0, 5), [
    "eve: line 1",
    "eve: line 2",
    `-- new ${"-".repeat(53)}`,
    "eve: line 3",
    "eve: pat: tea?",
  ]);
  // Nobody has looked at this one.
  using other = new Stage({ protocol: irc, columns: 60, rows: 10 });
  enters(other, marker(2));
  assert((await other.status()).includes("[2:3!1]"), await other.status());
  assertEquals(other.model.calls, 0);
  // Its user has answered on another machine.
  using answered = new Stage({ protocol: irc, columns: 60, rows: 10 });
  entersWith(answered, { ...said(5), by: person("Pat") } as Received, marker(2));
  assert(!(await answered.status()).includes("["), await answered.status());
  // Where nothing is known, nothing is new.
  for (const first of [[], [marker(undefined)]]) {
    using unknown = new Stage({ protocol: irc, columns: 60, rows: 10 });
    enters(unknown, ...first);
    assert(!(await unknown.status()).includes("["), await unknown.status());
  }
});

Deno.test("read marks: a key says what was read, not too often; nobody reads what comes to an empty chair", () => {
  using stage = new Stage({ protocol: irc, columns: 60, rows: 10, channels: ["tea"] });
  enters(stage, marker(2));
  assertEquals(marks(stage.hears(said(6))), []);
  assertEquals(marks(stage.types("x")), [6]);
  assertEquals(marks(stage.types("y")), []);
  stage.hears(said(7));
  // The clock of this stage stands still, so the next mark there would come too soon ..
  assertEquals(marks(stage.types("z")), []);
  // .. but whoever goes elsewhere has read it.
  assertEquals(marks(stage.types(`${ALT}1`)), [7]);
  assertEquals(marks(stage.hears(said(8))), []);
  assertEquals(marks(stage.types(`${ALT}2`)), []);
  assertEquals(marks(stage.types(`${ALT}1`)), [8]);
});

Deno.test("read marks: what another client has shown is read; a quit goes behind the mark; without marks none is sent", async () => {
  using stage = new Stage({ protocol: irc, columns: 60, rows: 10 });
  enters(stage, marker(2));
  stage.hears(said(6));
  assert((await stage.status()).includes("[2:4!1]"));
  stage.hears(marker(5));
  assert((await stage.status()).includes("[2:4!1]"));
  stage.hears(marker(6));
  assert(!(await stage.status()).includes("["));
  stage.types(`${ALT}2`);
  assertEquals(marks(stage.types("x")), []);
  stage.hears(said(7));
  const asked = stage.types("\x15/quit\r");
  assertEquals([marks(asked), asked.at(-1)?.type], [[7], "quit"]);
  using none = new Stage({ protocol: irc, columns: 60, rows: 10, channels: ["tea"] });
  enters(none);
  none.hears(said(6));
  assertEquals(marks(none.types(`x${ALT}1`)), []);
});
