/**
 * The look of a cs168 client (PROTOCOLS, section 1, Client): it shows the text of each frame as it
 * is, and sends each line of a pipe as typed, because the server reads the slash commands. On a
 * terminal the client reads them itself.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { recipientOf, senderOf } from "./event_parts.ts";
import { eventWords } from "./event_words.ts";
import type { ComeBack, Look } from "./look.ts";
import { slashReading } from "./slash_look.ts";
import { channelOf, splitWord, withOne } from "./slash_words.ts";

/** The document's words when a channel is not entered. */
const NO_ENTRY = /^(?:No channel named |Room .* already exists|\/(?:join|create) command )/;

/** The look, with the document's prompt and wipe, byte for byte. */
export const cs168Look: Look = {
  ui: "plain",
  prompt: "[Me] ",
  wipe: "\r    \r",
  promptsInPipe: true,
  hasChannels: false,
  hasQueries: false,
  showsRequests: true,
  refusesEntry: (event) => event.type === "notice" && NO_ENTRY.test(event.text),
  comeBack,
  text,
  fold: (name) => name,
  ...slashReading({
    dialect: "cs168",
    abilities: ["join", "list"],
    extras: [{
      word: "/create",
      argument: "channel",
      usage: " CHANNEL",
      help: "make a channel, and enter it",
      read: (rest) =>
        withOne(splitWord(rest)[0], (name) => ({ type: "create", channel: channelOf(name) })),
    }],
  }),
  readLine: (line) => ({ do: "send", command: { type: "raw", line } }),
};

/**
 * Creates the channel, which a restarted server does not have, and enters it; where one of the two
 * fails, the other succeeds.
 */
function comeBack(channel: string): ComeBack {
  return {
    commands: [{ type: "create", channel }, { type: "join", channel }],
    notice: `Room ${channel} already exists, so cannot be created.`,
  };
}

function text(event: ChatEvent): string {
  switch (event.type) {
    case "joined":
      return `${senderOf(event)} has joined`;
    case "left":
      return `${senderOf(event)} has left`;
    case "said":
      return `[${senderOf(event)}] ${event.text}`;
    case "dm":
      // The line end marks it, because no name or chat can contain one.
      return `[${senderOf(event)} -> ${recipientOf(event)}]\n ${event.text}`;
    case "notice":
      return event.text;
    default:
      // The wire has no other events: lists and refusals arrive as notices.
      return eventWords(event);
  }
}
