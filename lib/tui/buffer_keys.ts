/**
 * The keys that go from one buffer to another.
 *
 * @module
 */

import type { Model } from "./model.ts";

const NUMBERED = /^alt\+(\d)$/;

/** Applies a key; false if it has no meaning here. */
export function pressForBuffers({ buffers }: Model, name: string): boolean {
  const number = NUMBERED.exec(name)?.[1];
  if (number !== undefined) {
    buffers.goTo(Number(number));
    return true;
  }
  switch (name) {
    case "ctrl+n":
      buffers.step(1);
      return true;
    case "ctrl+p":
      buffers.step(-1);
      return true;
    case "alt+a":
      buffers.goToActive();
      return true;
    default:
      return false;
  }
}
