/**
 * Faults of `lib/chat`: accounts, several connections of one user, registered channels, and leaving.
 *
 * @module
 */

import type { MutatedFile } from "./mutant.ts";

/** The rules have no tests of their own besides those of the hub. */
const HUB = ["tests/chat/"];

/** One entry a file. */
export const CHAT_ACCOUNTS: readonly MutatedFile[] = [
  {
    file: "lib/chat/accounts.ts",
    tests: HUB,
    mutants: [
      ["const key = foldHandle(handleBase(nick));", "const key = handleBase(nick);"],
      ["foldHandle(handleBase(nick))", "foldHandle(nick)"],
      ["if (SERVICES.has(key)) return true;", ""],
      ["(account === undefined || foldHandle(account) !== key)", "true"],
      ["one.id - other.id", "other.id - one.id"],
      ["    users?.delete(user);\n", ""],
    ],
  },
  {
    file: "lib/chat/account_rules.ts",
    tests: HUB,
    mutants: [
      ["if (account === undefined) return refuse(user, {", "if (false) return refuse(user, {"],
      ["if (user.person.account !== account) deliveries", "deliveries"],
      ["rename && user.person.handle !== account &&", "user.person.handle !== account &&"],
      ["    ...leaveReserved(state, user, time),\n", ""],
      ["other.person.account !== account", "false"],
      ["if (was !== undefined) state.accounts.leave(user, was);", ""],
      ["if (account !== undefined) state.accounts.enter(user, account);", ""],
      ["...(was === undefined ? [] : loseRights(user)),", ""],
      ["...channels.flatMap((channel) => welcomeRights(channel, user)),", ""],
      ["main !== undefined && mayBecome", "false"],
      ["main.connections.size < MAX_CONNECTIONS", "true"],
      ["user.person.account === undefined && user.connections.size === 1", "true"],
      ["if (isAbsent(other) && user.connections.size === 1) return", "if (false) return"],
      ['    ...turnOff(state, [name], "Account removed", time),\n', ""],
      ["holder === undefined || holder.id === keeps", "holder === undefined"],
      ["    ...forgetAccount(state, name),\n", ""],
      ["state.accounts.get(founder) !== undefined && kept.name", "kept.name"],
      [" && kept.name !== state.lobby", ""],
    ],
  },
  {
    file: "lib/chat/always_on.ts",
    tests: HUB,
    mutants: [
      ["    if (this.has(account)) return false;\n", ""],
      ["return user.connections.size === 0;", "return false;"],
    ],
  },
  {
    file: "lib/chat/always_on_rules.ts",
    tests: HUB,
    mutants: [
      ["if (!isOpen) return", "if (false) return"],
      ["alwaysOn.size >= maxAccounts", "alwaysOn.size > maxAccounts"],
      ["countFrom(state, user.person.host) >= maxByHost", "state.alwaysOn.size >= maxByHost"],
      [" &&\n    mainUserOf(state, user.person.account as string) === user", ""],
      ["  user.connections.delete(connection);\n", ""],
      ["  user.absentSince = time;\n", ""],
      ["  state.watches.clear(user);\n", ""],
      ['  setMode(state, user, "operator", false);\n', ""],
      ["  if (user.away === undefined) {\n", "  {\n"],
      ["return mayBeCalled ?", "return false ?"],
      ["  user.absentSince = undefined;\n", ""],
      ["  user.origin = newcomer.origin;\n", ""],
      ["    channel.absent--;\n", ""],
      ["host: newcomer.origin.host };", "host: by.host };"],
      ["since + ageMs < time", "since < time"],
      ["state.channels.get(name) === undefined && name !== state.lobby", "name !== state.lobby"],
      ["kept.absentSince ?? time", "time"],
      ["kept.away ?? ABSENT_TEXT", "ABSENT_TEXT"],
      ["  state.accounts.enter(user, account);\n", ""],
      ["  user.connections.clear();\n", ""],
    ],
  },
  {
    file: "lib/chat/always_on_state.ts",
    tests: HUB,
    mutants: [
      ["  for (const each of all) changes.note(each);\n", ""],
      ["        this.#account(user.person.account);\n", ""],
      ["        return this.#channel(delivery.channel);\n", "        return;\n"],
      ['if (event.type !== "modes_changed" && event.type !== "topic_set") return;', "return;"],
      ['if (change.mode === "right") this', "if (false) this"],
      ["if (mayHold) {", "if (false) {"],
      ["channel.registration === undefined &&\n    name", "name"],
      ['mode !== "operator" && user.modes.has(mode)', "user.modes.has(mode)"],
    ],
  },
  {
    file: "lib/chat/connection_rules.ts",
    tests: HUB,
    mutants: [
      ["user.connections.size >= MAX_CONNECTIONS", "user.connections.size > MAX_CONNECTIONS"],
      ["...user, origin, person }", "...user, person }"],
      ["...user, origin, person }", "...user, origin }"],
      ["  user.connections.add(newcomer);\n", ""],
      ["  state.attached.set(newcomer.id, newcomer);\n", ""],
      ["? goAbsent(state, user, connection, time) : undefined", "? [] : undefined"],
      ["  user.connections.delete(connection);\n", ""],
      ["cutBytes(command.text, MAX_AWAY_BYTES)", "command.text"],
      ["const text = isHere ? undefined :", "const text ="],
      ["  if (text === user.away) return [];\n", ""],
      ["  user.away = text;\n", ""],
      ["    ...quit(state, user, undefined, time),\n", ""],
    ],
  },
  {
    file: "lib/chat/leaving.ts",
    tests: HUB,
    mutants: [
      ["if (!state.users.delete(user.id)) return [];", ""],
      ["channels.map((channel) => exit(state, user, channel))", "[]"],
      ["  noteGone(state, user, by, time);\n", ""],
      ["  state.watches.clear(user);\n", ""],
      ["for (const channel of user.invitedTo) channel.invited.delete(user);", ""],
      ['  if (user.modes.has("invisible")) state.census.invisible--;\n', ""],
      ['  if (user.modes.has("operator")) state.census.operators--;\n', ""],
      ["if (by.account !== undefined) state.accounts.leave(user, by.account);", ""],
      ["  state.people.delete(user);\n", ""],
      ["if (state.alwaysOn.has(by.account)) deliveries.push", "if (false) deliveries.push"],
      ["{ reason: cutBytes(reason, MAX_REASON_BYTES) }", "{ reason }"],
      ["if (channels.length > 0) deliveries.push", "deliveries.push"],
      ['{ type: "quit", by, ...why }', '{ type: "quit", by }'],
      ["    ...quit(state, user, reason, time),\n", ""],
      ['    { to: "connection", ends: user, reason },\n', ""],
    ],
  },
  {
    file: "lib/chat/registration_of_channels.ts",
    tests: HUB,
    mutants: [
      ['if (account === undefined) return refuse(user, { code: "need_account" });', ""],
      ["name !== state.lobby &&", ""],
      ["owned >= MAX_REGISTERED", "owned > MAX_REGISTERED"],
      ["if (theirs !== undefined) registration = withEntitled", "withEntitled"],
      [
        '    kept(channel),\n    toUser(user, { type: "channel_registered", channel: name',
        '    toUser(user, { type: "channel_registered", channel: name',
      ],
      ["const may = isFounder(channel, user.person.account) ||", "const may = true ||"],
      ["  channel.registration = undefined;\n", ""],
      ['{ to: "store", dropped: name }', "...[]"],
      ["...(mayManage(state, user, channel) && { entitled }),", "entitled,"],
      ["    if (!registration.rights.has(key)) return [];\n", "    return [];\n"],
      ["=== key) return unregister(state, channel);", "=== key) return [];"],
    ],
  },
  {
    file: "lib/chat/renaming.ts",
    tests: HUB,
    mutants: [
      ["  state.people.delete(user);\n", ""],
      ["add(user, nick, { ...by, home })", "add(user, nick, by)"],
      ["  if (foldHandle(by.handle) === foldHandle(now.handle)) return deliveries;\n", ""],
      ["  noteGone(state, user, by, time);\n", ""],
      ["...announceGone(state, by), ...announce(state, now)", "...announce(state, now)"],
      ["...announceGone(state, by), ...announce(state, now)", "...announceGone(state, by)"],
    ],
  },
];
