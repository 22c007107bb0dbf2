/**
 * Standard input as lines, in one pass: it looks at each byte once, and keeps at most one piece of
 * input and one line in memory.
 *
 * @module
 */

/** The longest line in UTF-16 units; a longer one becomes several, because memory is finite. */
export const LONGEST_LINE = 64 * 1024;

/**
 * Yields the lines of `input`, which end with `\n` or `\r\n`; the last one may have no end. Each
 * line comes as soon as its end was read.
 *
 * @throws the error with which `input` fails.
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
  // The unfinished line in pieces: joining them at each new piece would be quadratic.
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

  /** Yields the last line, if the input ended without a line end. */
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

/** Returns `index`, or one less if a cut there would split a surrogate pair. */
function cutBefore(text: string, index: number, start: number): number {
  const unit = text.charCodeAt(index);
  const parts = unit >= 0xdc00 && unit <= 0xdfff && index > start;
  return parts ? index - 1 : index;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
