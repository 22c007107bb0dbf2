/**
 * The table of PROTOCOLS, section 5: the bytes of every event in every dialect, once caused by a user of
 * that dialect, whose nick is shown, and once by a user of another one, whose handle is shown.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ChatEvent, SharedEvent, UserEvent } from "../../lib/chat/event.ts";
import type { Person } from "../../lib/chat/person.ts";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { bytesOf, isShared, STAMP } from "../support/events.ts";
import { type Cast, castOf, read } from "./table_cast.ts";

/** A cell of the table: what is sent, where `BY`, `WHOM` and `NOW` stand for the names that are shown. */
interface Row {
  readonly name: string;
  event(cast: Cast): ChatEvent;
  readonly cs168: readonly string[];
  readonly chat1: readonly string[];
  readonly json16: readonly string[];
}

const channel = "lobby";
const SAID = {
  cs168: ["[BY] hi: there"],
  chat1: ["@BY: hi: there\n"],
  json16: ['{"type": "chat", "nick": "BY", "message": "hi: there"}'],
};
const JOINED = '{"type": "join", "nick": "BY"}';
const LEFT = '{"type": "leave", "nick": "BY"}';
const LEFT_CELLS = { cs168: ["BY has left"], chat1: [], json16: [LEFT] };
const SILENT = { cs168: [], chat1: [], json16: [] };

const ROWS: readonly Row[] = [
  { name: "said", event: ({ by }) => ({ type: "said", by, channel, text: "hi: there" }), ...SAID },
  {
    name: "notice of a user",
    event: ({ by }) => ({ type: "said", by, channel, text: "hi: there", notice: true }),
    ...SAID,
  },
  {
    name: "said with IRC's formatting",
    event: ({ by }) => ({ type: "said", by, channel, text: "\x02hi\x0f: \x0304,12there\x03" }),
    ...SAID,
  },
  {
    name: "joined",
    event: ({ by }) => ({ type: "joined", by, channel }),
    cs168: ["BY has joined"],
    chat1: [],
    json16: [JOINED],
  },
  {
    name: "left",
    event: ({ by }) => ({ type: "left", by, channel, reason: "supper" }),
    ...LEFT_CELLS,
  },
  { name: "quit", event: ({ by }) => ({ type: "quit", by, reason: "supper" }), ...LEFT_CELLS },
  {
    name: "nick changed",
    event: ({ by, now }) => ({ type: "renamed", by, now }),
    cs168: ["BY has left", "NOW has joined"],
    chat1: [],
    json16: [LEFT, '{"type": "join", "nick": "NOW"}'],
  },
  {
    name: "kicked",
    event: ({ by, whom }) => ({ type: "kicked", by, whom, channel, reason: "noise" }),
    cs168: ["WHOM has left"],
    chat1: [],
    json16: ['{"type": "leave", "nick": "WHOM"}'],
  },
  {
    name: "the kicked one's own",
    event: ({ by }) => ({ type: "removed", by, channel }),
    cs168: ["You were removed from lobby by BY"],
    chat1: ["You were removed from lobby by BY\n"],
    json16: ['{"type": "error", "message": "You were removed from lobby by BY"}'],
  },
  {
    name: "the kicked one's own, with a reason",
    event: ({ by }) => ({ type: "removed", by, channel, reason: "noise" }),
    cs168: ["You were removed from lobby by BY (noise)"],
    chat1: ["You were removed from lobby by BY (noise)\n"],
    json16: ['{"type": "error", "message": "You were removed from lobby by BY (noise)"}'],
  },
  {
    name: "emote",
    event: ({ by }) => ({ type: "emoted", by, channel, text: "goes \x1dout\x1d" }),
    cs168: ["[BY goes out]"],
    chat1: ["@BY: [BY goes out]\n"],
    json16: ['{"type": "emote", "nick": "BY", "message": "goes out"}'],
  },
  {
    name: "dm",
    event: ({ by, whom: to }) => ({ type: "dm", by, to, text: "ps\x02st" }),
    cs168: ["[BY -> WHOM]\n psst"],
    chat1: ["@BY: [to WHOM] psst\n"],
    json16: ['{"type": "dm", "nick": "BY", "to": "WHOM", "message": "psst"}'],
  },
  {
    name: "dm that was sent",
    event: ({ by, whom: to }) => ({ type: "dm_sent", by, to, text: "psst" }),
    cs168: ["[BY -> WHOM]\n psst"],
    chat1: ["@BY: [to WHOM] psst\n"],
    json16: ['{"type": "dm", "nick": "BY", "to": "WHOM", "message": "psst"}'],
  },
  {
    name: "dm that was sent to oneself, which comes as a dm",
    event: ({ by }) => ({ type: "dm_sent", by, to: by, text: "psst" }),
    ...SILENT,
  },
  {
    name: "dm of an action",
    event: ({ by, whom: to }) => ({ type: "dm", by, to, text: "waves", action: true }),
    cs168: ["[BY -> WHOM]\n [BY waves]"],
    chat1: ["@BY: [to WHOM] [BY waves]\n"],
    json16: ['{"type": "dm", "nick": "BY", "to": "WHOM", "message": "[BY waves]"}'],
  },
  {
    name: "query between programs",
    event: ({ by }) => ({ type: "said", by, channel, text: "\x01VERSION\x01", ctcp: "VERSION" }),
    ...SILENT,
  },
  {
    name: "query of one program to another",
    event: ({ by, whom: to }) => ({ type: "dm", by, to, text: "\x01PING 1\x01", ctcp: "PING" }),
    ...SILENT,
  },
  {
    name: "tags",
    event: ({ by }) => ({ type: "tagged", by, channel, tags: new Map([["+typing", "active"]]) }),
    ...SILENT,
  },
  {
    name: "real name changed",
    event: ({ by, now }) => ({ type: "realname_changed", by, now }),
    ...SILENT,
  },
  {
    name: "connection ended by the server",
    event: () => ({ type: "closing", reason: "Killed by op: spam" }),
    cs168: ["Killed by op: spam"],
    chat1: ["DISCONNECT CHAT/1.0"],
    json16: ['{"type": "error", "message": "Killed by op: spam"}'],
  },
  {
    name: "topic",
    event: ({ by }) => ({ type: "topic_set", by, channel, text: "tea" }),
    ...SILENT,
  },
  {
    name: "modes",
    event: ({ by, whom }) => ({
      type: "modes_changed",
      by,
      channel,
      changes: [{ mode: "right", right: "operator", whom, set: true }],
    }),
    ...SILENT,
  },
  { name: "away", event: ({ by }) => ({ type: "away", by, text: "supper" }), ...SILENT },
  {
    name: "server stops",
    event: () => ({ type: "stopping" }),
    cs168: [],
    chat1: ["DISCONNECT CHAT/1.0"],
    json16: [],
  },
];

const COLUMNS = [["cs168", cs168], ["chat1", chat1], ["json16", json16]] as const;

for (const { name, event, ...cells } of ROWS) {
  for (const [column, protocol] of COLUMNS) {
    for (const from of [column, "elsewhere"]) {
      Deno.test(`table: ${name} of somebody from ${from}, to ${column}`, () => {
        const cast = castOf(from);
        const shown = (person: Person) => from === column ? person.nick : person.handle;
        const expected = cells[column].map((cell) =>
          cell.replaceAll("BY", shown(cast.by)).replaceAll("WHOM", shown(cast.whom))
            .replaceAll("NOW", shown(cast.now))
        );
        assertEquals(read(protocol, bytesOf(protocol, event(cast))), expected);
      });
    }
  }
}

Deno.test("table: the columns are all that there are, but IRC's, which irc_codec_test.ts has", () => {
  const columns = COLUMNS.map(([, protocol]) => protocol.name);
  assertEquals([...columns, "irc"], PROTOCOLS.map(({ name }) => name));
});

Deno.test("table: in json16 everybody receives what they did themselves, in cs168 and chat1 nobody", () => {
  for (const { event } of ROWS) {
    const one = event(castOf("json16"));
    if (!isShared(one)) continue;
    assertEquals(COLUMNS.map(([, { dialect }]) => dialect.echoes(one)), [false, false, true]);
  }
});

/** What a user's own connection receives of what `by` did to all its peers. */
const OWN: [SharedEvent["type"], Record<string, readonly string[]>][] = [
  ["renamed", { cs168: [], chat1: [], json16: ['{"type": "join", "nick": "P. B."}'] }],
  ["quit", { cs168: [], chat1: [], json16: [] }],
  ["away", { cs168: [], chat1: [], json16: [] }],
];

for (const [type, cells] of OWN) {
  Deno.test(`table: what the cause of ${type} receives of it`, () => {
    for (const [column, protocol] of COLUMNS) {
      const row = ROWS.find(({ event }) => event(castOf(column)).type === type);
      const event = row?.event(castOf(column)) as SharedEvent;
      const { bytes } = protocol.serverCodec().encodeReply(event, STAMP);
      assertEquals(read(protocol, bytes), cells[column]);
    }
  });
}

Deno.test("table: a list longer than a part comes in parts whose sizes add up", () => {
  const channels = Array.from({ length: 10_000 }, (_, i) => `${i}-${"x".repeat(120)}`);
  for (const protocol of [cs168, json16]) {
    const event: UserEvent = { type: "channels", channels };
    const { bytes, more, size } = protocol.serverCodec().encodeReply(event, STAMP);
    assert(more !== undefined && bytes.length > 0);
    assertEquals(bytesOf(protocol, event).length, size);
    assert(bytes.length <= 65_537, "A part is far smaller than what may wait for a reader");
  }
});
