/**
 * Hostile clients: one act each, of at most a few seconds, that no honest client must notice but by what
 * a channel is told of a member. Their nicks begin with a mark that honest ones never have.
 *
 * @module
 */

import { connect as connectNode } from "node:net";
import { HOSTILE_MARK } from "./channel_log.ts";
import { inTime, Link } from "./link.ts";
import type { Random } from "./random.ts";
import { Violation } from "./violation.ts";
import { type Dialect, encodeRequest, frame, packet, type Request } from "./wire.ts";
import { count, LOBBY, type World } from "./world.ts";

/** What an act has to work with. */
interface Scene {
  readonly world: World;
  readonly random: Random;
  /** Nobody else has it. */
  readonly nick: string;
}

type Act = (scene: Scene) => Promise<void>;

/** Milliseconds that an act takes at most. */
const LONGEST_ACT_MS = 8_000;
const DIALECTS: readonly Dialect[] = ["cs168", "chat1", "json16"];
const encoder = new TextEncoder();

/** Every way of being hostile. */
const ACTS: Readonly<Record<string, Act>> = {
  "byte at a time": byteAtATime,
  "half a frame": halfFrame,
  "random bytes": randomBytes,
  "random frames of a member": randomFrames,
  "lying lengths": lyingLengths,
  "flood": flood,
  "slow reader": slowReader,
  "reset": reset,
  "connect storm": connectStorm,
  "renames and rejoins": restless,
  "impostor": impostor,
};

/** What they are called in a report. */
export const ACT_NAMES: readonly string[] = Object.keys(ACTS);

/** One hostile act after the other, until the run stops. Never rejects. */
export async function runHostile(slot: number, world: World, random: Random): Promise<void> {
  for (let turn = 0; !world.stopped; turn++) {
    // Every slot begins with another one, so that a short run has all of them.
    const kind = turn === 0 ? ACT_NAMES[slot % ACT_NAMES.length] as string : pickKind(random);
    const nick = `${HOSTILE_MARK}${slot}.${turn}`;
    try {
      await (ACTS[kind] as Act)({ world, random, nick });
    } catch (error) {
      // The server may close on them at any moment.
      if (error instanceof Violation) world.fail(error);
    }
    count(world.hostilities, kind);
    await world.pause(random.pause(2 * world.thinkTime));
  }
}

/** What takes many connections comes less often, or there would be little else. */
function pickKind(random: Random): string {
  const kind = random.pick(ACT_NAMES);
  return kind === "slow reader" && random.chance(0.8) ? random.pick(ACT_NAMES) : kind;
}

/** Connects, does its part, and is gone at its end, read to the end or not. */
async function connected(scene: Scene, act: (link: Link) => Promise<void>): Promise<void> {
  const link = await Link.connect(scene.world.port, () => {});
  try {
    await inTime("a hostile act", act(link), LONGEST_ACT_MS);
  } finally {
    link.close();
    await link.over;
  }
}

/** What an honest client would send that registers, joins, and says something short or long. */
function requests(scene: Scene, dialect: Dialect, lines = 1): Request[] {
  const { nick, random } = scene;
  const all: Request[] = [{ ask: "register", nick }];
  if (dialect !== "chat1") all.push({ ask: "join", channel: random.pick(scene.world.channels) });
  for (let i = 0; i < lines; i++) {
    const length = dialect === "cs168" ? 150 : random.pick([5, 150, 1500]);
    all.push({ ask: "say", nick, text: `${nick}-${i}-${"y".repeat(random.between(1, length))}` });
  }
  return all;
}

function encodeAll(dialect: Dialect, all: readonly Request[]): Uint8Array[] {
  return all.map((request) => encodeRequest(dialect, request));
}

async function byteAtATime(scene: Scene): Promise<void> {
  const dialect = scene.random.pick(DIALECTS);
  await connected(scene, async (link) => {
    for (const bytes of encodeAll(dialect, requests(scene, dialect))) {
      for (let i = 0; i < bytes.length && !scene.world.stopped; i++) {
        await link.send(bytes.subarray(i, i + 1));
        if (i % 16 === 0) await scene.world.pause(1);
      }
    }
    await scene.world.pause(scene.random.between(0, 500));
  });
}

async function halfFrame(scene: Scene): Promise<void> {
  const { random } = scene;
  const dialect = random.pick(DIALECTS);
  await connected(scene, async (link) => {
    const all = encodeAll(dialect, requests(scene, dialect));
    const whole = random.between(0, all.length - 1);
    for (const bytes of all.slice(0, whole)) await link.send(bytes);
    const last = all[whole] as Uint8Array;
    await link.send(last.subarray(0, random.between(1, last.length - 1)));
    await scene.world.pause(random.between(0, 1000));
    if (random.chance(0.5)) await link.finish();
  });
}

async function randomBytes(scene: Scene): Promise<void> {
  const { random } = scene;
  await connected(scene, async (link) => {
    for (let i = random.between(1, 5); i > 0; i--) {
      await link.send(random.bytes(random.pick([1, 3, 200, 4096])));
      await scene.world.pause(random.between(0, 200));
    }
  });
}

/** Outside any channel, or in ways that never become a message. */
async function randomFrames(scene: Scene): Promise<void> {
  const { nick, random } = scene;
  const dialect = random.pick(DIALECTS);
  await connected(scene, async (link) => {
    await link.send(encodeRequest(dialect, { ask: "register", nick }));
    for (let i = random.between(1, 40); i > 0; i--) {
      const bytes = random.bytes(random.pick([0, 1, 50, 198]));
      if (dialect === "cs168") await link.send(padded(bytes));
      if (dialect === "chat1") await link.send(line(bytes));
      if (dialect === "json16") await link.send(prefixed(bytes.length, bytes));
    }
    await scene.world.pause(random.between(0, 500));
  });
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = frame("");
  whole.set(bytes);
  return whole;
}

function line(bytes: Uint8Array): Uint8Array {
  // With an "@" it might be the nick's.
  return new Uint8Array([0x21, ...bytes.filter((byte) => byte !== 0x0a), 0x0a]);
}

function prefixed(length: number, payload: Uint8Array): Uint8Array {
  return new Uint8Array([length >> 8, length & 0xff, ...payload]);
}

async function lyingLengths(scene: Scene): Promise<void> {
  const { nick, random } = scene;
  await connected(scene, async (link) => {
    await link.send(packet({ type: "hello", nick }));
    const json = encoder.encode(JSON.stringify({ type: "chat", message: "never" }));
    switch (random.between(0, 3)) {
      case 0: // Above the limit
        await link.send(prefixed(0xffff, json));
        break;
      case 1: // More than ever comes
        await link.send(prefixed(json.length + 1000, json));
        break;
      case 2: // Less than comes: what follows reads as a length above the limit
        await link.send(prefixed(3, json));
        break;
      default: // Nothing, again and again
        for (let i = 0; i < 50; i++) await link.send(prefixed(0, new Uint8Array()));
    }
    await scene.world.pause(random.between(0, 1000));
    if (random.chance(0.5)) await link.finish();
  });
}

/** Far more than the server takes at once: it is slowed down, and the others are told all of it. */
async function flood(scene: Scene): Promise<void> {
  const dialect = scene.random.pick(DIALECTS);
  const lines = scene.random.between(100, 250);
  await connected(scene, async (link) => {
    for (const bytes of encodeAll(dialect, requests(scene, dialect, lines))) {
      if (scene.world.stopped) break;
      await link.send(bytes);
    }
    await scene.world.pause(scene.random.between(0, 4000));
  });
}

/**
 * Reads nothing, while so many others speak to it that it gets more than the system holds for it: each of
 * them alone would be slowed down before that.
 */
async function slowReader(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  const reader = await Link.connect(world.port);
  try {
    await reader.send(packet({ type: "hello", nick }));
    const speakers = Array.from({ length: SPEAKERS }, (_, i) => speakTo(world, nick, i));
    await inTime("a slow reader's end", Promise.allSettled(speakers), LONGEST_ACT_MS);
  } finally {
    reader.close();
  }
}

/** How many speak to one slow reader, and how often each: 10 MiB altogether. */
const SPEAKERS = 40;
const WORDS = 16;

async function speakTo(world: World, to: string, index: number): Promise<void> {
  let gone = false;
  const link = await Link.connect(world.port, (bytes) => {
    gone ||= new TextDecoder().decode(bytes).includes("No user named");
  });
  try {
    await link.send(packet({ type: "hello", nick: `${to}.${index}` }));
    const large = packet({ type: "dm", to, message: "z".repeat(16_000) });
    for (let i = 0; i < WORDS && !gone && !world.stopped; i++) {
      await link.send(large);
      // The first few are taken at once.
      if (i > 4) await world.pause(300);
    }
  } finally {
    link.close();
    await link.over;
  }
}

/** `Deno.Conn` always says goodbye first; a socket of Node's does not have to. */
async function reset(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const dialect = random.pick(DIALECTS);
  const socket = connectNode(world.port, "127.0.0.1");
  socket.on("error", () => {});
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  const all = encodeAll(dialect, requests(scene, dialect, random.between(0, 3)));
  for (const bytes of all.slice(0, random.between(0, all.length))) socket.write(bytes);
  const last = all.at(-1) as Uint8Array;
  if (random.chance(0.5)) socket.write(last.subarray(0, random.between(1, last.length)));
  await world.pause(random.between(5, 500));
  socket.resetAndDestroy();
  await inTime("a reset", closed);
}

async function connectStorm(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const bytes = random.chance(0.5) ? random.bytes(10) : encoder.encode("REGISTER ");
  const storm = Array.from({ length: 40 }, async () => {
    const link = await Link.connect(world.port, () => {});
    await link.send(bytes).catch(() => {});
    link.close();
  });
  await Promise.allSettled(storm);
}

/** Changes its name and its channel as often as it may. */
async function restless(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  await connected(scene, async (link) => {
    await link.send(packet({ type: "hello", nick }));
    for (let i = random.between(5, 60); i > 0 && !world.stopped; i--) {
      if (random.chance(0.5)) await link.send(packet({ type: "hello", nick: `${nick}.${i}` }));
      else await link.send(packet({ type: "join", channel: random.pick(world.channels) }));
    }
    await world.pause(random.between(0, 500));
  });
}

/** Wants a name that somebody has, and then speaks under it. */
async function impostor(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  const taken = "w0";
  let answer = "";
  const link = await Link.connect(world.port, (bytes) => answer += new TextDecoder().decode(bytes));
  try {
    await link.send(encodeRequest("chat1", { ask: "register", nick: taken }));
    const end = await inTime("a refusal", link.over);
    if (end !== "end of stream" || answer !== "401 Client already registered\n") {
      throw new Violation(taken, `somebody else was told "${answer}" to its name (${end})`);
    }
  } finally {
    link.close();
  }
  await connected(scene, async (second) => {
    await second.send(encodeRequest("chat1", { ask: "register", nick }));
    await second.send(encodeRequest("chat1", { ask: "say", nick: taken, text: "forged" }));
    // On its way into the lobby and out of it, nobody in there hears that.
    await second.send(encodeRequest("chat1", { ask: "disconnect", nick }));
    await inTime(`the end of ${nick} in ${LOBBY}`, second.over);
  });
}
