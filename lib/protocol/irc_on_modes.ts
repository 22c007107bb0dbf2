/**
 * MODE: of channels and of users.
 *
 * @module
 */

import { type Flag, FLAGS, LIST_NAMES, type ListName } from "../chat/channel.ts";
import { foldHandle } from "../chat/handles.ts";
import type { ChannelChange } from "../chat/modes.ts";
import { type Right, RIGHTS } from "../chat/rights.ts";
import { USER_MODE_NAMES, type UserMode } from "../chat/user.ts";
import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import { FLAG_LETTER, LETTER_OF, LIST_LETTER } from "./irc_events.ts";
import { asWord, type IrcMessage } from "./irc_message.ts";
import {
  CHANNEL_MODES,
  type ModeChange,
  parseModes,
  USER_MODE_LETTER,
  USER_MODES,
} from "./irc_modes.ts";
import { isChannelTarget, readChannelName } from "./irc_names.ts";
import type { Step } from "./protocol.ts";
import { sanitizeLine } from "./text.ts";

/** The commands. */
export const ON_MODES: CommandTable = new Map([["MODE", { least: 1, run: mode }]]);

const FLAG_OF = inverse<Flag>(FLAGS, FLAG_LETTER);
const LIST_OF = inverse<ListName>(LIST_NAMES, LIST_LETTER);
const RIGHT_OF = inverse<Right>(RIGHTS, LETTER_OF);
const USER_MODE_OF = inverse<UserMode>(USER_MODE_NAMES, USER_MODE_LETTER);

function inverse<Name extends string>(
  names: readonly Name[],
  letters: Readonly<Record<Name, string>>,
): ReadonlyMap<string, Name> {
  return new Map(names.map((name) => [letters[name], name]));
}

function mode(message: IrcMessage, irc: IrcConnection): Steps {
  const [target = "", ...params] = message.params;
  if (!isChannelTarget(target)) return userMode(target, params, irc);
  const channel = readChannelName(target);
  if (channel === undefined) return irc.reply("ERR_NOSUCHCHANNEL", target);
  const of = { channel, fold: true } as const;
  return params.length === 0 ? { type: "modes_of", ...of } : channelMode(target, of, params, irc);
}

function channelMode(
  target: string,
  of: { readonly channel: string; readonly fold: true },
  params: readonly string[],
  irc: IrcConnection,
): Steps {
  const parsed = parseModes(params, CHANNEL_MODES);
  const steps: Step[] = [];
  for (const letter of parsed.unknown) steps.push(irc.reply("ERR_UNKNOWNMODE", letter));
  for (const letter of parsed.missing) {
    steps.push(irc.reply("ERR_INVALIDMODEPARAM", target, letter, "*", "The parameter is missing"));
  }
  const changes: ChannelChange[] = [];
  for (const each of parsed.changes) {
    const change = changeOf(each);
    if (change !== undefined) changes.push(change);
    else {
      const value = asWord(each.param ?? "");
      const why = "The limit must be a number from 1 on";
      steps.push(irc.reply("ERR_INVALIDMODEPARAM", target, each.mode, value, why));
    }
  }
  if (changes.length > 0) steps.push({ type: "modes", ...of, changes });
  for (const letter of parsed.lists) {
    const list = LIST_OF.get(letter);
    if (list !== undefined) steps.push({ type: "masks_of", ...of, list });
  }
  return steps;
}

/** The change that a letter stands for; `undefined` for a limit that is no number. */
function changeOf({ mode: letter, set, param = "" }: ModeChange): ChannelChange | undefined {
  const flag = FLAG_OF.get(letter);
  if (flag !== undefined) return { mode: "flag", flag, set };
  const list = LIST_OF.get(letter);
  if (list !== undefined) return { mode: "list", list, mask: sanitizeLine(param), set };
  const right = RIGHT_OF.get(letter);
  if (right !== undefined) return { mode: "right", right, whom: param, set };
  if (letter === "k") return set ? { mode: "key", key: param } : { mode: "key" };
  if (!set) return { mode: "limit" };
  return /^[1-9]\d{0,8}$/.test(param) ? { mode: "limit", limit: Number(param) } : undefined;
}

function userMode(target: string, params: readonly string[], irc: IrcConnection): Steps {
  if (foldHandle(target) !== foldHandle(irc.nick)) return irc.reply("ERR_USERSDONTMATCH");
  if (params.length === 0) return { type: "my_modes" };
  const { changes, unknown } = parseModes(params, USER_MODES);
  const named = (isSet: boolean) =>
    changes.filter(({ set }) => set === isSet)
      .flatMap(({ mode: letter }) => USER_MODE_OF.get(letter) ?? []);
  const steps: Step[] = unknown.length > 0 ? [irc.reply("ERR_UMODEUNKNOWNFLAG")] : [];
  if (changes.length > 0) steps.push({ type: "user_modes", set: named(true), clear: named(false) });
  return steps;
}
