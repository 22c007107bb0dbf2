/**
 * The table of events (PROTOCOLS, section 5) with IRC in it, through real sockets and byte for byte: what an IRC user
 * does, to all four dialects, and what the users of the courses do, to IRC.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Chat1Peer } from "../support/chat1.ts";
import { Peer } from "../support/cs168.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { chatPacket, joinPacket, Json16Peer, leavePacket } from "../support/json16.ts";
import { within } from "../support/within.ts";
import { type FourViews, IrcCrowd, IRENE } from "./irc_crowd.ts";

const NOTHING: FourViews = { cs168: [], chat1: [], json16: [], irc: [] };
const CARL = "carl!cs168@HOST";
const CHER = "cher!chat1@HOST";
const JO = "jo!json16@HOST";

/** A row of the table. */
interface Row {
  readonly title: string;
  /** Does it. Resolves when the server has handled it. */
  act(crowd: IrcCrowd): Promise<void>;
  readonly views: FourViews;
}

/** A row in which `irene` sends `lines`, and receives `answers`. */
function irene(title: string, lines: readonly string[], views: Partial<FourViews>): Row {
  return {
    title,
    act: async (crowd) => {
      await crowd.irene.asks(...lines);
    },
    views: { ...NOTHING, ...views },
  };
}

const emote = (nick: string) => `{"type": "emote", "nick": "${nick}", "message": "waves"}`;

const ROWS: readonly Row[] = [
  irene("what an IRC user says", ["PRIVMSG #lobby :hi all"], {
    cs168: ["[irene] hi all"],
    chat1: ["@irene: hi all"],
    json16: [chatPacket("irene", "hi all")],
    irc: [`:${IRENE} PRIVMSG #lobby :hi all`],
  }),
  irene("a notice", ["NOTICE #lobby :hear"], {
    cs168: ["[irene] hear"],
    chat1: ["@irene: hear"],
    json16: [chatPacket("irene", "hear")],
    irc: [`:${IRENE} NOTICE #lobby :hear`],
  }),
  irene("an action", ["PRIVMSG #lobby :\x01ACTION waves\x01"], {
    cs168: ["[irene waves]"],
    chat1: ["@irene: [irene waves]"],
    json16: [emote("irene")],
    irc: [`:${IRENE} PRIVMSG #lobby :\x01ACTION waves\x01`],
  }),
  irene("another CTCP, which goes to IRC alone", ["PRIVMSG #lobby :\x01VERSION\x01"], {
    irc: [`:${IRENE} PRIVMSG #lobby :\x01VERSION\x01`],
  }),
  irene(
    "formatting codes, which go to IRC alone",
    ["PRIVMSG #lobby :\x02bold\x02 \x0304,12red\x03 \x11mono\x11 \x1dit\x1d \x16r\x16 \x1eno\x1e\x0f!"],
    {
      cs168: ["[irene] bold red mono it r no!"],
      chat1: ["@irene: bold red mono it r no!"],
      json16: [chatPacket("irene", "bold red mono it r no!")],
      irc: [
        `:${IRENE} PRIVMSG #lobby :\x02bold\x02 \x0304,12red\x03 \x11mono\x11 \x1dit\x1d \x16r\x16 \x1eno\x1e\x0f!`,
      ],
    },
  ),
  irene("that an IRC user leaves and comes back", ["PART #lobby :lunch", "JOIN #lobby"], {
    cs168: ["irene has left", "irene has joined"],
    json16: [leavePacket("irene"), joinPacket("irene")],
    irc: [`:${IRENE} PART #lobby :lunch`, `:${IRENE} JOIN #lobby`],
  }),
  irene("a new nick of an IRC user", ["NICK ida"], {
    cs168: ["irene has left", "ida has joined"],
    json16: [leavePacket("irene"), joinPacket("ida")],
    irc: [`:${IRENE} NICK :ida`],
  }),
  irene("an absence", ["AWAY :lunch", "AWAY"], {}),
  irene("a topic and modes, which the lobby takes from nobody", [
    "TOPIC #lobby :x",
    "MODE #lobby +m",
  ], {}),
  irene("tags alone", ["TAGMSG #lobby"], {}),
  irene("what is refused to an IRC user", ["PRIVMSG #nowhere :hi", "NICK carl"], {}),
  irene("a dm to the cs168 user", ["PRIVMSG carl :psst"], { cs168: ["[irene -> carl]\n psst"] }),
  irene("a dm to the chat1 user", ["PRIVMSG cher :psst"], { chat1: ["@irene: [to cher] psst"] }),
  irene("a dm to the json16 user", ["PRIVMSG jo :psst"], {
    json16: ['{"type": "dm", "nick": "irene", "to": "jo", "message": "psst"}'],
  }),
  irene("a dm to the IRC user", ["PRIVMSG iris :psst"], { irc: [`:${IRENE} PRIVMSG iris :psst`] }),
  {
    title: "what a cs168 user says",
    act: async ({ three }) => {
      await three.carl.sendFrame("hi");
      await three.happens(chatPacket("carl", "hi"));
    },
    views: {
      cs168: [],
      chat1: ["@carl: hi"],
      json16: [chatPacket("carl", "hi")],
      irc: [`:${CARL} PRIVMSG #lobby :hi`],
    },
  },
  {
    title: "what a chat1 user says",
    act: async ({ three }) => {
      await three.cher.says("hi");
      await three.happens(chatPacket("cher", "hi"));
    },
    views: {
      cs168: ["[cher] hi"],
      chat1: [],
      json16: [chatPacket("cher", "hi")],
      irc: [`:${CHER} PRIVMSG #lobby :hi`],
    },
  },
  {
    title: "what a json16 user says",
    act: async ({ three }) => {
      await three.jo.says("hi");
      await three.happens(chatPacket("jo", "hi"));
    },
    views: {
      cs168: ["[jo] hi"],
      chat1: ["@jo: hi"],
      json16: [chatPacket("jo", "hi")],
      irc: [`:${JO} PRIVMSG #lobby :hi`],
    },
  },
  {
    title: "an emote of a json16 user",
    act: async ({ three }) => {
      await three.jo.sends('{"type": "emote", "message": "waves"}');
      await three.happens(emote("jo"));
    },
    views: {
      cs168: ["[jo waves]"],
      chat1: ["@jo: [jo waves]"],
      json16: [emote("jo")],
      irc: [`:${JO} PRIVMSG #lobby :\x01ACTION waves\x01`],
    },
  },
  {
    title: "a dm of a json16 user to the IRC user",
    act: async ({ three }) => {
      const packet = '{"type": "dm", "nick": "jo", "to": "iris", "message": "psst"}';
      await three.jo.does('{"type": "dm", "to": "iris", "message": "psst"}', packet);
    },
    views: { ...NOTHING, irc: [`:${JO} PRIVMSG iris :psst`] },
  },
  {
    title: "that a cs168 user goes elsewhere",
    act: async ({ three }) => {
      await three.carl.sendFrame("/create den");
      await three.happens(leavePacket("carl"));
    },
    views: { ...NOTHING, json16: [leavePacket("carl")], irc: [`:${CARL} PART #lobby`] },
  },
  {
    title: "that a cs168 user comes and is gone",
    act: async ({ three }) => {
      const newt = await Peer.enter(three.port.port, "newt");
      await newt.does("/join lobby");
      newt.close();
      await three.happens(joinPacket("newt"), leavePacket("newt"));
    },
    views: {
      cs168: ["newt has joined", "newt has left"],
      chat1: [],
      json16: [joinPacket("newt"), leavePacket("newt")],
      irc: [":newt!cs168@HOST JOIN #lobby", ":newt!cs168@HOST QUIT :Connection closed"],
    },
  },
  {
    title: "that a chat1 user comes, and goes with a word",
    act: async ({ three }) => {
      await using newt = await Chat1Peer.enter(three.port.port, "newt");
      await newt.tells("DISCONNECT newt CHAT/1.0");
      await three.happens(joinPacket("newt"), leavePacket("newt"));
    },
    views: {
      cs168: ["newt has joined", "newt has left"],
      chat1: [],
      json16: [joinPacket("newt"), leavePacket("newt")],
      irc: [":newt!chat1@HOST JOIN #lobby", ":newt!chat1@HOST QUIT :"],
    },
  },
  {
    title: "that a json16 user takes another nick",
    act: async ({ three }) => {
      await three.jo.sends('{"type": "hello", "nick": "joe"}');
      await three.happens(leavePacket("jo"), joinPacket("joe"));
    },
    views: {
      cs168: ["jo has left", "joe has joined"],
      chat1: [],
      json16: [joinPacket("joe")],
      irc: [`:${JO} NICK :joe`],
    },
  },
];

for (const { title, act, views } of ROWS) {
  Deno.test(`with IRC: ${title}`, async () => {
    await using crowd = await IrcCrowd.gather();
    await act(crowd);
    await crowd.allSee(views);
  });
}

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

Deno.test("the server stops, to the IRC user: ERROR", async () => {
  await using crowd = await IrcCrowd.gather();
  const stopping = crowd.three.port.server.stop();
  const lines = (await crowd.iris.untilEnd()).trimEnd().split("\r\n");
  assertEquals(lines.length, 1);
  assertEquals(lines[0]?.startsWith("ERROR :"), true, lines[0]);
  await within("the stop", stopping);
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
