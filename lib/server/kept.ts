/**
 * What a server takes over from its database at its start.
 *
 * @module
 */

import { type AccountCalls, ACCOUNTS } from "../accounts/account_module.ts";
import { type ChannelCalls, CHANNELS } from "../accounts/channel_module.ts";
import { ALWAYS_ON, type AlwaysOnCalls } from "../accounts/always_on_module.ts";
import { databaseAccounts } from "../accounts/store.ts";
import { type AccountSettings, SALT_SECRET_BYTES } from "./account_settings.ts";
import { readAlwaysOn } from "./always_on_keeper.ts";
import { readChannels } from "./channel_keeper.ts";
import { CLOAK_KEY_BYTES } from "./cloak.ts";
import type { ServerData } from "./data.ts";
import type { Log } from "./log.ts";
import type { Server } from "./serve.ts";

/** Settings of `serve` that come from the database. */
export interface Kept {
  /** The key of the cloaks. */
  readonly cloakKey: Uint8Array;
  /** The accounts. */
  readonly accounts: Pick<
    AccountSettings,
    "store" | "names" | "secret" | "channelPort" | "channels" | "alwaysOnKept"
  >;
}

/**
 * Reads what is kept.
 *
 * @throws {DataError} when the database fails.
 */
export async function keptIn(data: ServerData): Promise<Kept> {
  const store = databaseAccounts(data.client.port<AccountCalls>(ACCOUNTS.name));
  const channelPort = data.client.port<ChannelCalls>(CHANNELS.name);
  const alwaysOnPort = data.client.port<AlwaysOnCalls>(ALWAYS_ON.name);
  return {
    cloakKey: await data.secret("cloak", CLOAK_KEY_BYTES),
    accounts: {
      store,
      names: await store.names(),
      channelPort,
      channels: await readChannels(channelPort),
      alwaysOnKept: { port: alwaysOnPort, atStart: await readAlwaysOn(alwaysOnPort) },
      secret: await data.secret("salt", SALT_SECRET_BYTES),
    },
  };
}

/** Tells the server what the operator's commands change in the database while it runs. */
export function followChanges(server: Server, data: ServerData, kept: Kept, log: Log): void {
  const follow = (module: string, take: () => Promise<void>) =>
    data.onChange(module, async () => {
      try {
        await take();
      } catch (error) {
        log.error("accounts could not be read", { reason: (error as Error).message });
      }
    });
  follow(ACCOUNTS.name, async () => server.setAccounts(await kept.accounts.store.names()));
  follow(ALWAYS_ON.name, () => server.takeAlwaysOn());
}
