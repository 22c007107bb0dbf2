/**
 * A program on an emulated terminal, for pictures; `script` of util-linux makes the terminal.
 *
 * @module
 */

import xterm from "@xterm/headless";
import { rowsOf } from "./screen_rows.ts";
import type { Row } from "./terminal_svg.ts";

/** Milliseconds after which something must have gone wrong. */
const PATIENCE_MS = 120_000;
/** How often a screen is looked at, in milliseconds. */
const LOOK_MS = 20;

/** A program on a terminal, and what is on its screen. */
export class ProgramScreen {
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #terminal: xterm.Terminal;
  readonly #read: Promise<void>;

  /** Starts `command` of a shell. */
  constructor(command: string, { columns, rows }: { columns: number; rows: number }) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#child = new Deno.Command("script", {
      args: ["-qfec", `stty cols ${columns} rows ${rows}; ${command}`, "/dev/null"],
      env: { TERM: "xterm-256color", SHELL: "/bin/sh", LANG: "C.UTF-8" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keyboard = this.#child.stdin.getWriter();
    this.#read = this.#draw();
  }

  /** What is on the screen. */
  get rows(): Row[] {
    return rowsOf(this.#terminal);
  }

  /** Types a line and Enter. */
  enters(line: string): Promise<void> {
    return this.types(`${line}\r`);
  }

  /** Presses keys. */
  async types(keys: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(keys));
  }

  /** Waits until `text` is on the screen. */
  async shows(text: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!this.#rows().some((row) => row.includes(text))) {
      if (Date.now() > end) throw new Error(`No "${text}" on this:\n${this.#rows().join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Hangs up. */
  async close(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await this.#read;
    await this.#keyboard.close().catch(() => {});
  }

  #rows(): string[] {
    return this.rows.map((row) => row.map(({ text }) => text).join(""));
  }

  async #draw(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#terminal.write(text);
    }
  }
}
