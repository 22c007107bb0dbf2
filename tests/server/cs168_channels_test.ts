/**
 * cs168 through real sockets: names, channels, and what each member receives. Each case runs with frames
 * sent whole and byte by byte. `does` waits until the server has handled the frame and fails on any
 * reply that is not listed; `sees` fails on any frame that is not listed.
 *
 * @module
 */

import { meet, PACES, type Peer } from "../support/cs168.ts";
import type { Pace } from "../support/cs168.ts";
import { TestServer } from "../support/server.ts";

/** A test at both paces, each on a server of its own. */
function wireTest(name: string, run: (server: TestServer, pace: Pace) => Promise<void>): void {
  for (const pace of PACES) {
    Deno.test(`${name} (${pace})`, async () => {
      await using server = new TestServer();
      await run(server, pace);
    });
  }
}

/** Everybody in one channel, whose coming has been seen. */
async function gather(channel: string, first: Peer, ...others: [string, Peer][]): Promise<void> {
  await first.does(`/create ${channel}`);
  const inside = [first];
  for (const [name, peer] of others) {
    await peer.does(`/join ${channel}`);
    for (const member of inside) await member.sees(`${name} has joined`);
    inside.push(peer);
  }
}

wireTest("a name may hold spaces", async (server, pace) => {
  await using long = await server.enter("alice of the hills", pace);
  await using bob = await server.enter("bob", pace);
  await gather("c", bob, ["alice of the hills", long]);
  await long.does("hi");
  await bob.sees("[alice of the hills] hi");
});

wireTest("two users may have the same name", async (server, pace) => {
  await using one = await server.enter("sam", pace);
  await using two = await server.enter("sam", pace);
  await gather("c", one, ["sam", two]);
  await one.does("one");
  await two.sees("[sam] one");
  await two.does("two");
  await one.sees("[sam] two");
  two.close();
  await server.log.find(/#2 ended/);
  await one.sees("sam has left");
});

wireTest("chat goes to the others in the channel and to nobody else", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await using carol = await server.enter("carol", pace);
  await using elsewhere = await server.enter("dave", pace);
  await using nowhere = await server.enter("erin", pace);
  await gather("c", alice, ["bob", bob], ["carol", carol]);
  await elsewhere.does("/create other");
  await alice.does("hello all");
  await bob.sees("[alice] hello all");
  await carol.sees("[alice] hello all");
  await elsewhere.sees();
  await nowhere.sees();
  await alice.sees();
});

wireTest(
  "the members receive a join, the user who enters receives nothing",
  async (server, pace) => {
    await using alice = await server.enter("alice", pace);
    await using bob = await server.enter("bob", pace);
    await using carol = await server.enter("carol", pace);
    await meet("c", alice, bob);
    await carol.does("/join c");
    await alice.sees("carol has joined");
    await bob.sees("carol has joined");
  },
);

wireTest("a join of another channel leaves the first", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await using carol = await server.enter("carol", pace);
  await gather("one", alice, ["bob", bob]);
  await carol.does("/create two");
  await bob.does("/join two");
  await alice.sees("bob has left");
  await carol.sees("bob has joined");
  await alice.does("alone now");
  await bob.sees();
  await bob.does("hi");
  await carol.sees("[bob] hi");
  await alice.sees();
});

wireTest("a join of one's own channel sends the others left, then joined", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await gather("c", alice, ["bob", bob]);
  await bob.does("/join c");
  await alice.sees("bob has left", "bob has joined");
  await bob.does("still here");
  await alice.sees("[bob] still here");
});

wireTest("the members that remain receive a disconnect, once", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await using carol = await server.enter("carol", pace);
  await using nowhere = await server.enter("dave", pace);
  await gather("c", alice, ["bob", bob], ["carol", carol]);
  bob.close();
  await server.log.find(/#2 ended: closed by peer/);
  await alice.sees("bob has left");
  await carol.sees("bob has left");
  await nowhere.sees();
});

wireTest("a channel stays when nobody is in it", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await alice.does("/create c");
  alice.close();
  await server.log.find(/#1 ended/);
  await bob.does("/list", "c");
  await bob.does("/create c", "Room c already exists, so cannot be created.");
  await bob.does("/join c");
  await bob.does("anybody here");
});

wireTest("list names all channels in the order of their creation", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await alice.does("/create zoo");
  await bob.does("/list", "zoo");
  await alice.does("/create ant");
  await alice.does("/create mole");
  await alice.does("/join zoo");
  await bob.does("/list", "zoo\nant\nmole");
});
