/**
 * json16 alone: a payload to a command, an event to the packet that all receivers share, and the client's
 * side.
 *
 * @module
 */

import { json16 } from "../lib/protocol/json16.ts";
import { alice, benchProtocol, bob, channels, said } from "./protocol_suite.ts";

benchProtocol({
  protocol: json16,
  registration: payload({ type: "hello", nick: "alice" }),
  chatFrame: (text) => payload({ type: "chat", message: text }),
  frames: {
    "chat of 8,000 bytes": payload({ type: "chat", message: "x".repeat(8000) }),
    "hello": payload({ type: "hello", nick: "alice" }),
    "emote": payload({ type: "emote", message: "goes out" }),
    "dm": payload({ type: "dm", to: "bob", message: "Hello, how are you?!" }),
    "join": payload({ type: "join", channel: "lobby" }),
  },
  events: {
    "chat of 8,000 bytes": said("x".repeat(8000)),
    "emote": { type: "emoted", by: alice, channel: "lobby", text: "goes out" },
    "dm": { type: "dm", by: alice, to: bob, text: "Hello, how are you?!" },
    "joined": { type: "joined", by: alice, channel: "lobby" },
    "list of 10 channels": channels(10),
    "list of 1,000 channels": channels(1000),
  },
});

function payload(packet: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(packet));
}
