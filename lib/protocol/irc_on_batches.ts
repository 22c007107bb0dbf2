/**
 * The command that holds the lines of one message together (IRCv3 client-batch, multiline).
 *
 * @module
 */

import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import type { IrcMessage } from "./irc_message.ts";
import { type BatchFault, MULTILINE, OpenBatch } from "./irc_multiline.ts";
import { speakLines } from "./irc_on_messages.ts";
import { clientOnly } from "./irc_tags.ts";
import type { Step } from "./protocol.ts";

/** The commands. */
export const ON_BATCHES: CommandTable = new Map([
  ["BATCH", { least: 1, run: batch }],
]);

/** Takes a line that says to which batch it belongs. */
export function collect(message: IrcMessage, irc: IrcConnection): Steps {
  const { batch } = irc;
  if (message.command === "BATCH") return fail(irc, NESTED);
  if (batch === undefined) return fail(irc, NO_BATCH);
  if (message.tags.get("batch") !== batch.reference) return abandon(irc, batch, NO_BATCH);
  const fault = batch.add(message);
  return fault === undefined ? undefined : fail(irc, fault, batch);
}

function batch(message: IrcMessage, irc: IrcConnection): Steps {
  if (!irc.caps.has(MULTILINE)) return irc.reply("ERR_UNKNOWNCOMMAND", "BATCH");
  const [name = "", type, target] = message.params;
  const reference = name.slice(1);
  if (name.startsWith("-")) return end(irc, reference);
  if (!name.startsWith("+") || !/^[A-Za-z0-9-]{1,64}$/.test(reference)) {
    return fail(irc, { code: "INVALID_REFTAG", context: ["*"], words: "Invalid reference tag" });
  }
  if (irc.batch !== undefined) return abandon(irc, irc.batch, NESTED);
  if (type === undefined) return irc.reply("ERR_NEEDMOREPARAMS", "BATCH");
  irc.batch = new OpenBatch(reference, target ?? "", message.tags);
  if (type !== MULTILINE || target === undefined) {
    irc.batch.fail();
    const context = [reference, type.includes(" ") || type === "" ? "*" : type];
    return fail(irc, { code: "UNKNOWN_TYPE", context, words: "Unknown batch type" });
  }
  // Its label belongs to the message at its end.
  irc.postponeAnswer();
  return undefined;
}

function end(irc: IrcConnection, reference: string): Steps {
  const { batch } = irc;
  if (batch === undefined || batch.reference !== reference) return fail(irc, NO_BATCH);
  irc.batch = undefined;
  if (batch.hasFailed) return undefined;
  irc.resumeAnswer(batch.tags);
  const message = batch.end();
  if ("code" in message) return fail(irc, message);
  irc.command = message.command;
  const tags = clientOnly(irc.caps.has("message-tags") ? batch.tags : undefined);
  return speakLines(message, tags, irc);
}

const NO_BATCH: BatchFault = {
  code: "MULTILINE_INVALID",
  context: [],
  words: "Invalid multiline batch that was not begun",
};
const NESTED: BatchFault = {
  code: "MULTILINE_INVALID",
  context: [],
  words: "Invalid multiline batch within another",
};

function abandon(irc: IrcConnection, batch: OpenBatch, fault: BatchFault): Step | undefined {
  if (batch.hasFailed) return undefined;
  batch.fail();
  return fail(irc, fault, batch);
}

/** The answer to a batch that cannot be obeyed carries the label of its beginning. */
function fail(irc: IrcConnection, { code, context, words }: BatchFault, batch?: OpenBatch): Step {
  if (batch !== undefined) irc.resumeAnswer(batch.tags);
  irc.command = "BATCH";
  return irc.fail(code, words, ...context);
}
