/**
 * Decides when to draw: at once after a pause, otherwise once per frame, and never while the last
 * picture is still on its way to a slow terminal. So a flood of events costs at most one picture
 * per frame. What its user types does not wait for the next frame.
 *
 * @module
 */

/** Time and timers; the clock of `lib/net/deadline.ts` is one. */
export interface FrameClock {
  /** Milliseconds since a fixed moment; never falls. */
  now(): number;
  /** Calls `callback` once, in `ms` milliseconds. Returns a function that cancels the call. */
  setTimer(callback: () => void, ms: number): () => void;
}

/** The real clock. */
export const frameClock: FrameClock = {
  now: () => performance.now(),
  setTimer(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Milliseconds from the start of one picture to the start of the next. */
export const FRAME_MS = 16;

/**
 * The same for what a user has typed: nobody types faster, and a held key does not draw more often.
 */
export const KEY_MS = 4;

/** Calls `draw` on request, but at most once per frame. */
export class Pacer {
  readonly #draw: () => void;
  readonly #out: () => Promise<void>;
  readonly #clock: FrameClock;
  #last = -Infinity;
  #forgetTimer: (() => void) | undefined;
  #writing = false;
  #wanted = false;
  #isHurried = false;
  #stopped = false;
  #held = false;

  /**
   * `draw` MUST NOT throw. `out` resolves when the terminal has taken the picture, and MUST NOT
   * reject.
   */
  constructor(draw: () => void, out: () => Promise<void>, clock: FrameClock = frameClock) {
    this.#draw = draw;
    this.#out = out;
    this.#clock = clock;
  }

  /** Draws soon, after all waiting events were applied. */
  request(): void {
    this.#request(FRAME_MS);
  }

  /** Draws at once, or as soon as it may, because the user has typed something. */
  hurry(): void {
    this.#isHurried = true;
    this.#disarm();
    const isFree = !this.#stopped && !this.#held && !this.#writing;
    // It does not even wait for other work in the loop.
    if (isFree && this.#clock.now() - this.#last >= KEY_MS) this.drawNow();
    else this.#request(KEY_MS);
  }

  #request(gap: number): void {
    this.#wanted = true;
    if (this.#stopped || this.#held || this.#writing || this.#forgetTimer !== undefined) return;
    const wait = Math.max(0, this.#last + gap - this.#clock.now());
    this.#forgetTimer = this.#clock.setTimer(this.drawNow, wait);
  }

  /** Draws nothing until `release`: the screen belongs to somebody else. */
  hold(): void {
    this.#held = true;
    this.#disarm();
  }

  /** Draws again, when there is a reason to. */
  release(): void {
    this.#held = false;
  }

  /** Draws without waiting. */
  readonly drawNow = (): void => {
    this.#disarm();
    this.#wanted = false;
    this.#isHurried = false;
    this.#last = this.#clock.now();
    this.#draw();
    this.#writing = true;
    this.#out().then(() => {
      this.#writing = false;
      if (this.#wanted) this.#request(this.#isHurried ? KEY_MS : FRAME_MS);
    });
  };

  /** Stops drawing. */
  stop(): void {
    this.#stopped = true;
    this.#disarm();
  }

  #disarm(): void {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
  }
}
