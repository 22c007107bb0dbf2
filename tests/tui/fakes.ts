/**
 * What stands around the text UI's loop: a terminal, an output and a client under a test's control.
 *
 * @module
 */

import type { ChatEvent } from "../../lib/chat/event.ts";
import type { ClientCommand } from "../../lib/protocol/protocol.ts";
import type { News } from "../../lib/client/news.ts";
import type { UiEnd } from "../../lib/client/ui_end.ts";
import type { Key } from "../../lib/terminal/key.ts";
import { KeyDecoder } from "../../lib/terminal/keys.ts";
import type {
  Disturbance,
  Terminal,
  TerminalSize,
  TextOutput,
} from "../../lib/terminal/terminal.ts";
import type { TuiClient } from "../../lib/tui/app.ts";
import { Source } from "../support/source.ts";
import { Emulator } from "../support/emulator.ts";

/** A terminal of 40 x 8. */
export class FakeTerminal implements Terminal {
  /** Set for another one, before `disturbs`. */
  shape: TerminalSize = { columns: 40, rows: 8 };
  closed = 0;
  readonly #source = new Source<readonly Key[]>();
  readonly #decoder = new KeyDecoder();
  #callback: (disturbance: Disturbance) => void = () => {};
  #interrupted: () => void = () => {};

  /** All of it in one read. */
  types(bytes: string): void {
    const keys = this.#decoder.push(new TextEncoder().encode(bytes));
    this.#source.put([...keys, ...this.#decoder.flush()]);
  }

  /** The end of input. */
  hangsUp(): void {
    this.#source.end();
  }

  /** Ctrl-C, which is a signal and not among the keys. */
  interrupts(): void {
    this.#interrupted();
  }

  disturbs(disturbance: Disturbance): void {
    this.#callback(disturbance);
  }

  size(): TerminalSize {
    return this.shape;
  }

  keys(): AsyncIterable<readonly Key[]> {
    return this.#source;
  }

  onDisturbed(callback: (disturbance: Disturbance) => void): void {
    this.#callback = callback;
  }

  onInterrupt(callback: () => void): void {
    this.#interrupted = callback;
  }

  close(): Promise<void> {
    this.closed++;
    this.#source.end();
    return Promise.resolve();
  }
}

/** Takes everything at once and keeps it. */
export class FakeOutput implements TextOutput {
  /** What was written, one piece for each write that held anything. */
  readonly writes: string[] = [];

  write(text: string): void {
    if (text !== "") this.writes.push(text);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  /** The picture that all of it makes, without the status row. */
  async picture(columns = 40, rows = 8): Promise<string[]> {
    using emulator = new Emulator(columns, rows);
    await emulator.write(this.writes.join(""));
    return emulator.pictureWithoutStatus;
  }
}

/** A client that is online, and has sent nothing yet. */
export class FakeClient implements TuiClient {
  /** `say TEXT`, the type of another command, `leave`, `close`, in order. */
  readonly calls: string[] = [];
  /** Whether the server takes nothing more. */
  stalled = false;
  /** Resolves when the server has taken everything. */
  ready: Promise<void> = Promise.resolve();
  end: UiEnd | undefined;
  readonly #source = new Source<readonly News[]>();

  constructor() {
    this.learns({ type: "link", link: { phase: "online" } });
  }

  /** Events of one read. */
  receives(...events: ChatEvent[]): void {
    this.learns(...events.map((event): News => ({ type: "event", event })));
  }

  /** News at once. */
  learns(...news: News[]): void {
    this.#source.put(news);
  }

  /** There will be no more news. */
  ends(end: UiEnd): void {
    this.end = end;
    this.#source.end();
  }

  send(command: ClientCommand): void {
    this.calls.push(command.type === "say" ? `say ${command.text}` : command.type);
  }

  reconnect(): void {
    this.calls.push("reconnect");
  }

  disconnect(): void {
    this.calls.push("disconnect");
  }

  /** Waits until the server has taken everything, but not for one that takes nothing (`stalled`). */
  async leave(): Promise<boolean> {
    if (!this.stalled) await this.ready;
    this.calls.push("leave");
    this.#source.end();
    return !this.stalled;
  }

  close(): void {
    if (this.calls.at(-1) !== "close") this.calls.push("close");
    this.#source.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly News[]> {
    return this.#source[Symbol.asyncIterator]();
  }
}
