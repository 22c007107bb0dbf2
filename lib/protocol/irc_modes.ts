/**
 * MODE: the table of modes, and changes of modes to and from the text of a line (Modern IRC,
 * "MODE message").
 *
 *   MODE #channel +ov-k alice bob secret     one letter a change; the parameters follow in their order
 *
 * The hub decides what a mode does. ISUPPORT and 004 state this table.
 *
 * @module
 */

import { MAX_BODY_BYTES } from "./irc_message.ts";
import { utf8Length } from "../chat/names.ts";
import type { UserMode } from "../chat/user.ts";

/**
 * How a mode takes its parameter: `list` always (without one it asks for the list), `always`, `set`
 * (only when it is set), `never`; `member` is a right of the member whom the parameter names.
 */
export type ModeKind = "list" | "always" | "set" | "never" | "member";

/** Changes with a parameter that one command may make; further ones are ignored. */
export const MAX_MODE_CHANGES = 12;

/** Rights of a member, the highest first, with the sign before its nick. */
export const MEMBER_MODES = [["q", "~"], ["o", "@"], ["v", "+"]] as const;

const KINDS: readonly (readonly [ModeKind, string])[] = [
  ["list", "beI"],
  ["always", "k"],
  ["set", "l"],
  ["never", "CRimnst"],
];

/** Channel modes by letter. */
export const CHANNEL_MODES: ReadonlyMap<string, ModeKind> = new Map([
  ...KINDS.flatMap(([kind, letters]) => [...letters].map((letter) => [letter, kind] as const)),
  ...MEMBER_MODES.map(([letter]) => [letter, "member"] as const),
]);

/** The letter of each user mode. */
export const USER_MODE_LETTER: Readonly<Record<UserMode, string>> = {
  bot: "B",
  invisible: "i",
  operator: "o",
  wallops: "w",
};

/** User modes by letter. */
export const USER_MODES: ReadonlyMap<string, ModeKind> = new Map(
  Object.values(USER_MODE_LETTER).map((letter) => [letter, "never"] as const),
);

/** The letters of user modes, sorted. */
export function lettersOf(modes: readonly UserMode[]): string {
  return modes.map((mode) => USER_MODE_LETTER[mode]).sort().join("");
}

/** The letters of each kind, for ISUPPORT's CHANMODES. */
export function chanmodesToken(): string {
  return KINDS.map(([, letters]) => letters).join(",");
}

/** The members' rights and signs, for ISUPPORT's PREFIX. */
export function prefixToken(): string {
  const letters = MEMBER_MODES.map(([letter]) => letter).join("");
  return `(${letters})${MEMBER_MODES.map(([, sign]) => sign).join("")}`;
}

/** One change, of a command or an event. */
export interface ModeChange {
  /** Set, or take away. */
  readonly set: boolean;
  /** The letter of a mode. */
  readonly mode: string;
  /** For `-k` any text, also none; for a list without it, see `ParsedModes.lists`. */
  readonly param?: string;
}

/** A parsed MODE command. */
export interface ParsedModes {
  /** In their order. */
  readonly changes: readonly ModeChange[];
  /** Letters of the lists that are asked for, each once. */
  readonly lists: readonly string[];
  /** Letters that are no mode, each once. */
  readonly unknown: readonly string[];
  /** Letters whose parameter is missing. */
  readonly missing: readonly string[];
}

/**
 * Reads `params`, which are what stands behind the target of a MODE command, by the table `modes`.
 */
export function parseModes(
  params: readonly string[],
  modes: ReadonlyMap<string, ModeKind>,
): ParsedModes {
  const changes: ModeChange[] = [];
  const lists = new Set<string>();
  const unknown = new Set<string>();
  const missing = new Set<string>();
  const rest = params.slice(1).values();
  let set = true;
  let withParam = 0;
  for (const mode of params[0] ?? "") {
    if (mode === "+" || mode === "-") {
      set = mode === "+";
      continue;
    }
    const kind = modes.get(mode);
    if (kind === undefined) {
      unknown.add(mode);
      continue;
    }
    const takes = kind !== "never" && (kind !== "set" || set);
    const param = takes ? rest.next().value : undefined;
    if (!takes) changes.push({ set, mode });
    else if (param === undefined && kind === "list") lists.add(mode);
    else if (param === undefined && (kind !== "always" || set)) missing.add(mode);
    else if (++withParam <= MAX_MODE_CHANGES) {
      changes.push(param === undefined ? { set, mode } : { set, mode, param });
    }
  }
  return {
    changes: dropRepeated(changes),
    lists: [...lists],
    unknown: [...unknown],
    missing: [...missing],
  };
}

/** Of the same change, asked for several times in one command, only the last counts. */
function dropRepeated(changes: readonly ModeChange[]): ModeChange[] {
  const last = new Map<string, ModeChange>();
  for (const change of changes) {
    const key = `${change.mode} ${change.param ?? ""}`;
    last.delete(key);
    last.set(key, change);
  }
  return [...last.values()];
}

/**
 * Changes as the parameters of MODE commands: one array a command, each with at most
 * `MAX_MODE_CHANGES` parameters and short enough for a line that has `headBytes` before them.
 */
export function formatModes(changes: readonly ModeChange[], headBytes: number): string[][] {
  const commands: string[][] = [];
  let letters = "";
  let params: string[] = [];
  let bytes = headBytes;
  let sign = "";
  const finish = () => {
    if (letters !== "") commands.push([letters, ...params]);
    [letters, params, bytes, sign] = ["", [], headBytes, ""];
  };
  for (const change of changes) {
    const size = 2 + (change.param === undefined ? 0 : 1 + utf8Length(change.param));
    const isFull = change.param !== undefined && params.length === MAX_MODE_CHANGES;
    if (isFull || bytes + size > MAX_BODY_BYTES) finish();
    const changeSign = change.set ? "+" : "-";
    if (changeSign !== sign) letters += changeSign;
    sign = changeSign;
    letters += change.mode;
    if (change.param !== undefined) params.push(change.param);
    bytes += size;
  }
  finish();
  return commands;
}
