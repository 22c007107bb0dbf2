/**
 * The look of a chat1 client (PROTOCOLS, section 2, Client): it shows received lines as they are,
 * and sends every line of a pipe as chat. On a terminal a slash begins a command of the client.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { REPLY } from "../protocol/chat1_client_framing.ts";
import { sanitizeLine } from "../protocol/text.ts";
import { senderOf } from "./event_parts.ts";
import { eventWords } from "./event_words.ts";
import type { Look } from "./look.ts";
import { slashReading } from "./slash_look.ts";

/** The look. */
export const chat1Look: Look = {
  ui: "plain",
  prompt: "> ",
  wipe: "\r  \r",
  promptsInPipe: false,
  hasChannels: false,
  hasQueries: false,
  isWelcome: (event) => event.type === "registered",
  text,
  fold: (name) => name,
  ...slashReading({ dialect: "chat1", abilities: [] }),
  readLine: (line) => ({ do: "send", command: { type: "say", text: sanitizeLine(line) } }),
};

function text(event: ChatEvent): string {
  switch (event.type) {
    case "said":
      return `@${senderOf(event)}: ${event.text}`;
    case "notice":
      return event.text;
    case "refused":
      if (event.refusal.code === "invalid_registration") return REPLY.invalid;
      if (event.refusal.code === "nick_in_use") return REPLY.inUse;
      return eventWords(event);
    default:
      return eventWords(event);
  }
}
