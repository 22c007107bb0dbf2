/**
 * Messages of SASL in lines of IRC: base64 in chunks of 400 bytes (IRCv3 SASL 3.1, "The
 * AUTHENTICATE Command"). A chunk of fewer bytes ends a message; a message whose last chunk is full
 * ends with `+`, as does an empty one.
 *
 * @module
 */

import { decodeBase64, encodeBase64 } from "./base64.ts";

/** Bytes of base64 in one line. */
const CHUNK_BYTES = 400;
/** The most chunks of one message. They hold 3 KiB, far more than any mechanism needs. */
const MAX_CHUNKS = 10;

/** The parameters of the AUTHENTICATE commands that carry `message`. */
export function splitMessage(message: Uint8Array): readonly string[] {
  const text = encodeBase64(message);
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += CHUNK_BYTES) {
    chunks.push(text.slice(at, at + CHUNK_BYTES));
  }
  if (text.length % CHUNK_BYTES === 0) chunks.push("+");
  return chunks;
}

/** Puts the chunks of one message together. */
export class ChunkReader {
  #text = "";
  #count = 0;

  /**
   * Takes the parameter of one command.
   *
   * @returns the message as soon as it is whole, and `undefined` before that. `too_long` means that
   *   the chunk is longer
   * than a line may be, `malformed` that the chunks together are no message.
   */
  take(chunk: string): Uint8Array | "too_long" | "malformed" | undefined {
    if (chunk.length > CHUNK_BYTES) return this.#end("too_long");
    if (++this.#count > MAX_CHUNKS) return this.#end("malformed");
    if (chunk !== "+") this.#text += chunk;
    if (chunk.length === CHUNK_BYTES) return undefined;
    return this.#end(decodeBase64(this.#text) ?? "malformed");
  }

  #end<Result>(result: Result): Result {
    this.#text = "";
    this.#count = 0;
    return result;
  }
}
