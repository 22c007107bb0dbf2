/**
 * The rules of the chat once more, the slow and obvious way: plain lists that are searched from end to end,
 * and no line of code from the hub but how a handle is spelled. It says what each user must receive.
 *
 * @module
 */

import type { Command } from "../../lib/chat/command.ts";
import { handleBase, isHandle } from "../../lib/chat/handles.ts";
import type { HubOptions } from "../../lib/chat/hub.ts";
import type { ChannelChange } from "../../lib/chat/modes.ts";

type Ask<Type extends Command["type"]> = Extract<Command, { type: Type }>;

interface ModelUser {
  readonly name: string;
  readonly origin: string;
  /** Whether it names others by their handles only. */
  namesHandles: boolean;
  nick?: string;
  handle?: string;
  returns: boolean;
  away?: string | undefined;
}

interface ModelChannel {
  readonly name: string;
  readonly origin: string;
  readonly stays: boolean;
  readonly members: { user: ModelUser; operator: boolean; voice: boolean }[];
  topic: string;
  /** Whether only operators set the topic: of a channel that was claimed, and of the lobby. */
  locked?: boolean;
  /** When it became empty, counted in changes. */
  emptySince: number;
}

const MOST_NAME_BYTES = 128;

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** As a receiver reads it. */
function shown(user: ModelUser): string {
  return user.handle as string;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What a hub must do; ASCII names only. */
export class Model {
  readonly #limits: Required<Omit<HubOptions, "alwaysOn">>;
  #users: ModelUser[] = [];
  #channels: ModelChannel[] = [];
  #entered: [ModelUser, ModelChannel][] = [];
  /** The highest number given of a base while anybody holds one. */
  readonly #numbers = new Map<string, number>();
  #changes = 0;
  #lines: string[] = [];

  constructor(limits: HubOptions) {
    this.#limits = {
      maxChannelNameBytes: Infinity,
      maxMadeByOrigin: Infinity,
      maxEmptyByOrigin: Infinity,
      maxJoined: Infinity,
      lobby: "lobby",
      ...limits,
    };
  }

  /** Names of the channels in the order of creation. */
  get channelNames(): string[] {
    return this.#channels.map(({ name }) => name);
  }

  connect(name: string, origin: string): void {
    this.#users.push({ name, origin, returns: false, namesHandles: false });
  }

  disconnect(name: string, reason?: string): string[] {
    return this.#answer(name, (user) => this.#quit(user, reason));
  }

  do(name: string, command: Command): string[] {
    return this.#answer(name, (user) => {
      if (command.type === "register") return this.#register(user, command);
      if (command.type === "quit") return this.#quit(user, command.reason);
      if (user.nick !== undefined) this.#ask(user, command);
    });
  }

  #answer(name: string, act: (user: ModelUser) => void): string[] {
    this.#lines = [];
    const user = this.#users.find((each) => each.name === name);
    if (user !== undefined) act(user);
    return this.#lines;
  }

  #ask(user: ModelUser, command: Command): void {
    switch (command.type) {
      case "say":
      case "emote": {
        const type = command.type === "say" ? "said" : "emoted";
        return this.#in(
          user,
          command.channel,
          (place) =>
            this.#tell(place, user, `${type} ${shown(user)} ${place.name} ${command.text}`),
        );
      }
      case "dm":
        return this.#named(user, command.to, (to) => {
          this.#line(to, `dm ${shown(user)} ${shown(to)} ${command.text}`);
          this.#line(user, `dm_sent ${shown(user)} ${shown(to)} ${command.text}`);
          if (to.away !== undefined) this.#line(user, `is_away ${shown(to)} ${to.away}`);
        });
      case "create":
        return this.#create(user, command.channel);
      case "join":
        return this.#join(user, command);
      case "part":
        return this.#in(user, command.channel, (place) => {
          this.#remove(user, place);
          this.#tell(place, user, words("left", shown(user), place.name, command.reason));
          this.#settle(place);
        });
      case "kick":
      case "modes":
      case "topic":
        return this.#rule(user, command);
      case "away":
        this.#line(user, `now_away ${command.text !== undefined}`);
        if (user.away === command.text) return;
        user.away = command.text;
        return this.#tellPeers(user, words("away", shown(user), command.text));
      case "list":
        return this.#line(user, `channels ${this.channelNames.join(",")}`);
      case "names":
        return this.#in(user, command.channel, (place) => {
          const members = place.members.map((member) => shown(member.user));
          this.#line(user, `names ${place.name} ${members.join(",")}`);
        });
    }
  }

  #register(user: ModelUser, { nick, unique, exact, lobby }: Ask<"register">): void {
    const others = this.#users.filter((each) => each !== user && each.nick !== undefined);
    if (exact && !isHandle(nick)) return this.#refuse(user, `invalid_nick ${nick}`);
    const isTaken = others.some((each) =>
      (exact && same(shown(each), nick)) ||
      (unique && (each.nick === nick || each.handle === nick))
    );
    if (isTaken) return this.#refuse(user, `nick_in_use ${nick}`);
    if (user.nick === nick) return;
    const before = user.handle;
    this.#free(user);
    user.nick = nick;
    user.handle = this.#handle(nick);
    if (before !== undefined) return this.#tellPeers(user, `renamed ${before} ${user.handle}`);
    user.returns = lobby === true;
    user.namesHandles = exact === true;
    this.#line(user, `registered ${user.handle}`);
    if (lobby) this.#enter(user, this.#lobby(user), false);
  }

  #handle(nick: string): string {
    const base = handleBase(nick);
    if (!this.#users.some((each) => each.handle !== undefined && same(each.handle, base))) {
      return base;
    }
    const number = (this.#numbers.get(base.toLowerCase()) ?? 1) + 1;
    this.#numbers.set(base.toLowerCase(), number);
    return `${base}/${number}`;
  }

  #free(user: ModelUser): void {
    delete user.nick;
    delete user.handle;
    for (const base of [...this.#numbers.keys()]) {
      const isHeld = this.#users.some((each) => each.handle?.toLowerCase().startsWith(`${base}/`));
      if (!isHeld) this.#numbers.delete(base);
    }
  }

  #quit(user: ModelUser, reason?: string): void {
    if (user.nick !== undefined) {
      this.#tellPeers(user, words("quit", shown(user), reason));
      for (const place of this.#places(user)) {
        this.#remove(user, place);
        this.#settle(place);
      }
    }
    this.#users = this.#users.filter((each) => each !== user);
    this.#free(user);
  }

  #create(user: ModelUser, name: string): void {
    if (name === "") return this.#refuse(user, "channel_name_missing create");
    if (this.#channel(name)) return this.#refuse(user, `channel_exists ${name}`);
    const made = this.#make(user, name, true);
    if (made !== undefined) this.#enter(user, made, true);
  }

  #join(user: ModelUser, command: Ask<"join">): void {
    const { lobby, maxJoined } = this.#limits;
    const { channel: name = lobby, make = false, exclusive = false, claim = false } = command;
    if (name === "") return this.#refuse(user, "channel_name_missing join");
    const known = this.#channel(name);
    const places = this.#places(user);
    if (known && !exclusive && places.includes(known)) return;
    if (!exclusive && places.length >= maxJoined) {
      return this.#refuse(user, `too_many_joined ${name} ${maxJoined}`);
    }
    if (known) return this.#enter(user, known, exclusive);
    if (command.channel !== undefined && !make) {
      return this.#refuse(user, `no_such_channel ${name}`);
    }
    const made = name === lobby ? this.#lobby(user) : this.#make(user, name, false);
    if (made === undefined) return;
    this.#enter(user, made, exclusive);
    const member = made.members.find((each) => each.user === user);
    made.locked = claim;
    if (member && name !== lobby) member.operator = claim;
  }

  #rule(user: ModelUser, command: Ask<"kick" | "modes" | "topic">): void {
    this.#in(user, command.channel, (place) => {
      const mine = place.members.find((each) => each.user === user);
      const isFree = command.type === "topic" && !place.locked && place.name !== this.#limits.lobby;
      if (!mine?.operator && !isFree) return this.#refuse(user, `not_operator ${place.name}`);
      if (command.type === "topic") {
        if (place.topic === command.text) return;
        place.topic = command.text;
        return this.#tell(place, user, `topic_set ${shown(user)} ${place.name} ${command.text}`);
      }
      const name = command.type === "kick" ? command.whom : grantOf(command).whom;
      this.#named(user, name, (whom) => {
        const member = place.members.find((each) => each.user === whom);
        if (!member) return this.#refuse(user, `not_a_member ${name} ${place.name}`);
        if (command.type === "kick") return this.#kick(user, whom, place, command.reason);
        const { right, set } = grantOf(command);
        if (right === "founder" || member[right] === set) return;
        member[right] = set;
        const what = `right ${right} ${shown(whom)} ${set}`;
        this.#tell(place, user, `modes_changed ${shown(user)} ${place.name} ${what}`);
      });
    });
  }

  #kick(by: ModelUser, whom: ModelUser, place: ModelChannel, reason?: string): void {
    this.#remove(whom, place);
    this.#tell(place, by, words("kicked", shown(by), shown(whom), place.name, reason));
    this.#line(whom, words("removed", shown(by), place.name, reason));
    this.#settle(place);
    if (whom.returns && place.name !== this.#limits.lobby) {
      const lobby = this.#lobby(whom);
      // A user who is there already does not enter again.
      if (!lobby.members.some((each) => each.user === whom)) this.#enter(whom, lobby, false);
    }
  }

  /** A new channel; `undefined` when it was refused. */
  #make(user: ModelUser, name: string, stays: boolean): ModelChannel | undefined {
    const { maxChannels, maxChannelNameBytes, lobby } = this.#limits;
    const refuse = (why: string) => void this.#refuse(user, why);
    if (bytes(name) > MOST_NAME_BYTES) return refuse(`channel_name_too_long ${MOST_NAME_BYTES}`);
    const own = this.#channels.filter(({ origin }) => origin === user.origin);
    const ownEmpty = own.filter(({ members }) => members.length === 0);
    if (ownEmpty.length >= this.#limits.maxEmptyByOrigin) {
      return refuse(`too_many_channels_made ${ownEmpty.length}`);
    }
    if (own.length >= this.#limits.maxMadeByOrigin) {
      return refuse(`too_many_channels_made ${own.length}`);
    }
    const used = (channels: readonly ModelChannel[]) =>
      channels.reduce((sum, each) => sum + bytes(each.name), 0);
    const fits = (channels: readonly ModelChannel[]) =>
      channels.length < maxChannels && used(channels) + bytes(name) <= maxChannelNameBytes;
    let kept = this.#channels;
    while (name !== lobby && !fits(kept)) {
      const [oldest] = kept.filter((each) => each.members.length === 0 && each.name !== lobby)
        .sort((one, other) => one.emptySince - other.emptySince);
      if (oldest === undefined) return refuse(`too_many_channels ${this.#channels.length}`);
      kept = kept.filter((each) => each !== oldest);
    }
    const emptySince = ++this.#changes;
    const made = { name, origin: user.origin, stays, members: [], topic: "", emptySince };
    this.#channels = [...kept, made];
    return made;
  }

  #lobby(user: ModelUser): ModelChannel {
    const { lobby: name } = this.#limits;
    const known = this.#channel(name);
    if (known) return known;
    const emptySince = ++this.#changes;
    const made = { name, origin: user.origin, stays: true, members: [], topic: "", emptySince };
    this.#channels.push(made);
    return made;
  }

  #enter(user: ModelUser, place: ModelChannel, exclusive: boolean): void {
    const left = exclusive ? this.#places(user) : [];
    for (const each of left) {
      this.#remove(user, each);
      this.#tell(each, user, `left ${shown(user)} ${each.name}`);
    }
    place.members.push({ user, operator: false, voice: false });
    this.#entered.push([user, place]);
    this.#tell(place, user, `joined ${shown(user)} ${place.name}`);
    if (user.away !== undefined) {
      this.#tell(place, user, `away_seen ${shown(user)} ${place.name} ${user.away}`);
    }
    for (const each of left) this.#settle(each);
    if (!this.#lines.some((line) => line.startsWith(`${user.name} < registered`))) {
      this.#line(user, `entered ${place.name}`);
    }
  }

  #remove(user: ModelUser, place: ModelChannel): void {
    place.members.splice(place.members.findIndex((each) => each.user === user), 1);
    this.#entered = this.#entered.filter(([one, where]) => one !== user || where !== place);
  }

  #settle(place: ModelChannel): void {
    if (place.members.length > 0) return;
    place.emptySince = ++this.#changes;
    if (!place.stays) this.#channels = this.#channels.filter((each) => each !== place);
  }

  #places(user: ModelUser): ModelChannel[] {
    return this.#entered.filter(([each]) => each === user).map(([, place]) => place);
  }

  #channel(name: string): ModelChannel | undefined {
    return this.#channels.find((each) => each.name === name);
  }

  #in(user: ModelUser, name: string | undefined, act: (place: ModelChannel) => void): void {
    const place = this.#places(user).find((each) => name === undefined || each.name === name);
    if (place !== undefined) act(place);
    else this.#refuse(user, words("not_in_channel", name));
  }

  #named(user: ModelUser, name: string, act: (found: ModelUser) => void): void {
    const people = this.#users.filter((each) => each.nick !== undefined);
    const holders = people.filter((each) => each.nick === name);
    const owner = people.find((each) => same(shown(each), name));
    if (user.namesHandles) {
      return owner === undefined ? this.#refuse(user, `no_such_nick ${name}`) : act(owner);
    }
    if (holders.length > 1) {
      const handles = people.filter((each) => each === owner || holders.includes(each)).map(shown);
      return this.#refuse(user, `ambiguous_nick ${name} ${handles.join(",")}`);
    }
    const first = people.find((each) => same(`${shown(each)}/1`, name));
    const found = owner ?? holders[0] ?? (name.endsWith("/1") ? first : undefined);
    if (found === undefined) this.#refuse(user, `no_such_nick ${name}`);
    else act(found);
  }

  #tell(place: ModelChannel, actor: ModelUser, what: string): void {
    for (const { user } of place.members) if (user !== actor) this.#line(user, what);
  }

  #tellPeers(actor: ModelUser, what: string): void {
    const peers = this.#places(actor).flatMap(({ members }) => members.map(({ user }) => user));
    for (const user of new Set(peers)) if (user !== actor) this.#line(user, what);
  }

  #refuse(user: ModelUser, why: string): void {
    this.#line(user, `refused ${why}`);
  }

  #line(user: ModelUser, what: string): void {
    this.#lines.push(`${user.name} < ${what}`);
  }
}

/** The one change that the commands of these tests hold. */
function grantOf({ changes: [change] }: Ask<"modes">): Extract<ChannelChange, { mode: "right" }> {
  if (change?.mode !== "right") throw new RangeError("A command changes something else");
  return change;
}

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(" ");
}
