/**
 * The log's bound, "a gigabyte in a day", for each kind of line that somebody else than the operator of the machine can
 * cause: written by what really writes it, about the longest names in the characters that grow most, from many addresses.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Hub } from "../../lib/chat/hub.ts";
import { MemoryStore } from "../../lib/history/memory_store.ts";
import { AccountLog } from "../../lib/server/account_log.ts";
import { Handshakes } from "../../lib/server/handshakes.ts";
import { historyParts } from "../../lib/server/history.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { Log, LOG_KINDS } from "../../lib/server/log.ts";
import { LOG_FORMATS, type LogFormat } from "../../lib/server/log_line.ts";
import { type RefusalCause, RefusalLog } from "../../lib/server/refusal_log.ts";
import { SessionLog } from "../../lib/server/session_log.ts";
import { FakeClock } from "../support/clock.ts";
import { from } from "../support/origin.ts";
import { ReloadRig } from "../support/reload_rig.ts";

/** The longest names that a peer can choose: one fills a cs168 frame. */
const NAMES = [
  '"'.repeat(200),
  "\\".repeat(200),
  "€".repeat(66),
  // Of these no protocol admits all, but the log does not rely on that.
  "\u2028".repeat(66),
  "\x9b".repeat(200),
  "\ud800".repeat(200),
];
const DAY_SECONDS = 24 * 60 * 60;
/** How long a flood is watched: long enough for twice the burst. */
const WATCHED_SECONDS = 60;
const TICK_MS = 250;
const LINES = 20;

const { logBurst, logRate } = DEFAULT_LIMITS;

/** What a flood writes with. */
interface Flooded {
  readonly log: Log;
  readonly clock: FakeClock;
  /** What is as long as it may be. */
  readonly name: string;
  /** Another address each time. */
  address(): string;
}

/** Writes one line or some, again and again. */
type Flood = () => unknown;

/** Each kind of line, by who writes it; `paced` are those that are fewer than the budget allows. */
const FLOODS: Readonly<
  Record<string, { readonly paced?: true; readonly of: (world: Flooded) => Flood }>
> = {
  "sessions that come and go": {
    of: (world) => () => {
      const session = new SessionLog(world.log, 1e9, world.address(), true);
      session.connected();
      session.speaks("json16");
      session.registered(world.name);
      session.command({ type: "names" });
      session.ended(`quit: ${world.name}`);
    },
  },
  "registrations that are refused": {
    of: (world) => () => {
      const session = new SessionLog(world.log, 1e9, world.address());
      session.registrationRefused({ type: "register", nick: world.name, home: "cs168" });
    },
  },
  "faults of the server": {
    of: (world) => () => {
      const session = new SessionLog(world.log, 1e9, world.address());
      session.fault(new Error(world.name.repeat(10)));
    },
  },
  "connections that are refused": {
    paced: true,
    of: ({ log, clock, address }) => {
      const refusals = new RefusalLog(log, clock);
      const causes: readonly RefusalCause[] = [
        "full",
        "address",
        "resources",
        "lost",
        "early",
        "fault",
      ];
      return () => causes.forEach((cause) => refusals.add(cause, `too many from ${address()}`));
    },
  },
  "handshakes that fail": {
    paced: true,
    of: ({ log, clock, name, address }) => {
      const begin = () => ({ done: Promise.reject(new Error(name)), abort() {} });
      const refusals = new RefusalLog(log, clock);
      const shakes = new Handshakes({ begin, timeout: 10_000, refusals, clock });
      const lower = () => ({ remoteAddr: { hostname: address() } }) as never;
      return () => shakes.shake(lower(), { run: (work) => work() });
    },
  },
  "logins and accounts": {
    of: (world) => {
      const lines = new AccountLog(world.log);
      return () => {
        for (const why of ["wrong", "throttled", "unavailable"] as const) {
          lines.refused(world.address(), why);
        }
        lines.made(world.name);
        lines.removed(world.name);
      };
    },
  },
  "a database that fails": {
    of: (world) => {
      const lines = new AccountLog(world.log);
      return () => {
        lines.notKept(world.name, new Error("disk full"));
        lines.fault("an account could not be read", new Error(world.name));
      };
    },
  },
  "a history that fails": {
    of: ({ log, name }) => {
      const hub = new Hub(DEFAULT_LIMITS);
      const user = hub.connect(from("127.0.0.1"));
      const store = new MemoryStore();
      store.markers = () => Promise.reject(new Error(name));
      const { desk } = historyParts(hub, store, 100, log);
      return () => desk?.history.answer(user, { type: "markers", account: "alice" });
    },
  },
  "REHASH": {
    of: ({ log }) => {
      const rig = new ReloadRig({ m: "" }, log).start("--motd", "m");
      return async () => await (await rig).reloader.reload("user");
    },
  },
  "REHASH of a bad file": {
    of: ({ log, name }) => {
      const rig = new ReloadRig({ c: "" }, log).start("--config", "c");
      return async () => {
        const { files, reloader } = await rig;
        files["c"] = `"${name}" = 1`;
        await reloader.reload("user");
      };
    },
  },
};

/** What a flood has left of one level of the log. */
interface Left {
  bytes: number;
  longest: number;
  isCut: boolean;
}

/** Watches one flood, `LINES` times in each tick of the clock. */
async function watch(what: string, format: LogFormat, name: string): Promise<Left[]> {
  const clock = new FakeClock();
  const encoder = new TextEncoder();
  const levels = new Map<string, Left>();
  const sink = (line: string) => {
    const [, level = ""] = /(?: |"level":")(debug|info|warning|error)\b/.exec(line) ?? [];
    const left = levels.getOrInsertComputed(level, () => ({ bytes: 0, longest: 0, isCut: false }));
    const length = encoder.encode(line).length + 1;
    left.bytes += length;
    left.longest = Math.max(left.longest, length);
    left.isCut ||= line.includes("lines suppressed");
  };
  const log = new Log("debug", sink, { format, clock, limit: { burst: logBurst, rate: logRate } });
  let turn = 0;
  const address = () => `[2001:db8:${(turn++ % 65_536).toString(16)}:${"ffff:".repeat(4)}1]:65535`;
  const flood = FLOODS[what]?.of({ log, clock, name, address });
  for (let at = 0; at < WATCHED_SECONDS * 1000; at += TICK_MS) {
    for (let i = 0; i < LINES; i++) await flood?.();
    clock.advance(TICK_MS);
  }
  log.close();
  return [...levels.values()];
}

const FORMS = LOG_FORMATS.flatMap((format) => NAMES.map((name) => [format, name] as const));

for (const [what, { paced = false }] of Object.entries(FLOODS)) {
  Deno.test(`the log within a day: ${what} leave no more than the rate`, async () => {
    for (const [format, name] of FORMS) {
      const levels = await watch(what, format, name);
      for (const { bytes, longest } of levels) {
        // A level may owe the line that was written last, and the one that counts the others.
        const most = logBurst + logRate * WATCHED_SECONDS + 2 * longest;
        assert(bytes <= most, `${bytes} bytes of ${format} in ${WATCHED_SECONDS} s, over ${most}`);
      }
      // Otherwise the flood is too weak to show anything.
      assertEquals(levels.some(({ isCut }) => isCut), !paced, "Whether lines were suppressed");
    }
  });
}

Deno.test("the log within a day: all levels together, at their rate, make less than 1 GiB", () => {
  const day = LOG_KINDS.length * (logBurst + logRate * DAY_SECONDS);
  assert(day < 2 ** 30, `${day} bytes`);
  assert(day > 0.9 * 2 ** 30, `Only ${day} bytes are used`);
});

Deno.test("the log within a day: only the operator of the machine gets lines beyond the rate", async () => {
  const callers: string[] = [];
  for (const folder of ["lib/server", "."]) {
    for await (
      const { name, isFile } of Deno.readDir(new URL(`../../${folder}`, import.meta.url))
    ) {
      if (!isFile || !name.endsWith(".ts") || name === "log.ts") continue;
      const text = await Deno.readTextFile(new URL(`../../${folder}/${name}`, import.meta.url));
      for (const [call] of text.matchAll(/\blog\.(?:milestone|answer)\("[a-z]+"/g)) {
        callers.push(`${name}: ${call}`);
      }
    }
  }
  assertEquals(callers.sort(), [
    'reload.ts: log.answer("reloaded"',
    'serve.ts: log.milestone("stopping"',
    'server.ts: log.answer("status"',
    'server.ts: log.milestone("started"',
    'server.ts: log.milestone("stopped"',
  ]);
});
