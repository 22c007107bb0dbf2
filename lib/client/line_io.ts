/**
 * What the line UI needs of the outside: lines that a person enters, and a place to show text. A pipe is
 * one (`pipe_io.ts`), a terminal with an editable line another (`terminal_io.ts`).
 *
 * @module
 */

/** Where lines come from and text goes. */
export interface LineIo {
  /** Each line as it is entered, without its newline, until the end of input. To be called once. */
  lines(): AsyncIterable<string>;

  /** Shows the prompt, at the start and after each line. */
  prompt(): void;

  /** Replaces the prompt by a received text of one line or several, and shows the prompt again. */
  show(text: string): void;

  /** Resolves when there is room for more output. Never rejects. */
  room(): Promise<void>;

  /** Replaces the prompt by the last words, if any, and restores the terminal. */
  end(lastWords?: string): Promise<void>;
}
