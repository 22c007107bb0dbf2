/**
 * The line UI: it sends entered lines and shows received events until either side ends.
 *
 * It reads each side only while its output has room: a reader that stops slows the server down, and
 * a server that stops reading slows the keyboard down.
 *
 * @module
 */

import { sanitizeLines } from "../protocol/text.ts";
import { type ChatClient, CLEAN_END } from "./chat_client.ts";
import { lossWords } from "./failure_words.ts";
import type { LineIo } from "./line_io.ts";
import type { LineAction, Look } from "./look.ts";
import { endBy, endByUser, type LastWords, type UiEnd, wordsFor } from "./ui_end.ts";

/** The settings of the line UI. */
export interface LineUiOptions {
  /** The look of the client's protocol. */
  readonly look: Look;
  /** Reads what an entered line asks for; default: as the look reads a pipe. */
  readonly readLine?: (line: string) => LineAction;
  /** The last words when not the user, but the server or the network ended it. */
  readonly lastWords: LastWords;
  /** Ends the UI like its user would, after a signal to the process. */
  readonly stop?: AbortSignal;
}

/**
 * Runs the UI on a connected client. When its user ends it, it waits until the server has taken
 * everything (`ChatClient.leave`). When this resolves, the client is closed and `io` is restored.
 */
export async function runLineUi(
  client: ChatClient,
  io: LineIo,
  { look, readLine = look.readLine, lastWords, stop }: LineUiOptions,
): Promise<UiEnd> {
  io.prompt();
  const received = receive(client, io, look);
  const first = await Promise.race([received, transmit(client, io, readLine), stopped(stop)]);
  // After a signal, restore the terminal before any wait.
  if (stop?.aborted) await io.end();
  const end = isEnd(first) ? first : await leave(client, received);
  client.close();
  await received;
  await io.end(wordsFor(end, lastWords));
  return end;
}

function isEnd(end: UiEnd | void): end is UiEnd {
  return end !== undefined;
}

/** Leaves the server, and still shows what it sends meanwhile. */
async function leave(client: ChatClient, received: Promise<UiEnd>): Promise<UiEnd> {
  const sentAll = await client.leave();
  return endByUser(sentAll, await received);
}

/** Shows events; resolves when the server has ended the connection, or it is lost. */
async function receive(client: ChatClient, io: LineIo, look: Look): Promise<UiEnd> {
  let isWelcome = false;
  for await (const events of client) {
    for (const event of events) {
      const end = endBy(event, look, isWelcome);
      if (end !== undefined) return end;
      isWelcome ||= event.type === "registered";
      // Formatting means nothing in lines.
      const text = sanitizeLines(look.text(event));
      if (text !== "") io.show(text);
    }
    await io.room();
  }
  const { reason } = client;
  return { by: "loss", ...(reason !== CLEAN_END && { why: lossWords(reason, isWelcome) }) };
}

/**
 * Sends entered lines; resolves when the user is done. Input that can no longer be read has ended.
 */
async function transmit(
  client: ChatClient,
  io: LineIo,
  readLine: (line: string) => LineAction,
): Promise<void> {
  try {
    for await (const line of io.lines()) {
      const action = readLine(line);
      if (action.do === "quit") return;
      if (action.do === "send") await client.send(action.command);
      answerLine(action, io);
      await io.room();
    }
  } catch {
    // A terminal that was hung up, a pipe whose writer was killed: no more lines either way.
  }
}

/** Shows what the client says to a line by itself, or else the prompt. */
export function answerLine(action: LineAction, io: LineIo): void {
  switch (action.do) {
    case "answer":
    case "help":
      return io.show(action.text);
    case "query":
    case "search":
    case "times":
      return io.show(`*** Only the full screen (--ui tui) knows /${action.do}`);
    case "reconnect":
    case "disconnect":
      return io.show(`*** Only a client that stays (--reconnect) knows /${action.do}`);
    case "clear":
      return io.clear();
    default:
      return io.prompt();
  }
}

/** Resolves when `stop` is aborted. */
export function stopped(stop: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (stop?.aborted) resolve();
    else stop?.addEventListener("abort", () => resolve(), { once: true });
  });
}
