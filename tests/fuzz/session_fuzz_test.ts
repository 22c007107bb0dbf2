/**
 * The whole server but for its sockets, against a plain model of the chat: random users of every protocol
 * come, do what they like in pieces of any size, stall and go; each is sent exactly the bytes that the
 * model says, in that order.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Log } from "../../lib/server/log.ts";
import { Server } from "../../lib/server/serve.ts";
import { FakeClock } from "../support/clock.ts";
import { ChatModel, type Person } from "../support/chat_model.ts";
import { cutAt } from "../support/cuts.ts";
import { frame } from "../support/wire/cs168.ts";
import { packet as framed } from "../support/wire/json16.ts";
import { joined, utf8 } from "../support/wire/wire.ts";
import { DIALECTS, WIRES } from "../support/wire/wires.ts";
import { within } from "../support/within.ts";
import { cases, named } from "./cases.ts";
import { FakeConn, FakeListener } from "./fake_net.ts";

const USUAL = 300;
const MAX_CHANNELS = 5;
const SLOTS = 5;
/** Turns of the event loop within which everything must have been written. */
const TURNS = 200;

/** Turns, of a millisecond each, within which the server must have stopped. */
const STOP_TURNS = 1000;

const NICKS = ["ann", "bob", "日本", "zoë"];
/** Not for chat1, whose names are words. */
const ODD_NICKS = ["ann b", "[x] y", "/list", "ann"];
const CHANNELS = ["lobby", "a", "b", "日本", "c".repeat(128), "d".repeat(129), ""];
/** As typed, and as the others receive it. */
const TEXTS: readonly (readonly [string, string])[] = [
  ["hi", "hi"],
  ["two  words", "two  words"],
  ["\x1b[31mred\x07", "red"],
  ["@bob: no", "@bob: no"],
  ["bob has left", "bob has left"],
  ['"quoted\\"', '"quoted\\"'],
  ["日本👍", "日本👍"],
  ["x".repeat(180), "x".repeat(180)],
];
/** More than a frame holds. */
const LONG_TEXTS: readonly (readonly [string, string])[] = [
  ...TEXTS,
  ["é".repeat(150), "é".repeat(150)],
  ["w".repeat(450), "w".repeat(450)],
  ["👍".repeat(101), "👍".repeat(101)],
];

interface Step {
  readonly slot: number;
  readonly do: (typeof DEEDS)[number];
  /** Chooses among names and texts. */
  readonly first: number;
  readonly second: number;
  /** In what pieces it is sent. */
  readonly cuts: readonly number[];
}

const DEEDS = [
  "connect",
  "say",
  "join",
  "create",
  "emote",
  "dm",
  "part",
  "list",
  "names",
  "unknown",
  "rename",
  "forge",
  "garbage",
  "quit",
  "end",
  "reset",
  "stall",
  "release",
  "turn",
] as const;

const step: fc.Arbitrary<Step> = fc.record({
  slot: fc.nat(SLOTS - 1),
  do: fc.oneof(
    { weight: 3, arbitrary: fc.constant("connect" as const) },
    { weight: 4, arbitrary: fc.constantFrom("say" as const, "join" as const) },
    { weight: 10, arbitrary: fc.constantFrom(...DEEDS) },
  ),
  first: fc.nat(100),
  second: fc.nat(100),
  cuts: fc.oneof(
    { weight: 3, arbitrary: fc.constant<number[]>([]) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 4 }) },
  ),
});

/** Most of the users are there from the start: alone they would have little to do. */
const arrivals = fc.tuple(...Array.from({ length: SLOTS - 1 }, (_, slot) => {
  return step.map((each): Step => ({ ...each, slot, do: "connect" }));
}));
const deeds = fc.array(step, { minLength: 10, maxLength: 60, size: "max" });

function packet(value: unknown): Uint8Array {
  return framed(typeof value === "string" ? value : JSON.stringify(value));
}

function pick<T>(items: readonly T[], number: number): T {
  return items[number % items.length] as T;
}

/** One connection on both sides of the comparison. */
interface Pair {
  readonly conn: FakeConn;
  readonly person: Person;
  /** It has gone by itself: what was on its way is lost. */
  broken: boolean;
}

/** A server, its users, and the model of both. */
class Scene {
  readonly #listener = new FakeListener();
  readonly #clock = new FakeClock();
  readonly #faults: string[] = [];
  readonly #server: Server;
  readonly #model = new ChatModel(MAX_CHANNELS);
  readonly #pairs: Pair[] = [];
  readonly #slots: (Pair | undefined)[] = [];

  constructor() {
    const log = new Log("quiet", (line) => void this.#faults.push(line));
    this.#server = new Server(this.#listener as unknown as Deno.TcpListener, {
      host: "127.0.0.1",
      port: 0,
      log,
      clock: this.#clock,
      // The server waits for a peer that has ended its side and reads nothing; these sockets take all or nothing.
      limits: { commandRate: 0, maxChannels: MAX_CHANNELS, drainTimeout: 10 },
    });
  }

  async do(step: Step): Promise<void> {
    const pair = this.#slots[step.slot];
    if (step.do === "connect") {
      if (pair === undefined || !pair.person.here) await this.#connect(step);
      return;
    }
    if (pair === undefined) return;
    switch (step.do) {
      case "stall":
      case "release":
        return pair.conn.stall(step.do === "stall");
      case "turn":
        return await turn();
      case "end":
      case "reset":
        pair.broken = true;
        this.#model.leave(pair.person);
        return await pair.conn.end(step.do === "end" ? "ended" : "reset");
    }
    if (!pair.person.here) return;
    const bytes = this.#ask(pair.person, step);
    for (const piece of cutAt(bytes, step.cuts)) await pair.conn.send(piece);
  }

  /** Everything that waits is written; then each has been sent what the model says. */
  async compare(): Promise<void> {
    for (const { conn } of this.#pairs) conn.stall(false);
    for (let i = 0; i < TURNS && this.#pairs.some(isBehind); i++) await turn();
    for (const { conn, person, broken } of this.#pairs) {
      const expected = Uint8Array.from(person.expected);
      const written = Uint8Array.from(conn.written);
      const due = broken ? expected.subarray(0, written.length) : expected;
      assertEquals(shown(written), shown(due), `${person.dialect} ${person.nick}`);
      assertEquals(written, due);
    }
  }

  async end(): Promise<void> {
    for (const { conn } of this.#pairs) await conn.end("ended");
    let isStopped = false;
    const stopped = this.#server.stop().finally(() => isStopped = true);
    // It waits for its clock, to see whether peers that were still sending have come to an end.
    for (let i = 0; i < STOP_TURNS && !isStopped; i++) {
      await turn();
      this.#clock.advance(1);
    }
    await within("the server's stop", stopped);
    assertEquals(this.#faults, []);
  }

  async #connect(step: Step): Promise<void> {
    const dialect = pick(DIALECTS, step.first);
    const pair = { conn: this.#listener.connect(), person: this.#model.connect(dialect) };
    this.#slots[step.slot] = { ...pair, broken: false };
    this.#pairs.push(this.#slots[step.slot] as Pair);
    const nick = this.#nick(pair.person, step.second);
    // What comes before it is ignored.
    const early = dialect === "json16" ? packet({ type: "chat", message: "early" }) : empty();
    const bytes = joined([early, WIRES[dialect].ask({ ask: "register", nick })]);
    this.#model.register(pair.person, nick);
    for (const piece of cutAt(bytes, step.cuts)) await pair.conn.send(piece);
  }

  #nick(person: Person, number: number): string {
    return pick(person.dialect === "chat1" ? NICKS : [...NICKS, ...ODD_NICKS], number);
  }

  /** Tells the model what is asked, and returns the bytes that ask it; none where there are none. */
  #ask(person: Person, step: Step): Uint8Array {
    switch (person.dialect) {
      case "cs168":
        return this.#askCs168(person, step);
      case "chat1":
        return this.#askChat1(person, step);
      case "json16":
        return this.#askJson16(person, step);
    }
  }

  #askCs168(person: Person, step: Step): Uint8Array {
    const model = this.#model;
    const name = pick(CHANNELS, step.first);
    switch (step.do) {
      case "say":
      case "forge": {
        const [typed, clean] = pick(TEXTS, step.first);
        model.speak(person, "said", clean);
        return frame(typed);
      }
      case "join":
        model.join(person, name);
        return frame(`/join ${name} more words`.replace(/^\/join {2}.*/, "/join"));
      case "create":
        model.create(person, name);
        return frame(`/create ${name}`);
      case "list":
        model.list(person);
        return frame("/list\n");
      case "unknown": {
        const word = pick(["/nope", "/", "/JOIN", "/joina"], step.first);
        model.unknown(person, word);
        return frame(`${word} a`);
      }
      case "garbage":
        return frame(pick(["", "\r\n", "\x1b[31m", "\x00"], step.first));
      default:
        return empty();
    }
  }

  #askChat1(person: Person, step: Step): Uint8Array {
    const { nick } = person;
    switch (step.do) {
      case "say": {
        const [typed, clean] = pick(LONG_TEXTS, step.first);
        this.#model.speak(person, "said", clean);
        return utf8(`@${nick}${step.second % 5 === 0 ? "" : ":"} ${typed}\r\n`);
      }
      case "forge":
        return utf8(`@zed: hi\nREGISTER zed CHAT/1.0\n`);
      case "garbage":
        return utf8(pick(["\n", "hello\n", "\r\n", "@\n", `@${nick}: \n`], step.first));
      case "quit":
        this.#model.leave(person);
        return utf8(`DISCONNECT ${nick} CHAT/1.0\n@${nick}: too late\n`);
      default:
        return empty();
    }
  }

  #askJson16(person: Person, step: Step): Uint8Array {
    const model = this.#model;
    const [typed, clean] = pick(LONG_TEXTS, step.first);
    switch (step.do) {
      case "say":
        model.speak(person, "said", clean);
        return packet({ type: "chat", message: typed, nick: "forged" });
      case "emote":
        model.speak(person, "emoted", clean);
        return packet({ message: typed, type: "emote" });
      case "forge":
        model.speak(person, "said", "hi DISCONNECT CHAT/1.0");
        return packet({ type: "chat", message: "hi\nDISCONNECT CHAT/1.0" });
      case "dm": {
        const to = pick([...NICKS, ...ODD_NICKS, "nobody"], step.second);
        model.whisper(person, to, clean);
        return packet({ type: "dm", to, message: typed });
      }
      case "join":
      case "create": {
        const name = pick(CHANNELS, step.first);
        model.join(person, name);
        return packet({ type: "join", channel: name === "" ? "" : ` ${name} x` });
      }
      case "part":
        model.part(person);
        return packet({ type: "part" });
      case "list":
        model.list(person);
        return packet({ type: "channels" });
      case "names":
        model.names(person);
        return packet({ type: "names" });
      case "rename": {
        const nick = this.#nick(person, step.second);
        model.register(person, nick);
        return packet({ type: "hello", nick });
      }
      case "garbage":
        return packet(pick(["", "[]", "{", '{"type": "leave"}', '{"type": "chat"}'], step.first));
      default:
        return empty();
    }
  }
}

function empty(): Uint8Array {
  return new Uint8Array();
}

function isBehind({ conn, person, broken }: Pair): boolean {
  return !broken && conn.written.length < person.expected.length;
}

/** For a failure that can be read. */
function shown(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/ {3,}/g, "   ");
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test(named("sessions of all protocols against a model of the chat", USUAL), async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, deeds, async (first, then) => {
      const scene = new Scene();
      try {
        for (const step of [...first, ...then]) await within(JSON.stringify(step), scene.do(step));
        await scene.compare();
      } finally {
        await scene.end();
      }
    }),
    cases(USUAL),
  );
});
