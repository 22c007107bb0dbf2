/**
 * What a user asks of the hub. Protocols decode their frames into these; clients encode them.
 * Texts and names have been sanitised by then: no control characters, no escape sequences.
 *
 * @module
 */

import type { Refusal, Text } from "./event.ts";

/** One request of one user. An empty `channel` means that the user named none. */
export type Command =
  /** Enter the chat under a nick; of a user that is registered: be called `nick` from now on. */
  | {
    readonly type: "register";
    readonly nick: string;
    /** Refuse it when somebody on this server has that nick. */
    readonly unique?: boolean;
    /** Enter the lobby, which is made if it is missing. */
    readonly lobby?: boolean;
  }
  /** Speak to the channel the user is in. */
  | { readonly type: "say"; readonly text: Text }
  /** Tell the channel what one does. */
  | { readonly type: "emote"; readonly text: string }
  /** Speak to one user. */
  | { readonly type: "dm"; readonly to: string; readonly text: string }
  /** Make a channel, leave the current one, enter the new one. */
  | { readonly type: "create"; readonly channel: string }
  /** Leave the current channel, enter another. */
  | {
    readonly type: "join";
    readonly channel: string;
    /** Make it if it does not exist. */
    readonly make?: boolean;
  }
  /** Leave the current channel for the lobby. */
  | { readonly type: "part" }
  /** Ask for the names of all channels. */
  | { readonly type: "list" }
  /** Ask who is in the channel. */
  | { readonly type: "names" }
  /** Leave the server. */
  | { readonly type: "quit" }
  /** A request that the protocol cannot make sense of. The hub gives its refusal a place in the order. */
  | { readonly type: "invalid"; readonly refusal: Refusal };
