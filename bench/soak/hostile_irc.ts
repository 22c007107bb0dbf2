/**
 * A hostile user of IRC: what it says, and all that it was sent.
 *
 * @module
 */

import type { FarSocket } from "../../tests/support/far_socket.ts";
import { utf8 } from "../../tests/support/wire/wire.ts";
import { connected, type Scene } from "./hostile_scene.ts";
import { Violation } from "./violation.ts";

/** How such a user comes. */
export interface IrcUserOptions {
  /** The capabilities that it asks for. */
  readonly caps?: readonly string[];
  /** Default: the scene's. */
  readonly nick?: string;
  /** Lines before the end of its registration. */
  readonly before?: readonly string[];
}

/** Characters of what it was sent that are kept, those at the end. */
const MOST_HEARD = 1 << 18;
/** Milliseconds for which an answer is waited for: whoever asks for much gets it late. */
const ANSWER_MS = 2_000;

/** One connection that speaks IRC. */
export class IrcUser {
  /** What it was sent. */
  heard = "";
  /** Below it. */
  readonly socket: FarSocket;
  readonly #scene: Scene;
  #marks = 0;
  #isOver = false;

  /** Over a connection that has said nothing yet. */
  constructor(socket: FarSocket, scene: Scene) {
    this.socket = socket;
    socket.over.then(() => this.#isOver = true);
    this.#scene = scene;
  }

  /** It was sent these bytes. */
  hears(bytes: Uint8Array): void {
    this.heard = (this.heard + new TextDecoder().decode(bytes)).slice(-MOST_HEARD);
  }

  /** Sends the lines in one write. */
  async says(...lines: readonly string[]): Promise<void> {
    await this.socket.send(utf8(lines.map((line) => `${line}\r\n`).join("")));
  }

  /** Sends the lines `times` times, unless the run stops before. */
  async repeats(times: number, ...lines: readonly string[]): Promise<void> {
    for (let i = 0; i < times && !this.#scene.world.stopped; i++) await this.says(...lines);
  }

  /** Waits for the answers to all of its lines, but not for long. */
  async listens(): Promise<void> {
    const { world } = this.#scene;
    const mark = `mark-${++this.#marks}`;
    // Where the server has ended it, there is nothing more to hear.
    await this.says(`PING ${mark}`).catch(() => {});
    const end = performance.now() + ANSWER_MS;
    const isAnswered = () => this.heard.includes(` :${mark}\r\n`);
    const isEnough = () => isAnswered() || this.#isOver || world.stopped;
    while (!isEnough() && performance.now() < end) await world.pause(50);
  }

  /**
   * Nothing that it was sent may match `pattern`.
   *
   * @throws {Violation} when something does, which says that it `got` something.
   */
  mustNotHear(pattern: RegExp, got: string): void {
    const found = pattern.exec(this.heard);
    if (found !== null) throw new Violation(this.#scene.nick, `${got}: "${found[0]}"`);
  }
}

/** Connects and registers, does its part, and is gone at its end. */
export async function asIrcUser(
  scene: Scene,
  act: (user: IrcUser) => Promise<void>,
  { caps = [], nick = scene.nick, before = [] }: IrcUserOptions = {},
): Promise<void> {
  let user: IrcUser | undefined;
  await connected(scene, async (socket) => {
    user = new IrcUser(socket, scene);
    const asked = caps.length === 0 ? [] : [`CAP REQ :${caps.join(" ")}`];
    await user.says(...asked, `NICK ${nick}`, `USER h 0 * :${nick}`);
    await user.says(...before, "CAP END");
    await act(user);
  }, (bytes) => user?.hears(bytes));
}
