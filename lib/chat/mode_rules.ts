/**
 * The rules of a channel's modes, lists and rights. Of several changes, those that are allowed are
 * applied in their order. The members learn of them in one event; the user who asked receives each
 * kind of refusal once.
 *
 * @module
 */

import { type Channel, type ListName } from "./channel.ts";
import type { Ask } from "./command.ts";
import type { Delivery, Refusal } from "./event.ts";
import { MAX_KEY_BYTES } from "./lengths.ts";
import { MAX_LIST_ENTRIES } from "./mask_list.ts";
import { mutedBy, normalizeListMask } from "./extended_masks.ts";
import { MAX_MASK_LENGTH } from "./masks.ts";
import type { AppliedChange, ChannelChange } from "./modes.ts";
import { utf8Length } from "./names.ts";
import { asOperator, outranks } from "./operator_rules.ts";
import { keep, noteRight } from "./registration_of_channels.ts";
import { fullName } from "./person.ts";
import { withRight } from "./rights.ts";
import {
  type ChatState,
  findUser,
  mayRule,
  refuse,
  type RegisteredUser,
  toChannel,
} from "./state.ts";

type Change<Mode extends ChannelChange["mode"]> = Extract<ChannelChange, { mode: Mode }>;

/** The user, channel and time of a change. */
interface Scope {
  readonly state: ChatState;
  readonly user: RegisteredUser;
  readonly channel: Channel;
  readonly time: number;
}

/** The outcome of one change; `undefined` when it changed nothing. */
type Outcome = AppliedChange | { readonly refusal: Refusal } | undefined;

/**
 * Greatest limit of members that can be set: beyond any server, and few digits for every client.
 */
const MAX_LIMIT = 1_000_000_000;
/** IRC separates keys by commas and parameters by spaces, and takes a first colon for its own. */
const KEY = /^[^\s,:\p{Cc}][^\s,\p{Cc}]*$/u;

/** Changes modes, lists and rights of a channel. */
export function modes(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"modes">,
  time: number,
): Delivery[] {
  return asOperator(state, user, command, (channel) => {
    const scope = { state, user, channel, time };
    const changes: AppliedChange[] = [];
    const refusals = new Map<string, Refusal>();
    for (const change of command.changes) {
      const outcome = apply(scope, change);
      if (outcome === undefined) continue;
      if ("mode" in outcome) changes.push(outcome);
      else noteFirst(refusals, outcome.refusal);
    }
    const refused = [...refusals.values()].flatMap((refusal) => refuse(user, refusal));
    if (changes.length === 0) return refused;
    const by = user.person;
    const { name } = channel;
    return [
      toChannel(channel, user, { type: "modes_changed", by, channel: name, changes }),
      ...keep(channel),
      ...refused,
    ];
  });
}

function noteFirst(refusals: Map<string, Refusal>, refusal: Refusal): void {
  const kind = kindOf(refusal);
  if (!refusals.has(kind)) refusals.set(kind, refusal);
}

/** Refusals of one kind say the same: that a list is full, or that one nick is unknown. */
function kindOf(refusal: Refusal): string {
  switch (refusal.code) {
    case "list_full":
      return `list_full ${refusal.list}`;
    case "invalid_mode":
      return `invalid_mode ${refusal.mode}`;
    case "no_such_nick":
    case "ambiguous_nick":
    case "not_a_member":
      return `${refusal.code} ${refusal.nick}`;
    default:
      return refusal.code;
  }
}

function apply(scope: Scope, change: ChannelChange): Outcome {
  switch (change.mode) {
    case "flag":
      return applyFlag(scope, change);
    case "key":
      return applyKey(scope, change);
    case "limit":
      return applyLimit(scope, change);
    case "list":
      return applyList(scope, change);
    case "right":
      return applyRight(scope, change);
  }
}

function applyFlag({ state, channel }: Scope, change: Change<"flag">): Outcome {
  const { flag, set } = change;
  if (channel.flags.has(flag) === set) return undefined;
  if (set) channel.flags.add(flag);
  else channel.flags.delete(flag);
  if (flag === "secret") state.channels.noteSecrecy();
  return change;
}

function applyKey({ channel }: Scope, { key }: Change<"key">): Outcome {
  const was = channel.key;
  if (key === was) return undefined;
  if (key !== undefined && (!KEY.test(key) || utf8Length(key) > MAX_KEY_BYTES)) {
    return invalid(channel, "key", key);
  }
  channel.key = key;
  return key === undefined ? { mode: "key", was: was as string } : { mode: "key", key };
}

function applyLimit({ channel }: Scope, change: Change<"limit">): Outcome {
  const { limit } = change;
  if (limit === channel.limit) return undefined;
  const isLimit = limit === undefined ||
    Number.isInteger(limit) && limit > 0 && limit <= MAX_LIMIT;
  if (!isLimit) return invalid(channel, "limit", String(limit));
  channel.limit = limit;
  return change;
}

function applyList({ state, channel, user, time }: Scope, change: Change<"list">): Outcome {
  const { list: name, set } = change;
  const list = channel.lists[name];
  const mask = maskFor(name, change.mask);
  if (mask === undefined) return invalid(channel, name, change.mask);
  const known = list.get(mask);
  if ((known !== undefined) === set) return undefined;
  if (known !== undefined) {
    list.delete(mask);
    state.channels.noteMasks(channel, -1);
    return { mode: "list", list: name, mask: known.mask, set: false };
  }
  if (list.size >= MAX_LIST_ENTRIES || !state.channels.hasRoomForMask(channel)) {
    const refusal = { code: "list_full", channel: channel.name, list: name, mask } as const;
    return { refusal: { ...refusal, limit: list.size } };
  }
  list.add({ mask, by: fullName(user.person), at: time });
  state.channels.noteMasks(channel, 1);
  return { mode: "list", list: name, mask, set: true };
}

/** The full form of a mask that the list called `name` may hold. */
function maskFor(name: ListName, text: string): string | undefined {
  const mask = text === "" ? undefined : normalizeListMask(text);
  if (mask === undefined || /[\s\p{Cc}]/u.test(mask) || mask.length > MAX_MASK_LENGTH) {
    return undefined;
  }
  // Nobody is invited to be silent.
  return name === "invite" && mutedBy(mask) !== undefined ? undefined : mask;
}

/**
 * Nobody changes the rights of one who stands higher; a founder's right is a founder's to give; and
 * the lobby has neither founders nor operators.
 */
function applyRight({ state, user, channel }: Scope, change: Change<"right">): Outcome {
  const { right, whom: nick, set } = change;
  const { user: found, handles } = findUser(state, user, nick);
  if (handles !== undefined) return { refusal: { code: "ambiguous_nick", nick, handles } };
  if (found === undefined) return { refusal: { code: "no_such_nick", nick } };
  const whom = found as RegisteredUser;
  const membership = channel.members.get(whom);
  if (membership === undefined) {
    return { refusal: { code: "not_a_member", nick, channel: channel.name } };
  }
  // Looked up for each change: one may have taken the right that the next one needs.
  const least = right === "founder" ? "founder" : "operator";
  const isNobodys = channel.name === state.lobby && right !== "voice";
  if (isNobodys || !mayRule(state, user, channel, least) || outranks(state, channel, whom, user)) {
    return { refusal: { code: "not_operator", channel: channel.name } };
  }
  if (membership.rights[right] === set) return undefined;
  membership.rights = withRight(membership.rights, right, set);
  noteRight(channel, whom);
  return { mode: "right", right, whom: whom.person, set };
}

function invalid(channel: Channel, mode: "key" | "limit" | ListName, value: string): Outcome {
  return { refusal: { code: "invalid_mode", channel: channel.name, mode, value } };
}
