/**
 * Makes the runtime poll its sockets while the process still has work of its own.
 *
 * While a `setImmediate` is pending, the runtime polls for ready sockets only once in 61 turns. A
 * process that writes a long queue, 64 sockets per turn, would read nothing meanwhile; nor would
 * one that reads again and again from a socket which always has more. A timer does not change that.
 * So it sends itself a byte over a connection to itself: to receive the byte, the runtime must
 * poll, and it polls all sockets at once. This costs about 10 microseconds.
 *
 * 1. MUST call back for every request, even without a connection, or after it has closed.
 * 2. MUST call back after the turn that handles the reads of the other sockets.
 *
 * @module
 */

interface Pair {
  readonly near: Deno.TcpConn;
  readonly far: Deno.TcpConn;
}

const LOOPBACK = "127.0.0.1";
const WAKE = new Uint8Array([1]);

/** Makes the runtime poll its sockets: a `SelfPipe`, or what a test puts in its place. */
export interface Poll {
  /** Calls `next` in a later turn, after the runtime has polled all sockets. */
  request(next: () => void): void;
}

/** Resolves after the next poll; without a `poll`, in the next turn of the event loop. */
export function nextPoll(poll: Poll | undefined): Promise<void> {
  return new Promise((resolve) =>
    poll === undefined ? setImmediate(resolve) : poll.request(resolve)
  );
}

/** A connection of this process to itself, over the loopback interface. */
export class SelfPipe implements Poll {
  /** Resolves to whether the connection could be opened. Never rejects. */
  readonly ready: Promise<boolean>;
  readonly #ended: Promise<void>;
  #pair: Pair | undefined;
  #closed = false;
  // Answered together: one byte is under way for all of them.
  #waiting: (() => void)[] = [];

  /**
   * Starts to open the connection. Without it, `request` calls back in the next turn and
   * polls nothing.
   */
  constructor() {
    // Without permission to listen, everything still works, only more slowly.
    this.ready = this.#open().catch(() => false);
    this.#ended = this.ready.then(() => this.#read()).catch(() => {}).finally(this.#end);
  }

  /** See `Poll`. Requests of one turn are answered by one poll. */
  request(next: () => void): void {
    if (this.#pair === undefined) {
      setImmediate(next);
      return;
    }
    if (this.#waiting.push(next) > 1) return;
    this.#pair.near.write(WAKE).catch(this.#end);
  }

  /** Closes the connection. Pending requests are called back in the next turn. Never rejects. */
  close(): Promise<void> {
    this.#closed = true;
    this.#end();
    return this.#ended;
  }

  async #open(): Promise<boolean> {
    // A request without permission would prompt the user on the terminal.
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
    for (const next of this.#waiting.splice(0)) setImmediate(next);
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
    // Another process connected first.
    conn.close();
  }
}

function closePair({ near, far }: Pair): void {
  near.close();
  far.close();
}
