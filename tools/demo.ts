/**
 * `deno task demo`: starts the real server on a free port and the real client of each protocol, in processes
 * of their own, and lets them talk. Shows side by side, in 80 columns, what each client prints and what is
 * typed into it; a line that does not come as expected ends the demo with status 1.
 *
 * @module
 */

import { childOptions } from "./imports.ts";

/** Milliseconds after which something must have gone wrong: all of it takes a second or two. */
const PATIENCE_MS = 120_000;
const COLUMN_WIDTH = 19;
const GAP = 2;
const ROOT = new URL("../", import.meta.url);
/** What was started; nothing of it outlives the demo. */
const started: Deno.ChildProcess[] = [];

/** A program of this project, line by line. */
class Program {
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: string[] = [];
  readonly #read: Promise<void>;
  #onOutput = () => {};

  /** Starts it. `onLine` is called for each line that it prints; `prompt` stays in front of what is typed. */
  constructor(args: readonly string[], onLine: (line: string) => void, prompt = "") {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...childOptions(), "--allow-net", ...args],
      cwd: ROOT,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    started.push(this.#child);
    this.#keyboard = this.#child.stdin.getWriter();
    this.#read = this.#readLines(onLine, prompt);
  }

  /** Types one line. */
  async type(line: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(`${line}\n`));
  }

  /** The next line that it prints. */
  async next(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => this.#onOutput = resolve);
    }
  }

  /** Resolves when it has ended and all it printed is read. */
  async ended(): Promise<void> {
    await this.#keyboard.close().catch(() => {});
    await this.#child.status;
    await this.#read;
  }

  /** Asks it to stop. */
  stop(): void {
    this.#child.kill("SIGTERM");
  }

  /** As a terminal shows it: a carriage return starts the row anew, so that a prompt is wiped. */
  async #readLines(onLine: (line: string) => void, prompt: string): Promise<void> {
    let row = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const rows = (row + text).split("\n");
      row = rows.pop() as string;
      for (const each of rows) {
        const line = each.slice(each.lastIndexOf("\r") + 1).replace(prompt, "");
        this.#lines.push(line);
        onLine(line);
      }
      this.#onOutput();
    }
  }
}

/** Somebody at the keyboard of a client: a column of the page. */
class Actor {
  readonly nick: string;
  readonly protocol: string;
  readonly #column: number;
  readonly #prompt: string;
  #program: Program | undefined;

  constructor(nick: string, protocol: string, column: number, prompt: string) {
    this.nick = nick;
    this.protocol = protocol;
    this.#column = column;
    this.#prompt = prompt;
  }

  /** Starts the client. */
  connect(port: number): void {
    const args = ["client.ts", "--protocol", this.protocol, this.nick, "127.0.0.1", String(port)];
    this.#program = new Program(args, (line) => printRow(this.#column, line), this.#prompt);
  }

  /** Types a line. */
  async type(line: string): Promise<void> {
    printRow(this.#column, this.#prompt + line);
    await this.#program?.type(line);
  }

  /** Waits for these lines; whatever else is printed before them is a fault. */
  async sees(...lines: string[]): Promise<void> {
    for (const line of lines) {
      const seen = await this.#program?.next();
      if (seen !== line) throw new Error(`${this.nick} should see "${line}", not "${seen}"`);
    }
  }

  /** Waits until the client has ended. */
  async ended(): Promise<void> {
    await this.#program?.ended();
  }
}

function printRow(column: number, text: string): void {
  for (const row of wrap(text, COLUMN_WIDTH - GAP)) {
    console.log(`${" ".repeat(GAP + column * COLUMN_WIDTH)}${row}`);
  }
}

/** Rows of whole words, of at most `width` characters where the words allow it. */
function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(" ")) {
    const longer = rows.length > 0 ? `${rows.at(-1)} ${word}` : word;
    if (rows.length > 0 && longer.length <= width) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
}

async function converse(
  [alice, bob, carol, dave]: readonly [Actor, Actor, Actor, Actor],
  port: number,
): Promise<void> {
  carol.connect(port);
  await carol.sees("*** carol has joined the chat");
  bob.connect(port);
  await carol.sees("*** bob has joined the chat");
  dave.connect(port);
  await carol.sees("*** dave has joined the chat");
  await dave.sees("*** You are in lobby", "*** In lobby: carol, bob, dave");
  alice.connect(port);
  await alice.type("/create den");
  await alice.type("/list");
  await alice.sees("lobby", "den");
  await alice.type("/join lobby");
  for (const each of [carol, dave]) await each.sees("*** alice has joined the chat");
  await alice.type("200-byte frames");
  await bob.sees("@alice: 200-byte frames");
  for (const each of [carol, dave]) await each.sees("alice: 200-byte frames");
  await bob.type("CHAT/1.0 lines");
  await alice.sees("[bob] CHAT/1.0 lines");
  for (const each of [carol, dave]) await each.sees("bob: CHAT/1.0 lines");
  await carol.type("JSON here");
  await alice.sees("[carol] JSON here");
  await bob.sees("@carol: JSON here");
  for (const each of [carol, dave]) await each.sees("carol: JSON here");
  await dave.type("And IRC");
  await alice.sees("[dave] And IRC");
  await bob.sees("@dave: And IRC");
  await carol.sees("dave: And IRC");
  await carol.type("/me waves");
  await alice.sees("[carol waves]");
  await bob.sees("@carol: [carol waves]");
  for (const each of [carol, dave]) await each.sees("[carol waves]");
  await alice.type("/join den");
  for (const each of [carol, dave]) await each.sees("*** alice has left the chat");
  await dave.type("/names");
  await dave.sees("*** In lobby: carol, bob, dave");
  await dave.type("/q");
  await dave.ended();
  await carol.sees("*** dave has left the chat");
  await carol.type("/q");
  await carol.ended();
}

async function main(): Promise<void> {
  const server = new Program(["server.ts", "--host", "127.0.0.1", "--log", "quiet"], () => {});
  const listening = await server.next();
  console.log(
    `\n${listening}\nWhat stands after "[Me]" or ">" is typed; the rest the clients print.\n`,
  );
  const actors = [
    new Actor("alice", "cs168", 0, "[Me] "),
    new Actor("bob", "chat1", 1, "> "),
    new Actor("carol", "json16", 2, "> "),
    new Actor("dave", "irc", 3, "> "),
  ] as const;
  const columns = (cells: string[]) =>
    `${" ".repeat(GAP)}${cells.map((cell) => cell.padEnd(COLUMN_WIDTH)).join("")}`.trimEnd();
  const titles = actors.map(({ nick, protocol }) => `${nick} (${protocol})`);
  console.log(columns(titles));
  console.log(columns(titles.map((title) => "-".repeat(title.length))));
  await converse(actors, Number(/:(\d+) /.exec(listening)?.[1]));
  server.stop();
  await server.ended();
  await Promise.all(actors.map((actor) => actor.ended()));
  console.log();
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  for (const child of started) {
    try {
      child.kill();
    } catch {
      // It has ended already.
    }
  }
  Deno.exit(1);
}

if (import.meta.main) {
  const late = setTimeout(() => fail("A client printed nothing for too long"), PATIENCE_MS);
  await main().catch(fail);
  clearTimeout(late);
}
