/**
 * Text is data (PROTOCOLS, section 5): whatever a user sends, users of the other protocols receive one line, one
 * frame or one packet from that user, and nothing in it acts on a terminal.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Chat1Peer } from "../support/chat1.ts";
import { Crowd } from "../support/crowd.ts";
import { chatPacket, joinPacket, Json16Peer, leavePacket } from "../support/json16.ts";

/** JSON strings, and the text that other users receive of them. */
const lies: [string, string, string][] = [
  ["a control message of chat1", "hi\\nDISCONNECT CHAT/1.0", "hi DISCONNECT CHAT/1.0"],
  ["a line of another user", "hi\\r\\n@cher: I am cher", "hi  @cher: I am cher"],
  ["a line by U+2028", "hi\\u2028@cher: I am cher", "hi @cher: I am cher"],
  ["a line by U+0085", "hi\\u0085@cher: I am cher", "hi@cher: I am cher"],
  ["a wiped prompt", "\\r    \\r[carl] hi", "      [carl] hi"],
  ["a cleared screen", "\\u001b[2J\\u001b[Hhi", "hi"],
  ["a window title", "\\u001b]0;title\\u0007hi", "hi"],
  ["an 8-bit escape", "\\u009b31mhi", "hi"],
  ["a zero byte", "hi\\u0000there", "hithere"],
  ["a packet", '{\\"type\\": \\"leave\\"}', '{"type": "leave"}'],
];

for (const [title, json, left] of lies) {
  Deno.test(`a json16 user's ${title} is text to everybody`, async () => {
    await using crowd = await Crowd.gather();
    await crowd.jo.says(json);
    await crowd.happens(chatPacket("jo", left.replaceAll('"', '\\"')));
    await crowd.carl.sees(`[jo] ${left}`);
    await crowd.cher.sees(crowd.bell, `@jo: ${left}`);
  });
}

Deno.test("invalid UTF-8 is replaced, and valid text around it stays, in all three", async () => {
  await using crowd = await Crowd.gather();
  const bytes = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0));
  const told = (nick: string) => `{"type": "chat", "nick": "${nick}", "message": "a\\ufffdb"}`;
  await crowd.cher.send(bytes("@cher: a\xffb\n"));
  await crowd.happens(told("cher"));
  await crowd.carl.sendFrame(bytes("a\xc3b"));
  await crowd.happens(told("carl"));
  const json = '{"type": "chat", "message": "a\xe9b"}';
  await crowd.jo.send(bytes(`\x00${String.fromCharCode(json.length)}${json}`));
  await crowd.happens(told("jo"));
  await crowd.allSee({
    cs168: ["[cher] a\ufffdb", "[jo] a\ufffdb"],
    chat1: ["@carl: a\ufffdb", "@jo: a\ufffdb"],
    json16: ["cher", "carl", "jo"].map(told),
  });
});

Deno.test("half a surrogate pair, which crashes some receivers, reaches nobody", async () => {
  await using crowd = await Crowd.gather();
  await crowd.jo.says("a\\ud83db");
  await crowd.happens('{"type": "chat", "nick": "jo", "message": "a\\ufffdb"}');
  await crowd.cher.sees(crowd.bell, "@jo: a\ufffdb");
});

Deno.test("bytes of two protocols on one connection are text of one, or end it", async () => {
  await using crowd = await Crowd.gather();
  const port = crowd.port.port;
  await using bob = await Chat1Peer.enter(port, "bob");
  await bob.send('\x00\x1e{"type": "hello", "nick": "eve"}\n');
  await bob.says("still bob");
  await crowd.happens(joinPacket("bob"), chatPacket("bob", "still bob"));
  await crowd.carl.sendFrame("REGISTER eve CHAT/1.0\n");
  await crowd.happens(chatPacket("carl", "REGISTER eve CHAT/1.0"));
  await using pat = await Json16Peer.enter(port, "pat");
  await crowd.happens(joinPacket("pat"));
  // As a length, the first two letters are above the limit.
  await pat.send("REGISTER eve CHAT/1.0\n");
  assertEquals(await pat.untilEnd(), "");
  await crowd.happens(leavePacket("pat"));
  await crowd.port.log.find(/ended: oversize frame: Length "21061" is above the limit/);
});
