/**
 * Always-on users in the database, and what writes them there.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type AlwaysOnCalls, alwaysOnCalls } from "../../lib/accounts/always_on_module.ts";
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

function keeperOf(port: AlwaysOnPort, clock = new FakeClock()) {
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
  assertEquals(kept.calls.set("alice", false), true);
  // The server does not know it yet.
  keeper.note({ to: "store", account: "alice" });
  await keeper.settled();
  assertEquals(await readAlwaysOn(kept.port), { names: [], users: [], channels: [] });
  assertEquals(kept.calls.set("nobody", true), false);
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
    call: (name: string, changes: { account: string; isAlwaysOn?: boolean }[]) => {
      if (name === "names") return Promise.resolve(["Alice"]);
      written.push(
        changes.map(({ account, isAlwaysOn = "" }) => `${account} ${isAlwaysOn}`).join(),
      );
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
  keeper.note({ to: "store", account: "bob", isAlwaysOn: true });
  assertEquals(written, []);
  clock.advance(100);
  while (written.length < 1) await Promise.resolve();
  assertEquals(written, ["alice ,bob true"]);
  // What changes while it is written is in the next one, for which both wait.
  keeper.note({ to: "store", account: "bob" });
  const settled = Promise.all([keeper.settled(), keeper.settled()]);
  waiting.shift()?.();
  while (written.length < 2) await Promise.resolve();
  waiting.shift()?.();
  assertEquals(await settled, [true, true]);
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
  const settled = keeper.settled();
  while (written.length < 1) await Promise.resolve();
  waiting.shift()?.(new Error("disk full"));
  assertEquals(await settled, false);
  assertEquals(faults, ["disk full"]);
  // What was decided is not lost by what comes later.
  keeper.note({ to: "store", account: "alice" });
  clock.advance(100);
  assertEquals(written.length, 1);
  clock.advance(5_000);
  while (written.length < 2) await Promise.resolve();
  assertEquals(written, ["alice true", "alice true"]);
  waiting.shift()?.();
  assertEquals(await keeper.settled(), true);
});

Deno.test("always-on keeper: what is not written yet counts more than what another process decided", async () => {
  const { port, written, waiting } = slowPort();
  const { keeper, clock, faults } = keeperOf(port);
  assertEquals(await takenOver(keeper), ["Alice"]);
  keeper.note({ to: "store", account: "bob", isAlwaysOn: true });
  keeper.note({ to: "store", account: "ALICE", isAlwaysOn: false });
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
