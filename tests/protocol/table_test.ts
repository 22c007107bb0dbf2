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

/** What is sent of an event, where `BY`, `WHOM` and `NOW` stand for the names that are shown; one text, or several. */
type Cell = string | readonly string[];
/** In the order of `COLUMNS`. */
type Cells = readonly [cs168: Cell, chat1: Cell, json16: Cell];
type Row = readonly [name: string, event: (cast: Cast) => ChatEvent, ...Cells];

const channel = "lobby";
const SAID: Cells = [
  "[BY] hi: there",
  "@BY: hi: there\n",
  '{"type": "chat", "nick": "BY", "message": "hi: there"}',
];
const JOINED = '{"type": "join", "nick": "BY"}';
const LEFT = '{"type": "leave", "nick": "BY"}';
const SILENT: Cells = [[], [], []];
/** A notice of the server. */
const told = (text: string): Cells => [
  text,
  `${text}\n`,
  `{"type": "error", "message": "${text}"}`,
];
/** A private message. */
const dm = (text: string): Cells => [
  `[BY -> WHOM]\n ${text}`,
  `@BY: [to WHOM] ${text}\n`,
  `{"type": "dm", "nick": "BY", "to": "WHOM", "message": "${text}"}`,
];

const ROWS: readonly Row[] = [
  ["said", ({ by }) => ({ type: "said", by, channel, text: "hi: there" }), ...SAID],
  [
    "notice of a user",
    ({ by }) => ({ type: "said", by, channel, text: "hi: there", notice: true }),
    ...SAID,
  ],
  [
    "said with IRC's formatting",
    ({ by }) => ({ type: "said", by, channel, text: "\x02hi\x0f: \x0304,12there\x03" }),
    ...SAID,
  ],
  ["joined", ({ by }) => ({ type: "joined", by, channel }), "BY has joined", [], JOINED],
  ["left", ({ by }) => ({ type: "left", by, channel, reason: "x" }), "BY has left", [], LEFT],
  ["quit", ({ by }) => ({ type: "quit", by, reason: "supper" }), "BY has left", [], LEFT],
  [
    "nick changed",
    ({ by, now }) => ({ type: "renamed", by, now }),
    ["BY has left", "NOW has joined"],
    [],
    [LEFT, '{"type": "join", "nick": "NOW"}'],
  ],
  [
    "kicked",
    ({ by, whom }) => ({ type: "kicked", by, whom, channel, reason: "noise" }),
    "WHOM has left",
    [],
    '{"type": "leave", "nick": "WHOM"}',
  ],
  [
    "the kicked one's own",
    ({ by }) => ({ type: "removed", by, channel }),
    ...told("You were removed from lobby by BY"),
  ],
  [
    "the kicked one's own, with a reason",
    ({ by }) => ({ type: "removed", by, channel, reason: "noise" }),
    ...told("You were removed from lobby by BY (noise)"),
  ],
  [
    "emote",
    ({ by }) => ({ type: "emoted", by, channel, text: "goes \x1dout\x1d" }),
    "[BY goes out]",
    "@BY: [BY goes out]\n",
    '{"type": "emote", "nick": "BY", "message": "goes out"}',
  ],
  ["dm", ({ by, whom: to }) => ({ type: "dm", by, to, text: "ps\x02st" }), ...dm("psst")],
  [
    "dm that was sent",
    ({ by, whom: to }) => ({ type: "dm_sent", by, to, text: "psst" }),
    ...dm("psst"),
  ],
  [
    "dm that was sent to oneself, which comes as a dm",
    ({ by }) => ({ type: "dm_sent", by, to: by, text: "psst" }),
    ...SILENT,
  ],
  [
    "dm of an action",
    ({ by, whom: to }) => ({ type: "dm", by, to, text: "waves", action: true }),
    ...dm("[BY waves]"),
  ],
  [
    "query between programs",
    ({ by }) => ({ type: "said", by, channel, text: "\x01VERSION\x01", ctcp: "VERSION" }),
    ...SILENT,
  ],
  [
    "query of one program to another",
    ({ by, whom: to }) => ({ type: "dm", by, to, text: "\x01PING 1\x01", ctcp: "PING" }),
    ...SILENT,
  ],
  [
    "tags",
    ({ by }) => ({ type: "tagged", by, channel, tags: new Map([["+typing", "active"]]) }),
    ...SILENT,
  ],
  ["real name changed", ({ by, now }) => ({ type: "realname_changed", by, now }), ...SILENT],
  [
    "connection ended by the server",
    () => ({ type: "closing", reason: "Killed by op: spam" }),
    "Killed by op: spam",
    "DISCONNECT CHAT/1.0",
    '{"type": "error", "message": "Killed by op: spam"}',
  ],
  ["topic", ({ by }) => ({ type: "topic_set", by, channel, text: "tea" }), ...SILENT],
  [
    "modes",
    ({ by, whom }) => {
      const changes = [{ mode: "right", right: "operator", whom, set: true }] as const;
      return { type: "modes_changed", by, channel, changes };
    },
    ...SILENT,
  ],
  ["away", ({ by }) => ({ type: "away", by, text: "supper" }), ...SILENT],
  ["server stops", () => ({ type: "stopping" }), [], "DISCONNECT CHAT/1.0", []],
];

const COLUMNS = [["cs168", cs168], ["chat1", chat1], ["json16", json16]] as const;

for (const [name, event, ...cells] of ROWS) {
  for (const [i, [column, protocol]] of COLUMNS.entries()) {
    for (const from of [column, "elsewhere"]) {
      Deno.test(`table: ${name} of somebody from ${from}, to ${column}`, () => {
        const cast = castOf(from);
        const shown = (person: Person) => from === column ? person.nick : person.handle;
        const expected = [cells[i] ?? []].flat().map((cell) =>
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
  for (const [, event] of ROWS) {
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
      const row = ROWS.find(([, event]) => event(castOf(column)).type === type);
      const event = row?.[1](castOf(column)) as SharedEvent;
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
