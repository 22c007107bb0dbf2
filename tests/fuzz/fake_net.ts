/**
 * Sockets without a system: what the server's side reads and writes is in a test's hands, so that a
 * hundred thousand sessions need no port. All that is above them is the real thing.
 *
 * @module
 */

/** A server's end of one connection. */
export class FakeConn {
  /** As the server sees it. */
  readonly remoteAddr = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
  /** What the server has written. */
  readonly written: number[] = [];
  readonly #incoming: Uint8Array[] = [];
  #end: "open" | "ended" | "reset" = "open";
  #reading: (() => void) | undefined;
  #stalled = false;
  #writing: (() => void) | undefined;
  #closed = false;
  #onIdle: (() => void) | undefined;

  /** Whether the server has closed it. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends `bytes` to the server; resolves when it has read them and asks for more, or has closed. */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.#closed || this.#end !== "open" || bytes.length === 0) return;
    this.#incoming.push(bytes);
    await this.#taken();
  }

  /** Ends this side, in order or by a reset; resolves when the server has closed, or waits to. */
  async end(how: "ended" | "reset"): Promise<void> {
    if (this.#end === "open") this.#end = how;
    if (!this.#closed) await this.#taken();
  }

  /** From now on the system takes nothing, or takes everything. */
  stall(stalled: boolean): void {
    this.#stalled = stalled;
    if (!stalled) this.#writing?.();
  }

  /** As `Deno.Conn` has it. */
  async read(target: Uint8Array): Promise<number | null> {
    while (this.#incoming.length === 0 && this.#end === "open" && !this.#closed) {
      this.#onIdle?.();
      await new Promise<void>((resolve) => this.#reading = resolve);
    }
    if (this.#closed) throw new Error("Bad resource ID");
    const bytes = this.#incoming.shift();
    if (bytes === undefined) {
      if (this.#end === "reset") throw new Error("Connection reset by peer (os error 104)");
      return null;
    }
    const count = Math.min(bytes.length, target.length);
    target.set(bytes.subarray(0, count));
    if (count < bytes.length) this.#incoming.unshift(bytes.subarray(count));
    return count;
  }

  /** As `Deno.Conn` has it. */
  async write(bytes: Uint8Array): Promise<number> {
    while (this.#stalled && !this.#closed) {
      await new Promise<void>((resolve) => this.#writing = resolve);
    }
    if (this.#closed) throw new Error("Bad resource ID");
    // Now and then a system takes less than it is offered.
    const count = bytes.length > 3 && bytes.length % 3 === 0 ? bytes.length - 1 : bytes.length;
    for (let i = 0; i < count; i++) this.written.push(bytes[i] as number);
    return count;
  }

  /** As `Deno.Conn` has it. The far side ends when this one does. */
  closeWrite(): Promise<void> {
    if (this.#end === "open") this.#end = "ended";
    this.#reading?.();
    return Promise.resolve();
  }

  /** As `Deno.Conn` has it. */
  close(): void {
    this.#closed = true;
    this.#reading?.();
    this.#writing?.();
    this.#onIdle?.();
  }

  /** As `Deno.TcpConn` has it. */
  setNoDelay(): void {}

  /** As `Deno.TcpConn` has it. */
  setKeepAlive(): void {}

  #taken(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = () => {
        this.#onIdle = undefined;
        resolve();
      };
      this.#reading?.();
    });
  }
}

/** A listener that accepts what a test connects. */
export class FakeListener {
  /** As the server sends it. */
  readonly addr = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
  readonly #waiting: FakeConn[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  /** A new connection, which the server accepts in a moment. */
  connect(): FakeConn {
    const conn = new FakeConn();
    this.#waiting.push(conn);
    this.#wake?.();
    return conn;
  }

  /** As `Deno.Listener` has it. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** As `Deno.Listener` has it. */
  async accept(): Promise<FakeConn> {
    while (!this.#closed) {
      const conn = this.#waiting.shift();
      if (conn !== undefined) return conn;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    throw new Deno.errors.BadResource("Listener has been closed");
  }
}
