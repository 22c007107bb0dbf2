/**
 * The packets that a json16 server sends for events: those of a channel, which all of its members
 * share, and those for one user.
 *
 * @module
 */

import { stripFormatting } from "../chat/characters.ts";
import type { SharedEvent, UserEvent } from "../chat/event.ts";
import type { Person } from "../chat/person.ts";
import { NOTHING } from "../framing/frame.ts";
import { concat } from "./bytes.ts";
import { encodeFound, encodeHistory, NO_HISTORY, NO_SEARCH } from "./json16_history.ts";
import { encodePacket, encodePackets } from "./json16_packets.ts";
import { JSON16, shown } from "./json16_values.ts";
import type { Reply } from "./protocol.ts";
import { refusalText } from "./refusal_text.ts";
import { rememberLast, replyInParts, replyOf } from "./reply.ts";
import { type DmEvent, dmText, removalText } from "./words.ts";

/** Encodes an event of a channel; empty when json16 has no packet for it. */
export function encodeEvent(event: SharedEvent): Uint8Array {
  switch (event.type) {
    case "joined":
      return encodeJoin(event.by);
    case "left":
    case "quit":
      return encodeLeave(event.by);
    case "kicked":
      return encodeLeave(event.whom);
    case "renamed":
      return concat([encodeLeave(event.by), encodeJoin(event.now)]);
    case "said":
      if (event.ctcp !== undefined) return NOTHING;
      return encodePacket(
        { type: "chat", nick: shown(event.by), message: stripFormatting(event.text) },
        "message",
      );
    case "emoted":
      return encodePacket(
        { type: "emote", nick: shown(event.by), message: stripFormatting(event.text) },
        "message",
      );
    default:
      return NOTHING;
  }
}

/** Encodes an event for one user; lists go out in parts. */
export function encodeReply(event: UserEvent | SharedEvent): Reply {
  switch (event.type) {
    case "channels":
      return replyInParts(encodeChannels(event.channels));
    case "names": {
      const nicks = event.members.map(shown);
      return replyInParts(encodePackets({ type: "names", channel: event.channel, nicks }, "nicks"));
    }
    case "history":
      return replyInParts(encodeHistory(event));
    case "found":
      return replyInParts(encodeFound(event.kept));
    default:
      return replyOf(encodeUserEvent(event));
  }
}

function encodeUserEvent(event: UserEvent | SharedEvent): Uint8Array {
  switch (event.type) {
    case "dm":
    case "dm_sent":
      return encodeDm(event);
    case "entered":
      return encodePacket({ type: "entered", channel: event.channel }, "channel");
    case "channel_moved":
      return encodePacket({ type: "entered", channel: event.now }, "channel");
    case "refused":
      return encodeError(refusalText(event.refusal));
    case "removed":
      return encodeError(removalText(event, JSON16));
    case "notice":
      return encodeError(event.text);
    case "history_refused":
      return encodeError(NO_HISTORY);
    case "search_refused":
      return encodeError(NO_SEARCH);
    case "closing":
      return encodeError(event.reason);
    case "renamed":
      // A user who changes its nick sees itself join under the new one, as at its registration.
      return encodeJoin(event.now);
    default:
      return NOTHING;
  }
}

/** Encodes what the server says to one user about its request or its connection. */
export function encodeError(message: string): Uint8Array {
  return encodePacket({ type: "error", message }, "message");
}

function encodeDm(event: DmEvent): Uint8Array {
  const message = dmText(event, JSON16);
  if (message === undefined) return NOTHING;
  const [nick, to] = [shown(event.by), shown(event.to)];
  return encodePacket({ type: "dm", nick, to, message }, "message");
}

const encodeChannels = rememberLast((channels) =>
  encodePackets({ type: "channels", channels }, "channels")
);

function encodeJoin(person: Person): Uint8Array {
  return encodePacket({ type: "join", nick: shown(person) }, "nick");
}

function encodeLeave(person: Person): Uint8Array {
  return encodePacket({ type: "leave", nick: shown(person) }, "nick");
}
