/**
 * The look of a json16 client (PROTOCOLS, section 3, Client): the full screen, and slash commands that the client
 * reads itself, because the wire has a packet for each of them.
 *
 * @module
 */

import type { Look } from "./look.ts";
import { type SlashEntry, slashLook, withOne, withTwo } from "./slash_look.ts";

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
    usage: " CHANNEL",
    help: "enter a channel; it is made if it is missing",
    read: (channel) => withOne(channel, (channel) => ({ type: "join", channel })),
  },
  { word: "/part", usage: "", help: "go back to the lobby", read: () => ({ type: "part" }) },
];

/** The look. */
export const json16Look: Look = slashLook(ENTRIES);
