/**
 * The look of an IRC client: the full screen, with json16's slash commands and those that IRC has besides.
 *
 * @module
 */

import type { Look } from "./look.ts";
import { type SlashEntry, slashLook, splitWord, withOne, withTwo } from "./slash_look.ts";

const ENTRIES: readonly SlashEntry[] = [
  {
    word: "/message",
    argument: "nick",
    usage: " NICK TEXT",
    help: "speak to one user",
    read: (rest) => withTwo(rest, (to, text) => ({ type: "dm", to, text })),
  },
  {
    word: "/me",
    usage: " TEXT",
    help: "say what you do",
    read: (text) => withOne(text, (text) => ({ type: "emote", text })),
  },
  {
    word: "/names",
    usage: "",
    help: "list who is in this channel",
    read: () => ({ type: "names" }),
  },
  { word: "/list", usage: "", help: "list all channels", read: () => ({ type: "list" }) },
  {
    word: "/join",
    argument: "channel",
    usage: " CHANNEL [KEY]",
    help: "enter a channel; it is made if it is missing",
    read: (rest) => {
      const [channel, key] = splitWord(rest);
      return withOne(channel, (channel) => ({ type: "join", channel, ...(key !== "" && { key }) }));
    },
  },
  { word: "/part", usage: "", help: "leave this channel", read: () => ({ type: "part" }) },
  {
    word: "/topic",
    usage: " TEXT",
    help: "set this channel's topic",
    read: (text) => ({ type: "topic", text }),
  },
  {
    word: "/kick",
    argument: "nick",
    usage: " NICK [REASON]",
    help: "remove somebody from this channel",
    read: (rest) => {
      const [whom, reason] = splitWord(rest);
      return withOne(whom, (whom) => ({ type: "kick", whom, ...(reason !== "" && { reason }) }));
    },
  },
  {
    word: "/invite",
    argument: "nick",
    usage: " NICK",
    help: "ask somebody into this channel",
    read: (whom) => withOne(whom, (whom) => ({ type: "invite", whom })),
  },
  {
    word: "/nick",
    usage: " NICK",
    help: "take another name",
    read: (nick) => withOne(nick, (nick) => ({ type: "raw", line: `NICK ${nick}` })),
  },
  {
    word: "/away",
    usage: " [TEXT]",
    help: "be away, or without a text be back",
    read: (text) => text === "" ? { type: "away" } : { type: "away", text },
  },
  {
    word: "/whois",
    argument: "nick",
    usage: " NICK",
    help: "show what is known of somebody",
    read: (nick) => withOne(nick, (nick) => ({ type: "raw", line: `WHOIS ${nick}` })),
  },
  {
    word: "/raw",
    usage: " LINE",
    help: "send a line of IRC as it is",
    read: (line) => withOne(line, (line) => ({ type: "raw", line })),
  },
];

/** The look. */
export const ircLook: Look = slashLook(ENTRIES);
