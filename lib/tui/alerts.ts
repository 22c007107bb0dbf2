/**
 * Calls a user who looks elsewhere: by a bell when somebody speaks to it, and by the title of
 * the terminal's window, which counts how often that has happened in buffers that it has not
 * looked at since.
 *
 *   BEL                          at most once a second
 *   OSC 2 ; (2) #tea BEL         when it changes; the title of before comes back at the end (TITLE)
 *
 * @module
 */

import type { TerminalMode } from "../terminal/terminal.ts";
import { titleOf } from "./buffer.ts";
import type { Model } from "./model.ts";
import type { FrameClock } from "./pacer.ts";
import { toVisible } from "./visible.ts";

/** Puts the window's title aside, and back at the end. */
export const TITLE: TerminalMode = { on: "\x1b[22;2t", off: "\x1b[23;2t" };

const BELL = "\x07";
const BELL_MS = 1000;

/** The calls of one user. */
export class Alerts {
  readonly #clock: FrameClock;
  #calls = 0;
  #rangAt = -Infinity;
  #title = "";

  /** Begins without calls. */
  constructor(clock: FrameClock) {
    this.#clock = clock;
  }

  /** Forgets the window's title: another program may have changed it. */
  forget(): void {
    this.#title = "";
  }

  /** The text that calls the user for what is new in the model; "" for nothing. */
  draw(model: Model): string {
    return this.#ring(model) + this.#name(model);
  }

  #ring({ calls }: Model): string {
    if (calls === this.#calls) return "";
    this.#calls = calls;
    const now = this.#clock.now();
    if (now - this.#rangAt < BELL_MS) return "";
    this.#rangAt = now;
    return BELL;
  }

  #name({ buffers, look, server }: Model): string {
    const count = buffers.list.reduce((sum, { mentions }) => sum + mentions, 0);
    const where = titleOf(buffers.current, look.hasChannels) || server;
    const title = toVisible(count === 0 ? where : `(${count}) ${where}`);
    if (title === this.#title) return "";
    this.#title = title;
    return `\x1b]2;${title}${BELL}`;
  }
}
