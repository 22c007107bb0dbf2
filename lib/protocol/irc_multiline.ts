/**
 * Messages of several lines (IRCv3 multiline), as a client sends them: a batch is collected,
 * and becomes one message when it ends. A fault is answered at once, and the rest of the
 * batch is dropped.
 *
 *   BATCH +7 draft/multiline #x          -> { text: "hi how are you?", lines: ["hi", "how ", +"are you?"] }
 *   @batch=7 PRIVMSG #x :hi
 *   @batch=7 PRIVMSG #x :how
 *   @batch=7;draft/multiline-concat PRIVMSG #x :are you?
 *   BATCH -7
 *
 * @module
 */

import type { TextLine } from "../chat/command.ts";
import { utf8Length } from "../chat/names.ts";
import type { IrcMessage, Tags } from "./irc_message.ts";
import { isBlank, sanitizeText } from "./text.ts";

/** The capability, and the type of its batches. */
export const MULTILINE = "draft/multiline";
/** The tag of a line that goes on where the one before it ended. */
export const CONCAT = "draft/multiline-concat";
/** Bytes of the lines of one message together, with an end for each but the last. */
export const MAX_MULTILINE_BYTES = 4096;
/** Lines of one message. */
export const MAX_MULTILINE_LINES = 32;

/** A fault of a batch: the code of the FAIL, words for programs, and words for people. */
export interface BatchFault {
  /** As in `FAIL BATCH <code>`. */
  readonly code: string;
  /** The parameters behind the code. */
  readonly context: readonly string[];
  /** The description at the end, for people. */
  readonly words: string;
}

/** A message of several lines. */
export interface Multiline {
  /** PRIVMSG or NOTICE. */
  readonly command: string;
  /** As the client wrote it. */
  readonly target: string;
  /** All of it in one line, for those who know no more. */
  readonly text: string;
  /** Its lines, some of which may be empty. */
  readonly lines: readonly TextLine[];
}

/** A batch that a client has begun. */
export class OpenBatch {
  /** The client's name of it. */
  readonly reference: string;
  /** The tags of the BATCH that began it. */
  readonly tags: Tags;
  readonly #target: string;
  readonly #lines: TextLine[] = [];
  #command: string | undefined;
  #bytes = 0;
  #hasFailed = false;

  /** `tags` stand before the BATCH that begins it. */
  constructor(reference: string, target: string, tags: Tags) {
    this.reference = reference;
    this.tags = tags;
    this.#target = target;
  }

  /** Whether something was wrong about it, so that it is dropped up to its end. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Drops the lines that have come, and those that will. */
  fail(): void {
    this.#hasFailed = true;
    this.#lines.length = 0;
  }

  /** Adds a line; returns its fault, if it has one. Only the first fault is reported. */
  add({ command, params, tags }: IrcMessage): BatchFault | undefined {
    if (this.#hasFailed) return undefined;
    const fault = this.#take(command, params, tags.has(CONCAT));
    if (fault !== undefined) this.fail();
    return fault;
  }

  #take(command: string, params: readonly string[], joins: boolean): BatchFault | undefined {
    const [target = "", given = ""] = params;
    if (command !== "PRIVMSG" && command !== "NOTICE") return invalid("with another command");
    this.#command ??= command;
    if (command !== this.#command) return invalid("with PRIVMSG and NOTICE");
    if (target !== this.#target) {
      return {
        code: "MULTILINE_INVALID_TARGET",
        context: [this.#target, target],
        words: "Invalid multiline target",
      };
    }
    if (given === "" && joins) return invalid("with a concatenated blank line");
    const isFirst = this.#lines.length === 0;
    this.#bytes += utf8Length(given) + (isFirst || joins ? 0 : 1);
    if (this.#bytes > MAX_MULTILINE_BYTES) {
      return tooMuch("MULTILINE_MAX_BYTES", MAX_MULTILINE_BYTES, "max-bytes");
    }
    if (this.#lines.length === MAX_MULTILINE_LINES) {
      return tooMuch("MULTILINE_MAX_LINES", MAX_MULTILINE_LINES, "max-lines");
    }
    const text = sanitizeText(given);
    this.#lines.push(joins && !isFirst ? { text, joins } : { text });
    return undefined;
  }

  /** The whole message, or its fault. */
  end(): Multiline | BatchFault {
    const text = inOneLine(this.#lines);
    if (isBlank(text)) return invalid("with blank lines only");
    const command = this.#command as string;
    return { command, target: this.#target, text, lines: [...this.#lines] };
  }
}

function invalid(why: string): BatchFault {
  return { code: "MULTILINE_INVALID", context: [], words: `Invalid multiline batch ${why}` };
}

function tooMuch(code: string, limit: number, name: string): BatchFault {
  return { code, context: [String(limit)], words: `Multiline batch ${name} exceeded` };
}

/** `lines` as one text: a space stands for each end of a line. */
function inOneLine(lines: readonly TextLine[]): string {
  let whole = "";
  for (const { text, joins } of lines) {
    if (joins !== true && whole !== "" && text !== "" && !whole.endsWith(" ")) whole += " ";
    whole += text;
  }
  return whole.trim();
}
