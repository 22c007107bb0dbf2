/**
 * The slash commands of all dialects: one set, which every look offers on a terminal. A look says
 * which of them its protocol can carry out; the others are answered by a sentence.
 *
 * @module
 */

import type { ClientCommand } from "../protocol/protocol.ts";
import type { LineAction, Place, SlashCommand } from "./look.ts";

/** The abilities of protocols, by the commands that need them. */
export type Ability =
  | "msg"
  | "me"
  | "join"
  | "part"
  | "names"
  | "list"
  | "nick"
  | "topic"
  | "away"
  | "whois";

/** A row of the table of commands. */
export interface SlashEntry extends SlashCommand {
  /** Other words for it. */
  readonly aliases?: readonly string[];
  /** Its arguments as `/help` shows them, with a space before each. */
  readonly usage: string;
  /** A few words on its effect. */
  readonly help: string;
  /** The ability that it needs. */
  readonly ability?: Ability;
  /** Reads what follows the word; `undefined` when an argument is missing. */
  read(rest: string, place: Place): LineAction | undefined;
}

/** What a dialect without the ability lacks, behind "cs168 has". */
export const LACKS: Readonly<Record<Ability, string>> = {
  msg: "no private messages",
  me: "no actions",
  join: "only one channel",
  part: "no way to leave a channel but to enter another",
  names: "no list of those who are in the channel",
  list: "no list of channels",
  nick: "no way to change a name",
  topic: "no topics",
  away: "no way to be away",
  whois: "nothing to tell about a user",
};

/** The set, in the order of the help. */
export const SLASH_WORDS: readonly SlashEntry[] = [
  {
    word: "/msg",
    aliases: ["/message"],
    argument: "nick",
    usage: " NICK TEXT",
    help: "speak to one user",
    ability: "msg",
    read: (rest) => withTwo(rest, (to, text) => ({ type: "dm", to, text })),
  },
  {
    word: "/query",
    argument: "nick",
    usage: " NICK",
    help: "open a conversation with one user",
    ability: "msg",
    read: (nick) => nick === "" ? undefined : { do: "query", nick: splitWord(nick)[0] },
  },
  {
    word: "/me",
    usage: " TEXT",
    help: "say what you do",
    ability: "me",
    read: (text, place) => text === "" ? undefined : act(place, text),
  },
  {
    word: "/join",
    argument: "channel",
    usage: " CHANNEL [KEY]",
    help: "enter a channel",
    ability: "join",
    read: (rest, place) => {
      const [name, key] = splitWord(rest);
      return withOne(name, () => ({
        type: "join",
        channel: channelOf(name),
        ...(key !== "" && { key }),
        ...(isOnly(place) && { exclusive: true }),
      }));
    },
  },
  {
    word: "/part",
    argument: "channel",
    usage: " [CHANNEL]",
    help: "leave this channel, or another",
    ability: "part",
    read: (rest, place) =>
      rest === "" && place.kind === "query"
        ? { do: "close" }
        : inChannel(rest, place, (where) => ({ type: "part", ...where })),
  },
  {
    word: "/names",
    argument: "channel",
    usage: " [CHANNEL]",
    help: "list who is in this channel",
    ability: "names",
    read: (rest, place) => inChannel(rest, place, (where) => ({ type: "names", ...where })),
  },
  {
    word: "/list",
    usage: "",
    help: "list all channels",
    ability: "list",
    read: () => send({ type: "list" }),
  },
  {
    word: "/nick",
    usage: " NAME",
    help: "take another name",
    ability: "nick",
    read: (nick) => withOne(nick, (nick) => ({ type: "register", nick })),
  },
  {
    word: "/topic",
    usage: " [TEXT]",
    help: "set this channel's topic, or show it",
    ability: "topic",
    read: (text, place) =>
      inChannel(
        "",
        place,
        (where) => text === "" ? { type: "topic_of", ...where } : { type: "topic", text, ...where },
      ),
  },
  {
    word: "/away",
    usage: " [TEXT]",
    help: "be away, or without a text be back",
    ability: "away",
    read: (text) => send(text === "" ? { type: "away" } : { type: "away", text }),
  },
  {
    word: "/whois",
    argument: "nick",
    usage: " NICK",
    help: "show what is known of somebody",
    ability: "whois",
    read: (rest) => withOne(splitWord(rest)[0], (nick) => ({ type: "whois", nick })),
  },
  {
    word: "/search",
    usage: " [-all] TEXT",
    help: "find messages with TEXT; without it, the next one above",
    read: (rest) => {
      const [word, words] = splitWord(rest);
      if (word !== "-all") return { do: "search", text: rest.trim() };
      return words === "" ? undefined : { do: "search", text: words, everywhere: true };
    },
  },
  { word: "/clear", usage: "", help: "empty the screen", read: () => ({ do: "clear" }) },
  {
    word: "/times",
    usage: "",
    help: "show the times, or hide them",
    read: () => ({ do: "times" }),
  },
  {
    word: "/reconnect",
    usage: "",
    help: "connect now, also when it was given up",
    read: () => ({ do: "reconnect" }),
  },
  {
    word: "/disconnect",
    usage: "",
    help: "leave the server, and stay here",
    read: () => ({ do: "disconnect" }),
  },
];

/** The action that sends `command`. */
export function send(command: ClientCommand): LineAction {
  return { do: "send", command };
}

/** The action that sends `make(argument)`; `undefined` when `argument` is empty. */
export function withOne(
  argument: string,
  make: (argument: string) => ClientCommand,
): LineAction | undefined {
  return argument === "" ? undefined : send(make(argument));
}

/**
 * The action that sends what `make` returns for the first word of `rest` and the text behind it;
 * `undefined` when one is missing.
 */
function withTwo(
  rest: string,
  make: (first: string, second: string) => ClientCommand,
): LineAction | undefined {
  const [first, second] = splitWord(rest);
  return second === "" ? undefined : send(make(first, second));
}

/** The first word of `text`, and what follows the white space after it; "" when nothing does. */
export function splitWord(text: string): [word: string, rest: string] {
  const end = text.search(/\s/);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end).trimStart()];
}

/** The name of a channel without the mark that IRC's users type in front of it. */
export function channelOf(word: string): string {
  return word.length > 1 && word.startsWith("#") ? word.slice(1) : word;
}

/** A part of a command that names its channel; in the only one that a dialect knows, nothing. */
export type Where = { readonly channel?: string };

/**
 * The action that sends the command of `make` for the channel in `argument`, or else for that of
 * `place`; `undefined` when there is none.
 */
export function inChannel(
  argument: string,
  place: Place,
  make: (where: Where) => ClientCommand | undefined,
): LineAction | undefined {
  const [word] = splitWord(argument);
  if (word === "" && place.kind !== "channel") return undefined;
  const channel = word === "" ? nameOf(place) : channelOf(word);
  const command = make(channel === undefined ? {} : { channel });
  return command === undefined ? undefined : send(command);
}

function nameOf(place: Place): string | undefined {
  return place.kind === "server" ? undefined : place.name;
}

/**
 * Whether lines do not say where they were said, so that their user is in one channel at a time.
 */
function isOnly(place: Place): boolean {
  return place.kind === "channel" && place.name === undefined;
}

function act(place: Place, text: string): LineAction | undefined {
  return place.kind === "query"
    ? send({ type: "dm", to: place.name, text, action: true })
    : inChannel("", place, (where) => ({ type: "emote", text, ...where }));
}
