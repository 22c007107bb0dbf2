/**
 * The line UI: what is entered goes to the server, what comes is shown, until either ends.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { LineStyle } from "../protocol/protocol.ts";
import type { ChatClient } from "./chat_client.ts";
import type { LineIo } from "./line_io.ts";

/** How a UI ended. */
export type UiEnd =
  /** Its user had enough. */
  | { readonly by: "user" }
  /** The server said that it stops. */
  | { readonly by: "server" }
  /** The connection is gone. */
  | { readonly by: "loss" }
  /** The server did not take the user; `text` is what it said. */
  | { readonly by: "refusal"; readonly text: string };

/** What a UI says at its end. */
export interface LastWords {
  /** When the server said that it stops. */
  readonly stopped: string;
  /** When the connection is gone. */
  readonly lost: string;
}

// After the end of input the server may still answer what was sent; when it has been silent for this
// long, in milliseconds, nothing more is expected.
const SILENCE_MS = 500;

/**
 * Runs the UI on a connected client. Says nothing when its user ends it. The client is closed and `io`
 * restored when this resolves.
 */
export async function runLineUi(
  client: ChatClient,
  io: LineIo,
  style: LineStyle,
  lastWords: LastWords,
): Promise<UiEnd> {
  io.prompt();
  let onEvents = () => {};
  const ended = receive(client, io, style, () => onEvents());
  const typed = transmit(client, io).then((): UiEnd => ({ by: "user" }));
  const end = await Promise.race([typed, ended]);
  if (end.by === "user") {
    await client.finish();
    await silence(ended, (restart) => onEvents = restart);
  }
  client.close();
  await ended;
  await io.end(wordsFor(end, lastWords));
  return end;
}

function wordsFor(end: UiEnd, lastWords: LastWords): string | undefined {
  if (end.by === "server") return lastWords.stopped;
  if (end.by === "loss") return lastWords.lost;
  return undefined;
}

/** Shows what comes; resolves when the server has ended it, or the connection has. */
async function receive(
  client: ChatClient,
  io: LineIo,
  style: LineStyle,
  onEvents: () => void,
): Promise<UiEnd> {
  for await (const events of client) {
    for (const event of events) {
      const end = endBy(event, style);
      if (end !== undefined) return end;
      const text = style.text(event);
      if (text !== "") io.show(text);
    }
    onEvents();
  }
  return { by: "loss" };
}

/** Whether an event ends the client: the server stops, or does not take the user. */
export function endBy(event: ChatEvent, style: LineStyle): UiEnd | undefined {
  if (event.type === "stopping") return { by: "server" };
  if (event.type !== "refused") return undefined;
  const { code } = event.refusal;
  const final = code === "nick_in_use" || code === "invalid_registration";
  return final ? { by: "refusal", text: style.text(event) } : undefined;
}

/** Resolves when the user is done. Input that cannot be read any more has ended. */
async function transmit(client: ChatClient, io: LineIo): Promise<void> {
  try {
    for await (const line of io.lines()) {
      const action = await client.enter(line);
      if (action.do === "quit") return;
      if (action.do === "answer") io.show(action.text);
      else io.prompt();
    }
  } catch {
    // A terminal that was hung up, a pipe whose writer was killed: no more lines either way.
  }
}

/** Resolves when `ended` has, or when for a while nothing has called what `onRestart` is given. */
async function silence(
  ended: Promise<unknown>,
  onRestart: (restart: () => void) => void,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<void>((resolve) => {
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, SILENCE_MS);
    };
    onRestart(restart);
    restart();
  });
  await Promise.race([silent, ended]);
  clearTimeout(timer);
}
