/**
 * METADATA: what users and channels say of themselves to programs (IRCv3 metadata, as
 * `draft/metadata-3`).
 *
 *   METADATA <target|*> GET|LIST|SET|CLEAR|SUB|UNSUB|SUBS|SYNC ..
 *
 * @module
 */

import type { MetadataTarget } from "../chat/command.ts";
import { isMetadataKey } from "../chat/metadata.ts";
import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import { asWord, type IrcMessage } from "./irc_message.ts";
import { isChannelTarget, readChannelName } from "./irc_names.ts";
import type { Step } from "./protocol.ts";
import { sanitizeText } from "./text.ts";

/** The commands. */
export const ON_METADATA: CommandTable = new Map([["METADATA", { least: 2, run: metadata }]]);

/** Carries out a subcommand. */
type Run = (target: MetadataTarget, params: readonly string[], irc: IrcConnection) => Steps;

/** The form of a subcommand. */
interface Subcommand {
  /** Parameters that it needs. */
  readonly least: number;
  readonly run: Run;
}

const SUBCOMMANDS: ReadonlyMap<string, Subcommand> = new Map<string, Subcommand>([
  ["GET", { least: 1, run: (target, keys) => ({ type: "metadata_get", target, keys }) }],
  ["LIST", { least: 0, run: (target) => ({ type: "metadata_list", target }) }],
  ["SET", { least: 1, run: set }],
  ["CLEAR", { least: 0, run: (target) => ({ type: "metadata_clear", target }) }],
  ["SYNC", { least: 0, run: (target) => ({ type: "metadata_sync", target }) }],
  ["SUB", { least: 1, run: (_target, keys, irc) => onKeys("metadata_sub", keys, irc) }],
  ["UNSUB", { least: 1, run: (_target, keys, irc) => onKeys("metadata_unsub", keys, irc) }],
  ["SUBS", { least: 0, run: () => ({ type: "metadata_subs" }) }],
]);

function metadata(
  { params: [name = "", verb = "", ...params] }: IrcMessage,
  irc: IrcConnection,
): Steps {
  const subcommand = SUBCOMMANDS.get(verb.toUpperCase());
  if (subcommand === undefined) {
    return irc.fail("SUBCOMMAND_INVALID", "There is no such subcommand", asWord(verb));
  }
  if (params.length < subcommand.least) return irc.reply("ERR_NEEDMOREPARAMS", "METADATA");
  const target = targetOf(name);
  return target === undefined
    ? irc.fail("INVALID_TARGET", "There is no such user or channel", asWord(name))
    : subcommand.run(target, params, irc);
}

function targetOf(name: string): MetadataTarget | undefined {
  if (name === "*") return {};
  if (!isChannelTarget(name)) return { user: name };
  const channel = readChannelName(name);
  return channel === undefined ? undefined : { channel, fold: true };
}

function set(target: MetadataTarget, [key = "", text]: readonly string[]): Steps {
  const value = text === undefined ? {} : { value: sanitizeText(text) };
  return { type: "metadata_set", target, key, ...value };
}

/** Refuses each word that is no key; the others count. */
function onKeys(
  type: "metadata_sub" | "metadata_unsub",
  keys: readonly string[],
  irc: IrcConnection,
): Steps {
  const steps: Step[] = keys.filter((key) => !isMetadataKey(key)).map((key) =>
    irc.fail("KEY_INVALID", INVALID_KEY, asWord(key))
  );
  const valid = keys.filter(isMetadataKey);
  return valid.length === 0 ? steps : [...steps, { type, keys: valid }];
}

/** The words for a text that can be no key. */
export const INVALID_KEY = "A key has small letters, digits and _ . / -";
