/**
 * The line UI of a client that stays (`--reconnect`): lines wait while there is no connection, and
 * its user reads why.
 *
 * It reads lines only while the client has room for them, so a piped file waits for its server.
 *
 * @module
 */

import type { LastingClient } from "./lasting_client.ts";
import type { LineIo } from "./line_io.ts";
import { answerLine, type LineUiOptions, stopped } from "./line_ui.ts";
import { HERE, type LineAction, type Look } from "./look.ts";
import type { News } from "./news.ts";
import { isSpeech } from "./outgoing.ts";
import { offWords } from "./failure_words.ts";
import { endByUser, type UiEnd, wordsFor } from "./ui_end.ts";

/**
 * Runs the UI. When its user ends it, it waits until the server has taken everything that could be
 * sent. When this resolves, the client is closed and `io` is restored.
 */
export async function runLastingLineUi(
  client: LastingClient,
  io: LineIo,
  { look, readLine = look.readLine, lastWords, stop }: LineUiOptions,
): Promise<UiEnd> {
  const texts = new Map<number, string>();
  const words = new NewsWords(look, texts);
  const received = receive(client, io, words);
  // Before that there is nobody to speak to.
  const isUp = words.firstUp.then(() => io.prompt());
  const sent = isUp.then(() => transmit(client, io, readLine, texts));
  const first = await Promise.race([received, sent, stopped(stop)]);
  // After a signal, restore the terminal before any wait.
  if (stop?.aborted) await io.end();
  const end = first ?? endByUser(await client.leave(), client.end);
  client.close();
  await received;
  await io.end(wordsFor(end, lastWords));
  return end;
}

/**
 * Reads a line of a pipe as the look does, but understands the commands of the dialect: the client
 * could not enter a channel again that a raw line asked for.
 */
export function readPiped(look: Look, line: string): LineAction {
  const typed = look.readTyped(line, HERE);
  return typed.do === "send" && !line.startsWith("//") ? typed : look.readLine(line);
}

/** Shows news; resolves when the client has ended. */
async function receive(
  client: LastingClient,
  io: LineIo,
  words: NewsWords,
): Promise<UiEnd> {
  for await (const news of client) {
    for (const each of news) {
      const text = words.of(each);
      if (text !== "") io.show(text);
    }
    await io.room();
  }
  return client.end ?? { by: "loss" };
}

async function transmit(
  client: LastingClient,
  io: LineIo,
  readLine: (line: string) => LineAction,
  texts: Map<number, string>,
): Promise<void> {
  let id = 0;
  try {
    for await (const line of io.lines()) {
      const action = readLine(line);
      if (action.do === "quit") return;
      if (action.do === "send") {
        if (isSpeech(action.command)) texts.set(++id, action.command.text);
        client.send(action.command, id);
        await client.room();
      }
      if (action.do === "reconnect" || action.do === "disconnect") {
        client[action.do]();
        io.prompt();
      } else answerLine(action, io);
      await io.room();
    }
  } catch {
    // A terminal that was hung up, a pipe whose writer was killed: no more lines either way.
  }
}

/** News in words: the events as the look has them, and what the connection does. */
class NewsWords {
  readonly #look: Look;
  readonly #texts: Map<number, string>;
  readonly #firstUp = Promise.withResolvers<void>();
  #lostFor: string | undefined;

  /** `texts` are those that were sent, by their numbers; it forgets those that are settled. */
  constructor(look: Look, texts: Map<number, string>) {
    this.#look = look;
    this.#texts = texts;
  }

  /** Resolves when the server has let the user in for the first time. */
  get firstUp(): Promise<void> {
    return this.#firstUp.promise;
  }

  /** The words; "" for none. */
  of(news: News): string {
    switch (news.type) {
      case "event":
        return this.#look.text(news.event);
      case "settled": {
        const text = this.#texts.get(news.id);
        this.#texts.delete(news.id);
        if (news.outcome === "taken" || text === undefined) return "";
        return news.outcome === "refused"
          ? `*** Not delivered: ${text}`
          : `*** The connection broke, so it is not known whether this arrived: ${text}`;
      }
      case "link":
        return this.#link(news.link);
      case "past":
        return news.events.map((event) => this.#look.text(event)).join("\n");
      case "lag":
      case "no_past":
      case "found":
        return "";
    }
  }

  #link(link: Extract<News, { type: "link" }>["link"]): string {
    if (link.phase === "online") {
      this.#firstUp.resolve();
      const wasLost = this.#lostFor !== undefined;
      this.#lostFor = undefined;
      return wasLost ? "*** Connected again" : "";
    }
    const isLost = link.phase === "waiting" || link.phase === "off";
    if (!isLost || link.why === this.#lostFor) return "";
    this.#lostFor = link.why;
    if (link.phase === "off") return offWords(link.why);
    return `*** Not connected, trying again: ${link.why}`;
  }
}
