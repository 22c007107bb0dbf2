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

  /** Shows a received text, of one line or several, in place of the prompt; then the prompt anew. */
  show(text: string): void;

  /** Shows the last words, if any, in place of the prompt, and leaves everything as it was found. */
  end(lastWords?: string): Promise<void>;
}
