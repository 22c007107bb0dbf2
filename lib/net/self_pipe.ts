/**
 * Has the runtime look at its sockets while work of our own is left to do.
 *
 * As long as something is due at once (`setImmediate`), the runtime asks the system for ready sockets only
 * once in 61 turns: who writes a long queue, 64 sockets a turn, reads nothing meanwhile. A byte that
 * the process sends to itself, over a connection of its own, is an event to wait for, so that the
 * runtime has to look, and it looks at all sockets at once. It costs some 10 microseconds.
 *
 * 1. MUST call back for every request, also when there is no such connection, or no more.
 * 2. MUST call back in a turn behind the one in which other sockets' reads are handled.
 *
 * @module
 */

interface Pair {
  readonly near: Deno.TcpConn;
  readonly far: Deno.TcpConn;
}

const LOOPBACK = "127.0.0.1";
const WAKE = new Uint8Array([1]);

/** A connection of this process to itself. */
export class SelfPipe {
  /** Resolves to whether the connection is open, when that is known. Never rejects. */
  readonly ready: Promise<boolean>;
  readonly #ended: Promise<void>;
  #pair: Pair | undefined;
  #closed = false;
  #waiting: (() => void) | undefined;

  /** Opens the connection, which takes a moment; until then, or without it, requests are plain turns. */
  constructor() {
    // Without permission, or where nothing may listen, all works as before, only slower.
    this.ready = this.#open().catch(() => false);
    this.#ended = this.ready.then(() => this.#read()).catch(() => {}).finally(this.#end);
  }

  /** Calls `next`, in a later turn, when the runtime has looked at all sockets. One at a time. */
  request(next: () => void): void {
    if (this.#pair === undefined) {
      setImmediate(next);
      return;
    }
    this.#waiting = next;
    this.#pair.near.write(WAKE).catch(this.#end);
  }

  /** Closes the connection; whoever waits is called at once. Never rejects. */
  close(): Promise<void> {
    this.#closed = true;
    this.#end();
    return this.#ended;
  }

  async #open(): Promise<boolean> {
    // Asking for what is not granted would show a question on the terminal.
    const permission = await Deno.permissions.query({ name: "net", host: LOOPBACK });
    if (permission.state !== "granted") return false;
    const pair = await openPair();
    if (this.#closed) closePair(pair);
    else this.#pair = pair;
    return !this.#closed;
  }

  async #read(): Promise<void> {
    const bytes = new Uint8Array(16);
    while (this.#pair !== undefined && (await this.#pair.far.read(bytes)) !== null) this.#resume();
  }

  #end = (): void => {
    const pair = this.#pair;
    this.#pair = undefined;
    if (pair !== undefined) closePair(pair);
    this.#resume();
  };

  #resume(): void {
    const next = this.#waiting;
    this.#waiting = undefined;
    if (next !== undefined) setImmediate(next);
  }
}

async function openPair(): Promise<Pair> {
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const near = await Deno.connect({ hostname: LOOPBACK, port: listener.addr.port });
  try {
    near.setNoDelay(true);
    return { near, far: await acceptFrom(listener, near.localAddr.port) };
  } catch (error) {
    near.close();
    throw error;
  }
}

async function acceptFrom(listener: Deno.TcpListener, port: number): Promise<Deno.TcpConn> {
  for (;;) {
    const conn = await listener.accept();
    if (conn.remoteAddr.port === port) return conn;
    // Some other process was faster to connect.
    conn.close();
  }
}

function closePair({ near, far }: Pair): void {
  near.close();
  far.close();
}
