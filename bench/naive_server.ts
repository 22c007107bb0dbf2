/**
 * The baseline of the fan-out: framing, protocol and hub as in the real server, but every delivery is
 * encoded for its receiver and written with an `await` of its own. `deno run .. bench/naive_server.ts`
 * listens on a port of 127.0.0.1 that the system picks, until it is ended.
 *
 * @module
 */

import type { Delivery } from "../lib/chat/event.ts";
import { Hub } from "../lib/chat/hub.ts";
import type { User } from "../lib/chat/user.ts";
import { RingBuffer } from "../lib/framing/ring_buffer.ts";
import { cs168 } from "../lib/protocol/cs168.ts";

const hub = new Hub({ maxChannels: 10 });
const conns = new Map<User, Deno.TcpConn>();

if (import.meta.main) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log(`Listening on 127.0.0.1:${listener.addr.port}`);
  for await (const conn of listener) {
    const user = hub.connect();
    conns.set(user, conn);
    session(user, conn)
      .catch(() => {})
      .finally(() => {
        conns.delete(user);
        hub.disconnect(user);
      });
  }
}

async function session(user: User, conn: Deno.TcpConn): Promise<void> {
  const ring = new RingBuffer();
  const codec = cs168.serverCodec();
  for (let count; (count = await conn.read(ring.writable())) !== null;) {
    ring.commit(count);
    for (let frame; (frame = codec.framing.next(ring)) !== undefined;) {
      const command = codec.decode(frame);
      if (command === undefined) continue;
      for (const delivery of hub.apply(user, command)) await deliver(delivery);
    }
  }
  conn.close();
}

async function deliver(delivery: Delivery): Promise<void> {
  if (delivery.to === "user") return await write(delivery.user, delivery);
  // Members who enter while this waits are none of its receivers.
  for (const member of [...delivery.channel.members]) {
    if (member !== delivery.actor) await write(member, delivery);
  }
}

async function write(user: User, { event }: Delivery): Promise<void> {
  const conn = conns.get(user);
  if (conn === undefined) return;
  try {
    for (let rest = cs168.encodeEvent(event); rest.length > 0;) {
      rest = rest.subarray(await conn.write(rest));
    }
  } catch {
    // Its own session learns of it.
  }
}
