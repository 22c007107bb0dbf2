/**
 * What a server takes over from its database: at its start, and when the operator's
 * commands change it.
 *
 * @module
 */

import { type AccountCalls, ACCOUNTS } from "../accounts/account_module.ts";
import { type ChannelCalls, CHANNELS } from "../accounts/channel_module.ts";
import { ALWAYS_ON, type AlwaysOnCalls } from "../accounts/always_on_module.ts";
import { DatabaseAccounts } from "../accounts/store.ts";
import { type AccountSettings, SALT_SECRET_BYTES } from "./account_settings.ts";
import { readAlwaysOn } from "./always_on_keeper.ts";
import { readChannels } from "./channel_keeper.ts";
import { CLOAK_KEY_BYTES } from "./cloak.ts";
import type { ServerData } from "./data.ts";
import type { TakeOver } from "./data_changes.ts";
import type { Log } from "./log.ts";
import type { Server } from "./serve.ts";

/** Settings of `serve` that come from the database. */
export interface Kept {
  /** The key of the cloaks. */
  readonly cloakKey: Uint8Array;
  /** The accounts. */
  readonly accounts:
    & { readonly store: DatabaseAccounts }
    & Pick<AccountSettings, "names" | "secret" | "channelPort" | "channels" | "alwaysOnKept">;
}

/**
 * Reads what is kept.
 *
 * @throws {DataError} when the database fails.
 */
export async function keptIn(data: ServerData): Promise<Kept> {
  const store = new DatabaseAccounts(data.client.port<AccountCalls>(ACCOUNTS.name));
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

/** Makes the server follow changes of the database by the operator's commands while it runs. */
export function followChanges(
  server: Pick<Server, "setAccounts" | "takeAlwaysOn">,
  data: Pick<ServerData, "onChange">,
  store: Pick<DatabaseAccounts, "read">,
  log: Log,
): void {
  let isFailing = false;
  const follow = (module: string, take: TakeOver) =>
    data.onChange(module, async () => {
      try {
        await take();
        isFailing = false;
      } catch (error) {
        const reason = (error as Error).message;
        if (!isFailing) log.error("accounts could not be read", { reason });
        isFailing = true;
        throw error;
      }
    });
  follow(ACCOUNTS.name, async () => {
    const { names, replaced } = await store.read();
    // Users who were logged in to one of these are logged out.
    if (replaced.length > 0) server.setAccounts(names.filter((name) => !replaced.includes(name)));
    server.setAccounts(names);
    // A new account may be always on already.
    await server.takeAlwaysOn();
  });
  follow(ALWAYS_ON.name, () => server.takeAlwaysOn());
}
