/**
 * The text UI without its loop: bytes of a keyboard and events go in, the emulator shows the picture. The sizes of a
 * stage are those of output and input; the status row comes on top of them.
 *
 * @module
 */

import { lookOf } from "../../lib/client/looks.ts";
import type { Link, News } from "../../lib/client/news.ts";
import { irc } from "../../lib/protocol/irc.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import type { ClientCommand, Protocol, Received } from "../../lib/protocol/protocol.ts";
import { KeyDecoder } from "../../lib/terminal/keys.ts";
import { type Model, newModel } from "../../lib/tui/model.ts";
import { Screen } from "../../lib/tui/screen.ts";
import { MIN_ROWS_FOR_STATUS } from "../../lib/tui/status.ts";
import type { Scrollback } from "../../lib/tui/scrollback.ts";
import { type Effect, update } from "../../lib/tui/update.ts";
import { view } from "../../lib/tui/view.ts";
import { Emulator, type Look } from "../support/emulator.ts";
import { people, person } from "../support/events.ts";

/** 12:34 wherever the tests run. */
export const NOON = new Date(2030, 0, 2, 12, 34, 56).getTime();

/** An effect; the numbers of texts are left out. */
export type Asked =
  | Exclude<Effect, { type: "send" }>
  | Omit<Extract<Effect, { type: "send" }>, "id">;

/** What of a stage is not as usual. */
export interface StageOptions {
  readonly protocol?: Protocol;
  readonly nick?: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly colors?: boolean;
  readonly channels?: readonly string[];
  readonly align?: boolean;
}

/** A user at the text UI: pat at a screen of 40 x 8, json16, with colours, by default. */
export class Stage implements Disposable {
  /** What is tested. */
  readonly model: Model;
  /** Everything that was written to the terminal so far. */
  written = "";
  readonly #screen: Screen;
  readonly #emulator: Emulator;
  readonly #decoder = new KeyDecoder();

  constructor(options: StageOptions = {}) {
    const { protocol = json16, nick = "pat" } = options;
    const { columns = 40, rows = 8, colors = true, align = false } = options;
    const { channels = [] } = options;
    const user = { look: lookOf(protocol), nick, server: "irc h:1", align, channels };
    this.model = newModel(user, { columns, rows: withStatus(rows) });
    this.links({ phase: "online" });
    this.#screen = new Screen(colors);
    this.#emulator = new Emulator(columns, withStatus(rows));
  }

  /** Types bytes as a terminal sends them; what is to be done then. */
  types(bytes: string): Asked[] {
    const keys = this.#decoder.push(new TextEncoder().encode(bytes));
    const all = [...keys, ...this.#decoder.flush()];
    return withoutIds(update(this.model, { type: "keys", keys: all, at: NOON }));
  }

  /** Pastes as a terminal with bracketed paste does. */
  pastes(text: string): Asked[] {
    return this.types(`\x1b[200~${text}\x1b[201~`);
  }

  /** Events come in; what the client sends then by itself. */
  hears(...events: Received[]): Asked[] {
    return this.learns(...events.map((event): News => ({ type: "event", event })));
  }

  /** News of the client come in. */
  learns(...news: News[]): Asked[] {
    return withoutIds(update(this.model, { type: "news", news, at: NOON }));
  }

  /** Searches where the server finds nothing: the lines above are searched. */
  searches(words: string): void {
    this.types(`/search ${words}\r`);
    if (words === "") return;
    const ask = { type: "search", words, limit: 50 } as const;
    this.learns({ type: "found", ask, events: undefined });
  }

  /** The connection changes its state. */
  links(link: Link): void {
    this.learns({ type: "link", link });
  }

  /** Another user says something. */
  says(nick: string, text: string): void {
    this.hears({ type: "said", by: person(nick), channel: "", text });
  }

  /** `count` lines come in: `chris: line 1` and so on. */
  saysLines(count: number, first = 1): void {
    for (let i = first; i < first + count; i++) this.says("chris", `line ${i}`);
  }

  /** The window changes its size. */
  resizes(columns: number, rows: number): void {
    this.#emulator.resize(columns, withStatus(rows));
    update(this.model, { type: "resized", size: { columns, rows: withStatus(rows) } });
  }

  /** What is written to show what is the case now. */
  draws(): string {
    const output = this.#screen.draw(view(this.model));
    this.written += output;
    return output;
  }

  /** The picture on the screen without its status row, with the cursor as "▏". */
  async shows(): Promise<string[]> {
    await this.#emulator.write(this.draws());
    return this.#emulator.pictureWithoutStatus;
  }

  /** The status row. */
  async status(): Promise<string> {
    await this.#emulator.write(this.draws());
    return this.#emulator.status;
  }

  /** The lines of the buffer on the screen, those that have scrolled away too. */
  get lines(): string[] {
    return textsOf(this.model.buffers.current.lines);
  }

  /** What is typed now. */
  get typed(): string {
    return this.model.buffers.current.editor.text;
  }

  /** How what is on the screen looks. */
  async look(text: string): Promise<Look> {
    await this.shows();
    return this.#emulator.look(text);
  }

  [Symbol.dispose](): void {
    this.#emulator[Symbol.dispose]();
  }
}

/** pat on IRC, in #tea alone and looking at it; nothing is known of the members if none are given. */
export function inTea(options: StageOptions = {}, members?: readonly string[]): Stage {
  const stage = new Stage({ protocol: irc, channels: ["tea"], ...options });
  stage.hears({ type: "registered", person: person("pat") }, ...entered("tea", members));
  return stage;
}

/** What a user hears who enters a channel. */
export function entered(channel: string, members?: readonly string[]): Received[] {
  const names = { type: "names", channel, members: people(members ?? []) } as const;
  return [{ type: "entered", channel }, ...members === undefined ? [] : [names]];
}

/** The texts of all lines. */
export function textsOf(lines: Scrollback): string[] {
  const { start, end } = lines;
  return Array.from({ length: end - start }, (_, i) => lines.line(start + i).text);
}

/** The commands of one type among `asked`. */
export function sentOf<Type extends ClientCommand["type"]>(
  type: Type,
  asked: readonly Asked[],
): Extract<ClientCommand, { type: Type }>[] {
  return asked.flatMap((each) =>
    each.type === "send" && each.command.type === type
      ? [each.command as Extract<ClientCommand, { type: Type }>]
      : []
  );
}

function withoutIds(effects: readonly Effect[]): Asked[] {
  return effects.map((effect) =>
    effect.type === "send" ? { type: "send", command: effect.command } : effect
  );
}

/** The rows of a screen that leaves `rows` to output and input. */
function withStatus(rows: number): number {
  return rows + 1 < MIN_ROWS_FOR_STATUS ? rows : rows + 1;
}
