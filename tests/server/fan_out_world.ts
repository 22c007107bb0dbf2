/**
 * The fan-out as it is in a server (sequencer, hub, dispatch, connections) over sockets in a test's hands,
 * and beside it a plain model of the chat: what each user has to receive, one list each.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import type { SharedEvent, UserEvent } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { User } from "../../lib/chat/user.ts";
import type { BroadcastLog } from "../../lib/net/broadcast_log.ts";
import { Connection } from "../../lib/net/connection.ts";
import { OutboxMemory } from "../../lib/net/outbox_memory.ts";
import type { Transport } from "../../lib/net/transport.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Dialect, Echo } from "../../lib/protocol/protocol.ts";
import { replyOf } from "../../lib/protocol/reply.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { Sequencer } from "../../lib/server/sequencer.ts";
import { Subscriber } from "../../lib/server/subscriber.ts";
import { NO_ORIGIN } from "../../lib/chat/user.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One text for an event, the same for all who receive it; it ends in `;`. */
function textOf(event: SharedEvent | UserEvent): string {
  switch (event.type) {
    case "joined":
    case "left":
      return `${event.channel} ${event.type} ${event.by.nick};`;
    case "said":
      return `${event.channel} said ${event.by.nick} ${event.text};`;
    case "renamed":
      return `renamed ${event.by.nick} ${event.now.nick};`;
    case "quit":
      return `quit ${event.by.nick};`;
    case "dm":
    case "dm_sent":
      return `${event.type} ${event.by.nick} ${event.to.nick} ${event.text};`;
    case "entered":
      return `entered ${event.channel};`;
    default:
      return "";
  }
}

/** The same text in each dialect, behind the dialect's name. */
function dialectOf(name: string, echoes: boolean): Dialect {
  return {
    name,
    echoes: () => echoes,
    encodeEvent: (event) => encoder.encode(name + textOf(event)),
  };
}

const DIALECTS: readonly Dialect[] = [
  dialectOf("quiet ", false),
  dialectOf("loud ", true),
  dialectOf("other ", false),
];

/** A socket that takes as many bytes as it is allowed to. */
class Socket implements Transport {
  readonly remoteAddr = { hostname: "192.0.2.1", port: 1 };
  /** What it has taken. */
  taken = "";
  #allowance = Infinity;
  #isClosed = false;
  #wake: (() => void) | undefined;

  /** From now on takes `count` bytes more; Infinity for all that comes. */
  allow(count: number): void {
    this.#allowance = count;
    this.#wake?.();
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (this.#allowance === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    if (this.#isClosed) throw new Error("Bad resource ID");
    const count = Math.min(bytes.length, this.#allowance);
    this.#allowance -= count;
    this.taken += decoder.decode(bytes.subarray(0, count));
    return count;
  }

  read(): Promise<number | null> {
    return new Promise(() => {});
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }
}

/** A connection that notes how often its user was given another log to follow, and whether it has one. */
class CountingConnection extends Connection {
  follows = 0;
  isFollowing = false;

  override follow(log: BroadcastLog): void {
    this.follows++;
    this.isFollowing = true;
    super.follow(log);
  }

  override unfollow(): void {
    this.isFollowing = false;
    super.unfollow();
  }
}

/** A user: the real one, and what the model knows of it. */
interface Member {
  readonly user: User;
  readonly socket: Socket;
  readonly connection: CountingConnection;
  dialect: Dialect;
  /** As `ServerCodec` has it; by dialect when it is left out. */
  readonly echo: Echo | undefined;
  /** Changes the dialect of the connection. */
  readonly speak: (dialect: Dialect) => void;
  nick: string;
  /** In the order of entering. */
  readonly channels: Set<string>;
  expected: string;
  isGone: boolean;
}

/** One step of a run. */
export type Step =
  | {
    readonly do: "join";
    readonly who: number;
    readonly channel: string;
    readonly exclusive: boolean;
  }
  | { readonly do: "part"; readonly who: number; readonly channel: string }
  | { readonly do: "say"; readonly who: number; readonly channel: string; readonly length: number }
  /** Many messages, so that another channel becomes the busiest. */
  | { readonly do: "burst"; readonly who: number; readonly channel: string }
  | { readonly do: "dm"; readonly who: number; readonly to: number }
  | { readonly do: "rename"; readonly who: number; readonly again: boolean }
  | { readonly do: "speak"; readonly who: number; readonly dialect: number }
  | { readonly do: "quit"; readonly who: number }
  | { readonly do: "allow"; readonly who: number; readonly bytes: number }
  | { readonly do: "turn"; readonly times: number };

/** How many users there are at once. */
export const USERS = 6;

/** The real thing and its model, side by side. */
export class World {
  readonly #scheduler = new WriteScheduler();
  readonly #memory = new OutboxMemory();
  readonly #dispatch = new Dispatch({ scheduler: this.#scheduler, memory: this.#memory });
  readonly #hub = new Hub({ maxChannels: 100 });
  readonly #sequencer = new Sequencer({ hub: this.#hub, dispatch: this.#dispatch, now: () => 1 });
  readonly #members: Member[] = [];
  readonly #all: Member[] = [];
  readonly #channels = new Map<string, Set<Member>>();
  #serial = 0;
  // What the model says that the command has caused.
  #effort = { replyBytes: 0, bytes: 0, receivers: 0 };

  /** `USERS` users, in no channel. */
  constructor() {
    for (let i = 0; i < USERS; i++) this.#members.push(this.#connect(i));
  }

  /** How often users were given another log, beyond the first of each. */
  get switches(): number {
    return this.#all.reduce((sum, { connection }) => sum + Math.max(0, connection.follows - 1), 0);
  }

  /** Does `step` in both worlds. */
  async do(step: Step): Promise<void> {
    if (step.do === "turn") {
      for (let i = 0; i < step.times; i++) await turn();
      return;
    }
    const member = this.#members[step.who] as Member;
    switch (step.do) {
      case "join":
        return this.#join(member, step.channel, step.exclusive);
      case "part":
        return this.#part(member, step.channel);
      case "say":
        return this.#say(member, step.channel, step.length);
      case "burst":
        for (let i = 0; i < 12; i++) this.#say(member, step.channel, 2000);
        return;
      case "dm":
        return this.#dm(member, this.#members[step.to] as Member);
      case "rename":
        return this.#rename(member, step.again);
      case "speak":
        member.dialect = DIALECTS[step.dialect % DIALECTS.length] as Dialect;
        member.speak(member.dialect);
        this.#dispatch.changeDialect(member.user);
        return;
      case "quit":
        this.#quit(member);
        this.#members[step.who] = this.#connect(step.who);
        return;
      case "allow":
        return member.socket.allow(step.bytes);
    }
  }

  /** Lets every socket take the rest, and fails unless each user has received exactly what it had to. */
  async end(): Promise<void> {
    for (const { socket } of this.#all) socket.allow(Infinity);
    await Promise.all(this.#members.map(({ connection }) => connection.drain()));
    for (const { socket, expected, isGone } of this.#all) {
      // A user that has gone may have read less; what it did read was right.
      const due = isGone ? expected.slice(0, socket.taken.length) : expected;
      if (socket.taken !== due) assertEquals(eventsOf(socket.taken), eventsOf(due));
    }
    for (const member of this.#members) this.#quit(member);
    await turn();
    await turn();
    assertEquals(this.#memory.used, 0, "memory is counted that nobody holds");
  }

  #connect(i: number): Member {
    const socket = new Socket();
    const connection = new CountingConnection(socket, {
      scheduler: this.#scheduler,
      memory: this.#memory,
      outboxLimit: 1e9,
      ringCapacity: 256,
    });
    const user = this.#sequencer.connect(NO_ORIGIN);
    const dialect = DIALECTS[i % DIALECTS.length] as Dialect;
    const echo: Echo | undefined = i === USERS - 1 ? "own" : undefined;
    const codec = Object.assign(cs168.serverCodec(), {
      dialect,
      ...(echo && { echo: () => echo }),
      encodeReply: (event: SharedEvent | UserEvent) => replyOf(encoder.encode(textOf(event))),
    });
    this.#dispatch.add(user, new Subscriber(connection, codec));
    const nick = `n${this.#serial++}`;
    this.#sequencer.apply(user, { type: "register", nick, home: "test" });
    const channels = new Set<string>();
    const member = {
      user,
      socket,
      connection,
      dialect,
      echo,
      speak: (changed: Dialect) => void (codec.dialect = changed),
      nick,
      channels,
      expected: "",
      isGone: false,
    };
    this.#all.push(member);
    return member;
  }

  #apply({ user }: Member, command: Command): void {
    this.#effort = { replyBytes: 0, bytes: 0, receivers: 0 };
    this.#dispatch.resetEffort();
    this.#sequencer.apply(user, command);
  }

  /** What a command costs follows from what it has caused, and every member follows one log. */
  #check(): void {
    const { replyBytes, bytes, receivers } = this.#dispatch.effort;
    assertEquals({ replyBytes, bytes, receivers }, this.#effort);
    for (const { connection, channels } of this.#members) {
      assertEquals(connection.isFollowing, channels.size > 0);
    }
  }

  #join(member: Member, channel: string, exclusive: boolean): void {
    this.#apply(member, { type: "join", channel, make: true, exclusive });
    if (exclusive || !member.channels.has(channel)) {
      if (exclusive) { for (const each of [...member.channels]) this.#leave(member, each); }
      member.channels.add(channel);
      this.#membersOf(channel).add(member);
      this.#tell(channel, member, `${channel} joined ${member.nick};`);
      this.#reply(member, `entered ${channel};`);
    }
    this.#check();
  }

  #part(member: Member, channel: string): void {
    this.#apply(member, { type: "part", channel });
    if (member.channels.has(channel)) this.#leave(member, channel);
    this.#check();
  }

  #leave(member: Member, channel: string): void {
    member.channels.delete(channel);
    this.#membersOf(channel).delete(member);
    const text = `${channel} left ${member.nick};`;
    this.#tell(channel, member, text);
    // It is not among the members any more, so it receives this alone, if at all.
    if (member.echo === "own" || member.dialect.echoes({} as SharedEvent)) {
      this.#reply(member, text);
    }
  }

  #say(member: Member, channel: string, length: number): void {
    const text = `${this.#serial++}`.padEnd(length, "-");
    this.#apply(member, { type: "say", channel, text });
    if (member.channels.has(channel)) {
      this.#tell(channel, member, `${channel} said ${member.nick} ${text};`);
    }
    this.#check();
  }

  #dm(member: Member, to: Member): void {
    const text = `${this.#serial++}`;
    this.#apply(member, { type: "dm", to: to.nick, text });
    this.#reply(to, `dm ${member.nick} ${to.nick} ${text};`);
    this.#reply(member, `dm_sent ${member.nick} ${to.nick} ${text};`);
    this.#check();
  }

  #rename(member: Member, again: boolean): void {
    const nick = again ? member.nick : `n${this.#serial++}`;
    this.#apply(member, { type: "register", nick, home: "test" });
    if (nick !== member.nick) {
      const text = `renamed ${member.nick} ${nick};`;
      member.nick = nick;
      this.#reply(member, text);
      this.#tellPeers(member, text);
    }
    this.#check();
  }

  #quit(member: Member): void {
    this.#effort = { replyBytes: 0, bytes: 0, receivers: 0 };
    this.#dispatch.resetEffort();
    this.#sequencer.disconnect(member.user);
    this.#tellPeers(member, `quit ${member.nick};`);
    for (const channel of member.channels) this.#membersOf(channel).delete(member);
    member.channels.clear();
    member.isGone = true;
    member.connection.close("quit");
    this.#check();
  }

  #membersOf(channel: string): Set<Member> {
    let members = this.#channels.get(channel);
    if (members === undefined) this.#channels.set(channel, members = new Set());
    return members;
  }

  #tell(channel: string, actor: Member, text: string): void {
    for (const each of this.#membersOf(channel)) {
      if (each !== actor) this.#share(each, text);
      else if (each.echo === "own") this.#reply(each, text);
      else if (each.dialect.echoes({} as SharedEvent)) this.#share(each, text);
    }
  }

  #tellPeers(actor: Member, text: string): void {
    const peers = new Set([...actor.channels].flatMap((name) => [...this.#membersOf(name)]));
    peers.delete(actor);
    for (const each of peers) this.#share(each, text);
  }

  #share(to: Member, text: string): void {
    const encoded = to.dialect.name + text;
    to.expected += encoded;
    this.#effort.bytes += encoded.length;
    this.#effort.receivers++;
  }

  #reply(to: Member, text: string): void {
    to.expected += text;
    this.#effort.replyBytes += text.length;
  }
}

/** One turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** For a failure that can be read: one event a line, padding left out. */
function eventsOf(text: string): string[] {
  assert(text.length < 1e7);
  return text.split(";").map((event) => event.replace(/-+$/, ""));
}
