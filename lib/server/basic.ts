/**
 * The server of "part 0" in the course documents: it serves one client after the other, prints all
 * that the client sends, and answers nothing.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { Acceptor } from "../net/acceptor.ts";
import { Connection } from "../net/connection.ts";
import { tcpTransport } from "../net/tcp.ts";
import { ACCEPT_BACKOFF_MS } from "./limits.ts";

/** Prints a message; resolves when it is printed. */
export type PrintMessage = (message: Uint8Array) => Promise<void>;

/**
 * A message is printed when it ends, or whenever this much of it was received: it may never end.
 */
const LARGEST_KEPT_BYTES = 1024 * 1024;
const NEWLINE = new Uint8Array([0x0a]);

/**
 * Serves clients one after the other until `listener` is closed; a second client waits in the
 * system's queue, already connected. A newline is printed after each message; a broken
 * connection ends its message. With `forTerminal` a message is printed as `visibleText` makes
 * it, else byte for byte.
 */
export async function serveBasic(
  listener: Deno.TcpListener,
  print: PrintMessage,
  forTerminal = false,
): Promise<void> {
  // A connection that broke before it was accepted has sent nothing to print.
  const acceptor = new Acceptor(listener, { onFault: () => {}, pauseMs: ACCEPT_BACKOFF_MS });
  for await (const conn of acceptor) {
    await printMessage(new Connection(tcpTransport(conn)), forTerminal ? visibly(print) : print);
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

/** Prints the parts of one message so that a terminal shows control characters and obeys none. */
function visibly(print: PrintMessage): PrintMessage {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  return (part) => print(encoder.encode(visibleText(decoder.decode(part, { stream: true }))));
}

/** Characters that a terminal obeys, and characters that make it show text in another order. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * Makes `text` safe to print on a terminal. Newlines and tabs stay, `\r\n` becomes a newline,
 * and any other control character is written out: `^[` for Escape, `<U+009B>` for the 8-bit
 * form of `ESC [`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { visibleText } from "./basic.ts";
 *
 * assertEquals(visibleText("hi \x1b[2J\r\nthere\u202e"), "hi ^[[2J\nthere<U+202E>");
 * ```
 */
export function visibleText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(UNSAFE, (unsafe) => {
    if (unsafe === "\n" || unsafe === "\t") return unsafe;
    const code = unsafe.charCodeAt(0);
    if (code <= 0x7f) return `^${String.fromCharCode(code ^ 0x40)}`;
    return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}
