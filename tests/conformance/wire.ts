/**
 * Both ends of one protocol with nothing but bytes between them, in the pieces of a network.
 *
 * @module
 */

import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { Frame } from "../../lib/framing/frame.ts";
import type { Framing } from "../../lib/framing/framing.ts";
import { RingBuffer, ringCapacityFor } from "../../lib/framing/ring_buffer.ts";
import type { ClientCodec, Protocol, ServerCodec } from "../../lib/protocol/protocol.ts";
import { byteByByte, takeFrames } from "../support/cuts.ts";
import { bytesOf, commandsOf, person, STAMP } from "../support/events.ts";
import { NICK } from "./samples.ts";

/** Ways for bytes to arrive. */
export const ARRIVALS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array[]>> = {
  "whole": (bytes) => [bytes],
  "byte by byte": byteByByte,
};

/** A client and a server of `protocol`, whose user has registered. */
export function registeredPair(protocol: Protocol): { client: ClientCodec; server: ServerCodec } {
  const client = protocol.clientCodec(NICK);
  const server = protocol.serverCodec();
  register(server, client, NICK);
  if (protocol.hasChannelAddresses) enter(protocol, client, NICK);
  return { client, server };
}

/** Registers a user: its client asks for it, and its server has granted it. */
export function register(server: ServerCodec, client: ClientCodec, nick: string): Command[] {
  const commands = read(server, [client.encode({ type: "register", nick })]);
  for (const { type, ...rest } of commands) {
    const home = type === "register" && "home" in rest ? rest.home : "";
    if (type === "register") server.encodeReply(registered(nick, home), STAMP);
  }
  return commands;
}

/** Tells a client that its user is registered and has entered a channel, which its requests must name. */
export function enter(protocol: Protocol, client: ClientCodec, nick: string): void {
  const by = person(nick, protocol.name);
  hear(client, [bytesOf(protocol, { type: "joined", by, channel: "lobby" })]);
}

function registered(nick: string, home: string) {
  return { type: "registered", person: person(nick, home) } as const;
}

/** What a server makes of `pieces`; what stays without an end counts, as after a silence. */
export function read(server: ServerCodec, pieces: readonly Uint8Array[]): Command[] {
  return decodeFrames(server.framing, pieces, (frame) => {
    const commands = commandsOf(server.decode(frame));
    server.finish?.();
    return commands;
  }).flat();
}

/** What a client makes of `pieces`. */
export function hear(client: ClientCodec, pieces: readonly Uint8Array[]): ChatEvent[] {
  return decodeFrames(client.framing, pieces, (frame) => client.decode(frame));
}

function decodeFrames<T>(
  framing: Framing,
  pieces: readonly Uint8Array[],
  decode: (frame: Frame) => T | undefined,
): T[] {
  const ring = new RingBuffer(ringCapacityFor(framing.largestFrame));
  const frames = takeFrames(framing, ring, pieces);
  const rest = framing.rest?.(ring);
  if (rest !== undefined) frames.push(rest.view().slice());
  return frames.map((bytes) => decode(Frame.of(bytes))).filter((item) => item !== undefined);
}
