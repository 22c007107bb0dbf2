/**
 * A look: what a person sees and types in a client of one protocol. The protocol defines the wire; the look defines
 * the prompt, the words for events and the slash commands. `looks.ts` finds them.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { ClientCommand } from "../protocol/protocol.ts";

/** The kinds of UI: one line at a time (`plain`), or the full screen (`tui`). */
export type UiKind = "plain" | "tui";

/** The look of the client of one protocol. */
export interface Look {
  /** The UI that its users expect on a terminal. */
  readonly ui: UiKind;

  /** The prompt of the line UI, shown at the start and after each line, typed or received. */
  readonly prompt: string;

  /** What the line UI writes before a received line, to wipe the prompt. */
  readonly wipe: string;

  /** Whether the line UI also writes prompt and wipe to a pipe. */
  readonly promptsInPipe: boolean;

  /** The slash commands that completion offers. Without any, a slash is chat. */
  readonly commands: readonly SlashCommand[];

  /** Describes an event: one line, several separated by `\n`, or "" for an event that is not shown. */
  text(event: ChatEvent): string;

  /** Reads what a typed line asks for. */
  readLine(line: string): LineAction;
}

/** A slash command. */
export interface SlashCommand {
  /** Its first word, with the slash. */
  readonly word: string;
  /** The kind of its argument, for completion. */
  readonly argument?: "channel" | "nick";
}

/** What a typed line asks the client to do. */
export type LineAction =
  /** Send `command`. */
  | { readonly do: "send"; readonly command: ClientCommand }
  /** Show `text`, and send nothing. */
  | { readonly do: "answer"; readonly text: string }
  /** Show `text`, to which a UI adds its own help. */
  | { readonly do: "help"; readonly text: string }
  /** Do nothing: the line is blank. */
  | { readonly do: "nothing" }
  /** End the client. */
  | { readonly do: "quit" };

/** Whether `line` is a slash command rather than chat. */
export function isSlashCommand(look: Pick<Look, "commands">, line: string): boolean {
  return look.commands.length > 0 && line.startsWith("/");
}
