/**
 * The answer to one labelled command as one unit (IRCv3 labeled-response): nothing becomes an ACK,
 * one line gets the label, several become a batch.
 *
 *   @label=7 JOIN #c   ->  @label=7 :server BATCH +1 labeled-response
 *                          @batch=1 :alice!~a@host JOIN #c
 *                          @batch=1 :server 366 alice #c :End of NAMES list
 *                          :server BATCH -1
 *
 * It holds one line at most, so an answer of any size can be sent while it is made.
 *
 * @module
 */

import { utf8Length } from "../chat/names.ts";
import { formatBody, formatTags, type Tags } from "./irc_message.ts";

/** Longest label in bytes; a longer one is ignored. */
const MAX_LABEL_BYTES = 64;
/** The name of the tag, and of the capability that it belongs to. */
const LABEL = "label";
const BATCH = "batch";

/** The label of a command; `undefined` when it has none that counts. */
export function labelOf(tags: Tags): string | undefined {
  const label = tags.get(LABEL);
  const isValid = label !== undefined && label !== "" && utf8Length(label) <= MAX_LABEL_BYTES;
  return isValid ? label : undefined;
}

/** Collects the lines that one labelled command sends to its own client. */
export class LabelledReply {
  readonly #server: string;
  readonly #label: Tags;
  readonly #batchId: string;
  #held: { readonly tags: Tags; readonly body: string } | undefined;
  #isBatch = false;

  /** `batchId` must be free on this connection: letters, digits and hyphens. */
  constructor(server: string, label: string, batchId: string) {
    this.#server = server;
    this.#label = new Map([[LABEL, label]]);
    this.#batchId = batchId;
  }

  /**
   * Adds a line. One that is part of a batch of its own (its tags have `batch`) stays so.
   *
   * @returns what is to be sent now; "" as long as this may be the only line.
   */
  add(tags: Tags, body: string): string {
    if (this.#isBatch) return this.#inBatch(tags, body);
    if (this.#held === undefined) {
      this.#held = { tags, body };
      return "";
    }
    this.#isBatch = true;
    const begin = formatBody(this.#server, "BATCH", [`+${this.#batchId}`, "labeled-response"]);
    const { tags: firstTags, body: firstBody } = this.#held;
    return formatTags(this.#label) + begin + this.#inBatch(firstTags, firstBody) +
      this.#inBatch(tags, body);
  }

  /** Ends the unit; returns what is left to be sent. */
  finish(): string {
    if (this.#isBatch) return formatBody(this.#server, "BATCH", [`-${this.#batchId}`]);
    if (this.#held === undefined) {
      return formatTags(this.#label) + formatBody(this.#server, "ACK", []);
    }
    return formatTags(joined(this.#label, this.#held.tags)) + this.#held.body;
  }

  #inBatch(tags: Tags, body: string): string {
    // A batch that the line names itself takes the place of this one.
    return formatTags(joined(new Map([[BATCH, this.#batchId]]), tags)) + body;
  }
}

function joined(first: Tags, rest: Tags): Tags {
  return new Map([...first, ...rest]);
}
