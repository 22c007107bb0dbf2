/**
 * Refusals as numerics: the answers to commands that the chat has not obeyed.
 *
 * @module
 */

import type { Refusal } from "../chat/event.ts";
import { CHANREG, type IrcConnection } from "./irc_connection.ts";
import { LIST_LETTER } from "./irc_events.ts";
import { metadataRefusal } from "./irc_metadata.ts";
import { formatChannelName } from "./irc_names.ts";
import { formatStandardReply } from "./irc_numerics.ts";
import { serviceNotice } from "./irc_service_notice.ts";
import { refusalText } from "./refusal_text.ts";

type Of<Code extends Refusal["code"]> = Extract<Refusal, { code: Code }>;
type Format<Code extends Refusal["code"]> = (refusal: Of<Code>, irc: IrcConnection) => string;

/** Nothing may answer these automatically, so their refusals are silent. */
const SILENT: ReadonlySet<string> = new Set(["NOTICE", "TAGMSG"]);

const FORMATS: { readonly [Code in Refusal["code"]]: Format<Code> } = {
  unknown_command: ({ word }, irc) => irc.numeric("ERR_UNKNOWNCOMMAND", word),
  invalid_registration: unknown,
  invalid_nick: ({ nick = "*" }, irc) => irc.numeric("ERR_ERRONEUSNICKNAME", nick),
  nick_too_long: unknown,
  nick_in_use: ({ nick }, irc) =>
    irc.numeric("ERR_NICKNAMEINUSE", nick, "Nickname is already in use"),
  nick_reserved: ({ nick }, irc) =>
    irc.numeric("ERR_NICKNAMEINUSE", nick, "Nickname belongs to an account: log in to use it"),
  no_such_account: unknown,
  need_account: ({ channel }, irc) =>
    channel === undefined ? needAccount(irc) : irc.numeric("ERR_NEEDREGGEDNICK", shown(channel)),
  always_on_closed: ofNickServ,
  too_many_always_on: ofNickServ,
  too_many_always_on_here: ofNickServ,
  channel_registered: (refusal, irc) => standardFailure("ALREADY_REGISTERED", refusal, irc),
  channel_not_registered: (refusal, irc) => standardFailure("NOT_REGISTERED", refusal, irc),
  not_founder: (refusal, irc) => standardFailure("NOT_FOUNDER", refusal, irc),
  too_many_registered: (refusal, irc) => standardFailure("TOO_MANY_CHANNELS", refusal, irc),
  not_your_account: unknown,
  no_such_nick: ({ nick }, irc) => irc.numeric("ERR_NOSUCHNICK", nick),
  ambiguous_nick: ({ nick }, irc) => irc.numeric("ERR_NOSUCHNICK", nick),
  channel_name_missing: unknown,
  channel_name_too_long: unknown,
  no_such_channel: ({ channel }, irc) => irc.numeric("ERR_NOSUCHCHANNEL", shown(channel)),
  channel_exists: unknown,
  too_many_channels: unknown,
  too_many_channels_made: unknown,
  too_many_joined: ({ channel }, irc) => irc.numeric("ERR_TOOMANYCHANNELS", shown(channel)),
  not_in_channel: ({ channel = "*" }, irc) => irc.numeric("ERR_NOTONCHANNEL", shown(channel)),
  not_a_member: ({ nick, channel }, irc) =>
    irc.numeric("ERR_USERNOTINCHANNEL", nick, shown(channel)),
  not_operator: ({ channel }, irc) => irc.numeric("ERR_CHANOPRIVSNEEDED", shown(channel)),
  already_member: ({ nick, channel }, irc) =>
    irc.numeric("ERR_USERONCHANNEL", nick, shown(channel)),
  channel_full: ({ channel }, irc) => irc.numeric("ERR_CHANNELISFULL", shown(channel)),
  invite_only: ({ channel }, irc) => irc.numeric("ERR_INVITEONLYCHAN", shown(channel)),
  banned: ({ channel }, irc) => irc.numeric("ERR_BANNEDFROMCHAN", shown(channel)),
  bad_key: ({ channel }, irc) => irc.numeric("ERR_BADCHANNELKEY", shown(channel)),
  cannot_send: (refusal, irc) =>
    irc.numeric("ERR_CANNOTSENDTOCHAN", shown(refusal.channel), CANNOT_SEND[refusal.why]),
  list_full: ({ channel, list }, irc) =>
    irc.numeric("ERR_BANLISTFULL", shown(channel), LIST_LETTER[list]),
  invalid_mode: formatInvalidMode,
  channel_name_in_use: (refusal, irc) => renameFailure("CHANNEL_NAME_IN_USE", refusal, irc),
  cannot_rename: (refusal, irc) => renameFailure("CANNOT_RENAME", refusal, irc),
  metadata: (refusal, irc) => metadataRefusal(refusal, refusalText(refusal), irc),
  invalid_realname: (refusal, irc) =>
    formatStandardReply(
      irc.facts.name,
      "FAIL",
      "SETNAME",
      "INVALID_REALNAME",
      [],
      refusalText(refusal),
    ),
  watch_full: ({ limit, nicks }, irc) =>
    irc.numeric("ERR_MONLISTFULL", String(limit), nicks.join(",")),
  not_server_operator: (_refusal, irc) => irc.numeric("ERR_NOPRIVILEGES"),
  banned_from_server: ({ reason }, irc) =>
    irc.numeric("ERR_YOUREBANNEDCREEP", `You are banned from this server: ${reason}`),
  invalid_mask: unknown,
  no_such_ban: unknown,
  too_many_bans: unknown,
};

const CANNOT_SEND: Readonly<Record<Of<"cannot_send">["why"], string>> = {
  no_external: "Cannot send to channel (+n)",
  moderated: "Cannot send to channel (+m)",
  banned: "Cannot send to channel (+b)",
  muted: "Cannot send to channel (+b ~m:)",
  no_ctcp: "Cannot send CTCP to channel (+C)",
};

/** The bodies of the lines that answer a refused command. */
export function refusalBodies(refusal: Refusal, irc: IrcConnection): readonly string[] {
  if (SILENT.has(irc.command)) return [];
  return [FORMATS[refusal.code](refusal as never, irc)];
}

function shown(channel: string): string {
  return formatChannelName(channel) ?? "*";
}

function formatInvalidMode(refusal: Of<"invalid_mode">, irc: IrcConnection): string {
  const { channel, mode, value } = refusal;
  const name = shown(channel);
  if (mode === "key") return irc.numeric("ERR_INVALIDKEY", name);
  const letter = mode === "limit" ? "l" : LIST_LETTER[mode];
  return irc.numeric("ERR_INVALIDMODEPARAM", name, letter, value, refusalText(refusal));
}

/** A refusal of ChanServ or CHANREG: as a standard reply, or in the service's words. */
function standardFailure(code: string, refusal: Refusal, irc: IrcConnection): string {
  const text = refusalText(refusal);
  if (irc.command !== CHANREG) return serviceNotice("ChanServ", text, irc);
  const context = "channel" in refusal && refusal.channel !== undefined
    ? [shown(refusal.channel)]
    : [];
  return formatStandardReply(irc.facts.name, "FAIL", CHANREG, code, context, text);
}

/** Both services have commands that take an account. */
function needAccount(irc: IrcConnection): string {
  const refusal = { code: "need_account" } as const;
  return irc.service === "NickServ"
    ? ofNickServ(refusal, irc)
    : standardFailure("ACCOUNT_REQUIRED", refusal, irc);
}

function ofNickServ(refusal: Refusal, irc: IrcConnection): string {
  return serviceNotice("NickServ", refusalText(refusal), irc);
}

function renameFailure(
  code: string,
  refusal: Of<"channel_name_in_use" | "cannot_rename">,
  irc: IrcConnection,
): string {
  const context = [shown(refusal.channel), shown(refusal.to)];
  return formatStandardReply(irc.facts.name, "FAIL", "RENAME", code, context, refusalText(refusal));
}

/** A refusal without a numeric, in words. */
function unknown(refusal: Refusal, irc: IrcConnection): string {
  const command = irc.command === "" ? "*" : irc.command;
  return irc.numeric("ERR_UNKNOWNERROR", command, refusalText(refusal));
}
