/**
 * Registered channels in the database, and what writes them there.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { channelCalls, type ChannelRecord } from "../../lib/accounts/channel_module.ts";
import type { KeptChannel } from "../../lib/chat/snapshot.ts";
import { ChannelKeeper, type ChannelPort, readChannels } from "../../lib/server/channel_keeper.ts";
import { KeptAccounts } from "../support/kept_accounts.ts";

/** A database with the accounts alice and bob. */
class Kept extends KeptAccounts {
  readonly channels = channelCalls(this.database);
}

const ALICE = {
  salt: new Uint8Array(16),
  iterations: 4096,
  storedKey: new Uint8Array(32),
  serverKey: new Uint8Array(32),
  registeredAt: 9,
};

function record(name: string, rights: ChannelRecord["rights"] = []): ChannelRecord {
  return { name, founder: "Alice", at: 5, rights, settings: `{"name":"${name}"}` };
}

Deno.test("channels in the database: kept, changed, dropped", () => {
  using kept = new Kept();
  const { channels } = kept;
  assertEquals(channels.keep(record("tea", [["bob", "voice"]])), true);
  assertEquals(channels.keep(record("tea", [["BOB", "operator"]])), true);
  assertEquals(channels.all(), [record("tea", [["bob", "operator"]])]);
  const changed = { ...record("tea"), founder: "bob", at: 6, settings: "{}" };
  channels.keep(changed);
  channels.keep({ ...record("den"), at: 6 });
  channels.keep({ ...record("zoo"), at: 2 });
  // The oldest first.
  assertEquals(channels.all(), [{ ...record("zoo"), at: 2 }, { ...record("den"), at: 6 }, changed]);
  for (const name of ["den", "zoo"]) channels.drop(name);
  // Its rights go with it.
  channels.keep(record("tea", [["bob", "voice"]]));
  channels.drop("tea");
  assertEquals(kept.database.prepare("SELECT * FROM channel_rights").all(), []);
  assertEquals(channels.all(), []);
});

Deno.test("channels in the database: what fails is not kept in part, and the next one is", () => {
  using kept = new Kept();
  const { channels } = kept;
  channels.keep(record("tea", [["bob", "voice"]]));
  const wrong = [["bob", null], ["alice", "voice"]] as unknown as ChannelRecord["rights"];
  assertThrows(() => channels.keep({ ...record("tea", wrong), at: 9 }));
  assertEquals(channels.all(), [record("tea", [["bob", "voice"]])]);
  assertEquals(channels.keep(record("den")), true);
});

Deno.test("channels in the database: they go with their founder, and rights with their account", () => {
  using kept = new Kept();
  const { channels, accounts } = kept;
  channels.keep(record("tea", [["bob", "operator"], ["nobody", "voice"]]));
  accounts.remove("BOB");
  assertEquals(channels.all(), [record("tea")]);
  accounts.remove("alice");
  assertEquals(channels.all(), []);
  // Also for whoever is called so next.
  accounts.add({ ...ALICE, name: "Alice" });
  assertEquals(channels.all(), []);
  accounts.remove("alice");
  assertEquals(channels.keep(record("tea")), false);
  assertEquals(channels.all(), []);
});

const CHANNEL: KeptChannel = {
  name: "tea",
  made: { origin: "192.0.2.1", transient: true, at: 1, serial: 1 },
  flags: ["secret"],
  lists: { ban: [], exception: [], invite: [] },
  registration: { founder: "Alice", at: 5, rights: [["bob", "voice"]] },
};

Deno.test("channel keeper: one write at a time, and the last state is what is kept", async () => {
  const written: string[] = [];
  const waiting: (() => void)[] = [];
  const port = {
    call: (name: string, of: ChannelRecord | string) => {
      written.push(`${name} ${typeof of === "string" ? of : of.settings}`);
      return new Promise<void>((resolve) => waiting.push(resolve));
    },
  } as unknown as ChannelPort;
  const keeper = new ChannelKeeper(port, () => {});
  const topics = ["one", "two", "three"];
  for (const text of topics) {
    keeper.note({ to: "store", channel: { ...CHANNEL, topic: { text, by: "a", at: 1 } } });
  }
  const settled = keeper.settled();
  assertEquals(written.length, 1);
  waiting.shift()?.();
  await Promise.resolve().then(() => {}).then(() => {});
  assertEquals(written.length, 2);
  waiting.shift()?.();
  assertEquals(await settled, true);
  assertEquals(written.map((line) => /"text":"(\w+)"/.exec(line)?.[1]), ["one", "three"]);
  // The address of who made it is not kept.
  assertEquals(written.some((line) => line.includes("192.0.2.1")), false);
  keeper.note({ to: "store", dropped: "tea" });
  waiting.shift()?.();
  assertEquals(await keeper.settled(), true);
  assertEquals(written.at(-1), "drop tea");
});

Deno.test("channel keeper: a write that fails is said, and no confirmation", async () => {
  const faults: string[] = [];
  const port = { call: () => Promise.reject(new Error("disk full")) } as unknown as ChannelPort;
  const keeper = new ChannelKeeper(port, (name, error) => {
    faults.push(`${name}: ${(error as Error).message}`);
  });
  keeper.note({ to: "store", channel: CHANNEL });
  assertEquals(await keeper.settled(), false);
  assertEquals(faults, ["tea: disk full"]);
});

Deno.test("channel keeper: a later state that can be written makes up for one that could not", async () => {
  const outcomes = [Promise.reject(new Error("busy")), Promise.resolve(true)];
  const port = { call: () => outcomes.shift() } as unknown as ChannelPort;
  const keeper = new ChannelKeeper(port, () => {});
  keeper.note({ to: "store", channel: CHANNEL });
  keeper.note({ to: "store", dropped: "tea" });
  assertEquals(await keeper.settled(), true);
  assertEquals(outcomes, []);
});

Deno.test("channel keeper: what is noted at any moment around the end of a write is written", async () => {
  for (let turns = 0; turns < 12; turns++) {
    const written: string[] = [];
    const port = {
      call: (name: string) => Promise.resolve(written.push(name) > 0),
    } as unknown as ChannelPort;
    const keeper = new ChannelKeeper(port, () => {});
    keeper.note({ to: "store", channel: CHANNEL });
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    keeper.note({ to: "store", dropped: "tea" });
    assertEquals(await keeper.settled(), true);
    assertEquals(written, ["keep", "drop"], `after ${turns} turns`);
  }
});

Deno.test("channel keeper: what is read is what was noted", async () => {
  using kept = new Kept();
  const port = {
    call: (name: "all" | "keep" | "drop", of: never) =>
      Promise.resolve((kept.channels[name] as (of: never) => unknown)(of)),
  } as unknown as ChannelPort;
  const keeper = new ChannelKeeper(port, (_name, error) => {
    throw error;
  });
  keeper.note({ to: "store", channel: CHANNEL });
  assertEquals(await keeper.settled(), true);
  const made = { ...CHANNEL.made, origin: "" };
  assertEquals(await readChannels(port), [{ ...CHANNEL, made }]);
  // A right that only a newer version knows is nobody's.
  kept.database.exec("UPDATE channel_rights SET right = 'owner of the moon'");
  const registration = { ...CHANNEL.registration, founder: "Alice", at: 5, rights: [] };
  assertEquals(await readChannels(port), [{ ...CHANNEL, made, registration }]);
});
