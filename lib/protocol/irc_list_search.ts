/**
 * The conditions of LIST (ISUPPORT's ELIST), read from the text of a line.
 *
 * @module
 */

import type { AgeRange, ChannelSearch } from "../chat/query.ts";
import { CHANNEL_MARK } from "./irc_names.ts";

/** A minute, in milliseconds. */
const MINUTE = 60_000;

/**
 * The conditions of ELIST: numbers of members, masks, masks that must not fit, and minutes since a
 * channel was made (`C`) or its topic was set (`T`). `C<10` is less than ten minutes ago (Modern
 * IRC, "ELIST parameter").
 */
export function searchOf(conditions: readonly string[]): ChannelSearch {
  const masks: string[] = [];
  const except: string[] = [];
  const members = new Bounds();
  const made = new Bounds(MINUTE);
  const topicSet = new Bounds(MINUTE);
  for (const condition of conditions) {
    const [, letter, sign, count] = /^([CT]?)([<>])(\d{1,9})$/i.exec(condition) ?? [];
    const bounds = { "": members, C: made, T: topicSet }[(letter ?? "-").toUpperCase()];
    if (bounds !== undefined) bounds.narrow(sign as "<" | ">", Number(count));
    else if (condition.startsWith("!")) except.push(withoutMark(condition.slice(1)));
    else masks.push(withoutMark(condition));
  }
  const { moreThan, lessThan: fewerThan } = members.range;
  return {
    ...(masks.length > 0 && { masks }),
    ...(except.length > 0 && { except }),
    ...(moreThan !== undefined && { moreThan }),
    ...(fewerThan !== undefined && { fewerThan }),
    ...(made.areSet && { made: made.range }),
    ...(topicSet.areSet && { topicSet: topicSet.range }),
  };
}

/** The range that conditions of one kind leave. */
class Bounds {
  readonly #unit: number;
  #least = -1;
  #most = Infinity;

  constructor(unit = 1) {
    this.#unit = unit;
  }

  narrow(sign: "<" | ">", count: number): void {
    if (sign === ">") this.#least = Math.max(this.#least, count);
    else this.#most = Math.min(this.#most, count);
  }

  get areSet(): boolean {
    return this.#least >= 0 || this.#most < Infinity;
  }

  get range(): AgeRange {
    return {
      ...(this.#least >= 0 && { moreThan: this.#least * this.#unit }),
      ...(this.#most < Infinity && { lessThan: this.#most * this.#unit }),
    };
  }
}

/** The mask for the part of a name behind the mark of a channel. */
function withoutMark(mask: string): string {
  if (mask.startsWith("*")) return mask;
  // Other masks fit no channel, because every name begins with the mark.
  return mask.startsWith(CHANNEL_MARK) || mask.startsWith("?") ? mask.slice(1) : "";
}
