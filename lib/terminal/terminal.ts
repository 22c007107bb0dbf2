/**
 * The terminal of this process: it yields keys instead of lines, and restores the terminal's modes
 * however the process ends. No other file in this folder touches the system.
 *
 *   close()                        the normal way; a listener of SIGINT or SIGTERM MUST call it
 *   SIGHUP                         restores the modes at once, then ends the keys
 *   Deno.exit, error, rejection    restores the modes at once
 *   Ctrl-Z (SIGTSTP)               restores the modes, and stops the process
 *   fg (SIGCONT)                   sets the modes again, also after a SIGSTOP, which comes unannounced
 *   Ctrl-C (SIGINT)                calls the owner, if it asked for that
 *
 * @module
 */

import type { Key } from "./key.ts";
import { readKeys } from "./key_reader.ts";

/** The size of a terminal in character cells. */
export interface TerminalSize {
  /** The cells in a row. */
  readonly columns: number;
  /** The rows on the screen. */
  readonly rows: number;
}

/** A mode of a terminal that can be switched on and off. */
export interface TerminalMode {
  /** Written when it begins. */
  readonly on: string;
  /** Written when it ends. */
  readonly off: string;
}

/** Marks pasted text, so that it is not mistaken for keys. */
export const BRACKETED_PASTE: TerminalMode = { on: "\x1b[?2004h", off: "\x1b[?2004l" };
/** Reports buttons and wheel of the mouse, in the SGR form. */
export const MOUSE: TerminalMode = {
  on: "\x1b[?1000h\x1b[?1006h",
  off: "\x1b[?1006l\x1b[?1000l",
};
/** Shows a separate screen; the normal one comes back at the end. */
export const ALTERNATE_SCREEN: TerminalMode = { on: "\x1b[?1049h", off: "\x1b[?1049l" };

/**
 * Why the screen must be drawn again. After `resumed` the cursor is in an unknown row. From
 * `suspending` on the terminal belongs to somebody else: until `resumed`, its owner MUST NOT draw.
 */
export type Disturbance = "resized" | "suspending" | "resumed";

/** A terminal in use. */
export interface Terminal {
  /** Its present size. */
  size(): TerminalSize;
  /** Yields the keys of one read at a time, until the end of input or `close`. Call it once. */
  keys(): AsyncIterable<readonly Key[]>;
  /** Calls `callback` whenever the screen must be drawn again, or not at all. Call it once. */
  onDisturbed(callback: (disturbance: Disturbance) => void): void;
  /** Calls `callback` at each SIGINT, the signal of Ctrl-C, until `close`. Call it once. */
  onInterrupt(callback: () => void): void;
  /** Restores the terminal when all output is out. Idempotent. */
  close(): Promise<void>;
}

/** The output of a terminal, which keeps its order. */
export interface TextOutput {
  /** Queues `text`; never waits. */
  write(text: string): void;
  /** Resolves when everything written so far is out. Never rejects. */
  flush(): Promise<void>;
}

/** Milliseconds for a slow terminal to take what waits before the process stops. */
const FLUSH_MS = 500;
/**
 * If the process still runs so many milliseconds after it has stopped itself, nobody could have
 * continued it.
 */
const STOPPED_MS = 100;
/** Milliseconds in which a signal that has come reaches its listener. */
const SIGNAL_MS = 20;

const FALLBACK_SIZE: TerminalSize = { columns: 80, rows: 24 };

/**
 * Starts to use the terminal. `output` writes to standard output; nothing else may read
 * standard input.
 */
export function openTerminal(output: TextOutput, modes: readonly TerminalMode[]): Terminal {
  return new ProcessTerminal(output, modes);
}

class ProcessTerminal implements Terminal {
  readonly #output: TextOutput;
  readonly #on: string;
  readonly #off: string;
  readonly #buffer = new Uint8Array(16 * 1024);
  readonly #signals: [Deno.Signal, () => void][] = [];
  #disturbed: (disturbance: Disturbance) => void = () => {};
  #endRead = () => {};
  // The last step of closing is done.
  #restored = false;
  #closing: Promise<void> | undefined;
  // The modes are off from `leaving` on; whoever continues the process before it has stopped must
  // not find it stopped.
  #phase: "running" | "leaving" | "continued" | "stopped" = "running";
  #stops = 0;

  constructor(output: TextOutput, modes: readonly TerminalMode[]) {
    this.#output = output;
    this.#on = modes.map((mode) => mode.on).join("");
    this.#off = modes.map((mode) => mode.off).reverse().join("");
    for (const event of ["unload", "error", "unhandledrejection"]) {
      addEventListener(event, this.#restoreNow);
    }
    this.#listen("SIGHUP", this.#hangUp);
    this.#listen("SIGTSTP", this.#suspend);
    this.#listen("SIGCONT", this.#continue);
    this.#listen("SIGWINCH", () => this.#disturbed("resized"));
    this.#setUp();
  }

  size(): TerminalSize {
    try {
      const { columns, rows } = Deno.consoleSize();
      // A terminal that does not know its size reports 0.
      if (columns > 0 && rows > 0) return { columns, rows };
    } catch {
      // The terminal was hung up.
    }
    return FALLBACK_SIZE;
  }

  keys(): AsyncIterable<readonly Key[]> {
    return readKeys(() => this.#read());
  }

  onDisturbed(callback: (disturbance: Disturbance) => void): void {
    this.#disturbed = callback;
  }

  onInterrupt(callback: () => void): void {
    this.#listen("SIGINT", callback);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#endRead();
    for (const [signal, listener] of this.#signals) Deno.removeSignalListener(signal, listener);
    if (!this.#restored && this.#phase === "running") this.#output.write(this.#off);
    await this.#output.flush();
    if (!this.#restored) this.#cook();
    this.#restored = true;
    for (const event of ["unload", "error", "unhandledrejection"]) {
      removeEventListener(event, this.#restoreNow);
    }
  }

  // A read fails after the terminal hung up: that is the end of input. A read under way cannot be
  // cancelled, but nothing waits for it after `#endRead`.
  #read(): Promise<Uint8Array | null> {
    if (this.#closing !== undefined || this.#restored) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#endRead = () => resolve(null);
      Deno.stdin.read(this.#buffer).then(
        (count) => resolve(count === null ? null : this.#buffer.subarray(0, count)),
        () => resolve(null),
      );
    });
  }

  #setUp(): void {
    try {
      // "cbreak": Ctrl-C and Ctrl-Z are still signals.
      Deno.stdin.setRaw(true, { cbreak: true });
    } catch {
      // Windows knows no cbreak; Ctrl-C is a key there.
      Deno.stdin.setRaw(true);
    }
    this.#output.write(this.#on);
  }

  #cook(): void {
    try {
      Deno.stdin.setRaw(false);
    } catch {
      // There is no terminal left to restore.
    }
  }

  readonly #suspend = () => {
    if (this.#restored || this.#closing !== undefined || this.#phase !== "running") return;
    this.#phase = "leaving";
    this.#disturbed("suspending");
    void this.#stop(++this.#stops);
  };

  async #stop(number: number): Promise<void> {
    this.#output.write(this.#off);
    await Promise.race([this.#output.flush(), pause(FLUSH_MS)]);
    if (this.#restored || this.#closing !== undefined) return;
    this.#cook();
    // Other processes of the job stop at once, so the shell may have had the terminal already: then
    // setting the modes has stopped this process too, and somebody has continued it.
    await pause(SIGNAL_MS);
    if (this.#phase === "continued") return this.#resume();
    this.#phase = "stopped";
    // The listener of SIGTSTP stays, so this is the other signal that a shell with jobs knows;
    // where there is none, which could continue the process, the system does not stop it either.
    Deno.kill(Deno.pid, "SIGTTIN");
    await pause(STOPPED_MS);
    if (this.#phase === "stopped" && number === this.#stops) this.#resume();
  }

  readonly #continue = () => {
    if (this.#restored || this.#closing !== undefined) return;
    if (this.#phase === "leaving") {
      this.#phase = "continued";
      return;
    }
    if (this.#phase === "continued") return;
    // After a SIGSTOP, what was put aside must come back before it is put aside again.
    if (this.#phase === "running") this.#output.write(this.#off);
    this.#resume();
  };

  #resume(): void {
    if (this.#restored || this.#closing !== undefined) return;
    this.#phase = "running";
    try {
      this.#setUp();
    } catch {
      return this.#hangUp();
    }
    this.#disturbed("resumed");
  }

  readonly #hangUp = () => {
    this.#restoreNow();
    this.#endRead();
  };

  // The process may end in a moment, so this neither queues nor waits.
  readonly #restoreNow = () => {
    if (this.#restored) return;
    this.#restored = true;
    try {
      Deno.stdout.writeSync(new TextEncoder().encode(this.#off));
    } catch {
      // Nobody reads the output any more.
    }
    this.#cook();
  };

  #listen(signal: Deno.Signal, listener: () => void): void {
    try {
      Deno.addSignalListener(signal, listener);
      this.#signals.push([signal, listener]);
    } catch {
      // Not every system has every signal.
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
