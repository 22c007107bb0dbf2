/**
 * Events in words, for every look whose document does not prescribe its own.
 *
 *   pat: hello        [pat goes out]        pat -> chris: psst        *** pat has joined the chat
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
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
      return `*** ${senderOf(event)} removed ${event.whom.nick} from the chat`;
    case "removed":
      return `*** ${senderOf(event)} removed you from ${event.channel}`;
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
    default:
      return "";
  }
}
