/**
 * Events in words, for every look whose document does not prescribe its own.
 *
 *   pat: hello        [pat goes out]        pat -> chris: psst        *** pat has joined the chat
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { ChannelSummary, Whois } from "../chat/query.ts";
import type { Rights } from "../chat/rights.ts";
import { refusalText } from "../protocol/refusal_text.ts";
import { membersOf, recipientOf, senderOf } from "./event_parts.ts";

/** Describes an event; "" for one that a person does not need to see. */
export function eventWords(event: ChatEvent): string {
  switch (event.type) {
    case "joined":
      return `*** ${senderOf(event)} has joined the chat`;
    case "left":
      return `*** ${senderOf(event)} has left the chat`;
    case "said":
      return `${senderOf(event)}: ${event.text}`;
    case "emoted":
      return `[${senderOf(event)} ${event.text}]`;
    case "dm":
    case "dm_sent":
      if (event.action === true) {
        return `[${senderOf(event)} -> ${recipientOf(event)}: ${senderOf(event)} ${event.text}]`;
      }
      return `${senderOf(event)} -> ${recipientOf(event)}: ${event.text}`;
    case "names":
      return `*** In ${event.channel}: ${membersOf(event).join(", ")}`;
    case "channels":
      return `*** Channels: ${event.channels.join(", ")}`;
    case "entered":
      return `*** You are in ${event.channel}`;
    case "refused":
      return `*** ${refusalText(event.refusal)}`;
    case "notice":
      return `*** ${event.text}`;
    case "kicked":
      return `*** ${senderOf(event)} removed ${event.whom.nick} from the chat${why(event)}`;
    case "removed":
      return `*** ${senderOf(event)} removed you from ${event.channel}${why(event)}`;
    case "renamed":
      return `*** ${senderOf(event)} is called ${event.now.nick} now`;
    case "quit":
      return `*** ${senderOf(event)} has left the server`;
    case "invited":
      return `*** ${senderOf(event)} asks you to enter ${event.channel}`;
    case "closing":
      return `*** ${event.reason}`;
    case "topic_set":
      return `*** ${senderOf(event)} set the topic: ${event.text}`;
    case "topic_is":
      return event.topic === undefined
        ? `*** ${event.channel} has no topic`
        : `*** The topic of ${event.channel} is: ${event.topic.text}`;
    case "channels_found":
      return channelWords(event.channels);
    case "whois":
      return whoisWords(event.user);
    case "is_away":
      return `*** ${event.whom.nick} is away: ${event.text}`;
    case "now_away":
      return event.isAway ? "*** You are away now" : "*** You are back";
    case "inviting":
      return `*** ${event.whom.nick} was asked to enter ${event.channel}`;
    default:
      return "";
  }
}

/**
 * The reason of a removal, if there was one: without a reason, IRC servers put the nick of the
 * user who did it.
 */
function why(event: Extract<ChatEvent, { type: "kicked" | "removed" }>): string {
  const { reason } = event;
  const isGiven = reason !== undefined && reason !== "" && reason !== senderOf(event);
  return isGiven ? ` (${reason})` : "";
}

function channelWords(channels: readonly ChannelSummary[]): string {
  if (channels.length === 0) return "*** There is no channel";
  return channels.map(({ name, members, topic }) =>
    `*** ${name} (${members})${topic === "" ? "" : `: ${topic}`}`
  ).join("\n");
}

/** One fact in each line; what the server did not say is left out. */
function whoisWords(user: Whois): string {
  const { nick, username, host, realname, account } = user.person;
  const address = username === "" ? "" : ` (${username}@${host})`;
  const channels = user.channels.map(({ name, rights }) => signOf(rights) + name);
  const facts = [
    `${nick}${address} is ${realname === "" ? "here" : realname}`,
    account === undefined ? "" : `is logged in as ${account}`,
    channels.length === 0 ? "" : `is in ${channels.join(", ")}`,
    user.isOperator ? "is an operator of the server" : "",
    user.away === undefined ? "" : `is away: ${user.away}`,
    user.registeredAt === 0
      ? ""
      : `has said nothing for ${spanWords(user.idleMs)}, and is here since ${dateOf(user)}`,
  ];
  const [first, ...others] = facts.filter((fact) => fact !== "");
  return [`*** ${first}`, ...others.map((fact) => `*** ${nick} ${fact}`)].join("\n");
}

function signOf({ founder, operator, voice }: Rights): string {
  return founder ? "~" : operator ? "@" : voice ? "+" : "";
}

function dateOf({ registeredAt }: Whois): string {
  return new Date(registeredAt).toISOString().slice(0, 16).replace("T", " ") + " UTC";
}

/** A time span in its largest unit: `12 s`, `5 min`, `3 h`, `2 d`. */
function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} d`;
}
