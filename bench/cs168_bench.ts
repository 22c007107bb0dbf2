/**
 * cs168 alone: a frame to a command, an event to the bytes that all receivers share, and the client's side.
 *
 * @module
 */

import { cs168 } from "../lib/protocol/cs168.ts";
import { alice, benchProtocol, channels, said } from "./protocol_suite.ts";

benchProtocol({
  protocol: cs168,
  registration: frame("alice"),
  chatFrame: frame,
  frames: {
    "/join": frame("/join lobby"),
    "/list": frame("/list"),
  },
  events: {
    "chat of 2 frames": said("x".repeat(300)),
    "emote": { type: "emoted", by: alice, channel: "lobby", text: "goes out" },
    "joined": { type: "joined", by: alice, channel: "lobby" },
    "list of 10 channels": channels(10),
    "list of 1,000 channels": channels(1000),
  },
});

function frame(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(200).fill(0x20);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
}
