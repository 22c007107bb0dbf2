/**
 * A program on a real (pseudo) terminal, as a person at a keyboard has it. It is `script` of util-linux
 * that makes the terminal: its own standard input and output are the keyboard and the screen.
 *
 *   test <--pipes--> script <--master pty slave--> sh --> the program
 *
 * The shell prints its process id and the terminal's name first, stays until the program has ended, and
 * prints the exit status then, so that the terminal's modes can be read before and after.
 *
 * @module
 */

import { childOptions } from "../../tools/imports.ts";
import { Emulator } from "./emulator.ts";
import { within } from "./within.ts";

const ROOT = new URL("../../", import.meta.url);
const DENO_RUN = [Deno.execPath(), "run", "--quiet", "--no-prompt", ...childOptions()];

/** What runs on a terminal, of which size (80 x 24 by default). */
export interface PtyOptions {
  readonly args: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  /** What the environment has besides; NO_COLOR is set, and the terminal is an xterm. */
  readonly env?: Readonly<Record<string, string>>;
  /** Permissions besides those of the task. */
  readonly grants?: readonly string[];
}

/** What runs in a shell. */
export interface JobOptions extends PtyOptions {
  readonly isWrapped?: boolean;
}

/** Whether there is a `script` as this file needs it. */
export const PTY_SUPPORTED = Deno.build.os === "linux";

/** A test that needs a terminal. */
export function ptyTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !PTY_SUPPORTED, fn });
}

// A trap that does something lets the shell live through the signal, and the program has its default.
const SHELL = `
trap : INT TERM HUP
stty sane cols "$PTY_COLUMNS" rows "$PTY_ROWS"
echo "pty $(tty)"
read start
sh -c 'echo "pid $$"; exec "$@"' sh "$@"
echo "status $?"
read stop
`;

/** A terminal with a program on it. Both are gone at the end of the test. */
export class Pty implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #over: Promise<unknown>;
  readonly #screen: Emulator;
  #device = "";
  #modesBefore = "";
  #pid = 0;
  #start = 0;
  #output = "";
  #read = 0;
  #drawn = 0;
  #ended = false;
  #more = Promise.withResolvers<void>();

  private constructor(
    command: readonly string[],
    { columns = 80, rows = 24, env = {} }: Omit<PtyOptions, "args">,
  ) {
    this.#screen = new Emulator(columns, rows);
    const line = ["sh", "-c", SHELL, "sh", ...command].map(quote).join(" ");
    this.#child = new Deno.Command("script", {
      args: ["-qfec", line, "/dev/null"],
      cwd: ROOT,
      env: {
        NO_COLOR: "1",
        TERM: "xterm-256color",
        SHELL: "/bin/sh",
        PTY_COLUMNS: `${columns}`,
        PTY_ROWS: `${rows}`,
        ...env,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keyboard = this.#child.stdin.getWriter();
    this.#over = Promise.all([this.#record(), this.#child.status]);
  }

  /** Starts `command` on a terminal. Its output begins after this. */
  static async start({ args, ...options }: PtyOptions): Promise<Pty> {
    const pty = new Pty(args, options);
    try {
      pty.#device = (await pty.reads(/pty (\/dev\/\S+)\r\n/))[1] as string;
      pty.#modesBefore = await pty.modes();
      await pty.types("\n");
      pty.#pid = Number((await pty.reads(/pid (\d+)\r\n/))[1]);
      pty.#start = pty.#read;
      return pty;
    } catch (error) {
      await pty[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts `client ARGS`, with the options of its task. */
  static client({ args, grants = [], ...rest }: PtyOptions): Promise<Pty> {
    return Pty.start({ args: clientCommand(args, grants), ...rest });
  }

  /** Starts a shell with jobs, in which `client ARGS` can be stopped and taken back; `isWrapped` puts another shell between. */
  static async job({ args, isWrapped = false, ...rest }: JobOptions): Promise<Pty> {
    const shell = ["bash", "--noprofile", "--norc", "-i"];
    const pty = await Pty.start({ args: shell, ...rest, env: { PS1: "$ ", ...rest.env } });
    await pty.reads("$ ");
    const line = clientCommand(args).map(quote).join(" ");
    await pty.types(isWrapped ? `sh -c ${quote(`${line}; exit $?`)}\n` : `${line}\n`);
    return pty;
  }

  /** Starts `server ARGS`, with the permissions of its task. */
  static server({ args, ...rest }: PtyOptions): Promise<Pty> {
    return Pty.start({ args: [...DENO_RUN, "--allow-net", "server.ts", ...args], ...rest });
  }

  /** Starts a few lines of TypeScript; `./lib/..` can be imported. */
  static script(code: string): Promise<Pty> {
    return Pty.start({ args: [Deno.execPath(), "eval", "--quiet", ...childOptions(), code] });
  }

  /** Presses keys. */
  async types(keys: string): Promise<void> {
    await within("the keyboard", this.#keyboard.write(new TextEncoder().encode(keys)));
  }

  /** Waits until the output not yet read holds `text`; everything up to its end is read then. */
  async reads(text: string | RegExp): Promise<RegExpExecArray> {
    const pattern = typeof text === "string" ? new RegExp(RegExp.escape(text)) : text;
    while (true) {
      const match = pattern.exec(this.#output.slice(this.#read));
      if (match !== null) {
        this.#read += match.index + match[0].length;
        return match;
      }
      const missing = `${pattern} in ${JSON.stringify(this.#output.slice(this.#read))}`;
      if (this.#ended) throw new Error(`The terminal was closed without ${missing}`);
      await within(missing, this.#more.promise);
    }
  }

  /**
   * Waits until a row of the screen matches, or `test` is true of the screen, which it returns. All output up to then is
   * read. Where the window was resized, the emulator has no part in that.
   */
  async shows(test: RegExp | ((screen: Emulator) => boolean)): Promise<Emulator> {
    const isShown = typeof test === "function"
      ? test
      : ({ rows }: Emulator) => rows.some((row) => test.test(row));
    while (!isShown(await this.screen())) {
      const missing = `${test} on the screen, which has:\n${this.#screen.rows.join("\n")}`;
      if (this.#ended) throw new Error(`The terminal was closed without ${missing}`);
      if (this.#drawn === this.output.length) await within(missing, this.#more.promise);
    }
    this.#read = this.#start + this.#drawn;
    return this.#screen;
  }

  /** The screen after all output so far. */
  async screen(): Promise<Emulator> {
    const news = this.output.slice(this.#drawn);
    this.#drawn += news.length;
    await this.#screen.write(news);
    return this.#screen;
  }

  /** All output of the program so far, carriage returns and all; at last its status. */
  get output(): string {
    return this.#output.slice(this.#start);
  }

  /** What `modes` returned before the program was started. */
  get modesBefore(): string {
    return this.#modesBefore;
  }

  /** The program's process id. */
  get pid(): number {
    return this.#pid;
  }

  /** Sends a signal to the program. */
  signal(signal: Deno.Signal): void {
    Deno.kill(this.#pid, signal);
  }

  /** Waits until the program has ended; its exit status. The terminal is still there. */
  async ends(): Promise<number> {
    return Number((await this.reads(/status (\d+)\r\n/))[1]);
  }

  /** The terminal's modes and size, as `stty -a` prints them. */
  modes(): Promise<string> {
    return this.#stty("-a");
  }

  /** Gives the window another size; the program gets a SIGWINCH. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#stty("cols", `${columns}`, "rows", `${rows}`);
  }

  /** Sets the modes that a shell's user has. */
  async cook(): Promise<void> {
    await this.#stty("sane");
  }

  async #stty(...args: string[]): Promise<string> {
    const command = new Deno.Command("stty", { args: ["-F", this.#device, ...args] });
    const { success, stdout, stderr } = await command.output();
    if (!success) throw new Error(`stty failed: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  async #record(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#output += text;
      this.#wake();
    }
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The program first: when only the terminal went, it might run on.
    kill(this.#pid);
    kill(this.#child.pid);
    await within("the end of the terminal", this.#over);
    await this.#keyboard.close().catch(() => {});
    this.#screen[Symbol.dispose]();
  }
}

/** `client ARGS`, with the options of its task. */
function clientCommand(args: readonly string[], grants: readonly string[] = []): string[] {
  const options = [
    "--v8-flags=--max-semi-space-size=2,--optimize-for-size",
    "--allow-net",
    "--allow-env=TERM,ACCESSIBLE,HOME,PARLANCE_ACCOUNT_PASSWORD",
  ];
  return [...DENO_RUN, ...options, ...grants, "client.ts", ...args];
}

function kill(pid: number): void {
  try {
    if (pid > 0) Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
