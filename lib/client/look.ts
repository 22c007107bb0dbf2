/**
 * A look: what a person sees and types in a client of one protocol. The wire is the protocol's matter; the
 * prompt, the words for events and the slash commands are a look's. `looks.ts` finds them.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { ClientCommand } from "../protocol/protocol.ts";

/** The kinds of UI: a line at a time (`plain`), or the full screen (`tui`). */
export type UiKind = "plain" | "tui";

/** How the client of one protocol looks to a person. */
export interface Look {
  /** The UI that its users expect on a terminal. */
  readonly ui: UiKind;

  /** The line UI shows it at the start and after each line, typed or received. */
  readonly prompt: string;

  /** The line UI writes it before a received line, to wipe the prompt. */
  readonly wipe: string;

  /** Whether the line UI writes prompt and wipe to a pipe as well, or only the lines. */
  readonly promptsInPipe: boolean;

  /** The slash commands that completion offers; where there are none, a slash is chat. */
  readonly commands: readonly SlashCommand[];

  /** Describes an event: one line, several separated by `\n`, or "" for an event that is not shown. */
  text(event: ChatEvent): string;

  /** Says what a typed line asks for. */
  readLine(line: string): LineAction;
}

/** A command that a person types. */
export interface SlashCommand {
  /** Its first word, with the slash. */
  readonly word: string;
  /** What its argument names, for completion. */
  readonly argument?: "channel" | "nick";
}

/** What a typed line asks of the client. */
export type LineAction =
  /** Send `command`. */
  | { readonly do: "send"; readonly command: ClientCommand }
  /** Show `text`; the server takes no part. */
  | { readonly do: "answer"; readonly text: string }
  /** Show `text`, to which a UI adds what it has to say about itself. */
  | { readonly do: "help"; readonly text: string }
  /** Do nothing: the line is blank. */
  | { readonly do: "nothing" }
  /** End the client. */
  | { readonly do: "quit" };

/** Whether `line` is a slash command rather than chat. */
export function isSlashCommand(look: Pick<Look, "commands">, line: string): boolean {
  return look.commands.length > 0 && line.startsWith("/");
}
