/**
 * The read markers that a connection keeps for channels which its user is about to enter.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../lib/protocol/irc_commands.ts";
import { IrcConnection } from "../../lib/protocol/irc_connection.ts";
import { recordLines } from "../../lib/protocol/irc_history.ts";
import { parseLine } from "../../lib/protocol/irc_message.ts";
import { DEFAULT_FACTS, type Step } from "../../lib/protocol/protocol.ts";
import { Frame } from "../../lib/framing/frame.ts";

function connection(): IrcConnection {
  const irc = new IrcConnection({ ...DEFAULT_FACTS, historyLimit: 100 });
  irc.caps.take(["REQ", "draft/read-marker"], false, 0);
  return irc;
}

/** Takes the steps of `line` as a server does that refuses every JOIN. */
function refuse(irc: IrcConnection, line: string): void {
  const parsed = parseLine(Frame.of(new TextEncoder().encode(line)));
  const message = parsed?.message;
  if (message === undefined) throw new Error(`"${line}" is no line`);
  irc.begin(message);
  const steps = COMMANDS.get(message.command)?.run(message, irc);
  for (const step of [steps ?? []].flat() as Step[]) {
    if (step.type === "answer") assertEquals(step.bytes.length, 0);
    if (step.type === "marker") {
      recordLines({ type: "marker", target: step.target, at: 1, isQuiet: true }, irc);
      assertEquals(irc.markers.size, 1);
    }
  }
  irc.finish();
}

Deno.test("markers: a channel that could not be entered leaves nothing behind", () => {
  const irc = connection();
  refuse(irc, "JOIN #a,#B,#c");
  assertEquals(irc.markers.size, 0);
});

Deno.test("markers: those of channels that another connection could not enter have an end", () => {
  const irc = connection();
  for (let i = 0; i < 10_000; i++) irc.noteMarker(`#C${i}`, i);
  assertEquals([irc.markers.size, irc.takeMarker("#c9999")], [600, 9999]);
  assertEquals(irc.takeMarker("#c0"), undefined);
});
