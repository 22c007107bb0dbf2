/**
 * A client's half of one IRC connection: one channel at a time, the one that the user entered last.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Frame } from "../framing/frame.ts";
import { LineFraming } from "../framing/line_framing.ts";
import { formatBody, MAX_BODY_BYTES, MAX_TAG_BYTES } from "./irc_message.ts";
import { type ClientCodec, type ClientCommand, NOTHING } from "./protocol.ts";
import { encodeUtf8 } from "./text.ts";

/** A client's half. */
export class IrcClientCodec implements ClientCodec {
  readonly framing = new LineFraming(MAX_BODY_BYTES + MAX_TAG_BYTES, 64 * 1024);
  readonly awaitsReply = true;
  readonly #nick: string;

  /** For a user called `nick`. */
  constructor(nick: string) {
    this.#nick = nick;
  }

  /** The line of a command. */
  encode(command: ClientCommand): Uint8Array {
    switch (command.type) {
      case "register":
        return encodeUtf8(
          formatBody(undefined, "NICK", [], this.#nick) +
            formatBody(undefined, "USER", [this.#nick, "0", "*"], this.#nick),
        );
      default:
        return NOTHING;
    }
  }

  /** What a line tells. */
  decode(_frame: Frame): ChatEvent | undefined {
    return undefined;
  }
}
