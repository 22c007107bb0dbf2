/**
 * The chat as the documents describe it, in its plainest form: lists that are searched. It says what each
 * user must have been sent, byte for byte. The only model of the chat: fuzz compares whole sessions with it,
 * the soak and its witnesses use the rules at its end.
 *
 * @module
 */

import { type CourseDialect, type Dialect, type Happening, type Told, utf8 } from "./wire/wire.ts";
import { WIRES } from "./wire/wires.ts";

/** One user, from its connection to its end. */
export interface Person {
  /** What it speaks. */
  readonly dialect: CourseDialect;
  /** Every byte that it must have been sent. */
  readonly expected: number[];
  /** `undefined` until it is registered, and once it is gone. */
  nick: string | undefined;
  /** What users of other dialects read in its place; no two users have the same. */
  handle: string;
  /** Whether it still is on the server. */
  here: boolean;
  /** Where it is. */
  channel: string | undefined;
}

/** Where chat1 and json16 begin. */
const LOBBY = "lobby";
/** In bytes. */
const LONGEST_CHANNEL = 128;

/** A channel and its members. */
interface Room {
  readonly name: string;
  /** In the order of their entering. */
  readonly members: Person[];
  /** Whether it stays without members. */
  readonly stays: boolean;
  /** Number of the departure that left it empty. */
  emptySince: number;
}

/** The state of the chat. */
export class ChatModel {
  readonly #maxChannels: number;
  /** In the order of their creation. */
  #channels: Room[] = [];
  #departures = 0;
  /** The highest number that was given to a handle, by its base, while somebody holds one. */
  readonly #numbers = new Map<string, number>();
  readonly #people: Person[] = [];

  /** With the limit of the server. */
  constructor(maxChannels: number) {
    this.#maxChannels = maxChannels;
  }

  /** A new connection, which has said nothing yet. */
  connect(dialect: CourseDialect): Person {
    const person: Person = {
      dialect,
      expected: [],
      nick: undefined,
      handle: "",
      here: true,
      channel: undefined,
    };
    this.#people.push(person);
    return person;
  }

  /** It says its name, for the first time or again. */
  register(person: Person, nick: string): void {
    if (!person.here) return;
    const isTaken = this.#people.some((other) => other.nick === nick || other.handle === nick);
    if (person.dialect === "chat1" && isTaken) {
      this.#tell(person, { what: "nick in use" });
      person.here = false;
      return;
    }
    if (person.nick === nick) return;
    const before = shown(person);
    this.#unname(person);
    person.nick = nick;
    person.handle = this.#freeHandle(nick);
    if (before.nick !== undefined) return this.#rename(person, before);
    this.#tell(person, { what: "registered" });
    if (person.dialect !== "cs168") this.#enter(person, this.#find(LOBBY) ?? this.#make(LOBBY));
  }

  /** It speaks to its channel. */
  speak(person: Person, what: "said" | "emoted", text: string): void {
    const { channel } = person;
    if (person.nick === undefined) return;
    if (channel === undefined) {
      const words = "Not currently in any channel. Must join a channel before sending messages.";
      return this.#refuse(person, words, "Not in any channel");
    }
    this.#tellChannel(channel, person, what, text);
  }

  /** It speaks to one user. */
  whisper(person: Person, to: string, text: string): void {
    if (person.nick === undefined) return;
    const people = this.#people.filter((other) => other.nick !== undefined);
    const holders = people.filter((other) => other.nick === to);
    const owner = people.find((other) => isSame(other.handle, to));
    if (holders.length > 1) {
      const meant = people.filter((other) => other === owner || holders.includes(other));
      const handles = meant.map(({ handle }) => handle).join(", ");
      return this.#refuse(person, "", `More than one user is called ${to}: ${handles}`);
    }
    const reached = owner ?? holders[0];
    if (reached === undefined) return this.#refuse(person, "", `No user named ${to}`);
    for (const reader of new Set([reached, person])) {
      const [nick, whom] = [shownTo(reader, person), shownTo(reader, reached)];
      this.#tell(reader, { what: "dm", nick, to: whom, text });
    }
  }

  /** It makes a channel, as cs168 does. */
  create(person: Person, name: string): void {
    if (person.nick === undefined) return;
    if (name === "") {
      const words = "/create command must be followed by the name of a channel to create";
      return this.#refuse(person, words, "");
    }
    if (this.#find(name) !== undefined) {
      return this.#refuse(person, `Room ${name} already exists, so cannot be created.`, "");
    }
    if (this.#refusesNew(person, name)) return;
    this.#move(person, this.#make(name));
  }

  /** It joins a channel; json16 makes one that is missing. */
  join(person: Person, name: string): void {
    if (person.nick === undefined) return;
    if (name === "") {
      const words = "/join command must be followed by the name of a channel to join.";
      // json16 takes it for a packet without a name.
      return person.dialect === "cs168" ? this.#refuse(person, words, "") : undefined;
    }
    const known = this.#find(name);
    if (known !== undefined) return this.#move(person, known);
    if (person.dialect === "cs168") {
      return this.#refuse(person, `No channel named ${name} exists. Try '/create ${name}'?`, "");
    }
    if (!this.#refusesNew(person, name)) this.#move(person, this.#make(name, name === LOBBY));
  }

  /** Back to the lobby. */
  part(person: Person): void {
    if (person.nick === undefined) return;
    this.#move(person, this.#find(LOBBY) ?? this.#make(LOBBY));
  }

  /** It asks for all channels. */
  list(person: Person): void {
    if (person.nick === undefined) return;
    this.#tell(person, { what: "channels", channels: this.#channels.map(({ name }) => name) });
  }

  /** It asks for the members. */
  names(person: Person): void {
    const channel = this.#find(person.channel);
    if (person.nick === undefined || channel === undefined) return;
    const nicks = channel.members.map((member) => shownTo(person, member));
    this.#tell(person, { what: "names", channel: channel.name, nicks });
  }

  /** It says something that begins like a command and is none. */
  unknown(person: Person, word: string): void {
    if (person.nick === undefined) return;
    const words = `${word} is not a valid control message. ` +
      "Valid messages are /create, /list, and /join.";
    this.#refuse(person, words, "");
  }

  /** It is gone. */
  leave(person: Person): void {
    const left = this.#leave(person);
    if (left !== undefined) this.#settle(left);
    this.#unname(person);
    person.here = false;
  }

  #refusesNew(person: Person, name: string): boolean {
    const count = this.#channels.length;
    if (utf8(name).length > LONGEST_CHANNEL) {
      const words = `Channel names have at most ${LONGEST_CHANNEL} bytes`;
      this.#refuse(person, `${words}.`, words);
    } else if (name !== LOBBY && count >= this.#maxChannels && this.#longestEmpty() === undefined) {
      const words = `This server has ${count} channels already, so no more can be created`;
      this.#refuse(person, `${words}.`, words);
    } else return false;
    return true;
  }

  /** A new channel; in a full list the one that has been empty for longest goes for it. */
  #make(name: string, stays = true): Room {
    if (name !== LOBBY && this.#channels.length >= this.#maxChannels) {
      const longest = this.#longestEmpty();
      this.#channels = this.#channels.filter((each) => each !== longest);
    }
    const room = { name, members: [], stays, emptySince: 0 };
    this.#channels.push(room);
    return room;
  }

  #longestEmpty(): Room | undefined {
    return this.#channels.filter(({ name, members }) => members.length === 0 && name !== LOBBY)
      .sort((one, other) => one.emptySince - other.emptySince)[0];
  }

  #move(person: Person, room: Room): void {
    const left = this.#leave(person);
    this.#enter(person, room);
    if (left !== undefined) this.#settle(left);
    this.#tell(person, { what: "entered", channel: room.name });
  }

  #enter(person: Person, room: Room): void {
    room.members.push(person);
    person.channel = room.name;
    this.#tellChannel(room.name, person, "joined");
  }

  /** Where it was. */
  #leave(person: Person): Room | undefined {
    const room = this.#find(person.channel);
    if (person.nick === undefined || room === undefined) return undefined;
    room.members.splice(room.members.indexOf(person), 1);
    person.channel = undefined;
    this.#tellChannel(room.name, person, "left");
    return room;
  }

  /** A channel that json16 made goes with its last member. */
  #settle(room: Room): void {
    if (room.members.length > 0) return;
    room.emptySince = ++this.#departures;
    if (!room.stays) this.#channels = this.#channels.filter((each) => each !== room);
  }

  /** The others see it leave and join; in json16, which alone can do this, it sees itself join. */
  #rename(person: Person, before: Shown): void {
    for (const member of this.#find(person.channel)?.members ?? []) {
      if (member === person) continue;
      this.#tell(member, { what: "left", nick: shownTo(member, before), text: "" });
      this.#tell(member, { what: "joined", nick: shownTo(member, person), text: "" });
    }
    this.#tell(person, { what: "joined", nick: person.nick as string, text: "" });
  }

  #unname(person: Person): void {
    person.nick = undefined;
    person.handle = "";
    for (const base of [...this.#numbers.keys()]) {
      const isHeld = this.#people.some(({ handle }) =>
        isSame(handle.split("/")[0] ?? "", base) && handle.includes("/")
      );
      if (!isHeld) this.#numbers.delete(base);
    }
  }

  #freeHandle(nick: string): string {
    const base = nick.replace(/[ ,*?.!@:#~&%+<>[\]/\\"']/g, "_");
    if (!this.#people.some(({ handle }) => isSame(handle, base))) return base;
    const number = (this.#numbers.get(base) ?? 1) + 1;
    this.#numbers.set(base, number);
    return `${base}/${number}`;
  }

  #find(name: string | undefined): Room | undefined {
    return this.#channels.find((channel) => channel.name === name);
  }

  #tellChannel(name: string, actor: Person, what: Happening["what"], text = ""): void {
    for (const member of this.#find(name)?.members ?? []) {
      if (!reads(member.dialect, what, member === actor)) continue;
      this.#tell(member, { what, nick: shownTo(member, actor), text });
    }
  }

  #refuse(person: Person, cs168: string, json16: string): void {
    this.#tell(person, { what: "refused", cs168, json16 });
  }

  #tell(person: Person, told: Told): void {
    const { texts, message } = WIRES[person.dialect];
    for (const text of texts(told)) for (const byte of message(text)) person.expected.push(byte);
  }
}

/** A user's names at one moment. */
type Shown = Pick<Person, "dialect" | "nick" | "handle">;

function shown({ dialect, nick, handle }: Person): Shown {
  return { dialect, nick, handle };
}

/** How `reader` is shown `person`: in its own dialect by its nick, in all others by its handle. */
function shownTo(reader: Person, person: Shown): string {
  return reader.dialect === person.dialect ? person.nick as string : person.handle;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether a member that speaks `dialect` reads of what happened; `own`: it did it itself. */
export function reads(dialect: Dialect, what: Happening["what"], own: boolean): boolean {
  const { echoes, texts } = WIRES[dialect];
  return (!own || echoes(what)) && texts({ what, nick: "x", text: "x" }).length > 0;
}
