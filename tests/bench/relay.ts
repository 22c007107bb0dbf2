/**
 * As much of a server of each protocol as a swarm needs, with the faults that a test asks for. It
 * takes one frame at a time, from any member, so that only the faults of a test change the order.
 *
 * @module
 */

import { type Dialect, type Happening, joined, type Told } from "../support/wire/wire.ts";
import { WIRES } from "../support/wire/wires.ts";

/** What is sent to member `to` in place of chat number `chat` of member `from`; `frame` is right for it. */
export type Relay = (
  frame: Uint8Array,
  chat: number,
  from: number,
  to: number,
) => readonly Uint8Array[];

/** How a frame that is the last one sent for entering begins, in each protocol. */
const ENTERS: Readonly<Partial<Record<Dialect, RegExp>>> = {
  cs168: /^\/list/,
  chat1: /^REGISTER /,
  json16: /"hello"/,
};
const NEWCOMER: Happening = { what: "joined", nick: "somebody", text: "" };

/** The frames of `told`, in one piece. */
function told(dialect: Dialect, what: Told): Uint8Array {
  const { texts, message } = WIRES[dialect];
  return joined(texts(what).map(message));
}

/** What entering is answered with. */
function welcome(dialect: Dialect): Uint8Array {
  if (dialect === "cs168") return told(dialect, { what: "channels", channels: ["lobby"] });
  return told(dialect, dialect === "chat1" ? { what: "registered" } : NEWCOMER);
}

/** A registered member. */
interface Member {
  readonly conn: Deno.TcpConn;
  readonly dialect: Dialect;
}

/** Serves `listener` until it is closed; resolves when all connections have ended. */
export async function serveRelay(listener: Deno.TcpListener, relay: Relay): Promise<void> {
  const members: Member[] = [];
  const sessions: Promise<void>[] = [];
  let chats = 0;
  const take = async (frame: Uint8Array, member: Member) => {
    const text = new TextDecoder().decode(frame);
    if (ENTERS[member.dialect]?.test(WIRES[member.dialect].text(frame))) {
      for (const other of members) await write(other.conn, told(other.dialect, NEWCOMER));
      await write(member.conn, welcome(member.dialect));
      members.push(member);
      return;
    }
    // Without the spaces, newline or JSON behind it.
    const marked = /@@\d+ \d+ x+/.exec(text)?.[0];
    if (marked === undefined) return;
    const chat = chats++;
    const from = members.indexOf(member);
    for (const [to, { conn, dialect }] of members.entries()) {
      const right = told(dialect, { what: "said", nick: "somebody", text: marked });
      for (const bytes of relay(right, chat, from, to)) await write(conn, bytes);
    }
  };
  let turn = Promise.resolve();
  const session = async (conn: Deno.TcpConn) => {
    try {
      for await (const { frame, dialect } of framesOf(conn)) {
        const member = members.find((each) => each.conn === conn) ?? { conn, dialect };
        turn = turn.then(() => take(frame, member));
        await turn;
      }
    } catch {
      // A relay that throws ends everybody.
      for (const member of members) closeQuietly(member.conn);
    }
    closeQuietly(conn);
  };
  for await (const conn of listener) sessions.push(session(conn));
  await Promise.all(sessions);
}

async function* framesOf(conn: Deno.TcpConn) {
  let buffer = new Uint8Array();
  let dialect: Dialect | undefined;
  const chunk = new Uint8Array(16 * 1024);
  for (let count; (count = await conn.read(chunk)) !== null;) {
    const joined = new Uint8Array(buffer.length + count);
    joined.set(buffer);
    joined.set(chunk.subarray(0, count), buffer.length);
    buffer = joined;
    dialect ??= dialectOf(buffer);
    for (let length; (length = WIRES[dialect].cut(buffer, false)) > 0;) {
      yield { frame: buffer.slice(0, length), dialect };
      buffer = buffer.slice(length);
    }
  }
}

/** The swarm sends what it enters with in one write, so its first bytes come together. */
function dialectOf(bytes: Uint8Array): Dialect {
  if (bytes[2] === 0x7b) return "json16";
  return new TextDecoder().decode(bytes).startsWith("REGISTER ") ? "chat1" : "cs168";
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
