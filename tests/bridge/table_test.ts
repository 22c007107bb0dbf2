/**
 * The table of events (PROTOCOLS, section 5), through real sockets and byte for byte. Each cell is a test: one
 * user does something, and one receiver reads exactly what the cell says.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { frame, Peer } from "../support/cs168.ts";
import { Crowd, RECEIVERS, type Views } from "../support/crowd.ts";
import { chatPacket, joinPacket, Json16Peer, leavePacket } from "../support/json16.ts";
import { OpenPort } from "../support/open_port.ts";
import { within } from "../support/within.ts";

/** A row of the table, for a user of one protocol. */
interface Row {
  readonly title: string;
  /** Does it. Resolves when the server has handled it. */
  act(crowd: Crowd): Promise<void>;
  readonly views: Views;
}

const nobody: Views = { cs168: [], chat1: [], json16: [] };
const emotePacket = '{"type": "emote", "nick": "jo", "message": "goes out"}';
const dmPacket = (to: string) => `{"type": "dm", "nick": "jo", "to": "${to}", "message": "psst"}`;

const rows: Row[] = [
  {
    title: "what a cs168 user says",
    act: async ({ carl, ...crowd }) => {
      await carl.sendFrame("hi");
      assertEquals(await crowd.witness.payload(), chatPacket("carl", "hi"));
    },
    views: { cs168: [], chat1: ["@carl: hi"], json16: [chatPacket("carl", "hi")] },
  },
  {
    title: "what a chat1 user says",
    act: async (crowd) => {
      await crowd.cher.says("hi");
      await crowd.happens(chatPacket("cher", "hi"));
    },
    views: { cs168: ["[cher] hi"], chat1: [], json16: [chatPacket("cher", "hi")] },
  },
  {
    title: "what a json16 user says",
    act: async (crowd) => {
      await crowd.jo.says("hi");
      await crowd.happens(chatPacket("jo", "hi"));
    },
    views: { cs168: ["[jo] hi"], chat1: ["@jo: hi"], json16: [chatPacket("jo", "hi")] },
  },
  {
    title: "that a cs168 user joins, and leaves",
    act: async (crowd) => {
      const newt = await Peer.enter(crowd.port.port, "newt");
      await newt.does("/join lobby");
      newt.close();
      await crowd.happens(joinPacket("newt"), leavePacket("newt"));
    },
    views: {
      cs168: ["newt has joined", "newt has left"],
      chat1: [],
      json16: [joinPacket("newt"), leavePacket("newt")],
    },
  },
  {
    title: "that a chat1 user joins, and leaves by DISCONNECT",
    act: async (crowd) => {
      await using newt = await Chat1Peer.enter(crowd.port.port, "newt");
      await newt.tells("DISCONNECT newt CHAT/1.0");
      await crowd.happens(joinPacket("newt"), leavePacket("newt"));
    },
    views: {
      cs168: ["newt has joined", "newt has left"],
      chat1: [],
      json16: [joinPacket("newt"), leavePacket("newt")],
    },
  },
  {
    title: "that a chat1 user leaves without a word",
    act: async (crowd) => {
      const newt = await Chat1Peer.enter(crowd.port.port, "newt");
      newt.close();
      await crowd.happens(joinPacket("newt"), leavePacket("newt"));
    },
    views: {
      cs168: ["newt has joined", "newt has left"],
      chat1: [],
      json16: [joinPacket("newt"), leavePacket("newt")],
    },
  },
  {
    title: "that a json16 user joins, and leaves",
    act: async (crowd) => {
      const newt = await Json16Peer.enter(crowd.port.port, "newt");
      newt.close();
      await crowd.happens(joinPacket("newt"), leavePacket("newt"));
    },
    views: {
      cs168: ["newt has joined", "newt has left"],
      chat1: [],
      json16: [joinPacket("newt"), leavePacket("newt")],
    },
  },
  {
    title: "that a cs168 user comes back to where it is",
    act: async (crowd) => {
      await crowd.carl.sendFrame("/join lobby");
      await crowd.happens(leavePacket("carl"), joinPacket("carl"));
    },
    views: { cs168: [], chat1: [], json16: [leavePacket("carl"), joinPacket("carl")] },
  },
  {
    title: "that a json16 user takes another nick",
    act: async (crowd) => {
      await crowd.jo.sends('{"type": "hello", "nick": "joe"}');
      await crowd.happens(leavePacket("jo"), joinPacket("joe"));
    },
    views: { cs168: ["jo has left", "joe has joined"], chat1: [], json16: [joinPacket("joe")] },
  },
  {
    title: "an emote",
    act: async (crowd) => {
      await crowd.jo.sends('{"type": "emote", "message": "goes out"}');
      await crowd.happens(emotePacket);
    },
    views: { cs168: ["[jo goes out]"], chat1: ["@jo: [jo goes out]"], json16: [emotePacket] },
  },
  {
    title: "a dm to the cs168 user",
    act: (crowd) => dm(crowd, "carl"),
    views: { ...nobody, cs168: ["[jo -> carl]\n psst"] },
  },
  {
    title: "a dm to the chat1 user",
    act: (crowd) => dm(crowd, "cher"),
    views: { ...nobody, chat1: ["@jo: [to cher] psst"], json16: [] },
  },
  {
    title: "a dm to a json16 user",
    act: async (crowd) => {
      await crowd.witness.sends('{"type": "dm", "to": "jo", "message": "psst"}');
      await crowd.happens('{"type": "dm", "nick": "witness", "to": "jo", "message": "psst"}');
    },
    views: {
      ...nobody,
      json16: ['{"type": "dm", "nick": "witness", "to": "jo", "message": "psst"}'],
    },
  },
  {
    title: "that a cs168 user goes to another channel",
    act: async (crowd) => {
      await crowd.carl.sendFrame("/create den");
      await crowd.happens(leavePacket("carl"));
    },
    views: { cs168: [], chat1: [], json16: [leavePacket("carl")] },
  },
  {
    title: "that a chat1 user asks for a name that is taken",
    act: async (crowd) => {
      await using newt = await ByteStream.connect(crowd.port.port);
      await newt.send("REGISTER jo CHAT/1.0\n");
      await newt.receives("401 Client already registered\n");
    },
    views: nobody,
  },
  {
    title: "what is refused to a json16 user",
    act: (crowd) =>
      crowd.jo.does(
        '{"type": "dm", "to": "chris", "message": "psst"}',
        '{"type": "error", "message": "No user named chris"}',
      ),
    views: nobody,
  },
  {
    title: "what is refused to a cs168 user",
    act: (crowd) =>
      crowd.carl.does("/create lobby", "Room lobby already exists, so cannot be created."),
    views: nobody,
  },
  {
    title: "what a chat1 user asks in vain",
    act: async (crowd) => {
      await crowd.cher.tells("LIST cher CHAT/1.0");
      await crowd.cher.says("done");
      await crowd.happens(chatPacket("cher", "done"));
    },
    views: { cs168: ["[cher] done"], chat1: [], json16: [chatPacket("cher", "done")] },
  },
];

/** Jo sends a dm. Reads the packet that comes back to jo. */
async function dm(crowd: Crowd, to: string): Promise<void> {
  await crowd.jo.does(`{"type": "dm", "to": "${to}", "message": "psst"}`, dmPacket(to));
}

for (const { title, act, views } of rows) {
  for (const receiver of RECEIVERS) {
    const seen = views[receiver].length === 0 ? "nothing" : views[receiver].join(", then ");
    Deno.test(`${title}, to the ${receiver} user: ${seen.replaceAll("\n", "\\n")}`, async () => {
      await using crowd = await Crowd.gather();
      await act(crowd);
      await crowd.sees(receiver, views);
    });
  }
}

Deno.test("nobody else in the channel receives a dm", async () => {
  await using crowd = await Crowd.gather();
  for (const to of ["carl", "cher"]) {
    await dm(crowd, to);
    await crowd.witness.sees();
  }
  await crowd.carl.sees("[jo -> carl]\n psst");
  await crowd.cher.sees(crowd.bell, "@jo: [to cher] psst");
});

Deno.test("the server stops, to the cs168 user: the connection closes", async () => {
  await using crowd = await Crowd.gather();
  const stopping = crowd.port.server.stop();
  assertEquals(await crowd.carl.untilEnd(), []);
  await within("the stop", stopping);
});

Deno.test("the server stops, to the chat1 user: DISCONNECT CHAT/1.0", async () => {
  await using crowd = await Crowd.gather();
  const stopping = crowd.port.server.stop();
  assertEquals(await crowd.cher.untilEnd(), "DISCONNECT CHAT/1.0\n");
  await within("the stop", stopping);
});

Deno.test("the server stops, to the json16 user: the connection closes", async () => {
  await using crowd = await Crowd.gather();
  const stopping = crowd.port.server.stop();
  assertEquals(await crowd.jo.untilEnd(), "");
  await within("the stop", stopping);
});

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
