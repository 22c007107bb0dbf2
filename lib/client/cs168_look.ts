/**
 * How a cs168 client looks (PROTOCOLS, section 1, Client): the frames' texts as they come, and lines sent
 * just as they are typed, because the server reads the slash commands.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { recipientOf, senderOf } from "./event_parts.ts";
import { eventWords } from "./event_words.ts";
import type { Look } from "./look.ts";

/** The look; its prompt and wipe are the document's, byte for byte. */
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
      // The line end tells it from whatever somebody can be called or say.
      return `[${senderOf(event)} -> ${recipientOf(event)}]\n ${event.text}`;
    case "notice":
      return event.text;
    default:
      // The wire has no other events: lists and refusals arrive as notices.
      return eventWords(event);
  }
}
