/**
 * The ends of a UI and its last words, shared by the line UI and the full screen.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Look } from "./look.ts";

/** The end of a UI. */
export type UiEnd =
  /** The user quit, and the server took everything. */
  | { readonly by: "user" }
  /** The user quit, but the server did not take everything. */
  | { readonly by: "unsent" }
  /** The server announced that it stops. */
  | { readonly by: "server" }
  /** The connection was lost; `why`, if the server did not just close it. */
  | { readonly by: "loss"; readonly why?: string }
  /** There was never a connection. */
  | { readonly by: "unreachable"; readonly error: unknown }
  /** The server refused the user; `text` is its reason. */
  | { readonly by: "refusal"; readonly text: string };

/** The last words of a UI that its user did not end. */
export interface LastWords {
  /** When the server announced that it stops. */
  readonly stopped: string;
  /** When the connection was lost. */
  readonly lost: string;
}

/** The last words for `end` on standard output; `undefined` for none. */
export function wordsFor(end: UiEnd, lastWords: LastWords): string | undefined {
  if (end.by === "server") return lastWords.stopped;
  if (end.by === "loss") return lastWords.lost;
  return undefined;
}

/**
 * The end that `event` causes: the server stops, or refuses a user whom it has not let in yet.
 * `undefined` for all other events.
 */
export function endBy(event: ChatEvent, look: Look, isWelcome = false): UiEnd | undefined {
  if (event.type === "stopping") return { by: "server" };
  if (isWelcome) return undefined;
  const isFinal = event.type === "notice" ? event.isFinal === true : event.type === "refused" &&
    ["nick_in_use", "nick_reserved", "invalid_registration"].includes(event.refusal.code);
  return isFinal ? { by: "refusal", text: look.text(event) } : undefined;
}

/**
 * The end after the user has quit: a refusal that came meanwhile, or else whether
 * everything was sent.
 */
export function endByUser(sentAll: boolean, last?: UiEnd): UiEnd {
  if (last?.by === "refusal") return last;
  return sentAll ? { by: "user" } : { by: "unsent" };
}
