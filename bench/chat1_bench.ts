/**
 * chat1 alone: a line to a command, an event to the line that all receivers share, and the client's side.
 *
 * @module
 */

import { Frame } from "../lib/framing/frame.ts";
import { chat1 } from "../lib/protocol/chat1.ts";
import { alice, benchProtocol, bob, said } from "./protocol_suite.ts";

benchProtocol({
  protocol: chat1,
  registration: line("REGISTER alice CHAT/1.0"),
  chatFrame: (text) => line(`@alice: ${text}`),
  frames: {
    "chat without its colon": line("@alice Hello, how are you?!"),
    "chat of 8,000 bytes": line(`@alice: ${"x".repeat(8000)}`),
  },
  events: {
    "chat of 8,000 bytes": said("x".repeat(8000)),
    "emote": { type: "emoted", by: alice, channel: "lobby", text: "goes out" },
    "dm": { type: "dm", by: alice, to: bob, text: "Hello, how are you?!" },
    "joined, of which it sends nothing": { type: "joined", by: alice, channel: "lobby" },
  },
});

// A registration can be decoded only once in a connection, so each has a decoder of its own.
const registration = Frame.of(line("REGISTER alice CHAT/1.0"));
Deno.bench({
  name: "new connection, decode REGISTER",
  group: "chat1 decode",
  fn: () => void chat1.serverCodec().decode(registration),
});

function line(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\n`);
}
