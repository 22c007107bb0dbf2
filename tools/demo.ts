/**
 * `deno task demo`: a server on a free port and two clients of the real line UI, over real sockets, hold
 * a conversation. Prints what each of them types and sees, side by side, and ends by itself.
 *
 * @module
 */

import { ChatClient } from "../lib/client/chat_client.ts";
import type { LineIo } from "../lib/client/line_io.ts";
import { runLineUi } from "../lib/client/line_ui.ts";
import { cs168 } from "../lib/protocol/cs168.ts";
import { Log } from "../lib/server/log.ts";
import { serve } from "../lib/server/serve.ts";

/** Milliseconds after which something must have gone wrong: all of it takes a few hundredths of a second. */
const PATIENCE_MS = 5000;
const COLUMN_WIDTH = 42;

/** One of the two at the keyboard: scripted lines in, a column of the page out. */
class Actor implements LineIo {
  readonly nick: string;
  readonly #column: number;
  readonly #input = new TransformStream<string, string>();
  readonly #keyboard = this.#input.writable.getWriter();
  readonly #seen: string[] = [];
  #onSeen = () => {};

  constructor(nick: string, column: number) {
    this.nick = nick;
    this.#column = column;
  }

  /** Types a line, and waits until the client has taken it. */
  async type(line: string): Promise<void> {
    printRow(this.#column, `[Me] ${line}`);
    await this.#keyboard.write(line);
  }

  /** Waits until `text` has come; whatever else comes before it is a fault. */
  async sees(text: string): Promise<void> {
    while (this.#seen.length === 0) {
      await new Promise<void>((resolve) => this.#onSeen = resolve);
    }
    const seen = this.#seen.shift();
    if (seen !== text) throw new Error(`${this.nick} should see "${text}", not "${seen}"`);
  }

  /** Ends the input, as Ctrl-D does. */
  async hangUp(): Promise<void> {
    printRow(this.#column, "[Me] (Ctrl-D)");
    await this.#keyboard.close();
  }

  lines(): AsyncIterable<string> {
    return this.#input.readable;
  }

  prompt(): void {}

  show(text: string): void {
    for (const line of text.split("\n")) printRow(this.#column, line);
    this.#seen.push(text);
    this.#onSeen();
  }

  end(lastWords?: string): Promise<void> {
    if (lastWords !== undefined) printRow(this.#column, lastWords);
    return Promise.resolve();
  }
}

function printRow(column: number, text: string): void {
  for (const row of wrap(text, COLUMN_WIDTH - 3)) {
    console.log(`  ${" ".repeat(column * COLUMN_WIDTH)}${row}`);
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

async function converse(alice: Actor, bob: Actor): Promise<void> {
  await alice.type("Is anybody here?");
  await alice.sees("Not currently in any channel. Must join a channel before sending messages.");
  await alice.type("/create lobby");
  await alice.type("/list");
  await alice.sees("lobby");
  await bob.type("/list");
  await bob.sees("lobby");
  await bob.type("/join lobby");
  await alice.sees("bob has joined");
  await alice.type("Hi Bob!");
  await bob.sees("[alice] Hi Bob!");
  await bob.type("Hello Alice. Which protocol is this?");
  await alice.sees("[bob] Hello Alice. Which protocol is this?");
  await alice.type("CS168's: 200 bytes a frame.");
  await bob.sees("[alice] CS168's: 200 bytes a frame.");
  await bob.type("/create den");
  await alice.sees("bob has left");
  await bob.type("/list");
  await bob.sees("lobby\nden");
  await alice.type("/join den");
  await bob.sees("alice has joined");
  await alice.hangUp();
  await bob.sees("alice has left");
}

async function main(): Promise<void> {
  const server = serve({ host: "127.0.0.1", port: 0, log: new Log("quiet", console.error) });
  console.log(`\nListening on ${server.description}\n`);
  const { port } = server.address;
  const actors = [new Actor("alice", 0), new Actor("bob", 1)] as const;
  const uis = await Promise.all(actors.map(async (actor) => {
    const client = await ChatClient.connect({
      protocol: cs168,
      nick: actor.nick,
      host: "127.0.0.1",
      port,
    });
    const goneText = `Server at 127.0.0.1:${port} has disconnected`;
    return { end: runLineUi(client, actor, cs168.lineStyle, goneText) };
  }));
  const columns = (cells: string[]) => cells.map((cell) => cell.padEnd(COLUMN_WIDTH)).join("");
  const titles = actors.map(({ nick }) => `${nick}'s client`);
  console.log(`  ${columns(titles).trimEnd()}`);
  console.log(`  ${columns(titles.map((title) => "-".repeat(title.length))).trimEnd()}`);
  await converse(...actors);
  await server.stop();
  await Promise.all(uis.map((ui) => ui.end));
  console.log();
}

if (import.meta.main) {
  const late = setTimeout(() => {
    console.error("The demo did not get on");
    Deno.exit(1);
  }, PATIENCE_MS);
  await main();
  clearTimeout(late);
}
