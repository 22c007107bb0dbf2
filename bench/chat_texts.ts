/**
 * The texts of the protocols' benches: the same for each protocol, so that the figures can be compared.
 *
 * @module
 */

/** Chat by what is special about it. 160 bytes are one frame of cs168 with its name. */
export const CHAT_TEXTS: Readonly<Record<string, string>> = {
  "chat of 20 bytes": "Hello, how are you?!",
  "chat of 160 bytes": "x".repeat(160),
  "chat of 160 bytes, not ASCII": "Grüße an ".repeat(14),
  "chat with an escape sequence": "\x1b[31mred\x1b[0m alert",
};

/** Those of them that a server relays: sanitised by then. */
export const CLEAN_TEXTS: readonly (readonly [name: string, text: string])[] = Object
  .entries(CHAT_TEXTS).filter(([, text]) => !text.includes("\x1b"));
