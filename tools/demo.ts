/**
 * `deno task demo`: a server on a free port and three clients, one of each protocol, over real sockets and
 * with the real line UI, hold a conversation. Prints what each types and sees, side by side, and ends.
 *
 * @module
 */

import { ChatClient } from "../lib/client/chat_client.ts";
import type { LineIo } from "../lib/client/line_io.ts";
import { runLineUi } from "../lib/client/line_ui.ts";
import { lookOf } from "../lib/client/looks.ts";
import type { UiEnd } from "../lib/client/ui_end.ts";
import type { Protocol } from "../lib/protocol/protocol.ts";
import { chat1 } from "../lib/protocol/chat1.ts";
import { cs168 } from "../lib/protocol/cs168.ts";
import { json16 } from "../lib/protocol/json16.ts";
import { Log } from "../lib/server/log.ts";
import { serve } from "../lib/server/serve.ts";

/** Milliseconds after which something must have gone wrong: all of it takes half a second. */
const PATIENCE_MS = 8000;
const COLUMN_WIDTH = 34;

/** One of the three at the keyboard: scripted lines in, a column of the page out. */
class Actor implements LineIo {
  readonly nick: string;
  readonly protocol: Protocol;
  readonly #column: number;
  readonly #input = new TransformStream<string, string>();
  readonly #keyboard = this.#input.writable.getWriter();
  readonly #seen: string[] = [];
  #onSeen = () => {};
  #ended: Promise<UiEnd> | undefined;

  constructor(nick: string, protocol: Protocol, column: number) {
    this.nick = nick;
    this.protocol = protocol;
    this.#column = column;
  }

  /** Starts the client. */
  async connect(port: number): Promise<void> {
    const { protocol, nick } = this;
    const client = await ChatClient.connect({ protocol, nick, host: "127.0.0.1", port });
    const lastWords = { stopped: "(the server stops)", lost: "(the server is gone)" };
    this.#ended = runLineUi(client, this, { look: lookOf(protocol), lastWords });
  }

  /** Types a line, and waits until the client has taken it. */
  async type(line: string): Promise<void> {
    printRow(this.#column, lookOf(this.protocol).prompt + line);
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

  /** Waits until the client has ended. */
  async ended(): Promise<void> {
    await this.#ended;
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

  room(): Promise<void> {
    return Promise.resolve();
  }

  end(lastWords?: string): Promise<void> {
    if (lastWords !== undefined) printRow(this.#column, lastWords);
    return Promise.resolve();
  }
}

function printRow(column: number, text: string): void {
  for (const row of wrap(text, COLUMN_WIDTH - 2)) {
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

async function converse(alice: Actor, bob: Actor, carol: Actor, port: number): Promise<void> {
  await carol.connect(port);
  await carol.sees("*** carol has joined the chat");
  await bob.connect(port);
  await carol.sees("*** bob has joined the chat");
  await alice.connect(port);
  await alice.type("/create den");
  await alice.type("/list");
  await alice.sees("lobby\nden");
  await alice.type("/join lobby");
  await carol.sees("*** alice has joined the chat");
  await alice.type("I speak 200-byte frames");
  await bob.sees("@alice: I speak 200-byte frames");
  await carol.sees("alice: I speak 200-byte frames");
  await bob.type("And I lines of CHAT/1.0");
  await alice.sees("[bob] And I lines of CHAT/1.0");
  await carol.sees("bob: And I lines of CHAT/1.0");
  await carol.type("JSON here");
  await alice.sees("[carol] JSON here");
  await bob.sees("@carol: JSON here");
  await carol.sees("carol: JSON here");
  await carol.type("/me waves");
  await alice.sees("[carol waves]");
  await bob.sees("@carol: [carol waves]");
  await carol.sees("[carol waves]");
  await alice.type("/join den");
  await carol.sees("*** alice has left the chat");
  await carol.type("/names");
  await carol.sees("*** In lobby: carol, bob");
  await carol.type("/q");
  await carol.ended();
}

async function main(): Promise<void> {
  const server = serve({ host: "127.0.0.1", port: 0, log: new Log("quiet", console.error) });
  console.log(`\nListening on ${server.description}\n`);
  const actors = [
    new Actor("alice", cs168, 0),
    new Actor("bob", chat1, 1),
    new Actor("carol", json16, 2),
  ] as const;
  const columns = (cells: string[]) =>
    `  ${cells.map((cell) => cell.padEnd(COLUMN_WIDTH)).join("")}`.trimEnd();
  const titles = actors.map(({ nick, protocol }) => `${nick} (${protocol.name})`);
  console.log(columns(titles));
  console.log(columns(titles.map((title) => "-".repeat(title.length))));
  await converse(...actors, server.address.port);
  await server.stop();
  await Promise.all(actors.map((actor) => actor.ended()));
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
