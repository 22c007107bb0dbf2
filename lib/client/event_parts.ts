/**
 * The people in an event, by the name that the server sent. Every other file of the client asks here, so
 * that the shape of events is known in one place.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Protocol } from "../protocol/protocol.ts";

/** An event that one person caused. */
export type PersonalEvent = Extract<
  ChatEvent,
  { type: "joined" | "left" | "said" | "emoted" | "dm" }
>;

/** The name of the person who caused `event`. */
export function senderOf(event: PersonalEvent): string {
  return event.nick;
}

/** The name of the person to whom a direct message is addressed. */
export function recipientOf(event: Extract<ChatEvent, { type: "dm" }>): string {
  return event.to;
}

/** The names of a channel's members, in the server's order. */
export function membersOf(event: Extract<ChatEvent, { type: "names" }>): readonly string[] {
  return event.nicks;
}

/** The event by which others learn that `nick` said `text`. */
export function saidEvent(nick: string, text: string): Extract<ChatEvent, { type: "said" }> {
  return { type: "said", nick, channel: "", text };
}

/** Whether a server of `protocol` sends a user's chat back to that user. */
export function echoesChat(protocol: Pick<Protocol, "echoes">): boolean {
  return protocol.echoes(saidEvent("", ""));
}
