/**
 * People, stamps and events as tests write them, and the bytes of any event.
 *
 * @module
 */

import { assert } from "@std/assert";
import { concat } from "@std/bytes/concat";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent, SharedEvent, Stamp } from "../../lib/chat/event.ts";
import { type Person, personSeen } from "../../lib/chat/person.ts";
import type { Protocol, ServerCodec, Step } from "../../lib/protocol/protocol.ts";

/** A user of the protocol `home` whose nick and handle are the same. */
export function person(name: string, home = ""): Person {
  return personSeen(name, home);
}

/** Several of them. */
export function people(names: readonly string[], home = ""): Person[] {
  return names.map((name) => person(name, home));
}

/** Some time and id. */
export const STAMP: Stamp = { time: 1_700_000_000_000, msgid: "01hf7yat00000000000000000a" };

const SHARED: { readonly [Type in SharedEvent["type"]]: true } = {
  joined: true,
  left: true,
  said: true,
  emoted: true,
  kicked: true,
  modes_changed: true,
  tagged: true,
  invite_seen: true,
  away_seen: true,
  topic_set: true,
  channel_renamed: true,
  redacted: true,
  renamed: true,
  quit: true,
  away: true,
  host_changed: true,
  realname_changed: true,
  account_changed: true,
};

/** Whether several users receive `event`, from one encoding. */
export function isShared(event: ChatEvent): event is SharedEvent {
  return Object.hasOwn(SHARED, event.type);
}

/** A copy of all bytes of `event`: those of the dialect, or all parts of the reply of `codec`. */
export function bytesOf(
  protocol: Protocol,
  event: ChatEvent,
  codec: ServerCodec = protocol.serverCodec(),
): Uint8Array<ArrayBuffer> {
  if (isShared(event)) return new Uint8Array(protocol.dialect.encodeEvent(event, STAMP));
  const { bytes, more } = codec.encodeReply(event, STAMP);
  const parts = [bytes];
  for (let part = more?.next(); part?.done === false; part = more?.next()) parts.push(part.value);
  return concat(parts);
}

/**
 * The commands that a codec decoded; its own answers are made, as they would be sent. None of the codecs in these
 * tests waits for anything.
 */
export function commandsOf(decoded: ReturnType<ServerCodec["decode"]>): Command[] {
  const steps: readonly Step[] = decoded === undefined
    ? []
    : "type" in decoded
    ? [decoded]
    : decoded;
  return steps.flatMap((step) => {
    if (step.type === "wait") throw new Error("A codec decoded a frame to something that waits");
    if (step.type !== "answer") return [step];
    // Made when it is looked at.
    assert(step.bytes.length >= 0);
    return [];
  });
}

/** The one command that a codec decoded, of a protocol whose frames are one command or nothing. */
export function decodedNow(decoded: ReturnType<ServerCodec["decode"]>): Command | undefined {
  const commands = commandsOf(decoded);
  assert(commands.length <= 1, "A codec decoded a frame to several commands");
  return commands[0];
}
