/**
 * cs168 alone: a frame to a command, and an event to the bytes that all receivers share.
 *
 * @module
 */

import type { ChatEvent } from "../lib/chat/event.ts";
import { cs168 } from "../lib/protocol/cs168.ts";

const frames = {
  "chat of 20 bytes": frame("Hello, how are you?!"),
  "chat of 160 bytes": frame("x".repeat(160)),
  "chat of 160 bytes, not ASCII": frame("Grüße an ".repeat(14)),
  "chat with an escape sequence": frame("\x1b[31mred\x1b[0m alert"),
  "/join": frame("/join lobby"),
  "/list": frame("/list"),
};

const events: Record<string, ChatEvent> = {
  "chat of 20 bytes": said("Hello, how are you?!"),
  "chat of 160 bytes": said("x".repeat(160)),
  "chat of 160 bytes, not ASCII": said("Grüße an ".repeat(14)),
  "chat of 2 frames": said("x".repeat(300)),
  "joined": { type: "joined", nick: "alice", channel: "lobby" },
  "list of 10 channels": list(10),
  "list of 1,000 channels": list(1000),
};

for (const [name, bytes] of Object.entries(frames)) {
  const decoder = cs168.serverCodec();
  decoder.decode(frame("alice"));
  Deno.bench({
    name: `decode ${name}`,
    group: "cs168 decode",
    fn: () => void decoder.decode(bytes),
  });
}

for (const [name, event] of Object.entries(events)) {
  Deno.bench({
    name: `encode ${name}`,
    group: "cs168 encode",
    fn: () => void cs168.encodeEvent(event),
  });
}

function frame(text: string): Uint8Array {
  const bytes = new Uint8Array(200).fill(0x20);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
}

function said(text: string): ChatEvent {
  return { type: "said", nick: "alice", channel: "lobby", text };
}

function list(count: number): ChatEvent {
  return { type: "channels", channels: Array.from({ length: count }, (_, i) => `channel-${i}`) };
}
