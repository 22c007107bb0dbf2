/**
 * Refusals in words, for the protocols whose documents do not prescribe their own.
 *
 * @module
 */

import type { Refusal } from "../chat/event.ts";
import {
  MAX_METADATA_KEYS,
  MAX_METADATA_VALUE_BYTES,
  type MetadataRefusal,
} from "../chat/metadata.ts";

/** Describes a refusal in one line, without a full stop. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.code) {
    case "unknown_command":
      return `Unknown command ${refusal.word}`;
    case "invalid_registration":
      return "Invalid registration";
    case "invalid_nick":
      return "A nick must have at least one visible character";
    case "nick_too_long":
      return `A nick has at most ${refusal.limit} characters`;
    case "nick_in_use":
      return `The nick ${refusal.nick} is in use`;
    case "nick_reserved":
      return `The nick ${refusal.nick} belongs to an account`;
    case "need_account":
      return refusal.channel === undefined
        ? "Log in to an account first"
        : `Only users with an account can enter ${refusal.channel}`;
    case "always_on_closed":
      return "The operator of this server says which accounts are always on";
    case "too_many_always_on":
      return `${refusal.limit} accounts of this server are always on already, so there is no room for yours`;
    case "too_many_always_on_here":
      return `${refusal.limit} users from where you are are always on already, so there is no room for you`;
    case "channel_registered":
      return `${refusal.channel} belongs to an account already`;
    case "channel_not_registered":
      return `${refusal.channel} belongs to nobody`;
    case "not_founder":
      return `${refusal.channel} belongs to somebody else`;
    case "too_many_registered":
      return `Your account has ${refusal.limit} channels already, so drop one first`;
    case "no_such_account":
      return `There is no account named ${refusal.account}`;
    case "not_your_account":
      return `${refusal.nick} is not logged in to your account`;
    case "no_such_nick":
      return `No user named ${refusal.nick}`;
    case "ambiguous_nick":
      return `More than one user is called ${refusal.nick}: ${handleList(refusal.handles)}`;
    case "channel_name_missing":
      return "The name of a channel is missing";
    case "channel_name_too_long":
      return `Channel names have at most ${refusal.limit} bytes`;
    case "no_such_channel":
      return `No channel named ${refusal.channel}`;
    case "channel_exists":
      return `The channel ${refusal.channel} exists already`;
    case "too_many_channels":
      return `This server has ${refusal.limit} channels already, so no more can be created`;
    case "too_many_channels_made":
      return `Your network has made ${refusal.limit} channels, so it can make no more now`;
    case "too_many_joined":
      return `You are in ${refusal.limit} channels already, so leave one first`;
    case "not_in_channel":
      return refusal.channel === undefined ? "Not in any channel" : `Not in ${refusal.channel}`;
    case "not_a_member":
      return `${refusal.nick} is not in ${refusal.channel}`;
    case "not_operator":
      return `You are not an operator of ${refusal.channel}`;
    case "already_member":
      return `${refusal.nick} is in ${refusal.channel} already`;
    case "channel_full":
      return `${refusal.channel} is full`;
    case "invite_only":
      return `Only those who are invited can enter ${refusal.channel}`;
    case "banned":
      return `You are banned from ${refusal.channel}`;
    case "bad_key":
      return `${refusal.channel} needs a key`;
    case "cannot_send":
      return `${CANNOT_SEND[refusal.why]} ${refusal.channel}`;
    case "list_full":
      return `A list of ${refusal.channel} holds ${refusal.limit} masks already`;
    case "invalid_mode":
      return `${refusal.value} cannot be ${THE_MODE[refusal.mode]} of ${refusal.channel}`;
    case "channel_name_in_use":
      return `There is a channel ${refusal.to} already`;
    case "cannot_rename":
      return `${refusal.channel} ${CANNOT_RENAME[refusal.why]}`;
    case "metadata":
      return METADATA[refusal.why];
    case "invalid_realname":
      return `A real name has 1 to ${refusal.limit} bytes`;
    case "watch_full":
      return `You watch ${refusal.limit} users already`;
    case "not_server_operator":
      return "You are not an operator of this server";
    case "banned_from_server":
      return `You are banned from this server: ${refusal.reason}`;
    case "invalid_mask":
      return `${refusal.mask} cannot be banned`;
    case "no_such_ban":
      return `${refusal.mask} is not banned`;
    case "too_many_bans":
      return `This server has ${refusal.limit} bans already, so remove one first`;
  }
}

const THE_MODE: Readonly<Record<Extract<Refusal, { code: "invalid_mode" }>["mode"], string>> = {
  key: "the key",
  limit: "the limit",
  ban: "a ban",
  exception: "an exception",
  invite: "an invitation",
};

const CANNOT_SEND: Readonly<
  Record<Extract<Refusal, { code: "cannot_send" }>["why"], string>
> = {
  no_external: "Only members can speak in",
  moderated: "Only some may speak in",
  banned: "You are banned and cannot speak in",
  muted: "You are muted and cannot speak in",
  no_ctcp: "Programs cannot be queried in",
};

const METADATA: Readonly<Record<MetadataRefusal["why"], string>> = {
  invalid_target: "There is no such user or channel",
  no_permission: "You may not do this",
  key_invalid: "A key has small letters, digits and _ . / -",
  value_invalid: `A value has at most ${MAX_METADATA_VALUE_BYTES} bytes`,
  not_set: "The key is not set",
  limit_reached: `There are at most ${MAX_METADATA_KEYS} keys`,
};

const CANNOT_RENAME: Readonly<
  Record<Extract<Refusal, { code: "cannot_rename" }>["why"], string>
> = {
  lobby: "cannot be renamed: the lobby keeps its name",
  not_founder: "is registered: only its founder renames it",
  too_soon: "was renamed a moment ago: wait a minute",
  too_large: "has too many members to be renamed",
};

/** The most handles in a list; the others are only counted. */
const MOST_HANDLES = 10;

function handleList(handles: readonly string[]): string {
  const rest = handles.length - MOST_HANDLES;
  const named = handles.slice(0, MOST_HANDLES).join(", ");
  return rest > 0 ? `${named} and ${rest} more` : named;
}
