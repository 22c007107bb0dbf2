/**
 * The line UI: what is entered goes to the server, what comes is shown, until either ends.
 *
 * Neither side is read further than its output has room: a reader that stops reading us stops the server,
 * and a server that stops reading stops the keyboard.
 *
 * @module
 */

import type { ChatClient } from "./chat_client.ts";
import type { LineIo } from "./line_io.ts";
import type { Look } from "./look.ts";
import { endBy, endByUser, type LastWords, type UiEnd, wordsFor } from "./ui_end.ts";

/** How the line UI looks and ends. */
export interface LineUiOptions {
  /** The look of the client's protocol. */
  readonly look: Look;
  /** What it says when it was not its user who ended it. */
  readonly lastWords: LastWords;
  /** Ends the UI as its user would: a signal to the process. */
  readonly stop?: AbortSignal;
}

/**
 * Runs the UI on a connected client. When its user ends it, it waits until the server has had everything
 * (`ChatClient.leave`). The client is closed and `io` restored when this resolves.
 */
export async function runLineUi(
  client: ChatClient,
  io: LineIo,
  { look, lastWords, stop }: LineUiOptions,
): Promise<UiEnd> {
  io.prompt();
  const received = receive(client, io, look);
  const first = await Promise.race([received, transmit(client, io), stopped(stop)]);
  // A signal gives the terminal back before anything is waited for.
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

/** The user is done; what the server sends meanwhile is still shown. */
async function leave(client: ChatClient, received: Promise<UiEnd>): Promise<UiEnd> {
  const sentAll = await client.leave();
  return endByUser(sentAll, await received);
}

/** Shows what comes; resolves when the server has ended it, or the connection is lost. */
async function receive(client: ChatClient, io: LineIo, look: Look): Promise<UiEnd> {
  for await (const events of client) {
    for (const event of events) {
      const end = endBy(event, look);
      if (end !== undefined) return end;
      const text = look.text(event);
      if (text !== "") io.show(text);
    }
    await io.room();
  }
  return { by: "loss" };
}

/** Resolves when the user is done. Input that cannot be read any more has ended. */
async function transmit(client: ChatClient, io: LineIo): Promise<void> {
  try {
    for await (const line of io.lines()) {
      const action = await client.enter(line);
      if (action.do === "quit") return;
      if (action.do === "answer" || action.do === "help") io.show(action.text);
      else io.prompt();
      await io.room();
    }
  } catch {
    // A terminal that was hung up, a pipe whose writer was killed: no more lines either way.
  }
}

/** Resolves when `stop` is aborted. */
function stopped(stop: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (stop?.aborted) resolve();
    else stop?.addEventListener("abort", () => resolve(), { once: true });
  });
}
