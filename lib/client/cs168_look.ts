/**
 * The look of a cs168 client (PROTOCOLS, section 1, Client): it shows the text of each frame as it is, and sends
 * each line as typed, because the server reads the slash commands.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { recipientOf, senderOf } from "./event_parts.ts";
import { eventWords } from "./event_words.ts";
import type { Look } from "./look.ts";

/** The look, with the document's prompt and wipe, byte for byte. */
export const cs168Look: Look = {
  ui: "plain",
  prompt: "[Me] ",
  wipe: "\r    \r",
  promptsInPipe: true,
  commands: [
    { word: "/create" },
    { word: "/join", argument: "channel" },
    { word: "/list" },
  ],
  text,
  readLine: (line) => ({ do: "send", command: { type: "raw", line } }),
};

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
