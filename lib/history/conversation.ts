/**
 * The ids of conversations. A conversation is never found by a nick, which changes hands:
 *
 *   #lobby               the lobby, which is the same at all times
 *   #x l3k2j1 7          a channel, from its making to its end; one of the same name is another
 *   @=alice =bob         two accounts, in the order of the alphabet
 *   @=alice ~8f2c.41     an account, and one connection of somebody without one
 *
 * @module
 */

import type { Channel } from "../chat/channel.ts";
import { foldHandle } from "../chat/handles.ts";
import type { Person } from "../chat/person.ts";

/** The id of the conversation in `channel`; `lobby` is the name of the lobby. */
export function channelConversation(
  { name, made }: Pick<Channel, "name" | "made">,
  lobby: string,
): string {
  return name === lobby ? `#${name}` : `#${name} ${made.at.toString(36)} ${made.serial}`;
}

/**
 * The name of the channel that the conversation with this id is or was in; `undefined` when it is
 * between users.
 */
export function channelOfConversation(conversation: string): string | undefined {
  return conversation.startsWith("#") ? conversation.slice(1).split(" ", 1)[0] : undefined;
}

/** When the channel of a conversation was made, in milliseconds of Unix time; 0 for the lobby's. */
export function madeAtOf(conversation: string): number {
  return parseInt(conversation.split(" ")[1] ?? "0", 36);
}

/** The target under which a user's read marker of the channel called `name` is kept. */
export function markerOfChannel(name: string): string {
  return `#${foldHandle(name)}`;
}

/** The identity of whoever is logged in to `account`. */
export function accountIdentity(account: string): string {
  return `=${foldHandle(account)}`;
}

/**
 * The identity of a user: its account, or else this one connection, `userId` in the run of the
 * server that is called `run`. Nobody can have the latter again.
 */
export function identityOf(person: Person, userId: number, run: string): string {
  return person.account === undefined ? `~${run}.${userId}` : accountIdentity(person.account);
}

/** Whether an identity is an account's: that of one connection goes with it. */
export function isLasting(identity: string): boolean {
  return identity.startsWith("=");
}

/**
 * The id of the conversation of two identities, which are the same when somebody speaks to itself.
 */
export function directConversation(one: string, other: string): string {
  return one < other ? `@${one} ${other}` : `@${other} ${one}`;
}
