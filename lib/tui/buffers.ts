/**
 * All buffers, and which of them is on the screen. The first is always there: the server's own, or
 * the only channel of a dialect that knows one at a time. The others come and go; each has the
 * number of its place, and the mentions have 0.
 *
 * @module
 */

import { type Buffer, type BufferKind, newBuffer } from "./buffer.ts";
import { ScrollbackPool } from "./scrollback_pool.ts";

/**
 * The most private conversations. Anybody can begin one, so further ones are shown in the
 * first buffer.
 */
export const MOST_QUERIES = 200;
/** The most channels: a server can claim that the user is in any number of them. */
export const MOST_CHANNELS = 2000;

/** The buffers of one user. */
export class Buffers {
  readonly #fold: (name: string) => string;
  readonly #pool = new ScrollbackPool();
  readonly #list: Buffer[];
  readonly #byKey = new Map<string, Buffer>();
  #mentions: Buffer | undefined;
  #queries = 0;
  #current: Buffer;
  #before: Buffer;

  /**
   * Starts with one of `kind`, which never goes. Two names with the same `fold` are one
   * conversation.
   */
  constructor(kind: BufferKind, fold: (name: string) => string) {
    this.#fold = fold;
    const first = newBuffer(kind, "", this.#pool);
    this.#list = [first];
    this.#current = first;
    this.#before = first;
  }

  /** The buffer that never goes. */
  get first(): Buffer {
    return this.#list[0] as Buffer;
  }

  /** The buffer on the screen. */
  get current(): Buffer {
    return this.#current;
  }

  /** All but the mentions, in the order of their numbers. */
  get list(): readonly Buffer[] {
    return this.#list;
  }

  /** The mentions, once there are any. */
  get mentions(): Buffer | undefined {
    return this.#mentions;
  }

  /** The number of `buffer`, from 1; 0 for the mentions. */
  numberOf(buffer: Buffer): number {
    return this.#list.indexOf(buffer) + 1;
  }

  /** The buffer of a channel or a private conversation, if there is one. */
  find(kind: BufferKind, name: string): Buffer | undefined {
    return this.#byKey.get(this.#key(kind, name));
  }

  /** The same; it is made if it is missing. Returns the first one when there is no room for it. */
  open(kind: "channel" | "query", name: string): Buffer {
    const known = this.find(kind, name);
    if (known !== undefined) return known;
    const most = kind === "query" ? MOST_QUERIES : MOST_CHANNELS;
    const count = kind === "query" ? this.#queries : this.#list.length - 1 - this.#queries;
    if (count >= most) return this.first;
    const buffer = newBuffer(kind, name, this.#pool);
    this.#list.push(buffer);
    this.#byKey.set(this.#key(kind, name), buffer);
    if (kind === "query") this.#queries++;
    return buffer;
  }

  /** The mentions; made now if there were none. */
  openMentions(): Buffer {
    return this.#mentions ??= newBuffer("mentions", "mentions", this.#pool);
  }

  /** Gives a conversation another name. */
  rename(buffer: Buffer, name: string): void {
    if (buffer === this.first || this.find(buffer.kind, name) !== undefined) return;
    this.#byKey.delete(this.#key(buffer.kind, buffer.name));
    buffer.name = name;
    this.#byKey.set(this.#key(buffer.kind, name), buffer);
  }

  /** Removes a buffer, except the first. The one that was shown before it comes back. */
  close(buffer: Buffer): void {
    const at = this.#list.indexOf(buffer);
    if (at < 1) return;
    this.#list.splice(at, 1);
    this.#pool.remove(buffer.lines);
    this.#byKey.delete(this.#key(buffer.kind, buffer.name));
    if (buffer.kind === "query") this.#queries--;
    if (this.#current !== buffer) return;
    const back = this.#list.includes(this.#before) ? this.#before : this.#list[at - 1] as Buffer;
    this.#show(back);
  }

  /**
   * Shows a buffer: all of it counts as read, and the next line that comes while it is not
   * shown is new.
   */
  go(buffer: Buffer): void {
    if (buffer === this.#current) return;
    this.#before = this.#current;
    this.#show(buffer);
  }

  /** Shows the buffer with a number, if there is one. */
  goTo(number: number): void {
    const buffer = number === 0 ? this.#mentions : this.#list[number - 1];
    if (buffer !== undefined) this.go(buffer);
  }

  /** Shows the next buffer (1) or the one before (-1), around the end. */
  step(by: 1 | -1): void {
    const at = this.#list.indexOf(this.#current);
    // From the mentions, which stand in front of all.
    const from = at < 0 && by < 0 ? 0 : at;
    this.go(this.#list[(from + by + this.#list.length) % this.#list.length] as Buffer);
  }

  /** Shows the next buffer where something is new: first where the user was mentioned. */
  goToActive(): void {
    const at = this.#list.indexOf(this.#current);
    const behind = [...this.#list.slice(at + 1), ...this.#list.slice(0, Math.max(0, at))];
    const next = behind.find(({ mentions }) => mentions > 0) ??
      behind.find(({ unread }) => unread > 0);
    if (next !== undefined) this.go(next);
  }

  /** Counts a message in `buffer`; `isMention` is whether it is for the user. */
  count(buffer: Buffer, isMention: boolean): void {
    if (buffer === this.#current) return;
    buffer.unread++;
    if (isMention) buffer.mentions++;
  }

  #show(buffer: Buffer): void {
    // The user has seen all lines up to this moment there, so the mark of new lines goes.
    this.#current.firstUnread = undefined;
    this.#current = buffer;
    buffer.unread = 0;
    buffer.mentions = 0;
  }

  #key(kind: BufferKind, name: string): string {
    return `${kind} ${this.#fold(name)}`;
  }
}
