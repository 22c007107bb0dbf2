/**
 * As much of a server of each protocol as a swarm needs, and one that does wrong what a test asks for. It
 * takes one frame at a time, whoever sent it, so that nothing is mixed up unless it is told to.
 *
 * @module
 */

/** What is sent to member `to` in place of chat number `chat` of member `from`; `frame` is right for it. */
export type Relay = (
  frame: Uint8Array,
  chat: number,
  from: number,
  to: number,
) => readonly Uint8Array[];

/** One protocol of the relay. */
interface Dialect {
  /** What entering is answered with. */
  readonly welcome: Uint8Array;
  /** What those who are in are told of it; empty when nothing. */
  readonly joined: Uint8Array;
  /** Bytes of the first frame in `bytes`, 0 while it is incomplete. */
  frameLength(bytes: Uint8Array): number;
  /** Whether a frame with `text` in it is the last that is sent for entering. */
  enters(text: string): boolean;
  /** The frame that tells a chat. */
  chat(text: string): Uint8Array;
}

const FRAME_BYTES = 200;
const NEWLINE = 0x0a;
const NONE = new Uint8Array();

const cs168: Dialect = {
  welcome: fixed("lobby"),
  joined: fixed("somebody has joined"),
  frameLength: (bytes) => bytes.length < FRAME_BYTES ? 0 : FRAME_BYTES,
  enters: (text) => text.startsWith("/list"),
  chat: (text) => fixed(`[somebody] ${text}`),
};

const chat1: Dialect = {
  welcome: utf8("200 Registration successful\n"),
  joined: NONE,
  frameLength: (bytes) => bytes.indexOf(NEWLINE) + 1,
  enters: (text) => text.startsWith("REGISTER "),
  chat: (text) => utf8(`@somebody: ${text}\n`),
};

const json16: Dialect = {
  welcome: packet({ type: "join", nick: "somebody" }),
  joined: packet({ type: "join", nick: "somebody" }),
  frameLength(bytes) {
    if (bytes.length < 2) return 0;
    const end = 2 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(0);
    return bytes.length < end ? 0 : end;
  },
  enters: (text) => text.includes('"hello"'),
  chat: (text) => packet({ type: "chat", nick: "somebody", message: text }),
};

/** Somebody who is in. */
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
    if (member.dialect.enters(text)) {
      for (const other of members) await write(other.conn, other.dialect.joined);
      await write(member.conn, member.dialect.welcome);
      members.push(member);
      return;
    }
    // Without the spaces, newline or JSON behind it.
    const marked = /@@\d+ \d+ x+/.exec(text)?.[0];
    if (marked === undefined) return;
    const chat = chats++;
    const from = members.indexOf(member);
    for (const [to, { conn, dialect }] of members.entries()) {
      for (const bytes of relay(dialect.chat(marked), chat, from, to)) await write(conn, bytes);
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
    for (let length; (length = dialect.frameLength(buffer)) > 0;) {
      yield { frame: buffer.slice(0, length), dialect };
      buffer = buffer.slice(length);
    }
  }
}

/** The swarm sends what it enters with in one write, so its first bytes come together. */
function dialectOf(bytes: Uint8Array): Dialect {
  if (bytes[2] === 0x7b) return json16;
  return new TextDecoder().decode(bytes).startsWith("REGISTER ") ? chat1 : cs168;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function fixed(text: string): Uint8Array {
  return utf8(text.padEnd(FRAME_BYTES));
}

function packet(value: Readonly<Record<string, string>>): Uint8Array {
  const payload = utf8(JSON.stringify(value));
  const bytes = new Uint8Array(2 + payload.length);
  new DataView(bytes.buffer).setUint16(0, payload.length);
  bytes.set(payload, 2);
  return bytes;
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
