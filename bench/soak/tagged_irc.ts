/**
 * An IRC client that knows ids: what it is sent while it happens, each message with its id, and the ids of the pages of
 * the history that it has asked for.
 *
 *   @msgid=1;time=.. :bob!~bob@host PRIVMSG #x :hi              ":bob SAID hi", with the id 1
 *   BATCH +7 chathistory #x, @batch=7;msgid=1 .., BATCH -7      a page with the id 1
 *
 * @module
 */

import { textsIn } from "../../tests/support/wire/irc.ts";
import { utf8 } from "../../tests/support/wire/wire.ts";

/** What such a client says before its registration, and behind it. */
export const TAGGED_BEGIN =
  "CAP LS 302\r\nCAP REQ :message-tags server-time echo-message batch draft/chathistory\r\n";
export const TAGGED_END = "CAP END\r\n";

/** Messages that one question asks for: the most that a server answers with. */
export const PAGE = 100;

/** Asks for the last `limit` messages of `channel`, or for those before the one with the id `before`. */
export function askPage(
  channel: string,
  before?: string,
  limit = PAGE,
): Uint8Array<ArrayBuffer> {
  const which = before === undefined
    ? `LATEST #${channel} *`
    : `BEFORE #${channel} msgid=${before}`;
  return utf8(`CHATHISTORY ${which} ${limit}\r\n`);
}

/** Whether a line is a message that a channel's history keeps: to all of it, and no query between programs but an action. */
function isKept(body: string): boolean {
  const [, text] = /^:\S+ PRIVMSG #\S+ :?(.*)$/.exec(body) ?? [];
  return text !== undefined && (!text.startsWith("\x01") || text.startsWith("\x01ACTION "));
}

/** One thing that has come. */
export interface TaggedText {
  /** In the words of a view. */
  readonly text: string;
  /** Its id, if it is the first line of a message. */
  readonly id?: string;
  /** The channel that somebody has entered. */
  readonly joined?: string;
}

/** Makes texts of what one connection receives. */
export class TaggedIrcReader {
  readonly #onPage: (ids: readonly string[] | Error) => void;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #rest = "";
  // The page that is being read, and the ids in it.
  #batch: string | undefined;
  #ids: string[] = [];

  /** `onPage` receives the ids of each page, or why there is none. */
  constructor(onPage: (ids: readonly string[] | Error) => void) {
    this.#onPage = onPage;
  }

  /** The texts in the lines that `bytes`, which may be borrowed, complete. */
  push(bytes: Uint8Array): TaggedText[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\r\n");
    this.#rest = lines.pop() as string;
    return lines.flatMap((line) => this.#take(line));
  }

  /** What is left at the end of the stream: a part of a line. */
  end(): string | undefined {
    return this.#rest === "" ? undefined : this.#rest;
  }

  #take(line: string): TaggedText[] {
    const [, tagText = "", body = ""] = /^(?:@(\S+) )?(.*)$/.exec(line) ?? [];
    const tags = new Map(tagText.split(";").map((tag) => tag.split("=", 2) as [string, string]));
    const [, sign, batch] = /^:\S+ BATCH ([+-])(\S+)/.exec(body) ?? [];
    if (sign === "+") {
      this.#batch = batch;
      this.#ids = [];
      return [];
    }
    if (sign === "-") {
      this.#batch = undefined;
      this.#onPage(this.#ids);
      return [];
    }
    const id = isKept(body) ? tags.get("msgid") : undefined;
    if (this.#batch !== undefined && tags.get("batch") === this.#batch) {
      if (id !== undefined) this.#ids.push(id);
      return [];
    }
    if (/^:\S+ FAIL /.test(body)) this.#onPage(new Error(body));
    const [, joined] = /^:\S+ JOIN :?#(\S+)/.exec(body) ?? [];
    return textsIn(body).map((text, i) => ({
      text,
      ...(i === 0 && id !== undefined && { id }),
      ...(joined !== undefined && { joined }),
    }));
  }
}
