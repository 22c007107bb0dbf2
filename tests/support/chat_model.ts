/**
 * The chat as the documents describe it, in its plainest form: lists that are searched. It says what each
 * user must have been sent, byte for byte. The only model of the chat: fuzz compares whole sessions with it,
 * the soak and its witnesses use the rules at its end.
 *
 * @module
 */

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
  /** Whether it still is on the server. */
  here: boolean;
  /** Where it is. */
  channel: string | undefined;
}

/** Where chat1 and json16 begin. */
const LOBBY = "lobby";
/** In bytes. */
const LONGEST_CHANNEL = 128;

/** The state of the chat. */
export class ChatModel {
  readonly #maxChannels: number;
  /** In the order of their creation; the members in the order of their entering. */
  readonly #channels: { name: string; members: Person[] }[] = [];
  readonly #people: Person[] = [];

  /** With the limit of the server. */
  constructor(maxChannels: number) {
    this.#maxChannels = maxChannels;
  }

  /** Somebody connects, and says nothing yet. */
  connect(dialect: Dialect): Person {
    const person = { dialect, expected: [], nick: undefined, here: true, channel: undefined };
    this.#people.push(person);
    return person;
  }

  /** It says its name, for the first time or again. */
  register(person: Person, nick: string): void {
    if (!person.here) return;
    const isTaken = this.#people.some((other) => other.nick === nick);
    if (person.dialect === "chat1" && isTaken) {
      this.#tell(person, { what: "nick in use" });
      person.here = false;
      return;
    }
    const before = person.channel;
    if (person.nick !== undefined) {
      this.#leave(person);
      person.nick = nick;
      if (before !== undefined) this.#enter(person, before);
      return;
    }
    person.nick = nick;
    this.#tell(person, { what: "registered" });
    if (person.dialect !== "cs168") this.#enter(person, LOBBY);
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
    const [holder, ...more] = this.#people.filter((other) => other.nick === to);
    if (holder === undefined) return this.#refuse(person, "", `No user named ${to}`);
    if (more.length > 0) return this.#refuse(person, "", `More than one user is named ${to}`);
    for (const reader of new Set([holder, person])) {
      this.#tell(reader, { what: "dm", nick: shownTo(reader, person), to, text });
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
      if (this.#refusesNew(person, name)) return;
    }
    this.#move(person, name);
  }

  /** Back to the lobby. */
  part(person: Person): void {
    if (person.nick !== undefined) this.#move(person, LOBBY);
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
    this.#leave(person);
    person.nick = undefined;
    person.here = false;
  }

  #refusesNew(person: Person, name: string): boolean {
    const count = this.#channels.length;
    if (utf8(name).length > LONGEST_CHANNEL) {
      const words = `Channel names have at most ${LONGEST_CHANNEL} bytes`;
      this.#refuse(person, `${words}.`, words);
    } else if (count >= this.#maxChannels) {
      const words = `This server has ${count} channels already, so no more can be created`;
      this.#refuse(person, `${words}.`, words);
    } else return false;
    return true;
  }

  #move(person: Person, name: string): void {
    this.#leave(person);
    this.#enter(person, name);
    this.#tell(person, { what: "entered", channel: name });
  }

  #enter(person: Person, name: string): void {
    let channel = this.#find(name);
    if (channel === undefined) this.#channels.push(channel = { name, members: [] });
    channel.members.push(person);
    person.channel = name;
    this.#tellChannel(name, person, "joined");
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
function shownTo(_reader: Person, person: Person): string {
  return person.nick as string;
}

/** Whether a member that speaks `dialect` reads of what happened; `own`: it did it itself. */
export function reads(dialect: Dialect, what: Happening["what"], own: boolean): boolean {
  const { echoes, texts } = WIRES[dialect];
  return (!own || echoes(what)) && texts({ what, nick: "x", text: "x" }).length > 0;
}
