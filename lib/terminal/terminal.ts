/**
 * The terminal that this process runs on: keys instead of lines, and its modes put back as they were
 * found on every way out. Nothing else in this folder touches the system.
 *
 *   close()                        the normal way; SIGINT and SIGTERM too: whoever listens MUST close()
 *   SIGHUP                         restored at once, then the keys end
 *   Deno.exit, error, rejection    restored at once
 *   Ctrl-Z, then fg (SIGCONT)      set up anew
 *
 * @module
 */

import type { Key } from "./key.ts";
import { readKeys } from "./key_reader.ts";

/** In character cells. */
export interface TerminalSize {
  /** Cells in a row. */
  readonly columns: number;
  /** Rows on the screen. */
  readonly rows: number;
}

/** What a terminal can be told to do from now on, and not to do any more. */
export interface TerminalMode {
  /** Written when it begins. */
  readonly on: string;
  /** Written when it ends. */
  readonly off: string;
}

/** Pasted text is marked, so that it cannot be taken for keys. */
export const BRACKETED_PASTE: TerminalMode = { on: "\x1b[?2004h", off: "\x1b[?2004l" };
/** Buttons and wheel, in the SGR form. */
export const MOUSE: TerminalMode = {
  on: "\x1b[?1000h\x1b[?1006h",
  off: "\x1b[?1006l\x1b[?1000l",
};
/** A screen of its own; what was on the screen before comes back after it. */
export const ALTERNATE_SCREEN: TerminalMode = { on: "\x1b[?1049h", off: "\x1b[?1049l" };

/** Why what was drawn is not on the screen as it was. After `resumed` the cursor is in an unknown row. */
export type Disturbance = "resized" | "resumed";

/** A terminal in use. */
export interface Terminal {
  /** As it is now. */
  size(): TerminalSize;
  /** The keys of one read at a time, until the end of input or `close`. To be called once. */
  keys(): AsyncIterable<readonly Key[]>;
  /** Calls `callback` whenever something must be drawn anew. To be called once. */
  onDisturbed(callback: (disturbance: Disturbance) => void): void;
  /** Puts everything back as it was, when all output is out. May be called more than once. */
  close(): Promise<void>;
}

/** Where a terminal's output goes, in order. */
export interface TextOutput {
  /** Queues `text`; never waits. */
  write(text: string): void;
  /** Resolves when everything written so far is out. Never rejects. */
  flush(): Promise<void>;
}

const FALLBACK_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** Takes the terminal over. `output` writes to standard output; nothing else may read standard input. */
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

  constructor(output: TextOutput, modes: readonly TerminalMode[]) {
    this.#output = output;
    this.#on = modes.map((mode) => mode.on).join("");
    this.#off = modes.map((mode) => mode.off).reverse().join("");
    for (const event of ["unload", "error", "unhandledrejection"]) {
      addEventListener(event, this.#restoreNow);
    }
    this.#listen("SIGHUP", this.#hangUp);
    this.#listen("SIGCONT", this.#resume);
    this.#listen("SIGWINCH", () => this.#disturbed("resized"));
    this.#setUp();
  }

  size(): TerminalSize {
    try {
      const { columns, rows } = Deno.consoleSize();
      // A terminal that nobody has told its size says 0.
      if (columns > 0 && rows > 0) return { columns, rows };
    } catch {
      // It has been hung up.
    }
    return FALLBACK_SIZE;
  }

  keys(): AsyncIterable<readonly Key[]> {
    return readKeys(() => this.#read());
  }

  onDisturbed(callback: (disturbance: Disturbance) => void): void {
    this.#disturbed = callback;
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#endRead();
    for (const [signal, listener] of this.#signals) Deno.removeSignalListener(signal, listener);
    if (!this.#restored) this.#output.write(this.#off);
    await this.#output.flush();
    if (!this.#restored) this.#cook();
    this.#restored = true;
    for (const event of ["unload", "error", "unhandledrejection"]) {
      removeEventListener(event, this.#restoreNow);
    }
  }

  // A read that fails, on a terminal that was hung up, is the end of input. One under way cannot be
  // called off, but nobody waits for it any more after `#endRead`.
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
      // No terminal is left to be restored.
    }
  }

  readonly #resume = () => {
    if (this.#restored) return;
    try {
      this.#setUp();
    } catch {
      return this.#hangUp();
    }
    this.#disturbed("resumed");
  };

  readonly #hangUp = () => {
    this.#restoreNow();
    this.#endRead();
  };

  // The process may be gone in a moment: no queue, no waiting.
  readonly #restoreNow = () => {
    if (this.#restored) return;
    this.#restored = true;
    try {
      Deno.stdout.writeSync(new TextEncoder().encode(this.#off));
    } catch {
      // Nobody reads it any more.
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
