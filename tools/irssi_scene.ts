/**
 * A scene for the picture of a foreign client: a real server, irssi on an emulated terminal, and beside it the
 * homework's client on another one. `script` of util-linux makes the terminals.
 *
 * @module
 */

import xterm from "@xterm/headless";
import { Log } from "../lib/server/log.ts";
import { serve } from "../lib/server/serve.ts";
import { rowsOf } from "./screen_rows.ts";
import type { Row } from "./terminal_svg.ts";

const IRSSI_COLUMNS = 70;
const HOMEWORK_COLUMNS = 30;
const ROWS = 15;
const LINE = "#7d8799";
/** Milliseconds after which something must have gone wrong. */
const PATIENCE_MS = 20_000;
/** How often a screen is looked at, in milliseconds. */
const LOOK_MS = 20;

/** Its own name and windows, nothing of the user's, and no pause between commands; the home goes with it. */
const IRSSI = `
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
cat > "$home/config" <<'END'
settings = {
  core = { real_name = "Ivy"; user_name = "ivy"; };
  "irc/core" = { cmd_queue_speed = "10msec"; };
  "fe-text" = { actlist_sort = "refnum"; };
};
END
TZ=UTC HOME=$home irssi --home="$home" -n ivy -c 127.0.0.1 -p`;

/** Whether the scene can be played. */
export function irssiIsInstalled(): boolean {
  const args = ["-c", "command -v irssi && command -v script"];
  return new Deno.Command("sh", { args, stdout: "null", stderr: "null" }).outputSync().success;
}

/** A program on a terminal, and what is on its screen. */
class Screen {
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #terminal: xterm.Terminal;
  readonly #read: Promise<void>;

  constructor(command: string, columns: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows: ROWS, allowProposedApi: true });
    this.#child = new Deno.Command("script", {
      args: ["-qfec", `stty cols ${columns} rows ${ROWS}; ${command}`, "/dev/null"],
      env: { TERM: "xterm-256color", SHELL: "/bin/sh", LANG: "C.UTF-8" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keyboard = this.#child.stdin.getWriter();
    this.#read = this.#draw();
  }

  get rows(): Row[] {
    return rowsOf(this.#terminal);
  }

  /** Types a line. */
  async types(line: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(`${line}\r`));
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

/** Plays the scene; resolves to both screens at its end. `options` lets a child process find its packages. */
export async function showIrssi(options: readonly string[]): Promise<Row[]> {
  const server = serve({ host: "127.0.0.1", port: 0, log: new Log("quiet", console.error) });
  const { port } = server.address;
  const run = [Deno.execPath(), "run", "--quiet", ...options, "--allow-net", "client.ts"].join(" ");
  const alice = new Screen(
    `exec ${run} --protocol cs168 alice 127.0.0.1 ${port}`,
    HOMEWORK_COLUMNS,
  );
  const ivy = new Screen(`${IRSSI} ${port}`, IRSSI_COLUMNS);
  try {
    await alice.shows("[Me]");
    await alice.types("/create den");
    await alice.types("/join den");
    await ivy.shows("+i");
    await ivy.types("/join #den");
    await ivy.shows("synced");
    await alice.shows("ivy has joined");
    await ivy.types("irssi here. Who are you?");
    await alice.shows("Who are");
    await alice.types("Project 1 of CS 168");
    await ivy.shows("Project 1");
    await ivy.types("/me applauds");
    await alice.shows("[ivy applauds]");
    await ivy.types("/nick ivory");
    await alice.shows("ivory has joined");
    await alice.types("200 bytes each");
    await ivy.shows("200 bytes");
    return beside(ivy.rows, alice.rows);
  } finally {
    await alice.close();
    await ivy.close();
    await server.stop();
  }
}

function beside(left: readonly Row[], right: readonly Row[]): Row[] {
  return left.map((row, i) => [...row, { text: " │ ", color: LINE }, ...(right[i] ?? [])]);
}
