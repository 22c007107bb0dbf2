/**
 * cs168 through real sockets: blank frames, the answers to refused requests, and frames that share a segment.
 * Each case runs with frames sent whole and byte by byte. `tests/protocol/cs168_test.ts` has all forms of a frame.
 *
 * @module
 */

import { meet, PACES } from "../support/cs168.ts";
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
      await meet("c", alice, bob);
      await run({ alice, bob }, server, pace);
    });
  }
}

function unknown(word: string): string {
  return `${word} is not a valid control message. Valid messages are /create, /list, and /join.`;
}

const OUTSIDE = "Not currently in any channel. Must join a channel before sending messages.";

duoTest("a blank frame is ignored, and nobody is ever sent one", async ({ alice, bob }) => {
  for (const blank of ["", "\n", "\r\n", "\t\t", " \n \n "]) await alice.does(blank);
  await bob.sees();
});

duoTest("a refused request has its exact answer and changes nothing", async ({ alice, bob }) => {
  const refused = {
    "/nosuch thing": unknown("/nosuch"),
    "/LIST": unknown("/LIST"),
    "/join d": "No channel named d exists. Try '/create d'?",
    "/join C": "No channel named C exists. Try '/create C'?",
    "/join \n": "/join command must be followed by the name of a channel to join.",
    "/create c": "Room c already exists, so cannot be created.",
    "/create": "/create command must be followed by the name of a channel to create",
  };
  for (const [request, answer] of Object.entries(refused)) await alice.does(request, answer);
  await alice.does("still here");
  await bob.sees("[alice] still here");
  await bob.does("/list", "c");
});

duoTest("chat outside any channel is refused", async ({ alice, bob }, server, pace) => {
  await using carol = await server.enter("carol", pace);
  await carol.does("hello", OUTSIDE);
  await carol.does("/join nowhere", "No channel named nowhere exists. Try '/create nowhere'?");
  await carol.does("hello", OUTSIDE);
  await alice.sees();
  await bob.sees();
});

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
