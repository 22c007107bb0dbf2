/**
 * A client's half of IRC between a test's commands and a test's lines: no socket, no server.
 *
 * @module
 */

import type { ChatEvent } from "../../lib/chat/event.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { irc } from "../../lib/protocol/irc.ts";
import type { ClientCodec, ClientCommand, ClientWishes } from "../../lib/protocol/protocol.ts";
import { decodeUtf8, encodeUtf8 } from "../../lib/protocol/text.ts";

/** The client of dave, who is registered; with `caps`, on a server that has granted them. */
export function registered(caps = "", wishes: ClientWishes = {}): ClientCodec {
  const codec = irc.clientCodec("dave", wishes);
  sent(codec, { type: "register", nick: "dave" });
  if (caps !== "") reads(codec, `:s CAP * LS :${caps}`, `:s CAP dave ACK :${caps}`);
  reads(codec, ":s 001 dave :Welcome");
  return codec;
}

/** The events of `lines`. */
export function reads(codec: ClientCodec, ...lines: string[]): ChatEvent[] {
  return lines.flatMap((line) => codec.decode(Frame.of(encodeUtf8(line))) ?? []);
}

/** The lines of a command. */
export function sent(codec: ClientCodec, command: ClientCommand): string[] {
  return linesOf(codec.encode(command));
}

/** Lines without their ends. */
export function linesOf(bytes: Uint8Array): string[] {
  return decodeUtf8(bytes).split("\r\n").slice(0, -1);
}
