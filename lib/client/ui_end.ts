/**
 * How a UI ends, and what it says then; the line UI and the full screen share it.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Look } from "./look.ts";

/** How a UI ended. */
export type UiEnd =
  /** Its user quit, and the server took everything that was sent. */
  | { readonly by: "user" }
  /** Its user quit, but the server did not take everything. */
  | { readonly by: "unsent" }
  /** The server said that it stops. */
  | { readonly by: "server" }
  /** The connection was lost. */
  | { readonly by: "loss" }
  /** The server refused the user; `text` is what it said. */
  | { readonly by: "refusal"; readonly text: string };

/** What a UI says when it was not its user who ended it. */
export interface LastWords {
  /** When the server said that it stops. */
  readonly stopped: string;
  /** When the connection was lost. */
  readonly lost: string;
}

/** The last words for `end`; `undefined` where nothing is said on standard output. */
export function wordsFor(end: UiEnd, lastWords: LastWords): string | undefined {
  if (end.by === "server") return lastWords.stopped;
  if (end.by === "loss") return lastWords.lost;
  return undefined;
}

/** How `event` ends the client: the server stops, or refuses the user. `undefined` for all others. */
export function endBy(event: ChatEvent, look: Look): UiEnd | undefined {
  if (event.type === "stopping") return { by: "server" };
  if (event.type !== "refused") return undefined;
  const { code } = event.refusal;
  const final = code === "nick_in_use" || code === "invalid_registration";
  return final ? { by: "refusal", text: look.text(event) } : undefined;
}

/** How a UI ends whose user quit: a refusal that came last counts, else whether all was sent. */
export function endByUser(sentAll: boolean, last?: UiEnd): UiEnd {
  if (last?.by === "refusal") return last;
  return sentAll ? { by: "user" } : { by: "unsent" };
}
