/**
 * Users of all dialects in the same channels: how they get there, and who rules the lobby.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Chat1Peer } from "../support/chat1.ts";
import { frame, Peer } from "../support/cs168.ts";
import { Crowd } from "../support/crowd.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { chatPacket, joinPacket, Json16Peer, leavePacket } from "../support/json16.ts";
import { OpenPort } from "../support/server.ts";
import { IrcCrowd, IRENE } from "./irc_crowd.ts";

Deno.test("the lobby exists from the first user of another protocol on, and stays", async () => {
  await using port = new OpenPort({ lobby: "foyer" });
  await using carl = await Peer.enter(port.port, "carl");
  await carl.does("/list");
  await carl.does("/join foyer", "No channel named foyer exists. Try '/create foyer'?");
  const jo = await Json16Peer.enter(port.port, "jo");
  await carl.does("/list", "foyer");
  await jo.does('{"type": "names"}', '{"type": "names", "channel": "foyer", "nicks": ["jo"]}');
  jo.close();
  await port.log.find(/#2 ended/);
  await carl.does("/list", "foyer");
  await carl.does("/join foyer");
  await using cher = await Chat1Peer.enter(port.port, "cher");
  await cher.says("hi");
  assertEquals(await carl.frames(2), ["cher has joined", "[cher] hi"]);
});

Deno.test("users of all protocols meet in a channel that one of them created", async () => {
  await using crowd = await Crowd.gather();
  await crowd.carl.sendFrame("/create den");
  await crowd.happens(leavePacket("carl"));
  await crowd.jo.sends('{"type": "join", "channel": "den"}');
  await crowd.happens(leavePacket("jo"));
  await crowd.carl.sees("jo has joined");
  await crowd.jo.sees(
    leavePacket("carl"),
    joinPacket("jo"),
    '{"type": "entered", "channel": "den"}',
  );
  await crowd.carl.send(frame("here"));
  await crowd.carl.sees();
  await crowd.jo.sees(chatPacket("carl", "here"));
  await crowd.cher.sees(crowd.bell);
  await crowd.witness.sees();
});

Deno.test("whoever quits over IRC leaves each of its peers once, with IRC its words", async () => {
  await using crowd = await IrcCrowd.gather();
  const { three, irene, iris } = crowd;
  await irene.asks("JOIN #den,#pit");
  await iris.asks("JOIN #den,#pit");
  await irene.says("QUIT :good night");
  await irene.untilEnd();
  await three.happens(leavePacket("irene"));
  await crowd.allSee({
    cs168: ["irene has left"],
    chat1: [],
    json16: [leavePacket("irene")],
    irc: [`:${IRENE} QUIT :Quit: good night`],
  });
});

Deno.test("an IRC user that speaks reads its own words when it has asked for that, once", async () => {
  await using crowd = await IrcCrowd.gather();
  await using echo = await IrcPeer.enter(crowd.three.port.port, "echo", "echo-message");
  await echo.asks("JOIN #lobby");
  await echo.gets("PRIVMSG #lobby :hi", ":echo!~echo@HOST PRIVMSG #lobby :hi");
  await echo.gets("PRIVMSG jo :hi", ":echo!~echo@HOST PRIVMSG jo :hi");
  await crowd.irene.asks("PRIVMSG echo :no echo here");
});

Deno.test("no IRC user rules the lobby, so no course user is locked out of it", async () => {
  await using crowd = await IrcCrowd.gather();
  await using jay = await Json16Peer.enter(crowd.three.port.port, "jay");
  assertEquals(await crowd.iris.answers(), [":jay!json16@HOST JOIN #lobby"]);
  await crowd.iris.gets(
    "TOPIC #lobby :mine",
    `:${SERVER} 482 iris #lobby :You're not channel operator`,
  );
  await crowd.iris.gets(
    "MODE #lobby +k x",
    `:${SERVER} 482 iris #lobby :You're not channel operator`,
  );
  await crowd.iris.gets(
    "KICK #lobby jay",
    `:${SERVER} 482 iris #lobby :You're not channel operator`,
  );
  await jay.sees();
});
