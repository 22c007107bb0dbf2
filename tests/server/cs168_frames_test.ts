/**
 * cs168 through real sockets: what a frame may look like, the replies to wrong requests, and texts that
 * do not fit into one frame. Each case runs with frames sent whole and byte by byte.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { PACES } from "../support/cs168.ts";
import type { Pace, Peer } from "../support/cs168.ts";
import { TestServer } from "../support/server.ts";

interface Duo {
  readonly alice: Peer;
  readonly bob: Peer;
}

/** A test at both paces, with alice and bob in the channel `c`. */
function duoTest(name: string, run: (duo: Duo, server: TestServer, pace: Pace) => Promise<void>) {
  for (const pace of PACES) {
    Deno.test(`${name} (${pace})`, async () => {
      await using server = new TestServer();
      await using alice = await server.enter("alice", pace);
      await using bob = await server.enter("bob", pace);
      await alice.does("/create c");
      await bob.does("/join c");
      await alice.sees("bob has joined");
      await run({ alice, bob }, server, pace);
    });
  }
}

function unknown(word: string): string {
  return `${word} is not a valid control message. Valid messages are /create, /list, and /join.`;
}

const OUTSIDE = "Not currently in any channel. Must join a channel before sending messages.";

duoTest("trailing white space is stripped from a name", async ({ alice }, server, pace) => {
  await using carol = await server.enter("carol\r\n\t ", pace);
  await carol.does("/join c");
  await alice.sees("carol has joined");
});

duoTest("trailing white space is stripped from chat", async ({ alice, bob }) => {
  for (const end of ["\n", "\r\n", "\t", " \n \r\t "]) {
    await alice.does(`hello${end}`);
    await bob.sees("[alice] hello");
  }
});

duoTest("trailing white space is stripped from requests", async ({ alice, bob }) => {
  await alice.does("/list\n", "c");
  await alice.does("/list\r\n", "c");
  await alice.does("/create d\n");
  await bob.sees("alice has left");
  await bob.does("/list\t", "c\nd");
  await bob.does("/join d\n");
  await alice.sees("bob has joined");
  await bob.does("/nosuch\n", unknown("/nosuch"));
});

duoTest("leading white space makes chat of a request", async ({ alice, bob }) => {
  await alice.does(" /list");
  await alice.does("  /join nowhere");
  await bob.sees("[alice]  /list", "[alice]   /join nowhere");
});

duoTest("spaces inside chat stay as they are", async ({ alice, bob }) => {
  await alice.does("a  b   c");
  await bob.sees("[alice] a  b   c");
});

duoTest("a blank frame is ignored, and nobody is ever sent one", async ({ alice, bob }) => {
  for (const blank of ["", "\n", "\r\n", "\t\t", " \n \n "]) await alice.does(blank);
  await bob.sees();
});

duoTest("a blank frame is not a name either", async ({ alice }, server, pace) => {
  await using carol = await server.connect(pace);
  await carol.sendFrame("");
  await carol.sendFrame("\n");
  await carol.does("carol");
  await carol.does("/join c");
  await alice.sees("carol has joined");
});

duoTest("a second name is chat", async ({ alice, bob }) => {
  await alice.does("alice");
  await bob.sees("[alice] alice");
});

duoTest("further words after a channel's name are ignored", async ({ alice, bob }) => {
  await alice.does("/create d of mine");
  await bob.sees("alice has left");
  await bob.does("/list now", "c\nd");
  await bob.does("/join d please");
  await alice.sees("bob has joined");
});

duoTest("more than one space may stand before a channel's name", async ({ alice, bob }) => {
  await alice.does("/create   d");
  await bob.sees("alice has left");
  await bob.does("/join  d");
  await alice.sees("bob has joined");
});

duoTest("an unknown request is answered with its first word", async ({ alice, bob }) => {
  await alice.does("/nosuch thing", unknown("/nosuch"));
  await alice.does("/", unknown("/"));
  await alice.does("/ list", unknown("/"));
  await alice.does("//", unknown("//"));
  await bob.sees();
});

duoTest("a request is known by its whole first word in small letters", async ({ alice, bob }) => {
  await alice.does("/LIST", unknown("/LIST"));
  await alice.does("/List", unknown("/List"));
  await alice.does("/lists", unknown("/lists"));
  await alice.does("/joinc", unknown("/joinc"));
  await alice.does("/Join c", unknown("/Join"));
  await alice.does("/creates d", unknown("/creates"));
  await bob.does("/list", "c");
});

duoTest("join of a channel that does not exist is refused", async ({ alice, bob }) => {
  await alice.does("/join d", "No channel named d exists. Try '/create d'?");
  await alice.does("/join C", "No channel named C exists. Try '/create C'?");
  await alice.does("still here");
  await bob.sees("[alice] still here");
});

duoTest("join without a name is refused", async ({ alice, bob }) => {
  const text = "/join command must be followed by the name of a channel to join.";
  await alice.does("/join", text);
  await alice.does("/join ", text);
  await alice.does("/join\n", text);
  await alice.does("still here");
  await bob.sees("[alice] still here");
});

duoTest("create of a channel that exists is refused, also one's own", async ({ alice, bob }) => {
  await alice.does("/create c", "Room c already exists, so cannot be created.");
  await alice.does("still here");
  await bob.sees("[alice] still here");
});

duoTest("create without a name is refused", async ({ alice, bob }) => {
  const text = "/create command must be followed by the name of a channel to create";
  await alice.does("/create", text);
  await alice.does("/create  \n", text);
  await alice.does("still here");
  await bob.sees("[alice] still here");
});

duoTest("chat outside any channel is refused", async ({ alice, bob }, server, pace) => {
  await using carol = await server.enter("carol", pace);
  await carol.does("hello", OUTSIDE);
  await carol.does("/join nowhere", "No channel named nowhere exists. Try '/create nowhere'?");
  await carol.does("hello", OUTSIDE);
  await alice.sees();
  await bob.sees();
});

duoTest("a channel's name has at most 128 bytes", async ({ alice, bob }) => {
  const longest = "ä".repeat(64);
  await alice.does(`/create ${longest}x`, "Channel names have at most 128 bytes.");
  await bob.sees();
  await alice.does(`/create ${longest}`);
  await bob.sees("alice has left");
  await bob.does("/list", `c\n${longest}`);
});

duoTest(
  "chat that fits with its name is one frame, also when it fills it",
  async ({ alice, bob }) => {
    const text = "x".repeat(200 - "[alice] ".length);
    await alice.does(text);
    await bob.sees(`[alice] ${text}`);
  },
);

duoTest("longer chat comes in several frames, each with the name", async ({ alice, bob }) => {
  const room = 200 - "[alice] ".length;
  await alice.does("x".repeat(200));
  await bob.sees(`[alice] ${"x".repeat(room)}`, `[alice] ${"x".repeat(200 - room)}`);
});

duoTest("nothing of long chat is lost, and no character is cut", async ({ alice, bob }) => {
  const room = 200 - "[alice] ".length;
  for (
    const text of ["é".repeat(100), "a" + "漢".repeat(66), "🙂".repeat(50), "ab ".repeat(66) + "!"]
  ) {
    await alice.does(text);
    const frames = await bob.untilBarrier();
    assertEquals(frames.length, 2);
    const shares = frames.map((frame) => {
      assert(frame.startsWith("[alice] "), frame);
      return frame.slice("[alice] ".length);
    });
    assertEquals(shares.join(""), text);
    const [first = ""] = shares;
    assert(new TextEncoder().encode(first).length > room - 5, `"${first}" could have been longer`);
  }
});

duoTest("no character is cut where only white space stands before it", async ({ alice, bob }) => {
  await alice.does(`${" ".repeat(191)}éééé`);
  const frames = await bob.untilBarrier();
  assertEquals(frames.at(-1), "[alice] éééé");
});

duoTest(
  "a name that leaves no room for chat is cut along with it",
  async ({ alice }, server, pace) => {
    const name = "n".repeat(200);
    await using carol = await server.enter(name, pace);
    await carol.does("/join c");
    assertEquals((await alice.untilBarrier()).join(""), `${name} has joined`);
    await carol.does("hello");
    assertEquals((await alice.untilBarrier()).join(""), `[${name}] hello`);
    carol.close();
    await server.log.find(/#3 ended/);
    assertEquals((await alice.untilBarrier()).join(""), `${name} has left`);
  },
);

duoTest("an error text that does not fit comes in several frames", async ({ alice, bob }) => {
  const name = "n".repeat(190);
  await alice.does(`/join ${name}`, ...[
    `No channel named ${"n".repeat(183)}`,
    `nnnnnnn exists. Try '/create ${"n".repeat(171)}`,
    `${"n".repeat(19)}'?`,
  ]);
  await bob.sees();
});

duoTest(
  "two frames in one segment are two frames, and so are one and a half",
  async ({ alice, bob }) => {
    const text = "a".padEnd(200) + "b".padEnd(200) + "c".padEnd(100);
    await alice.send(new TextEncoder().encode(text));
    await alice.send(new TextEncoder().encode(" ".repeat(100)));
    await alice.sees();
    await bob.sees("[alice] a", "[alice] b", "[alice] c");
  },
);
