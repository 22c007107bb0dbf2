/**
 * What a person types into a json16 client: chat, or a command behind a slash. The wire has packets for
 * all of it, so these words are the client's own.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";

/** The answer to `/help`. */
export const JSON16_HELP: string = [
  "*** /message NICK TEXT  speak to one user",
  "*** /me TEXT            tell what you do",
  "*** /names              who is in this channel",
  "*** /list               all channels",
  "*** /join CHANNEL       enter a channel, made if it is missing",
  "*** /part               back to the lobby",
  "*** /q                  quit",
].join("\n");

/** What a typed line means: a command for the server, or something for the client itself. */
export type Json16Line =
  | Extract<Command, { type: "say" | "emote" | "dm" | "join" | "part" | "names" | "list" }>
  | { readonly type: "help" | "quit" | "nothing" }
  /** Not understood; `text` says why. */
  | { readonly type: "wrong"; readonly text: string };

/** The commands that `/` completes to. */
export const JSON16_COMMANDS: readonly string[] = [
  "/help",
  "/join",
  "/list",
  "/me",
  "/message",
  "/names",
  "/part",
  "/q",
];

/** Reads a typed line, sanitised already. */
export function parseJson16Line(line: string): Json16Line {
  if (line.trim() === "") return { type: "nothing" };
  if (!line.startsWith("/")) return { type: "say", text: line };
  const [, word, rest] = /^(\S+)\s*(.*)$/.exec(line.trimEnd()) as unknown as [
    string,
    string,
    string,
  ];
  switch (word) {
    case "/q":
      return { type: "quit" };
    case "/help":
      return { type: "help" };
    case "/names":
      return { type: "names" };
    case "/list":
      return { type: "list" };
    case "/part":
      return { type: "part" };
    case "/me":
      return rest === "" ? wrong("/me TEXT") : { type: "emote", text: rest };
    case "/join":
      return rest === "" ? wrong("/join CHANNEL") : { type: "join", channel: rest };
    case "/message":
      return parseMessage(rest);
    default:
      return { type: "wrong", text: `*** Unknown command ${word}; /help lists them` };
  }
}

function parseMessage(rest: string): Json16Line {
  const [, to, text] = /^(\S+)\s+(.+)$/.exec(rest) ?? [];
  if (to === undefined || text === undefined) return wrong("/message NICK TEXT");
  return { type: "dm", to, text };
}

function wrong(usage: string): Json16Line {
  return { type: "wrong", text: `*** Usage: ${usage}` };
}
