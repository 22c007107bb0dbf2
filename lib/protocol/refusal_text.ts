/**
 * A refusal in words, for every protocol whose document does not prescribe its own.
 *
 * @module
 */

import type { Refusal } from "../chat/event.ts";

/** One line, without a full stop. */
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
    case "no_such_nick":
      return `No user named ${refusal.nick}`;
    case "ambiguous_nick":
      return `More than one user is named ${refusal.nick}`;
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
    case "not_in_channel":
      return "Not in any channel";
  }
}
