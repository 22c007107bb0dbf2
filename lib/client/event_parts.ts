/**
 * The people in an event, by the name that the server sent. Every other file of the client asks
 * here, so that the shape of events is known in one place.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Person } from "../chat/person.ts";
import type { ClientCommand } from "../protocol/protocol.ts";

/** An event that one person caused. */
export type PersonalEvent = Extract<ChatEvent, { readonly by: Person }>;

/** The name of the person who caused `event`. */
export function senderOf(event: PersonalEvent): string {
  return event.by.nick;
}

/** The name of the person to whom a direct message is addressed. */
export function recipientOf(event: Extract<ChatEvent, { type: "dm" | "dm_sent" }>): string {
  return event.to.nick;
}

/** The names of a channel's members, in the server's order. */
export function membersOf(event: Extract<ChatEvent, { type: "names" }>): readonly string[] {
  return event.members.map((member) => member.nick);
}

/** An event that says what its user has said. */
export type OwnEvent = Extract<ChatEvent, { type: "said" | "emoted" | "dm_sent" }>;

/**
 * The event that an echoing server sends back to `nick` for `command`; `undefined` for a command
 * that says nothing.
 */
export function ownEvent(command: ClientCommand, nick: string): OwnEvent | undefined {
  const by = personCalled(nick);
  switch (command.type) {
    case "say":
      return { type: "said", by, channel: command.channel ?? "", text: command.text };
    case "emote":
      return { type: "emoted", by, channel: command.channel ?? "", text: command.text };
    case "dm": {
      const { to, text, action } = command;
      return {
        type: "dm_sent",
        by,
        to: personCalled(to),
        text,
        ...(action === true && { action }),
      };
    }
    default:
      return undefined;
  }
}

function personCalled(nick: string): Person {
  return { nick, handle: nick, home: "", username: "", host: "", realname: "" };
}
