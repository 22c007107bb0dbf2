/**
 * Faults of what a server keeps while it runs: accounts, channels and always-on users on their way to the database, what
 * others change there, and back pressure.
 *
 * @module
 */

import { faultsOf, type MutatedFile } from "./mutant.ts";

const ALWAYS_ON = ["always_on_test", "always_on_keeper_test"].map((name) =>
  `tests/server/${name}.ts`
);
const ACCOUNTS = ["store_test", "known_networks_test"].map((name) => `tests/accounts/${name}.ts`);
const CHANNELS = ["tests/server/channel_keeper_test.ts"];
const KEPT = ["tests/server/kept_test.ts", ...ACCOUNTS];

/** One entry a file. */
export const KEEPERS: readonly MutatedFile[] = [
  ...faultsOf("own", {
    "lib/server/data_changes.ts": [
      ["    this.#open.add(module);\n    void", "    void"],
      ["    void this.#run(module);\n  }\n\n  /** Calls", "  }\n\n  /** Calls"],
      ["if (this.#open.has(module)) void", "void"],
      ["if (this.#open.has(module)) void this.#run(module);", ""],
      ["    this.#isClosed = true;\n", ""],
      ["    this.#forgetTimer?.();\n", ""],
      ["    this.#open.delete(module);\n", ""],
      ["      this.#open.add(module);\n      if", "      if"],
      ["if (!this.#isClosed) this.#forgetTimer ??=", "this.#forgetTimer ??="],
      ["this.#forgetTimer ??= this", "this.#forgetTimer = this"],
      ["    this.#forgetTimer = undefined;\n", ""],
    ],
    "lib/server/kept.ts": [
      ["        isFailing = false;\n", ""],
      ["if (!isFailing) log.error", "log.error"],
      ["        isFailing = true;\n", ""],
      ["        throw error;\n", ""],
      ["if (replaced.length > 0) server", "server"],
      ["if (replaced.length > 0) server", "if (false) server"],
      ["!replaced.includes(name)", "true"],
      ["    await server.takeAlwaysOn();\n", ""],
      ["follow(ALWAYS_ON.name, () => server.takeAlwaysOn());", ""],
    ],
    "lib/server/back_pressure.ts": [
      ["fan.unwatchedBytes < WATCH_EVERY_BYTES", "fan.unwatchedBytes <= WATCH_EVERY_BYTES"],
      ["return this.#holds.get(fan)?.over.promise;", "return undefined;"],
      ["    fan.unwatchedBytes = 0;\n", ""],
      ["reader.receiver.isBacklogged ? this", "true ? this"],
      ["    this.#forgetTimer?.();\n", ""],
      ["of this.#holds.values()) over.resolve();", "of this.#holds.values()) void over;"],
      ["    if (known !== undefined) return known.over.promise;\n", ""],
      ["    if (!this.#mustWait(key, readers())) return undefined;\n", ""],
      ["    this.#holds.set(key, hold);\n", ""],
      ["    this.#arm();\n    return", "    return"],
      ["      if (!receiver.isBacklogged) continue;\n", ""],
      ["      if (receiver.isProvenReader) return true;\n", ""],
      ["unproven && this.#mayWaitForUnproven(key)", "unproven"],
      ["unproven && this.#mayWaitForUnproven(key)", "this.#mayWaitForUnproven(key)"],
      ["if (since > UNPROVEN_EVERY_MS) this.#unprovenAt.set", "this.#unprovenAt.set"],
      ["since <= FIRST_PATIENCE_MS || ", ""],
      [" || since > UNPROVEN_EVERY_MS;", ";"],
      ["    this.#forgetTimer = undefined;\n    for (const [key", "    for (const [key"],
      ["if (this.#mustWait(key, hold.readers())) continue;", ""],
      ["      this.#holds.delete(key);\n", ""],
      ["    if (this.#holds.size > 0) this.#arm();\n", ""],
      ["    if (this.#holds.size > 0) this.#arm();\n", "    this.#arm();\n"],
    ],
  }),
  ...faultsOf(ALWAYS_ON, {
    "lib/server/always_on.ts": [
      ['if (atStart !== undefined) sequencer.order({ type: "absent", ...atStart });', ""],
      ["    this.#expire(sequencer);\n  }", "  }"],
      ['sequencer.order({ type: "always_on", names })', "void names"],
      ["    this.#forgetTimer?.();\n", ""],
      ["    return this.keeper.close();", "    return Promise.resolve(true);"],
      ["    if (expiryMs === undefined) return;\n", ""],
      ['    sequencer.order({ type: "expire_absent", ageMs: expiryMs });\n', ""],
      ["() => this.#expire(sequencer),", "() => {},"],
    ],
    "lib/server/always_on_keeper.ts": [
      ["if (this.#options.port === undefined) return;", ""],
      ["delivery.isAlwaysOn ?? accounts.get(account)", "delivery.isAlwaysOn"],
      ["this.#isFailing ? RETRY_MS : BATCH_MS", "BATCH_MS"],
      ["this.#forgetTimer ??= this", "this.#forgetTimer = this"],
      ["    await this.#writing;\n    const", "    const"],
      [" && this.#writing === undefined) {", ") {"],
      ["+ this.#changed.held.size === 0", "=== 0"],
      ['this.note({ to: "store", account });\n', "void account;\n"],
      ["of [this.#taken, this.#changed]", "of [this.#changed]"],
      ["of [this.#taken, this.#changed]", "of [this.#taken]"],
      ["of [this.#taken, this.#changed]", "of [this.#changed, this.#taken]"],
      ["names.get(account) ?? account", "account"],
      ["if (isAlwaysOn === true) names.set", "if (isAlwaysOn !== false) names.set"],
      ["if (isAlwaysOn === false) names.delete", "if (!isAlwaysOn) names.delete"],
      ["    this.#forgetTimer?.();\n    this.#forgetTimer", "    this.#forgetTimer"],
      ["    this.#forgetTimer = undefined;\n    const { source }", "    const { source }"],
      ["    this.#changed = nothing();\n    const changes", "    const changes"],
      [
        "...(isAlwaysOn !== undefined && { isAlwaysOn }),\n      user",
        "isAlwaysOn: true,\n      user",
      ],
      ['...channel.made, origin: ""', "...channel.made"],
      ["      this.#isFailing = false;\n", ""],
      ["if (!this.#isFailing) this.#options.onFault(error);", "this.#options.onFault(error);"],
      ["      this.#isFailing = true;\n", ""],
      ["this.#changed.accounts.get(account) ?? was", "was"],
      ['for (const name of held) this.note({ to: "store", held: name });', ""],
      ["    this.#taken = nothing();\n", ""],
      ["value === undefined ? null :", "false ? null :"],
      ["user === null ? [] :", "false ? [] :"],
    ],
  }),
  ...faultsOf([...ALWAYS_ON, ...ACCOUNTS], {
    "lib/accounts/always_on_module.ts": [
      ["if (!isOn) return remove.run(key).changes === 1;", ""],
      ["readRow(isAccount, key) !== undefined && add", "add"],
      ["VALUES (?, NULL) ON CONFLICT DO NOTHING", "VALUES (?, NULL)"],
      [" && add.run(key).changes === 1", " && add.run(key).changes >= 0"],
      ["          update.run(user, foldAccount(account));\n", ""],
      ["if (settings === null) drop.run(name);\n          else ", ""],
      ["ON CONFLICT DO UPDATE SET settings = excluded.settings", "ON CONFLICT DO NOTHING"],
      ['        database.exec("COMMIT");\n', ""],
      ['if (database.isTransaction) database.exec("ROLLBACK");', ""],
      [" ON DELETE CASCADE", ""],
      [
        "AFTER INSERT ON always_on BEGIN\n    UPDATE versions SET version = version + 1",
        "AFTER INSERT ON always_on BEGIN\n    UPDATE versions SET version = version",
      ],
      [
        "AFTER DELETE ON always_on BEGIN\n    UPDATE versions SET version = version + 1",
        "AFTER DELETE ON always_on BEGIN\n    UPDATE versions SET version = version",
      ],
      ['version: versionOf(database, "always_on")', "version: () => 0"],
    ],
  }),
  ...faultsOf(CHANNELS, {
    "lib/server/channel_keeper.ts": [
      ["if (!this.#writing.has(name)) this", "this"],
      ["results.every((isKept) => isKept)", "true"],
      ["    this.#writing.delete(name);\n", ""],
      ["      this.#wanted.delete(name);\n", ""],
      [
        'if (channel === undefined) await port.call("drop", name);',
        "if (channel === undefined) continue;",
      ],
      ["        isKept = true;\n", ""],
      ["        isKept = false;\n", ""],
      ["        this.#onFault(name, error);\n", ""],
      ['{ ...channel.made, origin: "" }', "channel.made"],
      ["rights: rights.filter(isRight)", "rights: rights as never"],
    ],
    "lib/accounts/channel_module.ts": [
      [
        " REFERENCES accounts (folded) ON DELETE CASCADE,\n    registered_at",
        ",\n    registered_at",
      ],
      [" REFERENCES channels (name) ON DELETE CASCADE", ""],
      [
        "account TEXT NOT NULL REFERENCES accounts (folded) ON DELETE CASCADE",
        "account TEXT NOT NULL",
      ],
      ["ORDER BY channels.registered_at, channels.name", ""],
      ["SET founder = excluded.founder,", "SET founder = founder,"],
      ["settings = excluded.settings", "settings = settings"],
      ["    clear.run(name);\n", ""],
      ["if (readRow(isAccount, key) !== undefined) give", "give"],
      ["if (hasFounder) write(record);", "write(record);"],
      ["return hasFounder;", "return true;"],
      ['        database.exec("COMMIT");\n', ""],
      ['if (database.isTransaction) database.exec("ROLLBACK");', ""],
      ["      drop.run(name);\n", ""],
    ],
  }),
  ...faultsOf(KEPT, {
    "lib/accounts/account_module.ts": [
      [
        "AFTER INSERT ON accounts BEGIN\n    UPDATE versions SET version = version + 1",
        "AFTER INSERT ON accounts BEGIN\n    UPDATE versions SET version = version",
      ],
      [
        "AFTER UPDATE ON accounts BEGIN\n    UPDATE versions SET version = version + 1",
        "AFTER UPDATE ON accounts BEGIN\n    UPDATE versions SET version = version",
      ],
      [
        "AFTER DELETE ON accounts BEGIN\n    UPDATE versions SET version = version + 1",
        "AFTER DELETE ON accounts BEGIN\n    UPDATE versions SET version = version",
      ],
      ['version: versionOf(database, "accounts")', "version: () => 0"],
      ["VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", "VALUES (?, ?, ?, ?, ?, ?, ?)"],
      [
        "INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO NOTHING",
        "INSERT OR REPLACE INTO secrets VALUES (?, ?)",
      ],
      ["readRow(find, foldAccount(name))", "readRow(find, name)"],
      ["add.run(foldAccount(name), name", "add.run(name, name"],
      ["serverKey, foldAccount(name)).changes", "serverKey, name).changes"],
      ["remove.run(foldAccount(name))", "remove.run(name)"],
    ],
    "lib/accounts/store.ts": [
      ["if (this.#records.has(key)) return Promise.resolve(false);", ""],
      ["this.#records.get(foldAccount(name)));", "this.#records.get(name));"],
      ["if (record === undefined) return Promise.resolve(false);", ""],
      ["{ ...record, ...keys }", "record"],
      ["this.#registered = new Map(accounts.map(([name, at]) => [foldAccount(name), at]));", ""],
      ["?? at) !== at)", "?? 0) !== at)"],
      ["if (isAdded) this.#registered", "this.#registered"],
      ["if (isAdded) this.#registered.set(foldAccount(record.name), record.registeredAt);", ""],
      ["if (isRemoved) this.#registered.delete(foldAccount(name));", ""],
    ],
    "lib/accounts/known_networks.ts": [
      ["    networks.delete(network);\n", ""],
      ["dropOldest(networks, MAX_NETWORKS)", "dropOldest(networks, MAX_NETWORKS + 1)"],
      ["dropOldest(this.#networks, MAX_ACCOUNTS);", ""],
      ["    this.#networks.delete(account);\n    this.#networks.set", "    this.#networks.set"],
      ["kept.size > most ?", "kept.size >= most ?"],
    ],
  }),
];
