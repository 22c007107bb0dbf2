/**
 * A look: what a person sees and types in a client of one protocol. The protocol defines the
 * wire; the look defines the prompt, the words for events and what a typed line asks for.
 * `looks.ts` finds them.
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

  /**
   * Whether events name their channel, so that the user can be in many: each has its own buffer.
   */
  readonly hasChannels: boolean;

  /** Whether users speak to one user alone, which gets a buffer of its own. */
  readonly hasQueries: boolean;

  /** Whether its servers may keep a history that a client can ask for. */
  readonly hasHistory?: true;

  /** The slash commands that completion offers on a terminal. */
  readonly commands: readonly SlashCommand[];

  /**
   * Whether the full screen shows requests as they were typed, because the server does not answer
   * most of them.
   */
  readonly showsRequests?: true;

  /**
   * Whether `event` refuses to enter a channel; only where the server does not say either that the
   * user has entered.
   */
  readonly refusesEntry?: (event: ChatEvent) => boolean;

  /** Whether `event` shows that the server has let the user in; left out where it never says so. */
  readonly isWelcome?: (event: ChatEvent) => boolean;

  /**
   * What enters `channel` again on a new connection, also if it is gone by now, and the notice with
   * which the server answers when it is not; default: a join.
   */
  readonly comeBack?: (channel: string) => ComeBack;

  /**
   * Describes an event: one line, several separated by `\n`, or "" for an event that is not shown.
   */
  text(event: ChatEvent): string;

  /** The form in which two names of the same user or channel are equal. */
  fold(name: string): string;

  /** Reads what a line of a pipe asks for. */
  readLine(line: string): LineAction;

  /** Reads what a line asks for that a person typed on a terminal, while looking at `place`. */
  readTyped(line: string, place: Place): LineAction;
}

/** The way to enter a channel again. */
export interface ComeBack {
  /** To be sent in this order. */
  readonly commands: readonly ClientCommand[];
  /** A notice that is not shown. */
  readonly notice?: string;
}

/** Where a line is typed. */
export type Place =
  /** In a channel; without a name, in the only one that the dialect knows. */
  | { readonly kind: "channel"; readonly name?: string }
  /** In a private conversation. */
  | { readonly kind: "query"; readonly name: string }
  /** Where nobody listens. */
  | { readonly kind: "server" };

/** The place of a line UI, which has only one. */
export const HERE: Place = { kind: "channel" };

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
  /** Open the private conversation with `nick`. */
  | { readonly do: "query"; readonly nick: string }
  /** Close the private conversation in which it was typed. */
  | { readonly do: "close" }
  /**
   * Find messages with `text`: in the conversation, or `everywhere`. Without a text, go to the next
   * line that holds the last one.
   */
  | { readonly do: "search"; readonly text: string; readonly everywhere?: true }
  /** Empty the screen. */
  | { readonly do: "clear" }
  /** Show the times, or hide them. */
  | { readonly do: "times" }
  /** Connect at once. */
  | { readonly do: "reconnect" }
  /** Leave the server, and stay in the client. */
  | { readonly do: "disconnect" }
  /** End the client. */
  | { readonly do: "quit" };

/** Whether `line`, typed on a terminal, is a slash command rather than chat. */
export function isSlashCommand(line: string): boolean {
  return line.startsWith("/") && !line.startsWith("//");
}
