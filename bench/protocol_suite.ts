/**
 * What the benches of all protocols share: the server's decoding of frames, its encoding of events (once for
 * all receivers), and the client's two directions.
 *
 * @module
 */

import type { Command } from "../lib/chat/command.ts";
import type { ChatEvent, SharedEvent, Stamp } from "../lib/chat/event.ts";
import { type Person, personSeen } from "../lib/chat/person.ts";
import { Frame } from "../lib/framing/frame.ts";
import { RingBuffer } from "../lib/framing/ring_buffer.ts";
import type { Protocol } from "../lib/protocol/protocol.ts";
import { CHAT_TEXTS, CLEAN_TEXTS } from "./chat_texts.ts";

/** The benches of one protocol, by name. */
export interface ProtocolSuite {
  readonly protocol: Protocol;
  /** Frames that register alice: what her connection has sent before those that are measured. */
  readonly registration: Uint8Array<ArrayBuffer>;
  /** Her chat as the frame that the server decodes. */
  chatFrame(text: string): Uint8Array<ArrayBuffer>;
  /** Other frames that the server decodes. */
  readonly frames: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  /** What else the server sends, besides chat. */
  readonly events: Readonly<Record<string, ChatEvent>>;
}

const NICK = "alice";

/** The speaker in the benches. */
export const alice: Person = personSeen(NICK, "bench");
/** To whom she speaks alone. */
export const bob: Person = personSeen("bob", "bench");

const STAMP: Stamp = { time: 0, msgid: "" };

/** The hub's event of a chat of alice. */
export function said(text: string): SharedEvent {
  return { type: "said", by: alice, channel: "lobby", text };
}

/** The answer to a request for `count` channels. */
export function channels(count: number): ChatEvent {
  return { type: "channels", channels: Array.from({ length: count }, (_, i) => `channel-${i}`) };
}

/** Registers the benches of one protocol, in groups that bear its name. */
export function benchProtocol(suite: ProtocolSuite): void {
  benchServerDecode(suite);
  benchServerEncode(suite);
  benchClient(suite.protocol);
}

function benchServerDecode({ protocol, registration, chatFrame, frames }: ProtocolSuite): void {
  const chats = Object.entries(CHAT_TEXTS).map(([name, text]) => [name, chatFrame(text)] as const);
  for (const [name, bytes] of [...chats, ...Object.entries(frames)]) {
    const frame = Frame.of(bytes);
    const codec = protocol.serverCodec();
    codec.decode(Frame.of(registration));
    if (codec.decode(frame) === undefined) throw new Error(`Frame says nothing: "${name}"`);
    Deno.bench({
      name: `decode ${name}`,
      group: `${protocol.name} decode`,
      fn: () => void codec.decode(frame),
    });
  }
}

function benchServerEncode({ protocol, events }: ProtocolSuite): void {
  const chats = CLEAN_TEXTS.map(([name, text]) => [name, said(text)] as const);
  for (const [name, event] of [...chats, ...Object.entries(events)]) {
    Deno.bench({
      name: `encode ${name}`,
      group: `${protocol.name} encode`,
      fn: encoderOf(protocol, event),
    });
  }
}

/** Encodes `event` as the server does: once for all receivers, or as a reply to one. */
function encoderOf(protocol: Protocol, event: ChatEvent): () => void {
  if (!isShared(event)) {
    const codec = protocol.serverCodec();
    return () => void codec.encodeReply(event, STAMP);
  }
  return () => void protocol.dialect.encodeEvent(event, STAMP);
}

function isShared(event: ChatEvent): event is SharedEvent {
  return event.type !== "registered" && "by" in event && event.type !== "dm" &&
    event.type !== "removed";
}

function benchClient(protocol: Protocol): void {
  for (const [name, text] of CLEAN_TEXTS) {
    const codec = protocol.clientCodec(NICK);
    const command: Command = { type: "say", text };
    const frame = firstFrame(protocol, protocol.dialect.encodeEvent(said(text), STAMP));
    Deno.bench({
      name: `client, encode ${name}`,
      group: `${protocol.name} client`,
      fn: () => void codec.encode(command),
    });
    Deno.bench({
      name: `client, decode ${name}`,
      group: `${protocol.name} client`,
      fn: () => void codec.decode(frame),
    });
  }
}

/** Cut as a client cuts it, and kept. */
function firstFrame(protocol: Protocol, bytes: Uint8Array): Frame {
  const ring = new RingBuffer();
  ring.writable().set(bytes);
  ring.commit(bytes.length);
  const frame = protocol.clientCodec(NICK).framing.next(ring);
  if (frame === undefined) throw new Error(`${protocol.name} makes no whole frame of an event`);
  return Frame.of(frame.view().slice());
}
