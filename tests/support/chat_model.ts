/**
 * The chat as the documents describe it, in its plainest form: lists that are searched. It says what each
 * user must have been sent, byte for byte. The only model of the chat: fuzz compares whole sessions with it,
 * the soak and its witnesses use the rules at its end.
 *
 * @module
 */

import { handleOf, shownIn } from "./names.ts";
import { type Dialect, type Happening, type Told, utf8 } from "./wire/wire.ts";
import { WIRES } from "./wire/wires.ts";

/** One user, from its connection to its end. */
export interface Person {
  /** What it speaks. */
  readonly dialect: Dialect;
  /** Every byte that it must have been sent. */
  readonly expected: number[];
  /** `undefined` until it is registered, and once it is gone. */
  nick: string | undefined;
  /** As other dialects see it; "" until it is registered. */
  handle: string;
  /** Counts up with each name that anybody takes. */
  named: number;
  /** Whether it still is on the server. */
  here: boolean;
  /** Where it is. */
  channel: string | undefined;
}

/** One channel. */
interface Channel {
  readonly name: string;
  readonly members: Person[];
  /** Made by a join: it goes when its last member leaves. */
  readonly transient: boolean;
  /** Counts up with each channel that becomes empty; 0 for one that is not. */
  emptied: number;
}

/** Where chat1 and json16 begin. */
const LOBBY = "lobby";
/** In bytes. */
const LONGEST_CHANNEL = 128;

/** The state of the chat. */
export class ChatModel {
  readonly #maxChannels: number;
  /** In the order of their creation; the members in the order of their entering. */
  readonly #channels: Channel[] = [];
  readonly #people: Person[] = [];
  // The next number of a handle that somebody else has.
  readonly #numbers = new Map<string, number>();
  #namings = 0;
  #emptyings = 0;

  /** With the limit of the server. */
  constructor(maxChannels: number) {
    this.#maxChannels = maxChannels;
  }

  /** Somebody connects, and says nothing yet. */
  connect(dialect: Dialect): Person {
    const person = {
      dialect,
      expected: [],
      nick: undefined,
      handle: "",
      named: 0,
      here: true,
      channel: undefined,
    };
    this.#people.push(person);
    return person;
  }

  /** It says its name, for the first time or again. */
  register(person: Person, nick: string): void {
    if (!person.here) return;
    const isTaken = this.#people.some((each) => each.nick === nick || each.handle === nick);
    if (person.dialect === "chat1" && isTaken) {
      this.#tell(person, { what: "nick in use" });
      person.here = false;
      return;
    }
    if (person.nick !== undefined) return this.#rename(person, nick);
    this.#name(person, nick);
    this.#tell(person, { what: "registered" });
    if (person.dialect === "cs168") return;
    if (this.#find(LOBBY) === undefined) this.#make(LOBBY, false);
    this.#enter(person, LOBBY);
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
    const named = this.#people.filter((other) => other.nick === to).sort(byNaming);
    if (named.length > 1) {
      const handles = named.map(({ handle }) => handle).join(", ");
      return this.#refuse(person, "", `More than one user is called ${to}: ${handles}`);
    }
    const holder = this.#people.find(({ handle }) => isSame(handle, to)) ?? named[0];
    if (holder === undefined) return this.#refuse(person, "", `No user named ${to}`);
    for (const reader of new Set([holder, person])) {
      this.#tell(reader, {
        what: "dm",
        nick: shownTo(reader, person),
        to: shownTo(reader, holder),
        text,
      });
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
    this.#make(name, false);
    this.#move(person, name);
  }

  /** It joins a channel; json16 makes one that is missing. */
  join(person: Person, name: string): void {
    if (person.nick === undefined) return;
    if (name === "") {
      const words = "/join command must be followed by the name of a channel to join.";
      // json16 takes it for a packet without a name.
      return person.dialect === "cs168" ? this.#refuse(person, words, "") : undefined;
    }
    if (this.#find(name) === undefined) {
      if (person.dialect === "cs168") {
        return this.#refuse(
          person,
          `No channel named ${name} exists. Try '/create ${name}'?`,
          "",
        );
      }
      if (name !== LOBBY && this.#refusesNew(person, name)) return;
      this.#make(name, name !== LOBBY);
    }
    this.#move(person, name);
  }

  /** Back to the lobby. */
  part(person: Person): void {
    if (person.nick === undefined) return;
    if (this.#find(LOBBY) === undefined) this.#make(LOBBY, false);
    this.#move(person, LOBBY);
  }

  /** It asks for all channels. */
  list(person: Person): void {
    if (person.nick === undefined) return;
    this.#tell(person, { what: "channels", channels: this.#channels.map(({ name }) => name) });
  }

  /** It asks who is there. */
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
    const left = this.#find(person.channel);
    this.#leave(person);
    this.#settle(left);
    person.here = false;
    this.#unname(person);
  }

  /** Its members stay in their order: it does not leave its channel. */
  #rename(person: Person, nick: string): void {
    if (nick === person.nick) return;
    const others = this.#find(person.channel)?.members.filter((member) => member !== person) ?? [];
    const tell = (what: "joined" | "left", reader: Person) => {
      if (!reads(reader.dialect, what, false)) return;
      this.#tell(reader, { what, nick: shownTo(reader, person), text: "" });
    };
    for (const other of others) tell("left", other);
    this.#unname(person);
    this.#name(person, nick);
    for (const other of others) tell("joined", other);
    tell("joined", person);
  }

  /** Gives it the first handle that is free; numbers count up as long as anybody has one. */
  #name(person: Person, nick: string): void {
    const base = handleOf(nick);
    const isFree = (handle: string) => !this.#people.some((each) => isSame(each.handle, handle));
    let handle = base;
    if (!isFree(base)) {
      const number = this.#numbers.get(base.toLowerCase()) ?? 2;
      this.#numbers.set(base.toLowerCase(), number + 1);
      handle = `${base}/${number}`;
    }
    Object.assign(person, { nick, handle, named: ++this.#namings });
  }

  #unname(person: Person): void {
    const [base, number] = person.handle.split("/");
    Object.assign(person, { nick: undefined, handle: "" });
    const isHeld = this.#people.some((each) => each.handle.startsWith(`${base}/`));
    if (number !== undefined && !isHeld) this.#numbers.delete((base as string).toLowerCase());
  }

  #refusesNew(person: Person, name: string): boolean {
    const count = this.#channels.length;
    if (utf8(name).length > LONGEST_CHANNEL) {
      const words = `Channel names have at most ${LONGEST_CHANNEL} bytes`;
      this.#refuse(person, `${words}.`, words);
    } else if (count - this.#droppable.length >= this.#maxChannels) {
      const words = `This server has ${count} channels already, so no more can be created`;
      this.#refuse(person, `${words}.`, words);
    } else return false;
    return true;
  }

  /** Empty channels that may go for a new one, the one that has been empty for longest first. */
  get #droppable(): Channel[] {
    const empty = this.#channels.filter(({ name, emptied }) => emptied > 0 && name !== LOBBY);
    return empty.sort((one, other) => one.emptied - other.emptied);
  }

  #make(name: string, transient: boolean): void {
    while (name !== LOBBY && this.#channels.length >= this.#maxChannels) {
      this.#drop(this.#droppable[0] as Channel);
    }
    this.#channels.push({ name, members: [], transient, emptied: 0 });
  }

  #drop(channel: Channel): void {
    this.#channels.splice(this.#channels.indexOf(channel), 1);
  }

  #move(person: Person, name: string): void {
    const left = this.#find(person.channel);
    this.#leave(person);
    this.#enter(person, name);
    this.#settle(left);
    this.#tell(person, { what: "entered", channel: name });
  }

  #enter(person: Person, name: string): void {
    const channel = this.#find(name) as Channel;
    channel.members.push(person);
    channel.emptied = 0;
    person.channel = name;
    this.#tellChannel(name, person, "joined");
  }

  #settle(channel: Channel | undefined): void {
    if (channel === undefined || channel.members.length > 0) return;
    if (channel.transient) this.#drop(channel);
    else if (channel.emptied === 0) channel.emptied = ++this.#emptyings;
  }

  #leave(person: Person): void {
    const { channel: name } = person;
    const channel = this.#find(name);
    if (person.nick === undefined || name === undefined || channel === undefined) return;
    channel.members.splice(channel.members.indexOf(person), 1);
    person.channel = undefined;
    this.#tellChannel(name, person, "left");
  }

  #find(name: string | undefined) {
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

/** How `reader` is shown `person`. */
function shownTo(reader: Person, { nick, handle, dialect }: Person): string {
  return shownIn(reader.dialect, { nick: nick as string, handle, home: dialect });
}

/** Handles are the same without regard to the case of ASCII letters, of which tests have no others. */
function isSame(one: string, other: string): boolean {
  return one !== "" && one.toLowerCase() === other.toLowerCase();
}

function byNaming(one: Person, other: Person): number {
  return one.named - other.named;
}

/** Whether a member that speaks `dialect` reads of what happened; `own`: it did it itself. */
export function reads(dialect: Dialect, what: Happening["what"], own: boolean): boolean {
  const { echoes, texts } = WIRES[dialect];
  return (!own || echoes(what)) && texts({ what, nick: "x", text: "x" }).length > 0;
}
