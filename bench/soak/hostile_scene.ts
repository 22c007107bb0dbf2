/**
 * What a hostile act has to work with: a run, a name, an address of its own, and its connections.
 *
 * @module
 */

import { FarSocket } from "../../tests/support/far_socket.ts";
import type { Dialect, Request } from "../../tests/support/wire/wire.ts";
import { WIRES } from "../../tests/support/wire/wires.ts";
import { inTime } from "./link.ts";
import type { Random } from "./random.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** One act's surroundings. */
export interface Scene {
  /** The run. */
  readonly world: World;
  /** The act's own source of decisions. */
  readonly random: Random;
  /** Nobody else has this nick. */
  readonly nick: string;
  /** Where the act comes from: what an address causes is charged to it, and honest users have another. */
  readonly from: string;
}

/** One way of being hostile. */
export type Act = (scene: Scene) => Promise<void>;

/** Milliseconds that an act takes at most. */
export const LONGEST_ACT_MS = 8_000;

/** Connects to one of the server's ports from the act's address. With no `onBytes` nothing is read. */
export type Dial = (scene: Scene, onBytes?: (bytes: Uint8Array) => void) => Promise<FarSocket>;

/** Connects to the plain port. */
export const dial: Dial = (scene, onBytes) => dialPort(scene, scene.world.port, onBytes);

/** Connects to the TLS port; what the act sends is all that there is of a handshake. */
export const dialTls: Dial = (scene, onBytes) => dialPort(scene, scene.world.tlsPort, onBytes);

/** Connects to the port for WebSockets; what the act sends is all that there is of a handshake. */
export const dialWeb: Dial = (scene, onBytes) => dialPort(scene, scene.world.webPort, onBytes);

function dialPort(
  { from }: Scene,
  port: number,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<FarSocket> {
  return FarSocket.connect(port, { from, ...onBytes === undefined ? {} : { onBytes } });
}

/** Connects, does its part, and is gone at its end, read to the end or not. */
export async function connected(
  scene: Scene,
  act: (socket: FarSocket) => Promise<void>,
  onBytes: (bytes: Uint8Array) => void = () => {},
  dialPort: Dial = dial,
): Promise<void> {
  const socket = await dialPort(scene, onBytes);
  try {
    await inTime("a hostile act", act(socket), LONGEST_ACT_MS);
  } finally {
    socket.close();
    await socket.over;
  }
}

/** So many connections at once, each of which does its part; where the server ends one, the others go on. */
export async function together(
  scene: Scene,
  count: number,
  act: (socket: FarSocket, index: number) => Promise<void>,
  dialPort: Dial = dial,
): Promise<void> {
  const all = Array.from(
    { length: count },
    (_, i) =>
      connected(scene, (socket) => act(socket, i), () => {}, dialPort).catch(throwViolation),
  );
  await Promise.all(all);
}

/** For an act that goes on: the server may end a connection at any moment. */
export function throwViolation(error: unknown): void {
  if (error instanceof Violation) throw error;
}

/** What an honest client would send that registers, joins, and says something short or long. */
export function requests(scene: Scene, dialect: Dialect, lines = 1): Request[] {
  const { nick, random } = scene;
  const all: Request[] = [{ ask: "register", nick }];
  if (dialect !== "chat1") all.push({ ask: "join", channel: random.pick(scene.world.channels) });
  for (let i = 0; i < lines; i++) {
    const length = dialect === "cs168" ? 150 : random.pick([5, 150, 1500]);
    all.push({ ask: "say", nick, text: `${nick}-${i}-${"y".repeat(random.between(1, length))}` });
  }
  return all;
}

/** The bytes of each request. */
export function encodeAll(dialect: Dialect, all: readonly Request[]): Uint8Array[] {
  return all.map((request) => WIRES[dialect].ask(request));
}
