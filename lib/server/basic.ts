/**
 * The documents' "part 0": a server that takes one client after the other, reads what it sends to the
 * end, prints it, and answers nothing.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { Connection } from "../net/connection.ts";

/** What prints a message; resolves when it is printed. */
export type PrintMessage = (message: Uint8Array) => Promise<void>;

// A message is printed when it has ended; of an endless one, this much is kept at a time.
const LARGEST_KEPT_BYTES = 1024 * 1024;
const NEWLINE = new Uint8Array([0x0a]);

/**
 * Serves clients one after the other until `listener` is closed: a second one waits, already connected,
 * in the system's queue. Each message is printed with a newline behind it; a connection that breaks
 * counts as ended.
 */
export async function serveBasic(listener: Deno.TcpListener, print: PrintMessage): Promise<void> {
  for await (const conn of listener) {
    await printMessage(new Connection(conn), print);
  }
}

async function printMessage(connection: Connection, print: PrintMessage): Promise<void> {
  let parts: Uint8Array[] = [];
  let kept = 0;
  for await (const ring of connection) {
    const part = ring.view(ring.length).slice();
    ring.consume(part.length);
    parts.push(part);
    kept += part.length;
    if (kept >= LARGEST_KEPT_BYTES) {
      await print(concat(parts));
      parts = [];
      kept = 0;
    }
  }
  connection.close("read to its end");
  await print(concat([...parts, NEWLINE]));
}
