/**
 * Always-on users in the database, and what writes them there.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import {
  type AlwaysOnCalls,
  alwaysOnCalls,
  type AlwaysOnChange,
  type HeldChange,
} from "../../lib/accounts/always_on_module.ts";
import type { KeptUser } from "../../lib/chat/always_on.ts";
import type { KeptChannel } from "../../lib/chat/snapshot.ts";
import {
  AlwaysOnKeeper,
  type AlwaysOnPort,
  type AlwaysOnSource,
  readAlwaysOn,
} from "../../lib/server/always_on_keeper.ts";
import { FakeClock } from "../support/clock.ts";
import { KeptAccounts } from "../support/kept_accounts.ts";
import { settle } from "../support/within.ts";

/** A database with the accounts Alice and bob. */
class Kept extends KeptAccounts {
  readonly calls = alwaysOnCalls(this.database);

  get port(): AlwaysOnPort {
    return {
      call: (name: keyof AlwaysOnCalls, ...args: never[]) =>
        Promise.resolve((this.calls[name] as (...args: never[]) => unknown)(...args)),
    } as unknown as AlwaysOnPort;
  }
}

const ALICE: KeptUser = {
  person: { nick: "Alice", handle: "Alice", home: "irc", username: "", host: "", realname: "" },
  modes: [],
  returnsToLobby: false,
  namesHandles: true,
  registeredAt: 1,
  spokeAt: 1,
  channels: [],
};

const TEA: KeptChannel = {
  name: "tea",
  made: { origin: "192.0.2.1", transient: true, at: 1, serial: 1 },
  flags: ["secret"],
  lists: { ban: [], exception: [], invite: [] },
};

/** A chat in which alice is always on, and in the channel tea. */
class Chat implements AlwaysOnSource {
  readonly alwaysOn = ["alice"];
  user: KeptUser | undefined = ALICE;
  channel: KeptChannel | undefined = TEA;

  keptUser(account: string): KeptUser | undefined {
    return account === "alice" ? this.user : undefined;
  }

  heldChannel(name: string): KeptChannel | undefined {
    return name === "tea" ? this.channel : undefined;
  }
}

function keeperOf(port: AlwaysOnPort | undefined, clock = new FakeClock()) {
  const source = new Chat();
  const faults: unknown[] = [];
  const keeper = new AlwaysOnKeeper({
    source,
    port,
    clock,
    onFault: (error) => faults.push((error as Error).message),
  });
  return { keeper, source, clock, faults };
}

Deno.test("always on in the database: what was noted is what is read", async () => {
  using kept = new Kept();
  const { keeper, source } = keeperOf(kept.port);
  keeper.note({ to: "store", account: "Alice", isAlwaysOn: true });
  keeper.note({ to: "store", held: "tea" });
  assertEquals(await keeper.settled(), true);
  // The address of who made the channel is not kept.
  const made = { ...TEA.made, origin: "" };
  assertEquals(await readAlwaysOn(kept.port), {
    names: ["Alice"],
    users: [ALICE],
    channels: [{ ...TEA, made }],
  });
  source.user = { ...ALICE, away: "tea" };
  source.channel = undefined;
  keeper.note({ to: "store", account: "alice" });
  keeper.note({ to: "store", held: "tea" });
  await keeper.settled();
  assertEquals(await readAlwaysOn(kept.port), {
    names: ["Alice"],
    users: [{ ...ALICE, away: "tea" }],
    channels: [],
  });
  keeper.note({ to: "store", account: "alice", isAlwaysOn: false });
  await keeper.settled();
  assertEquals((await readAlwaysOn(kept.port)).names, []);
});

Deno.test("always on in the database: what the operator has turned off stays so", async () => {
  using kept = new Kept();
  const { keeper } = keeperOf(kept.port);
  assertEquals(kept.calls.set("ALICE", true), true);
  assertEquals(kept.calls.set("alice", true), false);
  assertEquals(await takenOver(keeper), ["Alice"]);
  // Nothing is known of its user yet.
  assertEquals(await readAlwaysOn(kept.port), { names: ["Alice"], users: [], channels: [] });
  assertEquals(kept.calls.set("alice", false), true);
  // The server does not know it yet.
  keeper.note({ to: "store", account: "alice" });
  await keeper.settled();
  assertEquals(await readAlwaysOn(kept.port), { names: [], users: [], channels: [] });
  assertEquals(kept.calls.set("nobody", true), false);
});

Deno.test("always on in the database: of a write that fails nothing is kept, and the next one is", async () => {
  using kept = new Kept();
  const { keeper, source } = keeperOf(kept.port);
  keeper.note({ to: "store", held: "tea" });
  await keeper.settled();
  const wrong = [["tea", 1n], ["den", {}]] as unknown as readonly HeldChange[];
  assertThrows(() => kept.calls.write([{ account: "bob", isAlwaysOn: true, user: null }], wrong));
  assertEquals(kept.calls.names(), []);
  source.channel = { ...TEA, flags: [] };
  keeper.note({ to: "store", held: "tea" });
  assertEquals(await keeper.settled(), true);
  assertEquals((await readAlwaysOn(kept.port)).channels.map(({ flags }) => flags), [[]]);
});

Deno.test("always on in the database: it goes with the account", async () => {
  using kept = new Kept();
  const { keeper } = keeperOf(kept.port);
  keeper.note({ to: "store", account: "alice", isAlwaysOn: true });
  await keeper.settled();
  kept.accounts.remove("alice");
  assertEquals(kept.calls.names(), []);
  keeper.note({ to: "store", account: "alice", isAlwaysOn: true });
  assertEquals(await keeper.settled(), true);
  assertEquals(kept.calls.names(), []);
});

async function takenOver(keeper: AlwaysOnKeeper): Promise<readonly string[]> {
  let taken: readonly string[] = [];
  await keeper.takeOver((names) => taken = names);
  return taken;
}

/** A port whose writes wait for the test. */
function slowPort() {
  const written: string[] = [];
  const waiting: ((fault?: Error) => void)[] = [];
  const port = {
    call: (
      name: string,
      changes: readonly AlwaysOnChange[],
      held: readonly HeldChange[],
    ) => {
      if (name === "names") return Promise.resolve(["Alice"]);
      const accounts = changes.map(({ account, isAlwaysOn = "" }) => `${account} ${isAlwaysOn}`);
      written.push([accounts.join(), ...held.map(([channel]) => channel)].join("; "));
      return new Promise<void>((resolve, reject) =>
        waiting.push((fault) => fault === undefined ? resolve() : reject(fault))
      );
    },
  } as unknown as AlwaysOnPort;
  return { port, written, waiting };
}

Deno.test("always-on keeper: a moment's changes are one write, and waiting is for all of them", async () => {
  const { port, written, waiting } = slowPort();
  const { keeper, clock } = keeperOf(port);
  for (let i = 0; i < 100; i++) keeper.note({ to: "store", account: "alice" });
  assertEquals(clock.timers, 1);
  keeper.note({ to: "store", account: "bob", isAlwaysOn: true });
  assertEquals(written, []);
  clock.advance(100);
  while (written.length < 1) await Promise.resolve();
  assertEquals(written, ["alice ,bob true"]);
  // What changes while it is written is in the next one, for which both wait.
  keeper.note({ to: "store", account: "bob" });
  const ended: boolean[] = [];
  const settled = [keeper.settled(), keeper.settled()].map(async (each) => {
    ended.push(await each);
  });
  waiting.shift()?.();
  while (written.length < 2) await Promise.resolve();
  await settle();
  assertEquals(ended, []);
  waiting.shift()?.();
  await Promise.all(settled);
  assertEquals([ended, clock.timers], [[true, true], 0]);
  assertEquals(written, ["alice ,bob true", "bob "]);
  assertEquals(await keeper.settled(), true);
  // The end of a server writes everybody once more.
  const closed = keeper.close();
  while (written.length < 3) await Promise.resolve();
  waiting.shift()?.();
  assertEquals([await closed, written.at(-1)], [true, "alice "]);
});

Deno.test("always-on keeper: what could not be written is said once, and tried again", async () => {
  const { port, written, waiting } = slowPort();
  const { keeper, clock, faults } = keeperOf(port);
  keeper.note({ to: "store", account: "alice", isAlwaysOn: true });
  keeper.note({ to: "store", held: "tea" });
  const settled = keeper.settled();
  while (written.length < 1) await Promise.resolve();
  waiting.shift()?.(new Error("disk full"));
  assertEquals(await settled, false);
  // What was decided is not lost by what comes later.
  keeper.note({ to: "store", account: "alice" });
  clock.advance(4_999);
  await settle();
  assertEquals(written.length, 1);
  clock.advance(1);
  while (written.length < 2) await Promise.resolve();
  waiting.shift()?.(new Error("still full"));
  await settle();
  assertEquals([await Promise.race([keeper.settled(), settle()]), faults], [undefined, [
    "disk full",
  ]]);
  while (written.length < 3) await Promise.resolve();
  waiting.shift()?.();
  await settle();
  assertEquals(written, Array.from({ length: 3 }, () => "alice true; tea"));
  assertEquals([await keeper.settled(), clock.timers], [true, 0]);
  // It is news when it fails anew.
  keeper.note({ to: "store", held: "tea" });
  clock.advance(100);
  while (written.length < 4) await Promise.resolve();
  waiting.shift()?.(new Error("full again"));
  await settle();
  assertEquals([written.at(-1), faults], ["; tea", ["disk full", "full again"]]);
});

Deno.test("always-on keeper: in memory alone nothing is noted", async () => {
  const { keeper, clock } = keeperOf(undefined);
  keeper.note({ to: "store", account: "alice", isAlwaysOn: true });
  keeper.note({ to: "store", held: "tea" });
  assertEquals([clock.timers, await keeper.settled(), await keeper.close()], [0, true, true]);
  assertEquals(await takenOver(keeper), []);
});

Deno.test("always-on keeper: what is not written yet counts more than what another process decided", async () => {
  const { port, written, waiting } = slowPort();
  const { keeper, clock, faults } = keeperOf(port);
  assertEquals(await takenOver(keeper), ["Alice"]);
  keeper.note({ to: "store", account: "bob", isAlwaysOn: true });
  keeper.note({ to: "store", account: "ALICE", isAlwaysOn: false });
  // Of this one, only who is there has changed.
  keeper.note({ to: "store", account: "carol" });
  assertEquals(await takenOver(keeper), ["bob"]);
  clock.advance(100);
  while (written.length < 1) await Promise.resolve();
  // It is on its way, and may have been sent behind the question.
  assertEquals(await takenOver(keeper), ["bob"]);
  keeper.note({ to: "store", account: "alice", isAlwaysOn: true });
  keeper.note({ to: "store", account: "bob" });
  assertEquals(await takenOver(keeper), ["bob", "alice"]);
  // Nor does a disk that is full keep the operator's word from the chat.
  waiting.shift()?.(new Error("disk full"));
  while (faults.length < 1) await Promise.resolve();
  assertEquals(await takenOver(keeper), ["Alice", "bob"]);
});
