/**
 * The input and output of the line UI: lines that a person enters, and a place to show text. It is
 * either a pipe (`pipe_io.ts`) or a terminal with an editable line (`terminal_io.ts`).
 *
 * @module
 */

/** The source of lines and the place for text. */
export interface LineIo {
  /** Yields each entered line, without its newline, until the end of input. Call it once. */
  lines(): AsyncIterable<string>;

  /** Shows the prompt, at the start and after each line. */
  prompt(): void;

  /** Replaces the prompt with received text of one or more lines, and shows the prompt again. */
  show(text: string): void;

  /** Empties the screen, where there is one, and shows the prompt again. */
  clear(): void;

  /** Resolves when there is room for more output. Never rejects. */
  room(): Promise<void>;

  /** Replaces the prompt with the last words, if any, and restores the terminal. */
  end(lastWords?: string): Promise<void>;
}
