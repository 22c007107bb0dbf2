/**
 * Registered channels in the database, and what writes them there.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { channelCalls, type ChannelRecord } from "../../lib/accounts/channel_module.ts";
import type { KeptChannel } from "../../lib/chat/snapshot.ts";
import { ChannelKeeper, type ChannelPort, readChannels } from "../../lib/server/channel_keeper.ts";
import { KeptAccounts } from "../support/kept_accounts.ts";

/** A database with the accounts alice and bob. */
class Kept extends KeptAccounts {
  readonly channels = channelCalls(this.database);
}

function record(name: string, rights: ChannelRecord["rights"] = []): ChannelRecord {
  return { name, founder: "Alice", at: 5, rights, settings: `{"name":"${name}"}` };
}

Deno.test("channels in the database: kept, changed, dropped", () => {
  using kept = new Kept();
  const { channels } = kept;
  assertEquals(channels.keep(record("tea", [["bob", "voice"]])), true);
  assertEquals(channels.keep(record("tea", [["BOB", "operator"]])), true);
  assertEquals(channels.all(), [record("tea", [["bob", "operator"]])]);
  channels.drop("tea");
  assertEquals(channels.all(), []);
});

Deno.test("channels in the database: they go with their founder, and rights with their account", () => {
  using kept = new Kept();
  const { channels, accounts } = kept;
  channels.keep(record("tea", [["bob", "operator"], ["nobody", "voice"]]));
  accounts.remove("BOB");
  assertEquals(channels.all(), [record("tea")]);
  accounts.remove("alice");
  assertEquals(channels.all(), []);
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
});
