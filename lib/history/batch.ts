/**
 * Rows in the form in which they go to the thread of the database and come back: flat lists of
 * texts and numbers, which cost little to copy. People and conversations stand in it once each, and
 * rows name them by their place in the list.
 *
 *   people  identity, person · identity, person · ..
 *   places  key, name, identity, handle, identity, handle · ..   name: of a channel; the rest: of two users
 *   rows    place, kind, msgid, type, by, about, text, more · ..
 *   moves   place, identity, until · ..                          an account that entered, or left at `until`
 *   renames from, to, name · ..                            conversations that have another key; written first
 *
 * @module
 */

import { KEPT_OF_CHANNELS, type KeptEvent } from "../chat/history.ts";
import type { Person } from "../chat/person.ts";
import { foldHandle } from "../chat/handles.ts";
import { isMessage, type Row } from "./contract.ts";
import { channelOfConversation } from "./conversation.ts";

/** What a message of a thread can carry in one place. */
export type Cell = string | number | null;

/** Rows on their way to the database. */
export interface BatchData {
  /** Each list is as the head of this file draws it. */
  readonly people: string[];
  /** Conversations. */
  readonly places: (string | null)[];
  /** Events. */
  readonly rows: Cell[];
  /** Accounts that came and went. */
  readonly moves: Cell[];
  /** Channels with another name. */
  readonly renames: string[];
}

/** Cells of one entry of each list. */
export const WIDTH = { people: 2, places: 6, rows: 8, moves: 3, renames: 3 } as const;

/** The kind of messages, which are counted apart from events. */
export const MESSAGE_KIND = 0;
/** The kind of events, which only some readers ask for. */
const EVENT_KIND = 1;

/** Types by their numbers in the database: a number is never given again. */
const TYPES: readonly KeptEvent["type"][] = [
  "said",
  "emoted",
  "dm",
  "tagged",
  "user_tagged",
  "joined",
  "left",
  "kicked",
  "modes_changed",
  "topic_set",
  "renamed",
  "quit",
  "gap",
];
const NUMBERS: ReadonlyMap<string, number> = new Map(TYPES.map((type, i) => [type, i]));

/** Collects rows. */
export class Batch {
  #data = emptyData();
  #people = new Map<Person, number>();
  #places = new Map<string, number>();
  #units = 0;

  /** Number of rows, moves and renames. */
  get size(): number {
    const { rows, moves, renames } = this.#data;
    return rows.length / WIDTH.rows + moves.length / WIDTH.moves + renames.length / WIDTH.renames;
  }

  /** Roughly the UTF-16 units of all texts. */
  get units(): number {
    return this.#units;
  }

  /** Adds a row. */
  add(row: Row): void {
    const { event, stamp, author } = row;
    const place = this.#placeOf(row.conversation, row);
    const { by, about, text, more } = pack(event);
    const cells = more === undefined ? null : JSON.stringify(more);
    this.#data.rows.push(
      place,
      isMessage(row) ? MESSAGE_KIND : EVENT_KIND,
      stamp.msgid,
      NUMBERS.get(event.type) as number,
      by === undefined ? null : this.#personOf(by, author),
      about === undefined ? null : this.#personOf(about, ""),
      text ?? null,
      cells,
    );
    this.#units += (text?.length ?? 0) + (cells?.length ?? 0);
  }

  /** Notes that `identity` has entered a channel; with `until`, that it left at that msgid. */
  move(conversation: string, identity: string, until?: string): void {
    this.#data.moves.push(this.#placeOf(conversation), identity, until ?? null);
  }

  /**
   * Notes that the conversation `from` is called `to` now, also for rows that are in the
   * batch already.
   */
  rename(from: string, to: string): void {
    const name = foldHandle(channelOfConversation(to) ?? "");
    this.#data.renames.push(from, to, name);
    const place = this.#places.get(from);
    if (place === undefined) return;
    this.#places.delete(from);
    this.#places.set(to, place);
    this.#data.places[place * WIDTH.places] = to;
    this.#data.places[place * WIDTH.places + 1] = name;
  }

  /** Returns the whole batch, and empties it. */
  take(): BatchData {
    const data = this.#data;
    this.#data = emptyData();
    this.#people = new Map();
    this.#places = new Map();
    this.#units = 0;
    return data;
  }

  #placeOf(key: string, row?: Row): number {
    const known = this.#places.get(key);
    if (known !== undefined) {
      if (row?.parties !== undefined) this.#setParties(known, row);
      return known;
    }
    const place = this.#places.size;
    this.#places.set(key, place);
    const name = channelOfConversation(key);
    this.#data.places.push(key, name === undefined ? null : foldHandle(name));
    this.#data.places.push(null, null, null, null);
    if (row?.parties !== undefined) this.#setParties(place, row);
    return place;
  }

  #setParties(place: number, { parties }: Row): void {
    const [one, other] = [...parties ?? []].sort((a, b) => a.identity < b.identity ? -1 : 1);
    const at = place * WIDTH.places + 2;
    const { places } = this.#data;
    [places[at], places[at + 1]] = [one?.identity ?? null, one?.handle ?? null];
    [places[at + 2], places[at + 3]] = [other?.identity ?? null, other?.handle ?? null];
  }

  /** The user that an event is about has no identity here: only authors can be forgotten. */
  #personOf(person: Person, identity: string): number {
    const known = this.#people.get(person);
    if (known !== undefined && this.#data.people[known * WIDTH.people] === identity) return known;
    const number = this.#data.people.length / WIDTH.people;
    this.#people.set(person, number);
    const json = jsonOf(person);
    this.#data.people.push(identity, json);
    this.#units += json.length;
    return number;
  }
}

function emptyData(): BatchData {
  return { people: [], places: [], rows: [], moves: [], renames: [] };
}

const jsons = new WeakMap<Person, string>();

/** A person is the same object for as long as nothing of it changes. */
function jsonOf(person: Person): string {
  let json = jsons.get(person);
  if (json === undefined) jsons.set(person, json = JSON.stringify(person));
  return json;
}

/** An event in the columns of the database. */
interface Packed {
  readonly by?: Person | undefined;
  /** The other user that it is about. */
  readonly about?: Person;
  readonly text?: string | undefined;
  /** Properties that few events have, by short names. */
  readonly more?: Readonly<Record<string, unknown>> | undefined;
}

function pack(event: KeptEvent): Packed {
  switch (event.type) {
    case "said":
    case "emoted":
      return { by: event.by, text: event.text, more: packManner(event) };
    case "dm":
      return { by: event.by, about: event.to, text: event.text, more: packManner(event) };
    case "tagged":
      return { by: event.by, more: packManner(event) };
    case "user_tagged":
      return { by: event.by, about: event.to, more: packManner(event) };
    case "kicked":
      return { by: event.by, about: event.whom, text: event.reason };
    case "modes_changed":
      return { by: event.by, more: { changes: event.changes } };
    case "topic_set":
      return { by: event.by, text: event.text };
    case "renamed":
      return { by: event.by, about: event.now };
    case "left":
    case "quit":
      return { by: event.by, text: event.reason };
    case "joined":
      return { by: event.by };
    case "gap":
      return { more: { lost: event.lost } };
  }
}

type Mannered = Partial<
  Pick<Extract<KeptEvent, { type: "dm" }>, "notice" | "action" | "tags" | "lines">
>;

function packManner({ notice, action, tags, lines }: Mannered): Packed["more"] {
  if (notice !== true && action !== true && tags === undefined && lines === undefined) {
    return undefined;
  }
  return {
    ...(notice === true && { notice }),
    ...(action === true && { action }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(lines !== undefined && { lines }),
  };
}

/** A row as the database gives it back. */
export interface StoredRow {
  /** The number of its type. */
  readonly type: number;
  /** Who caused it, as JSON; null where nobody did. */
  readonly by: string | null;
  /** The other user that it is about, as JSON. */
  readonly about: string | null;
  /** What was said. */
  readonly text: string | null;
  /** Properties that few events have, as JSON. */
  readonly more: string | null;
}

/** People who have been read: most rows of a page are of few. */
export type ReadPeople = Map<string, Person>;

/** The event of a row of the conversation `key`; `people` are those of rows before it. */
export function unpack(
  key: string,
  { type, by, about, text, more }: StoredRow,
  people: ReadPeople = new Map(),
): KeptEvent {
  const rest = more === null ? {} : JSON.parse(more);
  if (rest.tags !== undefined) rest.tags = new Map(rest.tags);
  const name = TYPES[type] as KeptEvent["type"];
  const fields = {
    type: name,
    ...(by !== null && { by: personIn(by, people) }),
    ...(about !== null && { [ABOUT[name] ?? "to"]: personIn(about, people) }),
    ...(HAS_CHANNEL.has(name) && { channel: channelOfConversation(key) ?? "" }),
    ...(text !== null && { [HAS_REASON.has(name) ? "reason" : "text"]: text }),
    ...rest,
  };
  return fields as KeptEvent;
}

function personIn(json: string, people: ReadPeople): Person {
  let person = people.get(json);
  if (person === undefined) people.set(json, person = JSON.parse(json) as Person);
  return person;
}

const ABOUT: { readonly [Type in KeptEvent["type"]]?: string } = { kicked: "whom", renamed: "now" };
const HAS_REASON: ReadonlySet<string> = new Set<KeptEvent["type"]>(["left", "quit", "kicked"]);
const HAS_CHANNEL: ReadonlySet<string> = new Set(KEPT_OF_CHANNELS);
