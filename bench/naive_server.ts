/**
 * The baseline of the fan-out: sniffing, framing, protocols and hub as in the real server, but every
 * delivery is encoded for its receiver and written with an `await` of its own. `deno run ..
 * bench/naive_server.ts` listens on a port of 127.0.0.1 that the system picks, until it is ended.
 *
 * @module
 */

import type { Delivery, Stamp } from "../lib/chat/event.ts";
import { Hub } from "../lib/chat/hub.ts";
import type { User } from "../lib/chat/user.ts";
import { RingBuffer } from "../lib/framing/ring_buffer.ts";
import type { Protocol, ServerCodec } from "../lib/protocol/protocol.ts";
import { PROTOCOLS } from "../lib/protocol/registry.ts";
import { sniff } from "../lib/protocol/sniff.ts";
import { SNIFF_BYTES } from "../lib/protocol/sniff_rules.ts";

/** How a user is reached. */
interface Peer {
  readonly conn: Deno.TcpConn;
  readonly protocol: Protocol;
  readonly codec: ServerCodec;
}

const STAMP: Stamp = { time: 0, msgid: "" };

const hub = new Hub({ maxChannels: 10 });
const peers = new Map<User, Peer>();

if (import.meta.main) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log(`Listening on 127.0.0.1:${listener.addr.port}`);
  for await (const conn of listener) {
    const user = hub.connect();
    session(user, conn)
      .catch(() => {})
      .finally(() => {
        peers.delete(user);
        hub.disconnect(user);
      });
  }
}

async function session(user: User, conn: Deno.TcpConn): Promise<void> {
  const ring = new RingBuffer();
  for (let count; (count = await conn.read(ring.writable())) !== null;) {
    ring.commit(count);
    const peer = peers.get(user) ?? meet(user, conn, ring);
    if (peer !== undefined) await takeFrames(user, peer.codec, ring);
  }
  conn.close();
}

/** `undefined` until the first bytes show the protocol. No client here pauses within them. */
function meet(user: User, conn: Deno.TcpConn, ring: RingBuffer): Peer | undefined {
  const verdict = sniff(PROTOCOLS, ring.view(Math.min(ring.length, SNIFF_BYTES)), false);
  if (verdict.is !== "protocol") return undefined;
  const { protocol } = verdict;
  const peer = { conn, protocol, codec: protocol.serverCodec() };
  peers.set(user, peer);
  return peer;
}

async function takeFrames(user: User, codec: ServerCodec, ring: RingBuffer): Promise<void> {
  for (let frame; (frame = codec.framing.next(ring)) !== undefined;) {
    const command = codec.decode(frame);
    if (command === undefined) continue;
    if (!("type" in command) || command.type === "answer" || command.type === "wait") {
      throw new Error("These protocols ask one command a frame");
    }
    // A member that enters while this waits receives nothing from before.
    const copies = hub.apply(user, command).flatMap(copiesOf);
    for (const copy of copies) await send(copy);
  }
}

/** One event for one receiver. */
interface Copy {
  readonly to: User;
  readonly delivery: Extract<Delivery, { to: "user" | "channel" | "peers" }>;
}

function copiesOf(delivery: Delivery): Copy[] {
  switch (delivery.to) {
    case "watchers":
    case "connection":
    case "store":
      // Its protocols have no users who watch or end others, and no channels that are kept.
      return [];
    case "members":
      // The members of a channel are looked up for each event.
      return [];
    case "user":
      return [{ to: delivery.user, delivery }];
    case "channel":
      return [...delivery.channel.members.keys()].map((to) => ({ to, delivery }));
    case "peers": {
      const peers = delivery.channels.flatMap(({ members }) => [...members.keys()]);
      return [...new Set([delivery.actor, ...peers])].map((to) => ({ to, delivery }));
    }
  }
}

async function send({ to, delivery }: Copy): Promise<void> {
  const peer = peers.get(to);
  if (peer === undefined) return;
  const { conn, codec } = peer;
  if (delivery.to === "user" || (delivery.to === "peers" && to === delivery.actor)) {
    return await write(conn, codec.encodeReply(delivery.event, STAMP).bytes);
  }
  if (to === delivery.actor && !codec.dialect.echoes(delivery.event)) return;
  // The bytes are valid until the next event is encoded.
  await write(conn, codec.dialect.encodeEvent(delivery.event, STAMP).slice());
}

async function write(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  try {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
  } catch {
    // Its own session learns of it.
  }
}
