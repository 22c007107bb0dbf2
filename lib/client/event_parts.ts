/**
 * The people in an event, by the name that the server sent. Every other file of the client asks here, so
 * that the shape of events is known in one place.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Person } from "../chat/person.ts";
import type { Protocol } from "../protocol/protocol.ts";

/** An event that one person caused. */
export type PersonalEvent = Extract<ChatEvent, { readonly by: Person }>;

/** The name of the person who caused `event`. */
export function senderOf(event: PersonalEvent): string {
  return event.by.nick;
}

/** The name of the person to whom a direct message is addressed. */
export function recipientOf(event: Extract<ChatEvent, { type: "dm" }>): string {
  return event.to.nick;
}

/** The names of a channel's members, in the server's order. */
export function membersOf(event: Extract<ChatEvent, { type: "names" }>): readonly string[] {
  return event.members.map((member) => member.nick);
}

/** The event that others receive when `nick` says `text`. */
export function saidEvent(nick: string, text: string): Extract<ChatEvent, { type: "said" }> {
  const rest = { home: "", username: "", host: "", realname: "" };
  const by: Person = { nick, handle: nick, ...rest };
  return { type: "said", by, channel: "", text };
}

/** Whether a server of `protocol` sends a user's chat back to that user. */
export function echoesChat(protocol: Pick<Protocol, "dialect">): boolean {
  return protocol.dialect.echoes(saidEvent("", ""));
}
