/**
 * Hostile clients: one act each, of at most a few seconds, that no honest client must notice but by what
 * a channel sees of a member. Their nicks begin with a mark that honest ones never have.
 *
 * @module
 */

import { frame } from "../../tests/support/wire/cs168.ts";
import { json16Wire } from "../../tests/support/wire/json16.ts";
import { utf8 } from "../../tests/support/wire/wire.ts";
import { DIALECTS, WIRES } from "../../tests/support/wire/wires.ts";
import { CROWD_ACTS } from "./hostile_crowds.ts";
import { EDGE_ACTS } from "./hostile_edges.ts";
import { LINE_ACTS } from "./hostile_lines.ts";
import { QUERY_ACTS } from "./hostile_queries.ts";
import { SERVICE_ACTS } from "./hostile_services.ts";
import { SPY_ACTS } from "./hostile_spies.ts";
import { TLS_ACTS } from "./hostile_tls.ts";
import { WEBSOCKET_ACTS } from "./hostile_websocket.ts";
import { type Act, connected, dial, encodeAll, LONGEST_ACT_MS } from "./hostile_scene.ts";
import { requests, type Scene } from "./hostile_scene.ts";
import { inTime } from "./link.ts";
import type { Random } from "./random.ts";
import { HOSTILE_MARK } from "./strangers.ts";
import { Violation } from "./violation.ts";
import { count, LOBBY, type World } from "./world.ts";

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
  ...EDGE_ACTS,
  ...SERVICE_ACTS,
  ...TLS_ACTS,
  ...WEBSOCKET_ACTS,
  ...LINE_ACTS,
  ...QUERY_ACTS,
  ...SPY_ACTS,
  ...CROWD_ACTS,
};

/** What they are called in a report. */
export const ACT_NAMES: readonly string[] = Object.keys(ACTS);

/**
 * One hostile act after the other, until the run stops, each of a kind in `kinds`: first one slot's share of all of them,
 * then any. Never rejects. Each of the `slots` has an address of its own, as honest users have another.
 */
export async function runHostile(
  slot: number,
  slots: number,
  world: World,
  random: Random,
  kinds: readonly string[] = ACT_NAMES,
): Promise<void> {
  const from = `127.0.${1 + Math.floor(slot / 250)}.${1 + slot % 250}`;
  for (let turn = 0; !world.stopped; turn++) {
    const share = kinds[slot + turn * slots];
    const kind = share ?? pickKind(random, kinds);
    const nick = `${HOSTILE_MARK}${slot}-${turn}`;
    try {
      await (ACTS[kind] as Act)({ world, random, nick, from });
    } catch (error) {
      // The server may close on them at any moment.
      if (error instanceof Violation) world.fail(error);
    }
    count(world.hostilities, kind);
    if (share === undefined) await world.pause(random.pause(2 * world.thinkTime));
  }
}

/** What takes many connections comes less often, or there would be little else. */
function pickKind(random: Random, kinds: readonly string[]): string {
  const kind = random.pick(kinds);
  return kind === "slow reader" && random.chance(0.8) ? random.pick(kinds) : kind;
}

async function byteAtATime(scene: Scene): Promise<void> {
  const dialect = scene.random.pick(DIALECTS);
  await connected(scene, async (socket) => {
    for (const bytes of encodeAll(dialect, requests(scene, dialect))) {
      for (let i = 0; i < bytes.length && !scene.world.stopped; i++) {
        await socket.send(bytes.subarray(i, i + 1));
        if (i % 16 === 0) await scene.world.pause(1);
      }
    }
    await scene.world.pause(scene.random.between(0, 500));
  });
}

async function halfFrame(scene: Scene): Promise<void> {
  const { random } = scene;
  const dialect = random.pick(DIALECTS);
  await connected(scene, async (socket) => {
    const all = encodeAll(dialect, requests(scene, dialect));
    const whole = random.between(0, all.length - 1);
    for (const bytes of all.slice(0, whole)) await socket.send(bytes);
    const last = all[whole] as Uint8Array;
    await socket.send(last.subarray(0, random.between(1, last.length - 1)));
    await scene.world.pause(random.between(0, 1000));
    if (random.chance(0.5)) await socket.finish();
  });
}

async function randomBytes(scene: Scene): Promise<void> {
  const { random } = scene;
  await connected(scene, async (socket) => {
    for (let i = random.between(1, 5); i > 0; i--) {
      await socket.send(random.bytes(random.pick([1, 3, 200, 4096])));
      await scene.world.pause(random.between(0, 200));
    }
  });
}

/** Outside any channel, or in ways that never become a message. */
async function randomFrames(scene: Scene): Promise<void> {
  const { nick, random } = scene;
  const dialect = random.pick(DIALECTS);
  await connected(scene, async (socket) => {
    await socket.send(WIRES[dialect].ask({ ask: "register", nick }));
    for (let i = random.between(1, 40); i > 0; i--) {
      const bytes = random.bytes(random.pick([0, 1, 50, 198]));
      if (dialect === "cs168") await socket.send(padded(bytes));
      if (dialect === "chat1") await socket.send(line(bytes));
      if (dialect === "json16") await socket.send(prefixed(bytes.length, bytes));
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
  await connected(scene, async (socket) => {
    await socket.send(json16Wire.ask({ ask: "register", nick }));
    const json = utf8(JSON.stringify({ type: "chat", message: "never" }));
    switch (random.between(0, 3)) {
      case 0: // Above the limit
        await socket.send(prefixed(0xffff, json));
        break;
      case 1: // More than ever comes
        await socket.send(prefixed(json.length + 1000, json));
        break;
      case 2: // Less than comes: what follows reads as a length above the limit
        await socket.send(prefixed(3, json));
        break;
      default: // Nothing, again and again
        for (let i = 0; i < 50; i++) await socket.send(prefixed(0, new Uint8Array()));
    }
    await scene.world.pause(random.between(0, 1000));
    if (random.chance(0.5)) await socket.finish();
  });
}

/** Far more than the server takes at once: it is throttled, and the others receive all of it. */
async function flood(scene: Scene): Promise<void> {
  const dialect = scene.random.pick(DIALECTS);
  const lines = scene.random.between(100, 250);
  await connected(scene, async (socket) => {
    for (const bytes of encodeAll(dialect, requests(scene, dialect, lines))) {
      if (scene.world.stopped) break;
      await socket.send(bytes);
    }
    await scene.world.pause(scene.random.between(0, 4000));
  });
}

/**
 * Reads nothing, while enough others speak to it that more is sent than the system holds for it: each of
 * them alone would be slowed down before that.
 */
async function slowReader(scene: Scene): Promise<void> {
  const { nick } = scene;
  const reader = await dial(scene);
  try {
    await reader.send(json16Wire.ask({ ask: "register", nick }));
    const speakers = Array.from({ length: SPEAKERS }, (_, i) => speakTo(scene, nick, i));
    await inTime("a slow reader's end", Promise.allSettled(speakers), LONGEST_ACT_MS);
  } finally {
    reader.close();
  }
}

/** How many speak to one slow reader, and how often each: 10 MiB altogether. */
const SPEAKERS = 40;
const WORDS = 16;

async function speakTo(scene: Scene, to: string, index: number): Promise<void> {
  let gone = false;
  const { world } = scene;
  const socket = await dial(scene, (bytes) => {
    gone ||= new TextDecoder().decode(bytes).includes("No user named");
  });
  try {
    await socket.send(json16Wire.ask({ ask: "register", nick: `${to}-${index}` }));
    const large = json16Wire.ask({ ask: "dm", to, text: "z".repeat(16_000) });
    for (let i = 0; i < WORDS && !gone && !world.stopped; i++) {
      await socket.send(large);
      // The first few are taken at once.
      if (i > 4) await world.pause(300);
    }
  } finally {
    socket.close();
    await socket.over;
  }
}

async function reset(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const dialect = random.pick(DIALECTS);
  const socket = await dial(scene, () => {});
  const all = encodeAll(dialect, requests(scene, dialect, random.between(0, 3)));
  for (const bytes of all.slice(0, random.between(0, all.length))) await socket.send(bytes);
  const last = all.at(-1) as Uint8Array;
  if (random.chance(0.5)) await socket.send(last.subarray(0, random.between(1, last.length)));
  await world.pause(random.between(5, 500));
  await socket.reset();
}

async function connectStorm(scene: Scene): Promise<void> {
  const { random } = scene;
  const bytes = random.chance(0.5) ? random.bytes(10) : utf8("REGISTER ");
  const storm = Array.from({ length: 40 }, async () => {
    const socket = await dial(scene, () => {});
    await socket.send(bytes).catch(() => {});
    socket.close();
  });
  await Promise.allSettled(storm);
}

/** Changes its name and its channel as often as the server allows. */
async function restless(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  await connected(scene, async (socket) => {
    await socket.send(json16Wire.ask({ ask: "register", nick }));
    for (let i = random.between(5, 60); i > 0 && !world.stopped; i--) {
      if (random.chance(0.5)) {
        await socket.send(json16Wire.ask({ ask: "register", nick: `${nick}-${i}` }));
      } else {await socket.send(
          json16Wire.ask({ ask: "join", channel: random.pick(world.channels) }),
        );}
    }
    await world.pause(random.between(0, 500));
  });
}

/** Asks for a name in use, and then speaks under it. */
async function impostor(scene: Scene): Promise<void> {
  const { nick } = scene;
  const taken = "w0";
  let answer = "";
  const socket = await dial(scene, (bytes) => answer += new TextDecoder().decode(bytes));
  try {
    await socket.send(WIRES.chat1.ask({ ask: "register", nick: taken }));
    const end = await inTime("a refusal", socket.over);
    if (end !== "end of stream" || answer !== "401 Client already registered\n") {
      throw new Violation(taken, `somebody else got the answer "${answer}" to its name (${end})`);
    }
  } finally {
    socket.close();
  }
  await connected(scene, async (second) => {
    await second.send(WIRES.chat1.ask({ ask: "register", nick }));
    await second.send(WIRES.chat1.ask({ ask: "say", nick: taken, text: "forged" }));
    // On its way into the lobby and out of it, nobody in there hears that.
    await second.send(WIRES.chat1.ask({ ask: "disconnect", nick }));
    await inTime(`the end of ${nick} in ${LOBBY}`, second.over);
  });
}
