/**
 * What a user asks of the hub. Protocols decode their frames into these; clients encode them.
 * Texts and names have been sanitised by then: no control characters, no escape sequences.
 *
 * @module
 */

/** One request of one user. An empty `channel` means that the user named none. */
export type Command =
  /** Enter the chat under a nick. A user that is registered already ignores it. */
  | { readonly type: "register"; readonly nick: string }
  /** Speak to the channel the user is in. */
  | { readonly type: "say"; readonly text: string }
  /** Make a channel, leave the current one, enter the new one. */
  | { readonly type: "create"; readonly channel: string }
  /** Leave the current channel, enter an existing one. */
  | { readonly type: "join"; readonly channel: string }
  /** Ask for the names of all channels. */
  | { readonly type: "list" }
  /** A request that the protocol does not know; `word` names it for the refusal. */
  | { readonly type: "unknown"; readonly word: string };
