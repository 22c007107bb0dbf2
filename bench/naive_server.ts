/**
 * The baseline of the fan-out: sniffing, framing, protocols and hub as in the real server, but every
 * delivery is encoded for its receiver and written with an `await` of its own. `deno run ..
 * bench/naive_server.ts` listens on a port of 127.0.0.1 that the system picks, until it is ended.
 *
 * @module
 */

import type { Delivery } from "../lib/chat/event.ts";
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

/** `undefined` until the first bytes tell the protocol. Nobody pauses within them here. */
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
    // What is told of a borrowed text is borrowed, and would be somebody else's by the second write.
    const own = command.type === "say" ? { ...command, text: `${command.text}` } : command;
    // Whoever enters while this waits is told nothing of what was before.
    const tellings = hub.apply(user, own).flatMap(tellingsOf);
    for (const telling of tellings) await tell(telling);
  }
}

/** One event for one receiver. */
interface Telling {
  readonly to: User;
  readonly delivery: Delivery;
}

function tellingsOf(delivery: Delivery): Telling[] {
  if (delivery.to === "user") return [{ to: delivery.user, delivery }];
  return [...delivery.channel.members].map((to) => ({ to, delivery }));
}

async function tell({ to, delivery }: Telling): Promise<void> {
  const peer = peers.get(to);
  if (peer === undefined) return;
  const { event } = delivery;
  if (delivery.to === "user") return await write(peer.conn, peer.codec.encodeReply(event).bytes);
  if (to === delivery.actor && !peer.protocol.echoes(event)) return;
  // The bytes are valid until somebody else's event is encoded.
  await write(peer.conn, peer.protocol.encodeEvent(event).slice());
}

async function write(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  try {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
  } catch {
    // Its own session learns of it.
  }
}
