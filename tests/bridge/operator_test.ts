/**
 * The rows of the table (PROTOCOLS, section 5) that only an operator can cause: notices, removals, topics,
 * rights and absences, to a user of each dialect.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { Crowd } from "../support/crowd.ts";
import { chatPacket, joinPacket, leavePacket } from "../support/json16.ts";
import { OpenPort } from "../support/server.ts";
import { Operator, operatorProtocol } from "./operator.ts";
import { personSeen } from "../../lib/chat/person.ts";
import { grant } from "../support/origin.ts";

const entered = (channel: string) => `{"type": "entered", "channel": "${channel}"}`;
const error = (message: string) => `{"type": "error", "message": "${message}"}`;

/** The crowd in its lobby, and an operator elsewhere. */
async function gather(): Promise<{ crowd: Crowd; op: Operator }> {
  const crowd = await Crowd.gather(new OpenPort({ protocols: [...PROTOCOLS, operatorProtocol] }));
  return { crowd, op: await Operator.enter(crowd.port.port, "op") };
}

/** The operator, carl and jo in the channel `den`, which is the operator's. */
async function gatherInDen(): Promise<{ crowd: Crowd; op: Operator }> {
  const { crowd, op } = await gather();
  await op.commands({ type: "join", channel: "den", make: true, claim: true });
  await crowd.carl.does("/join den");
  await crowd.jo.sends('{"type": "join", "channel": "den"}');
  await crowd.happens(leavePacket("carl"), leavePacket("jo"));
  await crowd.jo.sees(leavePacket("carl"), joinPacket("jo"), entered("den"));
  await crowd.carl.sees("jo has joined");
  return { crowd, op };
}

Deno.test("a notice is shown as what is said, in all three", async () => {
  const { crowd, op } = await gather();
  await using _crowd = crowd, _op = op;
  await op.commands({ type: "join" });
  await op.commands({ type: "say", text: "mind the gap", notice: true });
  await crowd.allSee({
    cs168: ["op has joined", "[op] mind the gap"],
    chat1: ["@op: mind the gap"],
    json16: [joinPacket("op"), chatPacket("op", "mind the gap")],
  });
});

Deno.test("IRC's formatting reaches none of the three", async () => {
  const { crowd, op } = await gather();
  await using _crowd = crowd, _op = op;
  await op.commands({ type: "join" });
  await op.commands({ type: "say", text: "\x02bold\x02 \x0304red" });
  await op.commands({ type: "emote", text: "\x1dwaves\x0f" });
  const emote = '{"type": "emote", "nick": "op", "message": "waves"}';
  await crowd.allSee({
    cs168: ["op has joined", "[op] bold red", "[op waves]"],
    chat1: ["@op: bold red", "@op: [op waves]"],
    json16: [joinPacket("op"), chatPacket("op", "bold red"), emote],
  });
});

Deno.test("topics, rights and absences are nothing to the three", async () => {
  const { crowd, op } = await gatherInDen();
  await using _crowd = crowd, _op = op;
  await op.commands({ type: "topic", channel: "den", text: "bears" });
  await op.commands(grant("jo", "voice", true, "den"));
  await op.commands({ type: "away", text: "lunch" });
  await op.commands({ type: "away" });
  await crowd.jo.sees();
  await crowd.carl.sees();
});

Deno.test("a json16 user that is removed reads why, and is back in the lobby", async () => {
  const { crowd, op } = await gatherInDen();
  await using _crowd = crowd, _op = op;
  await op.commands({ type: "kick", channel: "den", whom: "jo", reason: "too loud" });
  const why = error("You were removed from den by op (too loud)");
  await crowd.jo.sees(why, joinPacket("jo"), entered("lobby"));
  await crowd.carl.sees("jo has left");
  await crowd.happens(joinPacket("jo"));
  await crowd.cher.sees(crowd.bell);
});

Deno.test("a cs168 user that is removed reads why, and is in no channel", async () => {
  const { crowd, op } = await gatherInDen();
  await using _crowd = crowd, _op = op;
  await op.commands({ type: "kick", channel: "den", whom: "carl" });
  await crowd.carl.sees("You were removed from den by op");
  await crowd.jo.sees(leavePacket("carl"));
  await crowd.carl.does(
    "hello?",
    "Not currently in any channel. Must join a channel before sending messages.",
  );
});

Deno.test("to a chat1 user a removal is a line that no chat can be", () => {
  const [by, stamp] = [personSeen("op", "irc"), { time: 0, msgid: "" }];
  const reply = chat1.serverCodec().encodeReply({ type: "removed", channel: "den", by }, stamp);
  assertEquals(new TextDecoder().decode(reply.bytes), "You were removed from den by op\n");
});

Deno.test("one who quits from several channels leaves each of its peers once", async () => {
  const { crowd, op } = await gatherInDen();
  await using _crowd = crowd;
  await crowd.carl.does("/join lobby");
  await op.commands({ type: "join" });
  await op.commands({ type: "register", nick: "opal", home: "operator" });
  op.close();
  const renamed = [leavePacket("op"), joinPacket("opal")];
  await crowd.happens(joinPacket("carl"), joinPacket("op"), ...renamed, leavePacket("opal"));
  await crowd.jo.sees(leavePacket("carl"), ...renamed, leavePacket("opal"));
  await crowd.carl.sees("op has joined", "op has left", "opal has joined", "opal has left");
  await crowd.cher.sees(crowd.bell);
});
