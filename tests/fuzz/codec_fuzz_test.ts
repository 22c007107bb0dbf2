/**
 * Every protocol's decoders, on the server's side and on the client's, over valid, damaged and arbitrary
 * streams in any pieces: nothing but a `FrameError` is thrown, the pieces make no difference, and whatever
 * comes out is clean.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { characterCount, MAX_NICK_CHARACTERS } from "../../lib/chat/names.ts";
import { handleBase } from "../../lib/chat/handles.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { ringCapacityFor } from "../../lib/framing/ring_buffer.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import { formatChannelName } from "../../lib/protocol/irc_names.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { sanitizeLine } from "../../lib/protocol/text.ts";
import { registeredPair } from "../conformance/wire.ts";
import { assertClean, assertCleanCommand } from "../support/clean.ts";
import { OPENINGS } from "../support/conversations.ts";
import { cutAt } from "../support/cuts.ts";
import { bytesOf, commandsOf, person } from "../support/events.ts";
import { cases, named } from "./cases.ts";
import { cuts, readAll, someBytes, someText, stream } from "./streams.ts";

const USUAL = 300;
const encoder = new TextEncoder();

/** As clients in the wild would send it, clean or not. */
const REQUESTS: Record<string, fc.Arbitrary<Uint8Array>> = {
  cs168: fc.tuple(fc.constantFrom("", "/join ", "/create ", "/list", "/nope ", " "), someText)
    .map(([word, text]) => padded(word + text)),
  chat1: fc.tuple(
    fc.constantFrom(
      "REGISTER bob CHAT/1.0",
      "REGISTER ",
      "@bob: ",
      "@bob ",
      "@eve: ",
      "DISCONNECT bob CHAT/1.0",
      "",
    ),
    someText,
    fc.constantFrom("\n", "\r\n", "", " CHAT/1.0\n"),
  ).map(([word, text, end]) => encoder.encode(word + text + end)),
  json16: fc.oneof(
    fc.record({
      type: fc.constantFrom("hello", "chat", "emote", "dm", "join", "part", "names", "leave", "x"),
      nick: someText,
      to: someText,
      message: someText,
      channel: someText,
    }, { requiredKeys: ["type"] }),
    fc.json().map((json) => JSON.parse(json)),
  ).map((value) => prefixed(encoder.encode(JSON.stringify(value)))),
};

/** What real clients of all protocols begin with. */
const openings = fc.constantFrom(...OPENINGS).map(({ bytes }) => bytes.subarray(0, 400));

function padded(text: string): Uint8Array {
  const frame = new Uint8Array(200).fill(0x20);
  encoder.encodeInto(text, frame);
  return frame;
}

function prefixed(payload: Uint8Array): Uint8Array {
  return new Uint8Array([payload.length >> 8, payload.length & 0xff, ...payload]);
}

/** What a server may tell: its hub's texts are clean, its channels' names have no white space. */
const clean = someText.map((text) => sanitizeLine(text.replace(/[\r\n]/g, " ")).toWellFormed());
const visible = clean.map((text) => text.trim() || "x");
const nick = visible.map((text) => [...text].slice(0, MAX_NICK_CHARACTERS).join("").trim() || "x");
const by = nick.map((name) => person(name));
const channel = visible.map((text) => text.replace(/\s/g, "_").slice(0, 32));
const event: fc.Arbitrary<ChatEvent> = fc.oneof(
  fc.record({ type: fc.constantFrom("joined" as const, "left" as const), by, channel }),
  fc.record({
    type: fc.constantFrom("said" as const, "emoted" as const),
    by,
    channel,
    text: visible,
  }),
  fc.record({ type: fc.constant("renamed" as const), by, now: by }),
  fc.record({ type: fc.constant("quit" as const), by }),
  fc.record({ type: fc.constant("kicked" as const), by, whom: by, channel }),
  fc.record({ type: fc.constant("removed" as const), by, channel }),
  fc.record({ type: fc.constant("dm" as const), by, to: by, text: visible }),
  fc.record({ type: fc.constant("channels" as const), channels: fc.array(channel) }),
  fc.record({ type: fc.constant("names" as const), channel, members: fc.array(by) }),
  fc.record({ type: fc.constant("entered" as const), channel }),
  fc.record({
    type: fc.constant("refused" as const),
    refusal: fc.record({ code: fc.constant("no_such_channel" as const), channel }),
  }),
  fc.constant({ type: "stopping" as const }),
);

/** Without white space, which is padding at a frame's end, and bidi controls, which are closed at each cut. */
function squeezed(texts: readonly string[]): string {
  return texts.join("").replace(/[\s\u202a-\u202e\u2066-\u2069]/g, "");
}

function checkCommand(protocol: Protocol, command: Command): void {
  const broken = JSON.stringify(command);
  assertCleanCommand(command);
  if ("channel" in command) assert(!/\s/.test(command.channel ?? ""), `White space: ${broken}`);
  if ("nick" in command) {
    assert(command.nick.trim() !== "", `Blank: ${broken}`);
    const limit = protocol.name === "cs168" ? 200 : MAX_NICK_CHARACTERS;
    assert(characterCount(command.nick) <= limit, `Too long: ${broken}`);
  }
}

/** The same with people of whom IRC shows the handle: no other name can stand in one of its lines. */
function withHandles(event: ChatEvent): ChatEvent {
  const changed: Record<string, unknown> = { ...event };
  for (const [key, value] of Object.entries(event)) {
    const isPerson = typeof value === "object" && value !== null && "handle" in value;
    if (isPerson) changed[key] = person(handleBase(String(value.handle)));
  }
  return changed as unknown as ChatEvent;
}

for (const protocol of PROTOCOLS) {
  const requests = REQUESTS[protocol.name] ?? someBytes;

  Deno.test(named(`${protocol.name}: what a server decodes`, USUAL), () => {
    const streams = stream(fc.oneof({ weight: 5, arbitrary: requests }, someBytes, openings));
    fc.assert(
      fc.property(streams, cuts, fc.boolean(), (bytes, at, isRegistered) => {
        const decode = (pieces: Uint8Array[]) => {
          const codec = isRegistered ? registeredPair(protocol).server : protocol.serverCodec();
          const capacity = ringCapacityFor(codec.framing.largestFrame);
          return readAll(codec.framing, capacity, pieces, (frame) => {
            const commands = codec.done ? [] : commandsOf(codec.decode(frame));
            codec.finish?.();
            for (const command of commands) checkCommand(protocol, command);
            return commands;
          });
        };
        assertEquals(decode(cutAt(bytes, at)), decode([bytes]));
      }),
      cases(USUAL),
    );
  });

  Deno.test(named(`${protocol.name}: what a client decodes`, USUAL), () => {
    const told = event.map((each) => bytesOf(protocol, each));
    const streams = stream(fc.oneof({ weight: 5, arbitrary: told }, someBytes, requests));
    fc.assert(
      fc.property(streams, cuts, (bytes, at) => {
        const decode = (pieces: Uint8Array[]) => {
          const codec = protocol.clientCodec("bob");
          const capacity = ringCapacityFor(codec.framing.largestFrame);
          return readAll(codec.framing, capacity, pieces, (frame) => {
            const event = codec.decode(frame);
            if (event === undefined) return undefined;
            assertClean(event);
            assertClean(lookOf(protocol).text(event));
            return event;
          });
        };
        assertEquals(decode(cutAt(bytes, at)), decode([bytes]));
      }),
      cases(USUAL),
    );
  });

  Deno.test(named(`${protocol.name}: what a server tells, its clients understand`, USUAL), () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), cuts, (events, at) => {
        const codec = protocol.clientCodec("bob");
        const capacity = ringCapacityFor(codec.framing.largestFrame);
        for (const one of events) {
          const each = protocol.name === "irc" ? withHandles(one) : one;
          const pieces = cutAt(bytesOf(protocol, each), at);
          const { made, error } = readAll(codec.framing, capacity, pieces, (frame) => {
            return codec.decode(frame);
          });
          assertEquals(error, undefined);
          // Nothing of it waits for what comes next, and nothing of a text is lost.
          // IRC tells of a list in several lines, and of what nobody is shown in lines without an event.
          const isListed = protocol.name === "irc" &&
            (lookOf(protocol).text(each) === "" || made.some((one) => one !== undefined));
          for (const one of made) assert(one !== undefined || isListed, JSON.stringify(each));
          // Nobody in IRC is in a channel whose name no line can carry.
          const isElsewhere = protocol.name === "irc" && "channel" in each &&
            formatChannelName(each.channel ?? "") === undefined;
          if (each.type !== "said" || isElsewhere) continue;
          const lines = made.map((one) => lookOf(protocol).text(one as ChatEvent));
          const head = lookOf(protocol).text({ ...each, text: "" });
          for (const line of lines) assert(line.startsWith(head), `${line} for ${head}`);
          assertEquals(
            squeezed(lines.map((line) => line.slice(head.length))),
            squeezed([each.text]),
          );
        }
      }),
      cases(USUAL),
    );
  });
}
