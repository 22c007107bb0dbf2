/**
 * Standard input as lines, in one pass: each byte is looked at once, and never more than one piece of input
 * and one line are in memory.
 *
 * @module
 */

/** A longer line is several lines: no server takes so much at once, and memory is finite. UTF-16 units. */
export const LONGEST_LINE = 64 * 1024;

/**
 * The lines of `input`, which end at `\n` or `\r\n`; what follows the last one is a line too. A line is
 * yielded as soon as its end has been read.
 *
 * @throws whatever `input` is broken by.
 */
export async function* readLines(
  input: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  const lines = new LineSplitter();
  const decoder = new TextDecoder();
  for await (const bytes of input) yield* lines.push(decoder.decode(bytes, { stream: true }));
  yield* lines.push(decoder.decode());
  yield* lines.rest();
}

/** Cuts text that comes in pieces. */
class LineSplitter {
  // The unfinished line, in the pieces in which it came: joining them at each piece would be quadratic.
  #pieces: string[] = [];
  #length = 0;

  *push(text: string): Generator<string, void, void> {
    let start = 0;
    for (let end; (end = text.indexOf("\n", start)) >= 0; start = end + 1) {
      yield* this.#add(text, start, end);
      yield withoutReturn(this.#take());
    }
    yield* this.#add(text, start, text.length);
  }

  /** The line that the end of input ends. */
  *rest(): Generator<string, void, void> {
    if (this.#length > 0) yield this.#take();
  }

  /** Adds a part of a line, and yields every whole `LONGEST_LINE` of it. */
  *#add(text: string, start: number, end: number): Generator<string, void, void> {
    while (this.#length + end - start > LONGEST_LINE) {
      const cut = cutBefore(text, start + LONGEST_LINE - this.#length, start);
      this.#keep(text.slice(start, cut));
      start = cut;
      yield this.#take();
    }
    this.#keep(text.slice(start, end));
  }

  #keep(piece: string): void {
    if (piece === "") return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #take(): string {
    const line = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    return line;
  }
}

/** `index`, or one less where that would part a surrogate pair. */
function cutBefore(text: string, index: number, start: number): number {
  const unit = text.charCodeAt(index);
  const parts = unit >= 0xdc00 && unit <= 0xdfff && index > start;
  return parts ? index - 1 : index;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
