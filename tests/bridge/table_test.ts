/**
 * The table of events (PROTOCOLS, section 5), through real sockets and byte for byte: a user of each dialect does
 * something, and the users of all four read exactly what the row says.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { Peer } from "../support/cs168.ts";
import type { Crowd } from "../support/crowd.ts";
import { IrcPeer } from "../support/irc.ts";
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

/** A row in which `irene` sends `lines`. */
function irene(title: string, lines: readonly string[], views: Partial<FourViews>): Row {
  const act = async (crowd: IrcCrowd) => void await crowd.irene.asks(...lines);
  return { title, act, views: { ...NOTHING, ...views } };
}

/** A row in which a user of a course does something. */
function course(
  title: string,
  act: (three: Crowd) => Promise<void>,
  views: Partial<FourViews>,
): Row {
  return { title, act: ({ three }) => act(three), views: { ...NOTHING, ...views } };
}

const emote = (nick: string) => `{"type": "emote", "nick": "${nick}", "message": "waves"}`;
const dmPacket = (by: string, to: string) =>
  `{"type": "dm", "nick": "${by}", "to": "${to}", "message": "psst"}`;

/** A dm of jo; the packet comes back to it. */
function dm(to: string, views: Partial<FourViews>): Row {
  const packet = `{"type": "dm", "to": "${to}", "message": "psst"}`;
  const act = ({ jo }: Crowd) => jo.does(packet, dmPacket("jo", to));
  return course(`a dm of a json16 user to ${to}`, act, views);
}

/** A row in which `newt` of the dialect of `home` comes to the lobby and goes, in words if it has any. */
function visit(
  title: string,
  home: string,
  words: string,
  act: (port: number) => Promise<void>,
): Row {
  return course(title, async (three) => {
    await act(three.port.port);
    await three.happens(joinPacket("newt"), leavePacket("newt"));
  }, {
    cs168: ["newt has joined", "newt has left"],
    json16: [joinPacket("newt"), leavePacket("newt")],
    irc: [`:newt!${home}@HOST JOIN #lobby`, `:newt!${home}@HOST QUIT :${words}`],
  });
}

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
  irene("an action, with formatting for IRC alone", [
    "PRIVMSG #lobby :\x01ACTION \x1dwaves\x0f\x01",
  ], {
    cs168: ["[irene waves]"],
    chat1: ["@irene: [irene waves]"],
    json16: [emote("irene")],
    irc: [`:${IRENE} PRIVMSG #lobby :\x01ACTION \x1dwaves\x0f\x01`],
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
  course("what a cs168 user says", async ({ carl, ...three }) => {
    await carl.sendFrame("hi");
    assertEquals(await three.witness.payload(), chatPacket("carl", "hi"));
  }, {
    chat1: ["@carl: hi"],
    json16: [chatPacket("carl", "hi")],
    irc: [`:${CARL} PRIVMSG #lobby :hi`],
  }),
  course("what a chat1 user says", async (three) => {
    await three.cher.says("hi");
    await three.happens(chatPacket("cher", "hi"));
  }, {
    cs168: ["[cher] hi"],
    json16: [chatPacket("cher", "hi")],
    irc: [`:${CHER} PRIVMSG #lobby :hi`],
  }),
  course("what a json16 user says", async (three) => {
    await three.jo.says("hi");
    await three.happens(chatPacket("jo", "hi"));
  }, {
    cs168: ["[jo] hi"],
    chat1: ["@jo: hi"],
    json16: [chatPacket("jo", "hi")],
    irc: [`:${JO} PRIVMSG #lobby :hi`],
  }),
  course("an emote of a json16 user", async (three) => {
    await three.jo.sends('{"type": "emote", "message": "waves"}');
    await three.happens(emote("jo"));
  }, {
    cs168: ["[jo waves]"],
    chat1: ["@jo: [jo waves]"],
    json16: [emote("jo")],
    irc: [`:${JO} PRIVMSG #lobby :\x01ACTION waves\x01`],
  }),
  dm("carl", { cs168: ["[jo -> carl]\n psst"] }),
  dm("cher", { chat1: ["@jo: [to cher] psst"] }),
  dm("iris", { irc: [`:${JO} PRIVMSG iris :psst`] }),
  course("a dm of a json16 user to jo", async (three) => {
    await three.witness.sends('{"type": "dm", "to": "jo", "message": "psst"}');
    await three.happens(dmPacket("witness", "jo"));
  }, { json16: [dmPacket("witness", "jo")] }),
  course("that a cs168 user goes elsewhere", async (three) => {
    await three.carl.sendFrame("/create den");
    await three.happens(leavePacket("carl"));
  }, { json16: [leavePacket("carl")], irc: [`:${CARL} PART #lobby`] }),
  course("that a cs168 user comes back to where it is", async (three) => {
    await three.carl.sendFrame("/join lobby");
    await three.happens(leavePacket("carl"), joinPacket("carl"));
  }, {
    json16: [leavePacket("carl"), joinPacket("carl")],
    irc: [`:${CARL} PART #lobby`, `:${CARL} JOIN #lobby`],
  }),
  visit("that a cs168 user comes and is gone", "cs168", "Connection closed", async (port) => {
    const newt = await Peer.enter(port, "newt");
    await newt.does("/join lobby");
    newt.close();
  }),
  visit("that a chat1 user comes, and goes with a word", "chat1", "", async (port) => {
    await using newt = await Chat1Peer.enter(port, "newt");
    await newt.tells("DISCONNECT newt CHAT/1.0");
    await newt.untilEnd();
  }),
  visit("that a chat1 user comes and is gone", "chat1", "Connection closed", async (port) => {
    (await Chat1Peer.enter(port, "newt")).close();
  }),
  visit("that a json16 user comes and is gone", "json16", "Connection closed", async (port) => {
    (await Json16Peer.enter(port, "newt")).close();
  }),
  visit("that an IRC user comes and is gone", "~newt", "Connection closed", async (port) => {
    const newt = await IrcPeer.enter(port, "newt");
    await newt.asks("JOIN #lobby");
    newt.close();
  }),
  course("that a json16 user takes another nick", async (three) => {
    await three.jo.sends('{"type": "hello", "nick": "joe"}');
    await three.happens(leavePacket("jo"), joinPacket("joe"));
  }, {
    cs168: ["jo has left", "joe has joined"],
    json16: [joinPacket("joe")],
    irc: [`:${JO} NICK :joe`],
  }),
  course("that a chat1 user asks for a name that is taken", async ({ port }) => {
    await using newt = await ByteStream.connect(port.port);
    await newt.send("REGISTER jo CHAT/1.0\n");
    await newt.receives("401 Client already registered\n");
  }, {}),
  course("what is refused to a json16 user", ({ jo }) =>
    jo.does(
      '{"type": "dm", "to": "chris", "message": "psst"}',
      '{"type": "error", "message": "No user named chris"}',
    ), {}),
  course(
    "what is refused to a cs168 user",
    ({ carl }) => carl.does("/create lobby", "Room lobby already exists, so cannot be created."),
    {},
  ),
  course("what a chat1 user asks in vain, before it speaks", async (three) => {
    await three.cher.tells("LIST cher CHAT/1.0");
    await three.cher.says("done");
    await three.happens(chatPacket("cher", "done"));
  }, {
    cs168: ["[cher] done"],
    json16: [chatPacket("cher", "done")],
    irc: [`:${CHER} PRIVMSG #lobby :done`],
  }),
];

for (const { title, act, views } of ROWS) {
  Deno.test(`what all four read: ${title}`, async () => {
    await using crowd = await IrcCrowd.gather();
    await act(crowd);
    await crowd.allSee(views);
  });
}

/** What each reads when the server stops, up to the end of the stream. */
const ENDS: Readonly<Record<keyof FourViews, (crowd: IrcCrowd) => Promise<void>>> = {
  cs168: async ({ three }) => assertEquals(await three.carl.untilEnd(), []),
  chat1: async ({ three }) => assertEquals(await three.cher.untilEnd(), "DISCONNECT CHAT/1.0\n"),
  json16: async ({ three }) => assertEquals(await three.jo.untilEnd(), ""),
  irc: async ({ iris }) => {
    const text = await iris.untilEnd();
    assert(/^ERROR :[^\n]*\r\n$/.test(text), text);
  },
};

for (const [dialect, readsEnd] of Object.entries(ENDS)) {
  Deno.test(`the server stops, to the ${dialect} user: its own word for it, then the end`, async () => {
    await using crowd = await IrcCrowd.gather();
    const stopping = crowd.three.port.server.stop();
    await readsEnd(crowd);
    await within("the stop", stopping);
  });
}
