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
import type { Look } from "../client/look.ts";
import { endBy, endByUser, type LastWords, type UiEnd, wordsFor } from "../client/ui_end.ts";
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
import { type Model, newModel } from "./model.ts";
import { type FrameClock, frameClock, Pacer } from "./pacer.ts";
import { Screen } from "./screen.ts";
import { type Effect, type Input, update } from "./update.ts";
import { view } from "./view.ts";

/** What the text UI needs of a client; `ChatClient` is one. */
export type TuiClient =
  & Pick<ChatClient, "enter" | "send" | "leave" | "close">
  & AsyncIterable<readonly ChatEvent[]>;

/** How the text UI looks and ends. */
export interface TuiOptions {
  /** The look of the client's protocol. */
  readonly look: Look;
  /** Whether the server sends its user's chat back (`echoesChat`). */
  readonly echoed: boolean;
  /** Its user's name. */
  readonly nick: string;
  /** What it writes to the normal screen when it was not its user who ended it. */
  readonly lastWords: LastWords;
  /** Whether nicks have colours; false where NO_COLOR is set. */
  readonly colors: boolean;
  /** Ends the UI as its user would: a signal to the process. */
  readonly stop?: AbortSignal;
  /** The terminal; by default the one that the process runs on. */
  readonly terminal?: Terminal;
  /** The time; by default the system's. */
  readonly clock?: FrameClock;
}

// Where terminal and program disagree about the width of a row, the row must not push the others down.
const NO_WRAP: TerminalMode = { on: "\x1b[?7l", off: "\x1b[?7h" };
// Drawing hides the cursor; at the end it must be visible.
const CURSOR: TerminalMode = { on: "", off: "\x1b[?25h" };
const MODES = [ALTERNATE_SCREEN, NO_WRAP, CURSOR, BRACKETED_PASTE, MOUSE];

/**
 * Runs the text UI on a connected client. When its promise settles, the client is closed and the terminal
 * is as it was found; it rejects with what went wrong in the UI itself.
 *
 * The terminal never slows the server down: what comes goes into a scrollback of bounded size, and a slow
 * terminal gets fewer pictures.
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

class App {
  readonly #client: TuiClient;
  readonly #output: TextOutput;
  readonly #terminal: Terminal;
  readonly #stop: AbortSignal | undefined;
  readonly #model: Model;
  readonly #screen: Screen;
  readonly #pacer: Pacer;
  readonly #end = Promise.withResolvers<UiEnd>();
  // One send follows the other, so that a server which reads slowly gets them in order.
  #sending: Promise<void> = Promise.resolve();

  constructor(client: TuiClient, output: TextOutput, terminal: Terminal, options: TuiOptions) {
    const { colors, stop, clock = frameClock } = options;
    this.#client = client;
    this.#output = output;
    this.#terminal = terminal;
    this.#stop = stop;
    this.#model = newModel(options, terminal.size());
    this.#screen = new Screen(colors);
    this.#pacer = new Pacer(() => this.#attempt(() => this.#draw()), () => output.flush(), clock);
  }

  /** Resolves to how the UI ended; nothing is left under way then but a read of the terminal. */
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
      // The user gets the terminal back before anything is waited for.
      await this.#giveBack();
      return end.by === "user" ? endByUser(await this.#client.leave(this.#sending)) : end;
    } finally {
      await this.#giveBack();
      this.#stop?.removeEventListener("abort", onStop);
      this.#client.close();
      await Promise.all([receiving, typing]);
    }
  }

  /** Runs a task whose result or failure ends the UI, unless something has done so before. */
  #owned(task: () => Promise<UiEnd>): Promise<void> {
    return task().then(this.#end.resolve, this.#end.reject);
  }

  /** Runs a step of a timer or a signal's listener; what it throws ends the UI as well. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#end.reject(error);
    }
  }

  async #receive(): Promise<UiEnd> {
    for await (const events of this.#client) {
      const last = events.findIndex((event) => endBy(event, this.#model.look) !== undefined);
      const shown = last < 0 ? events : events.slice(0, last);
      this.#take({ type: "events", events: shown, at: Date.now() });
      const end = last < 0 ? undefined : endBy(events[last] as ChatEvent, this.#model.look);
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

  /** Takes in what happened; whether that ends the UI. */
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
    if (action.do === "answer") this.#answer(action.text);
    if (action.do === "help") this.#answer(`${action.text}\n${KEY_HELP}`);
  }

  #answer(text: string): void {
    this.#take({ type: "answer", text, at: Date.now() });
  }

  #disturb(disturbance: Disturbance): void {
    if (disturbance === "resumed") this.#screen.forget();
    this.#take({ type: "resized", size: this.#terminal.size() });
  }

  #draw(): void {
    this.#output.write(this.#screen.draw(view(this.#model)));
  }

  async #giveBack(): Promise<void> {
    this.#pacer.stop();
    await this.#terminal.close();
  }
}
