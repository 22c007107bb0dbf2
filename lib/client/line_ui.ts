/**
 * The line UI: what is entered goes to the server as it is, what comes is shown, until either ends.
 *
 * @module
 */

import type { LineStyle } from "../protocol/protocol.ts";
import type { ChatClient } from "./chat_client.ts";
import type { LineIo } from "./line_io.ts";

/** How the line UI ended: by its user, or because the server has gone. */
export type LineUiEnd = "input ended" | "server gone";

// After the end of input the server may still answer what was sent; when it has been silent for this
// long, in milliseconds, nothing more is expected.
const SILENCE_MS = 500;

/**
 * Runs the UI on a connected client. Says nothing when its user ends it; when the server goes, its last
 * words are `goneText`. The client is closed and `io` restored when this resolves.
 */
export async function runLineUi(
  client: ChatClient,
  io: LineIo,
  style: LineStyle,
  goneText: string,
): Promise<LineUiEnd> {
  io.prompt();
  let onEvents = () => {};
  const gone = receive(client, io, style, () => onEvents()).then(() => "server gone" as const);
  const typed = transmit(client, io).then(() => "input ended" as const);
  const end = await Promise.race([typed, gone]);
  if (end === "server gone") {
    await io.end(goneText);
    return end;
  }
  await client.finish();
  const silence = new Promise<void>((resolve) => {
    let timer = setTimeout(resolve, SILENCE_MS);
    onEvents = () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, SILENCE_MS);
    };
    gone.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  await silence;
  client.close();
  await gone;
  await io.end();
  return end;
}

async function receive(
  client: ChatClient,
  io: LineIo,
  style: LineStyle,
  onEvents: () => void,
): Promise<void> {
  for await (const events of client) {
    for (const event of events) io.show(style.text(event));
    onEvents();
  }
}

/** Input that cannot be read any more has ended. */
async function transmit(client: ChatClient, io: LineIo): Promise<void> {
  try {
    for await (const line of io.lines()) {
      await client.sendLine(line);
      io.prompt();
    }
  } catch {
    // A terminal that was hung up, a pipe whose writer was killed: no more lines either way.
  }
}
