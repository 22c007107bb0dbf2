/**
 * Users of any protocols in one channel, over real sockets, and what each of them must have read by the
 * rules of the chat. It knows no protocol: what is sent follows from `encodeEvent` and `echoes`, what is
 * read from the look.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import type { ChannelEvent } from "../../lib/chat/event.ts";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { lookOf } from "../../lib/client/looks.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import type { OpenPort } from "../support/server.ts";
import { bytesOf, person } from "../support/events.ts";
import { within } from "../support/within.ts";
import { read, register } from "./wire.ts";

const LOBBY = "lobby";

/** A user with all that it has read, and must have read. */
class Member {
  readonly nick: string;
  readonly protocol: Protocol;
  readonly client: ChatClient;
  /** What was shown, text by text. */
  readonly read: string[] = [];
  /** What must be shown; a prefix of it may have come by now. */
  readonly expected: string[] = [];
  readonly #ended: Promise<void>;
  #wake = () => {};

  constructor(nick: string, protocol: Protocol, client: ChatClient) {
    this.nick = nick;
    this.protocol = protocol;
    this.client = client;
    this.#ended = this.#readAll();
  }

  /** Resolves when it has read `count` texts, or its connection has ended. */
  async hasRead(count: number): Promise<void> {
    const enough = async () => {
      while (this.read.length < count && this.client.reason === undefined) {
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    };
    await within(`text ${count} of ${this.nick}`, enough()).catch((error) => {
      throw new Error(`${error.message}; it has read ${JSON.stringify(this.read.slice(-5))}`);
    });
  }

  /** Resolves when nothing more can come. */
  async ended(): Promise<void> {
    await within(`the end of ${this.nick}`, this.#ended);
  }

  async #readAll(): Promise<void> {
    for await (const events of this.client) {
      for (const event of events) {
        const text = lookOf(this.protocol).text(event);
        if (text !== "") this.read.push(text);
      }
      this.#wake();
    }
    this.#wake();
  }
}

/** Whether who registers is in the lobby, or has to go there. */
function entersByItself(protocol: Protocol): boolean {
  const registration = protocol.clientCodec("x").encode({ type: "register", nick: "x" });
  const [command] = read(protocol.serverCodec(), [registration]);
  return command?.type === "register" && command.lobby === true;
}

/** What a server reads: a client may put a space before what could be taken for a request. */
function understood({ protocol, nick }: Member, text: string): string {
  const client = protocol.clientCodec(nick);
  const server = protocol.serverCodec();
  register(server, client, nick);
  const [command] = read(server, [client.encode({ type: "say", text })]);
  assertEquals(command?.type === "say" ? command.text.trimStart() : command, text);
  return (command as Extract<Command, { type: "say" }>).text;
}

/** Everybody in the lobby of one server. */
export class Company implements AsyncDisposable {
  readonly #port: OpenPort;
  readonly #speaks: (index: number) => Protocol;
  readonly #members = new Map<string, Member>();
  #count = 0;
  #marks = 0;

  /** Nobody yet. `speaks` says what the next one speaks, counted from 0. */
  constructor(port: OpenPort, speaks: (index: number) => Protocol) {
    this.#port = port;
    this.#speaks = speaks;
  }

  /** A new user enters; the others receive it. */
  async joins(nick: string): Promise<void> {
    const protocol = this.#speaks(this.#count++);
    const session = `#${this.#count}`;
    const { port, log } = this.#port;
    const options = { protocol, nick, host: "127.0.0.1", port };
    const client = await within("a connection", ChatClient.connect(options));
    const member = new Member(nick, protocol, client);
    this.#members.set(nick, member);
    await log.find(new RegExp(`${session} registered as "${nick}"`));
    if (!entersByItself(protocol)) {
      // The first one makes what the others enter; a channel stays.
      await client.send({ type: this.#count === 1 ? "create" : "join", channel: LOBBY });
      await log.find(new RegExp(`${session} (create|join)$`));
    }
    this.#expect({ type: "joined", by: person(nick), channel: LOBBY }, member);
    await this.#settle();
  }

  /** A user goes, as its protocol wants it; the others receive it. */
  async leaves(nick: string): Promise<void> {
    const member = this.#member(nick);
    await member.client.finish();
    await this.#gone(member);
  }

  /** A user's connection is gone without a word; the others receive it. */
  async isLost(nick: string): Promise<void> {
    const member = this.#member(nick);
    member.client.close();
    await this.#gone(member);
  }

  /** A user says these, one after the other. */
  async says(nick: string, ...texts: string[]): Promise<void> {
    const member = this.#member(nick);
    for (const text of texts) {
      await member.client.send({ type: "say", text });
      this.#expect({
        type: "said",
        by: person(nick),
        channel: LOBBY,
        text: understood(member, text),
      }, member);
    }
    await this.#settle();
  }

  /** Everybody in `nicks` says `count` lines at the same time. Ends the scene. */
  async allTalk(nicks: readonly string[], count: number): Promise<void> {
    await this.haveReadAll();
    const members = [...this.#members.values()];
    const before = new Map(members.map((member) => [member, member.read.length]));
    for (let i = 0; i < count; i++) {
      for (const nick of nicks) {
        await this.#member(nick).client.send({ type: "say", text: `${nick} ${i}` });
      }
    }
    const heard = (member: Member, nick: string, i: number) => {
      const event = {
        type: "said",
        by: person(nick),
        channel: LOBBY,
        text: `${nick} ${i}`,
      } as const;
      const receives = nick !== member.nick || member.protocol.dialect.echoes(event);
      return receives ? [lookOf(member.protocol).text(event)] : [];
    };
    const orders = new Map<Protocol, string[]>();
    for (const member of members) {
      const each = nicks.map((nick) =>
        Array.from({ length: count }, (_, i) => heard(member, nick, i)).flat()
      );
      const start = before.get(member) as number;
      await member.hasRead(start + each.flat().length);
      const read = member.read.slice(start);
      // Nothing twice, nothing missing, and each one's lines in their order ..
      assertEquals(read.toSorted(), each.flat().toSorted());
      for (const lines of each) assertEquals(read.filter((text) => lines.includes(text)), lines);
      // .. and all of them in one order: what two have both read they have read alike.
      const order = orders.get(member.protocol) ?? read;
      orders.set(member.protocol, order);
      const [mine, theirs] = [new Set(read), new Set(order)];
      assertEquals(read.filter((text) => theirs.has(text)), order.filter((text) => mine.has(text)));
    }
  }

  /** Fails unless everybody has read exactly what the rules say, and nothing else is on its way. */
  async haveReadAll(): Promise<void> {
    const [first, second] = [...this.#members.values()];
    // After another member's mark, nothing sent before the mark can still arrive.
    for (const marker of [first, second]) {
      if (marker !== undefined) await this.says(marker.nick, `mark ${++this.#marks}`);
    }
    for (const member of this.#members.values()) assertEquals(member.read, member.expected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of this.#members.values()) member.client.close();
    for (const member of this.#members.values()) await member.ended();
  }

  #member(nick: string): Member {
    const member = this.#members.get(nick);
    assert(member !== undefined, `nobody is called ${nick}`);
    return member as Member;
  }

  async #gone(member: Member): Promise<void> {
    this.#members.delete(member.nick);
    this.#expect({ type: "left", by: person(member.nick), channel: LOBBY }, member);
    await member.ended();
    member.client.close();
    assertEquals(member.read, member.expected);
    await this.#settle();
  }

  /** Every member whose protocol has a form for `event` must read it. */
  #expect(event: ChannelEvent, actor: Member): void {
    for (const member of this.#members.values()) {
      if (member === actor && !member.protocol.dialect.echoes(event)) continue;
      if (bytesOf(member.protocol, event).length === 0) continue;
      member.expected.push(lookOf(member.protocol).text(event));
    }
  }

  /** Waits until everybody has read as much as is expected. */
  async #settle(): Promise<void> {
    for (const member of this.#members.values()) await member.hasRead(member.expected.length);
  }
}
