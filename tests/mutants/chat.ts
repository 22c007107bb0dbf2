/**
 * Faults of `lib/chat`: rules that are wrong in one point.
 *
 * @module
 */

import type { MutatedFile } from "./mutant.ts";

/** The rules have no tests of their own besides those of the hub. */
const HUB = ["tests/chat/"];

/** One entry a file. */
export const CHAT: readonly MutatedFile[] = [
  {
    file: "lib/chat/channels.ts",
    tests: HUB,
    mutants: [
      ["utf8Length(name) > MAX_CHANNEL_NAME_BYTES", "name.length > MAX_CHANNEL_NAME_BYTES"],
      ["utf8Length(name) > MAX_CHANNEL_NAME_BYTES", "utf8Length(name) >= MAX_CHANNEL_NAME_BYTES"],
      ["empty >= maxEmptyByOrigin", "empty > maxEmptyByOrigin"],
      ["made >= maxMadeByOrigin", "made > maxMadeByOrigin"],
      ["limit: this.#byName.size }", "limit: this.#limits.maxChannels }"],
      [" || this.#hasRoomWithoutEmpty(name)", ""],
      ["while (!this.#hasRoomFor(name) &&", "if (!this.#hasRoomFor(name) &&"],
      ["isEmpty && channel.made.transient", "isEmpty"],
      ["isEmpty && channel.made.transient", "false"],
      ["if (name === this.#lobby) return true;", ""],
      ["this.#byName.size < maxChannels &&", "this.#byName.size <= maxChannels &&"],
      ["<= maxChannelNameBytes;", "< maxChannelNameBytes;"],
      ["let count = this.#byName.size + 1 - maxChannels;", "let count = 0;"],
      [
        "      if (channel.name === this.#lobby) continue;\n      this.#drop(channel);",
        "      this.#drop(channel);",
      ],
      [
        "      if (channel.name === this.#lobby) continue;\n      bytes",
        "      bytes",
      ],
      ["    this.#setEmpty(channel, false);\n    this.#byName", "    this.#byName"],
      ["    this.#nameBytes -= utf8Length(channel.name);\n", ""],
      ["    share.made--;\n", ""],
      [
        "    this.#names = undefined;\n    const share",
        "    const share",
      ],
      ["if (this.#empty.has(channel) === isEmpty) return;", ""],
      ["isEmpty ? 1 : -1", "isEmpty ? 1 : 0"],
      ["    this.#names = undefined;\n    this.#shareOf", "    this.#shareOf"],
    ],
  },
  {
    file: "lib/chat/handles.ts",
    tests: HUB,
    mutants: [
      ["if (n === 1) return base;", ""],
      ["MAX_NICK_CHARACTERS - suffix.length", "MAX_NICK_CHARACTERS"],
      ["replace(STARTS_WITH_MARK, PLACEHOLDER)", 'replace(STARTS_WITH_MARK, "")'],
      ['clean === "" || BAD_START', "BAD_START"],
      ["return firstCharacters(begun, MAX_NICK_CHARACTERS);", "return begun;"],
      ["&& !BAD_START.test(text)", ""],
    ],
  },
  {
    file: "lib/chat/hub.ts",
    tests: HUB,
    mutants: [
      ["    hub.#lastId = readSnapshot(", "    readSnapshot("],
      ["if (!this.#state.users.has(user.id)) return [];", ""],
      ["if (user.person === undefined) return [];", ""],
      ["this.disconnect(user, command.reason)", "this.disconnect(user)"],
      ["options.lobby ?? DEFAULT_LOBBY", "DEFAULT_LOBBY"],
      ["    this.#state.users.set(user.id, user);\n", ""],
    ],
  },
  {
    file: "lib/chat/membership_rules.ts",
    tests: HUB,
    mutants: [
      [
        "    : state.channels.get(name) !== undefined\n",
        "    : state.channels.get(name)?.members.size\n",
      ],
      [
        "transient: false, at });\n  return moveTo(state, user, channel, true);",
        "transient: true, at });\n  return moveTo(state, user, channel, true);",
      ],
      ["return moveTo(state, user, channel, true);", "return moveTo(state, user, channel, false);"],
      ["known !== undefined && !exclusive && user", "known !== undefined && user"],
      ["!exclusive && user.memberships.size >=", "user.memberships.size >="],
      ["user.memberships.size >= state.maxJoined", "user.memberships.size > state.maxJoined"],
      ["transient: true, at: time", "transient: false, at: time"],
      ["command.claim === true && name !== state.lobby", "command.claim === true"],
      ["membership !== undefined && command.claim === true", "membership !== undefined"],
      ["if (command.make !== true) return", "if (false) return"],
      ["if (command.channel === undefined) return undefined;", ""],
      ["name === state.lobby ? undefined : state", "state"],
      ["leftEvent(user, channel, command.reason)", "leftEvent(user, channel)"],
      [
        "if (!member.returnsToLobby || name === state.lobby) return",
        "if (!member.returnsToLobby) return",
      ],
      [
        "if (!member.returnsToLobby || name === state.lobby) return",
        "if (name === state.lobby) return",
      ],
      ["    if (member.memberships.has(lobby)) return deliveries;\n", ""],
      ['      toUser(member, { type: "removed", by, channel: name, ...why }),\n', ""],
      ["|| membership[right] === given", ""],
      ["    membership[right] = given;\n", ""],
      ['if (text === (channel.topic?.text ?? "")) return [];', ""],
      ['text === "" ? undefined : { text, by: by.handle, at }', "{ text, by: by.handle, at }"],
      ["{ text, by: by.handle, at }", "{ text, by: by.nick, at }"],
      [
        "if (!place.membership.operator) {",
        "if (!place.membership.operator && !place.membership.voice) {",
      ],
      ["if (!place.membership.operator) {", "if (false) {"],
      ["if (!place.channel.members.has(found)) {", "if (false) {"],
      ["if (handles !== undefined) return refuse", "if (false) return refuse"],
      ["  user.memberships.set(channel, membership);\n", ""],
      ["  state.channels.settle(channel);\n  return delivery;", "  return delivery;"],
      ["exclusive ? [...user.memberships.keys()] : []", "[...user.memberships.keys()]"],
      [
        "deliveries.push(removeMember(user, each), leftEvent",
        "deliveries.push(exit(state, user, each), leftEvent",
      ],
      ["  for (const each of left) state.channels.settle(each);\n", ""],
      ['  deliveries.push(toUser(user, { type: "entered", channel: channel.name }));\n', ""],
    ],
  },
  {
    file: "lib/chat/people.ts",
    tests: HUB,
    mutants: [
      ["if (holder !== user) return true;", "return true;"],
      ["&& holder.person?.handle === nick", ""],
      ["return holder !== undefined && holder !== user;", "return holder !== undefined;"],
      ["holders.size > 1", "holders.size > 2"],
      ["owner === undefined ? holders : [owner, ...holders]", "holders"],
      [
        "const user = owner ?? holders?.values().next().value ??",
        "const user = holders?.values().next().value ?? owner ??",
      ],
      ['name.endsWith("/1") ?', 'name.endsWith("/") ?'],
      ["    this.#byHandle.delete(foldHandle(person.handle));\n", ""],
      ["if (holders?.size === 0) this", "this"],
      ["    this.#releaseNumber(person.handle);\n", ""],
      ["    user.person = undefined;\n", ""],
      [
        "if (!this.#byHandle.has(foldHandle(base))) return base;",
        "if (!this.#byHandle.has(base)) return base;",
      ],
      ["const key = foldHandle(stem);", "const key = stem;"],
      ["nthHandle(stem, numbered.next++)", "nthHandle(stem, numbered.holders + 1)"],
      ["    numbered.holders++;\n", ""],
      ["nthHandle(stem,", "nthHandle(base,"],
      ["one.id - other.id", "0"],
    ],
  },
  {
    file: "lib/chat/registration_rules.ts",
    tests: HUB,
    mutants: [
      ["if (exact && !isHandle(nick)) return", "if (!isHandle(nick)) return"],
      ["exact && state.people.isHandleTaken", "state.people.isHandleTaken"],
      ["unique && state.people.isTaken", "state.people.isTaken"],
      ["  user.returnsToLobby = lobby;\n", ""],
      ["  if (nick === by.nick) return [];\n", ""],
      ["  state.people.delete(user);\n  const now", "  const now"],
      ["if (!state.users.delete(user.id)) return [];", ""],
      ["  state.people.delete(user);\n  if (channels.length", "  if (channels.length"],
      ["  if (channels.length === 0) return deliveries;\n", ""],
      ['{ type: "quit", by, ...why }', '{ type: "quit", by }'],
      ["  if (text === user.away) return [];\n", ""],
      ["  user.away = text;\n", ""],
    ],
  },
  {
    file: "lib/chat/snapshot.ts",
    tests: HUB,
    mutants: [
      ["      returnsToLobby: user.returnsToLobby,\n", "      returnsToLobby: false,\n"],
      ["[user.id, { ...membership }]", "[user.id, membership]"],
      ["    const membership = { ...rights };\n", "    const membership = rights;\n"],
      ["  state.people.restoreCounters(snapshot.counters);\n", ""],
      ["orderMemberships(state, id, channels);", ";"],
      ["  state.channels.restoreEmpty(snapshot.empty);\n", ""],
      ["  channel.topic = topic;\n", ""],
      ["  user.away = snapshot.away;\n", ""],
      ["  user.returnsToLobby = snapshot.returnsToLobby;\n", ""],
    ],
  },
  {
    file: "lib/chat/speech_rules.ts",
    tests: HUB,
    mutants: [
      ["notice ? { ...said, notice } : said", "said"],
      ["notice ? { ...dm, notice } : dm", "dm"],
      ["[...new Set([found, user])]", "[found, user]"],
      ["new Set([found, user])", "new Set([found])"],
      ["if (handles !== undefined) return", "if (false) return"],
    ],
  },
  {
    file: "lib/chat/state.ts",
    tests: HUB,
    mutants: [
      ["channel === undefined ? {} : { channel }", "{}"],
      [
        "const membership = channel && user.memberships.get(channel);",
        "const membership = channel?.members.values().next().value;",
      ],
    ],
  },
];
