/**
 * The swarm against the real server, and against servers with a fault of each kind: figures of a server
 * that loses or doubles messages would be worth nothing.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Faults } from "../../bench/sequence_check.ts";
import { type Round, Swarm } from "../../bench/swarm.ts";
import { cs168Wire } from "../../bench/swarm_wire.ts";
import { Log } from "../../lib/server/log.ts";
import { serve } from "../../lib/server/serve.ts";

const FRAME_BYTES = 200;
const MEMBERS = 5;
const MESSAGES = 40;
const NONE: Faults = { lost: 0, duplicated: 0, reordered: 0, echoed: 0 };

/** What a faulty relay sends to member `to` in place of chat number `chat` of member `from`. */
type Relay = (frame: Uint8Array, chat: number, from: number, to: number) => readonly Uint8Array[];

const faithful: Relay = (frame, _chat, from, to) => from === to ? [] : [frame];

Deno.test("swarm: the real server delivers everything, in order, to everybody else", async () => {
  const log = new Log("quiet", () => {});
  const server = serve({ host: "127.0.0.1", port: 0, log, limits: { commandRate: 0 } });
  const swarm = await Swarm.open({
    port: server.address.port,
    wire: cs168Wire,
    members: 20,
    senders: 3,
    window: 8,
    sampled: 20,
  });
  for (let i = 0; i < 3; i++) {
    const round = await swarm.round(50);
    assertEquals([round.deliveries, round.missing], [50 * 19, 0]);
    assertEquals(round.latencies.length, 50 * 19);
    assert(round.milliseconds > 0);
  }
  assertEquals(swarm.faults, NONE);
  await swarm.close();
  await server.stop();
});

Deno.test("swarm: members that only count see the same", async () => {
  const { round } = await relayed(faithful, { sampled: 0 });
  assertEquals([round.deliveries, round.missing], [MESSAGES * (MEMBERS - 1), 0]);
});

Deno.test("swarm: a faithful relay has no fault", async () => {
  const { round, faults } = await relayed(faithful);
  assertEquals([round.missing, faults], [0, NONE]);
});

Deno.test("swarm: finds what is lost, and does not wait for it for ever", async () => {
  const { round, faults } = await relayed((frame, chat, from, to) =>
    chat === 7 && to === 3 ? [] : faithful(frame, chat, from, to)
  );
  assertEquals([round.missing, faults], [1, { ...NONE, lost: 1 }]);
});

Deno.test("swarm: a duplicate does not make up for what is lost", async () => {
  const { round, faults } = await relayed((frame, chat, from, to) => {
    if (to !== 3) return faithful(frame, chat, from, to);
    return chat === 7 ? [] : chat === 8 ? [frame, frame] : [frame];
  });
  assertEquals([round.missing, faults], [1, { ...NONE, lost: 1, duplicated: 1 }]);
});

Deno.test("swarm: finds what is out of order", async () => {
  let held: Uint8Array | undefined;
  const { round, faults } = await relayed((frame, chat, from, to) => {
    if (to !== 3) return faithful(frame, chat, from, to);
    if (chat === 7) held = frame;
    if (chat === 8 && held) return [frame, held];
    return chat === 7 ? [] : [frame];
  });
  assertEquals([round.missing, faults], [0, { ...NONE, reordered: 1 }]);
});

Deno.test("swarm: finds an echo", async () => {
  const { faults } = await relayed((frame) => [frame]);
  // The round does not wait for what it does not expect, so the last echo may come behind its end.
  assert(faults.echoed >= MESSAGES - 1);
  assertEquals({ ...faults, echoed: 0 }, NONE);
});

Deno.test("swarm: a connection that the server ends is missed at once", async () => {
  const { round } = await relayed((frame, chat, from, to) => {
    if (chat === 7) throw new Error("the relay ends");
    return faithful(frame, chat, from, to);
  });
  assert(round.missing > 0);
});

Deno.test("swarm: does not open where nobody lets it in", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const opening = Swarm.open({
    port: listener.addr.port,
    wire: cs168Wire,
    members: 2,
    patience: 20,
  });
  await assertRejects(() => opening, Error, "did not get in");
  (await accepted).close();
  listener.close();
});

/** One round of a checked swarm over a relay that does what `relay` says. */
async function relayed(
  relay: Relay,
  options: { sampled?: number } = {},
): Promise<{ round: Round; faults: Faults }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = serveRelay(listener, relay);
  const swarm = await Swarm.open({
    port: listener.addr.port,
    wire: cs168Wire,
    members: MEMBERS,
    sampled: MEMBERS,
    patience: 100,
    ...options,
  });
  const round = await swarm.round(MESSAGES);
  await swarm.close();
  listener.close();
  await serving;
  return { round, faults: swarm.faults };
}

/** As much of a cs168 server as a swarm needs; only member 0 speaks. */
async function serveRelay(listener: Deno.TcpListener, relay: Relay): Promise<void> {
  const members: Deno.TcpConn[] = [];
  const sessions: Promise<void>[] = [];
  let chats = 0;
  // A slow test machine may accept in another order than the members are numbered, but not the first.
  const take = async (text: string, frame: Uint8Array, conn: Deno.TcpConn) => {
    if (text.startsWith("/list")) return await write(conn, cs168Frame("swarm"));
    if (text.startsWith("/")) {
      for (const member of members) await write(member, cs168Frame("somebody has joined"));
      members.push(conn);
      return;
    }
    if (!text.startsWith("@@")) return;
    const chat = chats++;
    const from = members.indexOf(conn);
    for (const [to, member] of members.entries()) {
      for (const bytes of relay(frame, chat, from, to)) await write(member, bytes);
    }
  };
  // One frame at a time, whoever sent it, so that nothing is mixed up unless `relay` says so.
  let turn = Promise.resolve();
  const session = async (conn: Deno.TcpConn) => {
    try {
      for (let frame; (frame = await readFrame(conn)) !== undefined;) {
        const bytes = frame;
        turn = turn.then(() => take(new TextDecoder().decode(bytes), bytes, conn));
        await turn;
      }
    } catch {
      // A relay that throws ends everybody.
      for (const member of members) closeQuietly(member);
    }
    closeQuietly(conn);
  };
  for await (const conn of listener) sessions.push(session(conn));
  await Promise.all(sessions);
}

function cs168Frame(text: string): Uint8Array {
  return new TextEncoder().encode(text.padEnd(FRAME_BYTES));
}

async function readFrame(conn: Deno.TcpConn): Promise<Uint8Array | undefined> {
  const frame = new Uint8Array(FRAME_BYTES);
  for (let filled = 0; filled < FRAME_BYTES;) {
    const count = await conn.read(frame.subarray(filled));
    if (count === null) return undefined;
    filled += count;
  }
  return frame;
}

async function write(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

function closeQuietly(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
