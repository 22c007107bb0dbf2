/**
 * What a person feels of the full screen: how soon it is there, how soon a typed letter is on the screen while ten
 * channels are busy, and the memory of a long scrollback. The real client runs on a pseudo terminal (`script`).
 *
 *   deno run -A bench/client.ts [start] [typing] [memory] [--runs=20] [--channels=10] [--rate=50] [--lines=100000]
 *
 * Without a word it measures all three. `--client=FILE` measures a compiled client.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { Pty } from "../tests/support/pty.ts";
import { REAL_SERVER, type ServerProcess, startServer } from "./server_process.ts";

const COLUMNS = 80, ROWS = 24;
/** Letters of one measurement, then the line is emptied. */
const LETTERS = "abcdefghijklmnopqrst";
/** Milliseconds between two letters: a fast typist's. */
const PAUSE_MS = 60;
/** Runs that are not counted. */
const WARMING = 3;

interface Settings {
  readonly client: string | undefined;
  readonly runs: number;
  readonly channels: number;
  /** Lines a second in each channel. */
  readonly rate: number;
  readonly lines: number;
}

const MEASURES: Readonly<
  Record<string, (server: ServerProcess, settings: Settings) => Promise<string>>
> = {
  start: measureStart,
  typing: measureTyping,
  memory: measureMemory,
};

/** The client on a terminal, in a channel of IRC. */
function openClient({ port }: ServerProcess, client: string | undefined): Promise<Pty> {
  const args = ["--ui", "tui", "typist", `irc://127.0.0.1:${port}/c0`];
  const size = { columns: COLUMNS, rows: ROWS };
  return client === undefined
    ? Pty.client({ args, ...size })
    : Pty.start({ args: [client, ...args], ...size });
}

async function measureStart(server: ServerProcess, settings: Settings): Promise<string> {
  const times: number[] = [];
  for (let run = -WARMING; run < settings.runs; run++) {
    await using pty = await openClient(server, settings.client);
    const start = performance.now();
    await pty.reads("typist> ");
    if (run >= 0) times.push(performance.now() - start);
    pty.signal("SIGTERM");
    await pty.ends();
  }
  return `start to prompt, ms: ${quantiles(times)} of ${settings.runs} runs (goal: 60)`;
}

async function measureTyping(server: ServerProcess, settings: Settings): Promise<string> {
  const { channels, rate } = settings;
  const speakers = await Promise.all(
    Array.from({ length: channels }, (_, i) => Speaker.enter(server.port, `c${i}`)),
  );
  await using pty = await openClient(server, settings.client);
  await pty.reads("typist> ");
  for (let i = 1; i < channels; i++) await pty.types(`/join c${i}\r`);
  await Promise.all(speakers.map((speaker) => speaker.sees("typist")));
  const timer = setInterval(
    () =>
      speakers.forEach((speaker) =>
        speaker.say("a line as long as people write them, more or less")
      ),
    1000 / rate,
  );
  const times: number[] = [];
  for (let run = -1; run < settings.runs; run++) {
    for (let i = 1; i <= LETTERS.length; i++) {
      await pause(PAUSE_MS);
      const start = performance.now();
      await pty.types(LETTERS.charAt(i - 1));
      await pty.reads(`${LETTERS.slice(0, i)}`);
      if (run >= 0) times.push(performance.now() - start);
    }
    await pty.types("\x15");
    // deno-lint-ignore no-control-regex
    await pty.reads(/typist> (?:\x1b\[m)?\x1b/);
  }
  clearInterval(timer);
  speakers.forEach((speaker) => speaker.leave());
  pty.signal("SIGTERM");
  return `key to screen with ${channels} channels of ${rate} lines a second each, ms: ` +
    `${quantiles(times)} of ${times.length} keys (goal: 20)`;
}

async function measureMemory(server: ServerProcess, settings: Settings): Promise<string> {
  await using pty = await openClient(server, settings.client);
  await pty.reads("typist> ");
  const speaker = await Speaker.enter(server.port, "c0");
  const before = residentMib(pty.pid);
  for (let i = 1; i <= settings.lines; i++) {
    speaker.say(`line ${i}, which is as long as people write them, more or less`);
    if (i % 500 === 0) await speaker.room();
  }
  await pty.reads(`line ${settings.lines}, `);
  const after = residentMib(pty.pid);
  speaker.leave();
  pty.signal("SIGTERM");
  return `resident memory, MiB: ${before} at first, ${after} with ${settings.lines} lines (goal: 150)`;
}

/** Somebody in a channel, over IRC. */
class Speaker {
  readonly #connection: Deno.TcpConn;
  readonly #channel: string;
  readonly #encoder = new TextEncoder();
  #seen = "";
  #pongs = 0;
  #pings = 0;
  #more = Promise.withResolvers<void>();
  #sending: Promise<unknown> = Promise.resolve();

  private constructor(connection: Deno.TcpConn, channel: string) {
    this.#connection = connection;
    this.#channel = channel;
  }

  /** Registers and enters `channel`. */
  static async enter(port: number, channel: string): Promise<Speaker> {
    const speaker = new Speaker(await Deno.connect({ hostname: "127.0.0.1", port }), channel);
    speaker.#read();
    speaker.#send(`NICK s${channel}\r\nUSER s 0 * :s\r\nJOIN #${channel}\r\n`);
    await speaker.sees(" 366 ");
    return speaker;
  }

  /** Says something. */
  say(text: string): void {
    this.#send(`PRIVMSG #${this.#channel} :${text}\r\n`);
  }

  /** Resolves when the server has read everything so far. */
  async room(): Promise<void> {
    this.#send(`PING :${++this.#pings}\r\n`);
    while (this.#pongs < this.#pings) await this.#more.promise;
  }

  /** Resolves when `text` has come. */
  async sees(text: string): Promise<void> {
    while (!this.#seen.includes(text)) await this.#more.promise;
  }

  /** Ends the connection. */
  leave(): void {
    this.#connection.close();
  }

  #send(text: string): void {
    this.#sending = this.#sending.then(async () => {
      for (let rest = this.#encoder.encode(text); rest.length > 0;) {
        rest = rest.subarray(await this.#connection.write(rest));
      }
    }).catch(() => {});
  }

  async #read(): Promise<void> {
    try {
      for await (const text of this.#connection.readable.pipeThrough(new TextDecoderStream())) {
        this.#seen = (this.#seen + text).slice(-20_000);
        this.#pongs += text.split(" PONG ").length - 1;
        this.#more.resolve();
        this.#more = Promise.withResolvers();
      }
    } catch {
      // The measurement is over.
    }
  }
}

/** The process's resident memory; on Linux. */
function residentMib(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Math.round(Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1024);
}

function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN).toFixed(1);
  return `${at(0.5)} in the middle, ${at(0.95)} at p95, ${at(1)} at most`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const args = parseArgs(Deno.args, { string: ["client", "runs", "channels", "rate", "lines"] });
  const number = (name: string, standard: number) => Number(args[name] ?? standard);
  const names = args._.length > 0 ? args._.map(String) : Object.keys(MEASURES);
  for (const name of names) {
    const measure = MEASURES[name];
    if (measure === undefined) throw new Error(`Expected ${Object.keys(MEASURES)}, got "${name}"`);
    const server = await startServer(REAL_SERVER);
    try {
      console.log(
        await measure(server, {
          client: args.client,
          runs: number("runs", 20),
          channels: number("channels", 10),
          rate: number("rate", 50),
          lines: number("lines", 100_000),
        }),
      );
    } finally {
      await server.stop();
    }
  }
  Deno.exit(0);
}
