/**
 * The text UI at work: keys and events into the model, effects to the server, pictures to the terminal.
 *
 *   terminal.keys() --+                +--> effects --> client
 *   client events ----+--> update() ---+
 *   size, signals ----+                +--> pacer --> view() --> screen --> output
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { ChatClient } from "../client/chat_client.ts";
import { endBy, type LastWords, type UiEnd } from "../client/line_ui.ts";
import {
  ALTERNATE_SCREEN,
  BRACKETED_PASTE,
  type Disturbance,
  MOUSE,
  openTerminal,
  type Terminal,
  type TerminalMode,
  type TextOutput,
} from "../terminal/terminal.ts";
import { KEY_HELP } from "./key_help.ts";
import { type Model, newModel, type TuiProtocol } from "./model.ts";
import { type FrameClock, frameClock, Pacer } from "./pacer.ts";
import { Screen } from "./screen.ts";
import { type Effect, type Input, update } from "./update.ts";
import { view } from "./view.ts";

/** What the text UI needs of a client; `ChatClient` is one. */
export type TuiClient =
  & Pick<ChatClient, "enter" | "send" | "finish" | "close">
  & AsyncIterable<readonly ChatEvent[]>;

/** How the text UI is to be. */
export interface TuiOptions {
  /** What the client speaks. */
  readonly protocol: TuiProtocol;
  /** Who its user is. */
  readonly nick: string;
  /** What is said on the normal screen at the end. */
  readonly lastWords: LastWords;
  /** Whether nicks have colours; false where NO_COLOR is set. */
  readonly colors: boolean;
  /** Ends the UI as its user would: a signal to the process. */
  readonly stop?: AbortSignal;
  /** By default the one that the process runs on. */
  readonly terminal?: Terminal;
  /** By default the real one. */
  readonly clock?: FrameClock;
}

// A row that the terminal takes for wider than it is must not push the others down.
const NO_WRAP: TerminalMode = { on: "\x1b[?7l", off: "\x1b[?7h" };
// It is hidden while drawing.
const CURSOR: TerminalMode = { on: "", off: "\x1b[?25h" };
const MODES = [ALTERNATE_SCREEN, NO_WRAP, CURSOR, BRACKETED_PASTE, MOUSE];

// How long what was said last may take to get out, and the server to notice the end, in milliseconds.
const FINISH_MS = 500;

/**
 * Runs the text UI on a connected client. When this resolves or rejects, the client is closed and the
 * terminal as it was found. Rejects with what went wrong in the UI itself.
 *
 * @param output writes to the terminal; nothing else may write to it meanwhile.
 */
export async function runTui(
  client: TuiClient,
  output: TextOutput,
  options: TuiOptions,
): Promise<UiEnd> {
  const terminal = options.terminal ?? openTerminal(output, MODES);
  let end: UiEnd;
  try {
    end = await new App(client, output, terminal, options).run();
  } finally {
    await terminal.close();
    client.close();
  }
  const words = wordsFor(end, options.lastWords);
  if (words !== undefined) output.write(`${words}\n`);
  await output.flush();
  return end;
}

function wordsFor(end: UiEnd, lastWords: LastWords): string | undefined {
  if (end.by === "server") return lastWords.stopped;
  if (end.by === "loss") return lastWords.lost;
  return undefined;
}

class App {
  readonly #client: TuiClient;
  readonly #output: TextOutput;
  readonly #terminal: Terminal;
  readonly #stop: AbortSignal | undefined;
  readonly #clock: FrameClock;
  readonly #model: Model;
  readonly #screen: Screen;
  readonly #pacer: Pacer;
  readonly #end = Promise.withResolvers<UiEnd>();
  // What is sent keeps its order, also when the server takes it slowly.
  #sending: Promise<void> = Promise.resolve();

  constructor(client: TuiClient, output: TextOutput, terminal: Terminal, options: TuiOptions) {
    const { protocol, nick, colors, stop, clock = frameClock } = options;
    this.#client = client;
    this.#output = output;
    this.#terminal = terminal;
    this.#stop = stop;
    this.#clock = clock;
    this.#model = newModel(protocol, nick, terminal.size());
    this.#screen = new Screen(colors);
    this.#pacer = new Pacer(() => this.#attempt(() => this.#draw()), () => output.flush(), clock);
  }

  /** Resolves to how it ended, with nothing left under way but a read of the terminal. */
  async run(): Promise<UiEnd> {
    const onStop = () => this.#end.resolve({ by: "user" });
    this.#stop?.addEventListener("abort", onStop);
    if (this.#stop?.aborted) onStop();
    this.#terminal.onDisturbed((disturbance) => this.#attempt(() => this.#disturb(disturbance)));
    this.#pacer.drawNow();
    const receiving = this.#owned(() => this.#receive());
    const typing = this.#owned(() => this.#type());
    try {
      const end = await this.#end.promise;
      // The user is done: nothing of what follows is to be waited for in front of a chat.
      await this.#leave();
      if (end.by === "user") await this.#goodbye(receiving);
      return end;
    } finally {
      await this.#leave();
      this.#stop?.removeEventListener("abort", onStop);
      this.#client.close();
      await Promise.all([receiving, typing]);
    }
  }

  /** Runs a task whose result or failure ends the UI, unless something has done so before. */
  #owned(task: () => Promise<UiEnd>): Promise<void> {
    return task().then(this.#end.resolve, this.#end.reject);
  }

  /** What throws in a timer or in a signal's listener ends the UI as well. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#end.reject(error);
    }
  }

  async #receive(): Promise<UiEnd> {
    for await (const events of this.#client) {
      const last = events.findIndex((event) => endBy(event, this.#model.style) !== undefined);
      const shown = last < 0 ? events : events.slice(0, last);
      this.#take({ type: "events", events: shown, at: Date.now() });
      const end = last < 0 ? undefined : endBy(events[last] as ChatEvent, this.#model.style);
      if (end !== undefined) return end;
    }
    return { by: "loss" };
  }

  async #type(): Promise<UiEnd> {
    for await (const keys of this.#terminal.keys()) {
      if (this.#take({ type: "keys", keys, at: Date.now() })) break;
    }
    return { by: "user" };
  }

  /** Whether it ends the UI. */
  #take(input: Input): boolean {
    const effects = update(this.#model, input);
    effects.forEach((effect) => this.#do(effect));
    this.#pacer.request();
    return effects.at(-1)?.type === "quit";
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case "redraw":
        this.#screen.forget();
        break;
      case "enter":
        this.#inTurn(() => this.#enter(effect.line));
        break;
      case "say":
        this.#inTurn(() => this.#client.send({ type: "say", text: effect.text }));
    }
  }

  #inTurn(send: () => Promise<void>): void {
    this.#sending = this.#sending.then(send).catch(this.#end.reject);
  }

  async #enter(line: string): Promise<void> {
    const action = await this.#client.enter(line);
    if (action.do === "quit") this.#end.resolve({ by: "user" });
    if (action.do !== "answer") return;
    const text = line.trim() === "/help" ? `${action.text}\n${KEY_HELP}` : action.text;
    this.#take({ type: "answer", text, at: Date.now() });
  }

  #disturb(disturbance: Disturbance): void {
    if (disturbance === "resumed") this.#screen.forget();
    this.#take({ type: "resized", size: this.#terminal.size() });
  }

  #draw(): void {
    this.#output.write(this.#screen.draw(view(this.#model)));
  }

  async #leave(): Promise<void> {
    this.#pacer.stop();
    await this.#terminal.close();
  }

  /** What was said last gets out, and the server hears of the end, unless it is not listening. */
  async #goodbye(receiving: Promise<void>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const forgetTimer = this.#clock.setTimer(resolve, FINISH_MS);
    const finished = this.#sending.then(() => this.#client.finish()).catch(() => {});
    await Promise.race([late, Promise.all([finished, receiving])]);
    forgetTimer();
  }
}
