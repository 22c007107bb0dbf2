/**
 * Every command and every event, there and back, in every protocol of the registry, whole and byte by
 * byte. A protocol may have no words for something; what it has words for must arrive. Where its wire
 * cannot tell two events apart, what a user reads must be the same.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent, SharedEvent } from "../../lib/chat/event.ts";
import { isHandle } from "../../lib/chat/handles.ts";
import { membersOf, recipientOf, senderOf } from "../../lib/client/event_parts.ts";
import { lookOf } from "../../lib/client/looks.ts";
import type { ClientCommand, Protocol } from "../../lib/protocol/protocol.ts";
import { bytesOf, person, STAMP } from "../support/events.ts";
import { TESTED } from "./tested.ts";
import { sanitizeLine } from "../../lib/protocol/text.ts";
import { COMMANDS, describe, NICK, SHARED_EVENTS, USER_EVENTS } from "./samples.ts";
import { ARRIVALS, hear, read, registeredPair } from "./wire.ts";

/** What nobody can do without. */
const NEEDED_COMMANDS: readonly string[] = ["register", "say"];
/** Every protocol must have a form for these events. */
const NEEDED_EVENTS: readonly string[] = ["said", "emoted", "dm"];

/**
 * Checks that `events` read as `event` does. Where the wire cannot tell it from another, what was said, by
 * whom, must be in what is read.
 */
function sameToRead(protocol: Protocol, events: readonly ChatEvent[], event: ChatEvent): void {
  const { text } = lookOf(protocol);
  // What nobody is shown may arrive as anything, or not at all.
  if (text(event) === "") return;
  const shown = events.map(text);
  if (events.every((each) => isSameKind(each, event))) return assertEquals(shown, [text(event)]);
  assert(shown.length > 0 && shown.every((each) => each !== ""), "It must be shown");
  for (const part of partsOf(event)) assert(shown.join("\n").includes(part), `${shown}: ${part}`);
}

/** A wire may have one code for several refusals. */
function isSameKind(heard: ChatEvent, event: ChatEvent): boolean {
  if (heard.type !== "refused" || event.type !== "refused") return heard.type === event.type;
  return heard.refusal.code === event.refusal.code;
}

function partsOf(event: ChatEvent): string[] {
  switch (event.type) {
    case "emoted":
      return [senderOf(event), event.text];
    case "dm":
      return [senderOf(event), recipientOf(event), event.text];
    case "channels":
      return [...event.channels];
    case "names":
      return [...membersOf(event)];
    default:
      return [];
  }
}

/** Behind these the server ends the connection, for a reason that not every wire can name. */
function isLast(event: ChatEvent): boolean {
  return event.type === "closing" ||
    event.type === "refused" && event.refusal.code === "banned_from_server";
}

/** What ends a client. */
function isEnding(event: ChatEvent): boolean {
  return event.type === "stopping" || event.type === "refused" &&
      ["invalid_registration", "nick_in_use", "nick_reserved"].includes(event.refusal.code);
}

/**
 * Where a wire has other requests, or several, for a command: what a server understands, in their order. A raw
 * line that is no command is understood as nothing.
 */
const OTHERWISE: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  irc: {
    register: ["register", "counts"],
    create: ["part", "join"],
    join: ["join"],
    part: ["part"],
    list: ["find_channels"],
    names: ["members_of"],
    raw: [],
    // The server's half of this pair has granted no capabilities.
    search: [],
    marker: [],
  },
  // This server does not search.
  json16: { search: [] },
};

/** Whether a wire can carry who caused an event: only handles stand in a line of IRC. */
function isCarried(protocol: Protocol, event: ChatEvent): boolean {
  return protocol.name !== "irc" || !("by" in event) || event.by === undefined ||
    isHandle(event.by.handle);
}

/** What a server understands: a typed line is chat, and a part from the only channel is a join of the lobby. */
function meaningOf(command: ClientCommand): Partial<Command> {
  if (command.type === "raw") return { type: "say", text: command.line };
  return command.type === "part" ? { type: "join", exclusive: true } : command;
}

for (const protocol of TESTED) {
  for (const command of COMMANDS) {
    Deno.test(`${protocol.name}: command ${describe(command)} arrives, or cannot be asked`, () => {
      for (const arrive of Object.values(ARRIVALS)) {
        const { client, server } = registeredPair(protocol);
        const sender = command.type === "register" ? protocol.clientCodec(NICK) : client;
        const bytes = sender.encode(command);
        if (bytes.length === 0) {
          assert(!NEEDED_COMMANDS.includes(command.type), "A protocol must be able to ask this");
          continue;
        }
        const reader = command.type === "register" ? protocol.serverCodec() : server;
        const commands = read(reader, arrive(bytes));
        const otherwise = OTHERWISE[protocol.name]?.[command.type];
        if (otherwise !== undefined) {
          assertEquals(commands.map(({ type }) => type), [...otherwise]);
          continue;
        }
        const meant = meaningOf(command);
        // A protocol may add what it always means: a unique nick, the lobby, a channel to be made.
        const [first] = commands.map((each) => Object.assign({}, each, meant));
        assertEquals(commands, [first ?? meant]);
      }
    });
  }

  for (const event of SHARED_EVENTS.filter((each) => isCarried(protocol, each))) {
    Deno.test(`${protocol.name}: event ${describe(event)} reads the same, or is not sent`, () => {
      const bytes = bytesOf(protocol, event);
      if (bytes.length === 0) {
        return assert(!NEEDED_EVENTS.includes(event.type), "This must be sent");
      }
      for (const arrive of Object.values(ARRIVALS)) {
        sameToRead(protocol, hear(protocol.clientCodec(NICK), arrive(bytes)), event);
      }
    });
  }

  for (const event of USER_EVENTS) {
    Deno.test(`${protocol.name}: reply ${describe(event)} reads the same, or is not sent`, () => {
      for (const arrive of Object.values(ARRIVALS)) {
        const { client, server } = registeredPair(protocol);
        const bytes = bytesOf(protocol, event, server);
        const heard = hear(client, arrive(bytes));
        // The end of this answer comes behind it, as that of the whole reply.
        if (event.type === "whois" && heard.length === 0) continue;
        // A wire may only say that it is over.
        if (isLast(event) && heard.every(isEnding)) continue;
        if (bytes.length > 0) sameToRead(protocol, heard, event);
        else assert(!NEEDED_EVENTS.includes(event.type), "This must be sent");
      }
    });
  }

  Deno.test(`${protocol.name}: what ends a client is never mistaken, and nothing else ends one`, () => {
    for (const event of [...SHARED_EVENTS, ...USER_EVENTS].filter((each) => !isLast(each))) {
      const { client, server } = registeredPair(protocol);
      const heard = hear(client, [bytesOf(protocol, event, server)]);
      // chat1 has one word for a nick that somebody has, by being here or by an account.
      const isSame = event.type === "refused" && event.refusal.code === "nick_reserved" &&
        protocol.name === "chat1";
      if (isSame) assert(heard.every(isEnding));
      else if (heard.some(isEnding)) assertEquals(heard, [event]);
    }
  });

  Deno.test(`${protocol.name}: the bytes are valid until its next call, whatever others encode`, () => {
    const event: SharedEvent = { type: "said", by: person("bob"), channel: "lobby", text: "one" };
    const bytes = protocol.dialect.encodeEvent(event, STAMP);
    const before = bytes.slice();
    for (const other of TESTED) if (other !== protocol) bytesOf(other, { ...event, text: "two" });
    assertEquals(bytes, before);
  });

  const isName = (text: string) => protocol.name !== "irc" || isHandle(text);
  const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .map((text) => sanitizeLine(text).replace(/\s/g, "").toWellFormed())
    .filter((text) => text !== "");
  const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));

  Deno.test(`${protocol.name}: property: whatever is said reads as it was said`, () => {
    const said = fc.record({ nick: word.filter(isName), text: line });
    const events = fc.array(said, { maxLength: 10 }).map((all) =>
      all.map((each): ChatEvent => ({
        type: "said",
        channel: "lobby",
        by: person(each.nick),
        text: each.text,
      }))
    );
    const pieces = fc.constantFrom(...Object.values(ARRIVALS));
    fc.assert(fc.property(events, pieces, (told, arrive) => {
      const wires = told.map((event) => [...bytesOf(protocol, event)]);
      const wire = Uint8Array.from(wires.flat());
      const { text } = lookOf(protocol);
      const heard = hear(protocol.clientCodec(NICK), arrive(wire)).map(text);
      // A long text may come in parts; each has the name.
      const expected = told.map((event) =>
        hear(protocol.clientCodec(NICK), [
          bytesOf(protocol, event),
        ]).map(text)
      );
      assertEquals(heard, expected.flat());
      told.forEach((event, i) => {
        const [first, ...more] = expected[i] as string[];
        if (more.length === 0) assertEquals(first, text(event));
      });
    }));
  });

  Deno.test(`${protocol.name}: property: what a client says is what its server understands`, () => {
    fc.assert(fc.property(fc.array(line, { maxLength: 10 }), (texts) => {
      // What fits into a frame of cs168 with the name of its speaker.
      const short = texts.filter((text) => new TextEncoder().encode(text).length <= 180);
      const { client, server } = registeredPair(protocol);
      const wire = short.flatMap((text) => [...client.encode({ type: "say", text })]);
      const commands = read(server, [Uint8Array.from(wire)]);
      const said = commands.map((command) => command.type === "say" ? command.text : command);
      // Where a text could be taken for a request, the client puts a space before it.
      assertEquals(said.map((text) => String(text).trimStart()), short);
    }));
  });
}
