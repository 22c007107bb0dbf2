/**
 * The text UI at work: keys and events into the model, effects to the server, pictures to
 * the terminal.
 *
 *   terminal.keys() --+                +--> effects --> client
 *   client news ------+--> update() ---+
 *   size, signals ----+                +--> pacer --> view() --> screen --> output
 *
 * @module
 */

import type { LastingClient } from "../client/lasting_client.ts";
import type { Look } from "../client/look.ts";
import type { News } from "../client/news.ts";
import { endByUser, type LastWords, type UiEnd, wordsFor } from "../client/ui_end.ts";
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
import { Alerts, TITLE } from "./alerts.ts";
import { type Model, newModel } from "./model.ts";
import { type FrameClock, frameClock, Pacer } from "./pacer.ts";
import { Screen } from "./screen.ts";
import { type Effect, type Input, update } from "./update.ts";
import { view } from "./view.ts";

/** A client, as the text UI uses it; `LastingClient` is one. */
export type TuiClient =
  & Pick<LastingClient, "send" | "reconnect" | "disconnect" | "leave" | "close" | "end">
  & AsyncIterable<readonly News[]>;

/** The settings of the text UI. */
export interface TuiOptions {
  /** The look of the client's protocol. */
  readonly look: Look;
  /** Its user's name. */
  readonly nick: string;
  /** The server and its dialect, as the status row shows them. */
  readonly server: string;
  /** Channels that the client enters by itself, and whose buffers are shown then. */
  readonly channels?: readonly string[];
  /**
   * The last words on the normal screen when not the user, but the server or the network ended it.
   */
  readonly lastWords: LastWords;
  /** Whether nicks have colours; false if NO_COLOR is set. */
  readonly colors: boolean;
  /** Whether the terminal knows addresses that can be clicked; default: no. */
  readonly links?: boolean;
  /** Whether the wheel scrolls, and the terminal selects text with Shift only; default: no. */
  readonly mouse?: boolean;
  /** Whether nicks are aligned to the right; default: no. */
  readonly align?: boolean;
  /** Whether a bell and the window's title call the user; default: true. */
  readonly alerts?: boolean;
  /** Ends the UI like its user would, after a signal to the process. */
  readonly stop?: AbortSignal;
  /** The terminal; default: that of the process. */
  readonly terminal?: Terminal;
  /** The clock; default: the system's. */
  readonly clock?: FrameClock;
}

// If terminal and program disagree about the width of a row, that row must not push the
// others down.
const NO_WRAP: TerminalMode = { on: "\x1b[?7l", off: "\x1b[?7h" };
// Drawing hides the cursor; at the end it must be visible.
const CURSOR: TerminalMode = { on: "", off: "\x1b[?25h" };
/**
 * How soon after a Ctrl-C another one is its echo, in milliseconds: a task runner in the same
 * process group passes the signal on. Nobody presses the key twice as fast on purpose.
 */
const ECHO_MS = 150;
const MODES = [ALTERNATE_SCREEN, NO_WRAP, CURSOR, BRACKETED_PASTE];

function modesFor({ alerts = true, mouse = false }: TuiOptions): readonly TerminalMode[] {
  return [...(alerts ? [TITLE] : []), ...MODES, ...(mouse ? [MOUSE] : [])];
}

/**
 * Runs the text UI. When its promise settles, the client is closed and the terminal
 * is restored. It rejects with a fault of the UI itself.
 *
 * The terminal never slows the server down: lines go into a scrollback of bounded size, and a slow
 * terminal gets fewer pictures.
 *
 * @param output writes to the terminal; nothing else may write to it meanwhile.
 */
export async function runTui(
  client: TuiClient,
  output: TextOutput,
  options: TuiOptions,
): Promise<UiEnd> {
  const terminal = options.terminal ?? openTerminal(output, modesFor(options));
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
  readonly #alerts: Alerts | undefined;
  readonly #pacer: Pacer;
  readonly #clock: FrameClock;
  readonly #end = Promise.withResolvers<UiEnd>();
  #interruptedAt = -Infinity;

  constructor(client: TuiClient, output: TextOutput, terminal: Terminal, options: TuiOptions) {
    const { colors, stop, clock = frameClock, alerts = true } = options;
    this.#client = client;
    this.#output = output;
    this.#terminal = terminal;
    this.#stop = stop;
    this.#clock = clock;
    this.#model = newModel(options, terminal.size());
    this.#screen = new Screen(colors, options.links);
    this.#alerts = alerts ? new Alerts(clock) : undefined;
    this.#pacer = new Pacer(() => this.#attempt(() => this.#draw()), () => output.flush(), clock);
  }

  /** Resolves to the end of the UI. Then nothing is under way except a read of the terminal. */
  async run(): Promise<UiEnd> {
    const onStop = () => this.#end.resolve({ by: "user" });
    this.#stop?.addEventListener("abort", onStop);
    if (this.#stop?.aborted) onStop();
    this.#terminal.onDisturbed((disturbance) => this.#attempt(() => this.#disturb(disturbance)));
    this.#terminal.onInterrupt(() => this.#attempt(() => this.#interrupt()));
    this.#pacer.drawNow();
    const receiving = this.#owned(() => this.#receive());
    const typing = this.#owned(() => this.#type());
    try {
      const end = await this.#end.promise;
      // Restore the terminal before any wait.
      await this.#giveBack();
      return end.by === "user" ? endByUser(await this.#client.leave(), this.#client.end) : end;
    } finally {
      await this.#giveBack();
      this.#stop?.removeEventListener("abort", onStop);
      this.#client.close();
      await Promise.all([receiving, typing]);
    }
  }

  /** Runs a task whose result or failure ends the UI, unless it has already ended. */
  #owned(task: () => Promise<UiEnd>): Promise<void> {
    return task().then(this.#end.resolve, this.#end.reject);
  }

  /** Runs a step of a timer or a signal's listener; an error in it also ends the UI. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#end.reject(error);
    }
  }

  async #receive(): Promise<UiEnd> {
    for await (const news of this.#client) this.#take({ type: "news", news, at: Date.now() });
    return this.#client.end ?? { by: "loss" };
  }

  async #type(): Promise<UiEnd> {
    for await (const keys of this.#terminal.keys()) {
      this.#interruptedAt = -Infinity;
      if (this.#take({ type: "keys", keys, at: Date.now() })) break;
    }
    return { by: "user" };
  }

  #interrupt(): void {
    const now = this.#clock.now();
    const isEcho = now - this.#interruptedAt < ECHO_MS;
    this.#interruptedAt = now;
    if (isEcho) return;
    const keys = [{ type: "key", name: "ctrl+c" }] as const;
    if (this.#take({ type: "keys", keys, at: Date.now() })) this.#end.resolve({ by: "user" });
  }

  /** Applies inputs to the model. Returns whether they end the UI. */
  #take(input: Input): boolean {
    const effects = update(this.#model, input);
    effects.forEach((effect) => this.#do(effect));
    if (input.type === "keys") this.#pacer.hurry();
    else this.#pacer.request();
    return effects.at(-1)?.type === "quit";
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case "redraw":
        this.#screen.forget();
        break;
      case "send":
        this.#client.send(effect.command, effect.id);
        break;
      case "reconnect":
      case "disconnect":
        this.#client[effect.type]();
    }
  }

  /**
   * Draws everything again: another program or another size may have changed what the
   * terminal shows.
   */
  #disturb(disturbance: Disturbance): void {
    if (disturbance === "suspending") return this.#pacer.hold();
    this.#pacer.release();
    this.#screen.forget();
    this.#alerts?.forget();
    this.#take({ type: "resized", size: this.#terminal.size() });
  }

  #draw(): void {
    const alert = this.#alerts?.draw(this.#model) ?? "";
    this.#output.write(alert + this.#screen.draw(view(this.#model)));
  }

  async #giveBack(): Promise<void> {
    this.#pacer.stop();
    await this.#terminal.close();
  }
}
