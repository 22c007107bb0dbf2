/**
 * cs168 through real sockets: names, channels, and who hears what of whom. Each case runs with frames
 * sent whole and byte by byte. `does` waits until the server has dealt with the frame and fails on any
 * reply that is not listed; `sees` fails on anything that came besides what is listed.
 *
 * @module
 */

import { PACES, type Peer } from "../support/cs168.ts";
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

wireTest("a name gets no reply", async (server, pace) => {
  await using alice = await server.connect(pace);
  await alice.does("alice");
});

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

wireTest("the first frame is a name, also when it looks like a request", async (server, pace) => {
  await using odd = await server.enter("/list", pace);
  await using bob = await server.enter("bob", pace);
  await gather("c", bob, ["/list", odd]);
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

wireTest("chat arrives in the order in which it was said", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await gather("c", alice, ["bob", bob]);
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  for (const line of lines) await alice.sendFrame(line);
  await alice.sees();
  await bob.sees(...lines.map((line) => `[alice] ${line}`));
});

wireTest("who enters hears nothing, the members hear of it", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await using carol = await server.enter("carol", pace);
  await alice.does("/create c");
  await bob.does("/join c");
  await alice.sees("bob has joined");
  await carol.does("/join c");
  await alice.sees("carol has joined");
  await bob.sees("carol has joined");
});

wireTest("who joins another channel leaves the first", async (server, pace) => {
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

wireTest("who creates a channel leaves the one before", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await gather("one", alice, ["bob", bob]);
  await bob.does("/create two");
  await alice.sees("bob has left");
});

wireTest("joining one's own channel tells the others left, then joined", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await gather("c", alice, ["bob", bob]);
  await bob.does("/join c");
  await alice.sees("bob has left", "bob has joined");
  await bob.does("still here");
  await alice.sees("[bob] still here");
});

wireTest("a disconnect is told once to the members that remain", async (server, pace) => {
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

wireTest("who left before disconnecting is not told to leave again", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await gather("c", alice, ["bob", bob]);
  await bob.does("/create elsewhere");
  await alice.sees("bob has left");
  bob.close();
  await server.log.find(/#2 ended/);
  await alice.sees();
});

wireTest("a disconnect outside any channel is told to nobody", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await using bob = await server.enter("bob", pace);
  await using silent = await server.connect(pace);
  await alice.does("/create c");
  bob.close();
  silent.close();
  await server.log.find(/#2 ended/);
  await server.log.find(/#3 ended/);
  await alice.sees();
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

wireTest("list without any channel sends nothing at all", async (server, pace) => {
  await using alice = await server.enter("alice", pace);
  await alice.does("/list");
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

wireTest(
  "a list that fills its frame is one frame, a longer one is cut at newlines",
  async (server, pace) => {
    await using alice = await server.enter("alice", pace);
    const [a, b, c] = ["a".repeat(99), "b".repeat(100), "c".repeat(100)];
    await alice.does(`/create ${a}`);
    await alice.does(`/create ${b}`);
    await alice.does("/list", `${a}\n${b}`);
    await alice.does(`/create ${c}`);
    await alice.does("/list", `${a}\n${b}`, `${c}`);
    // One byte too many for the frame of the name before it, with the newline between them.
    const [d, e] = ["ü".repeat(50), "e"];
    await alice.does(`/create ${d}`);
    await alice.does(`/create ${e}`);
    await alice.does("/list", `${a}\n${b}`, `${c}`, `${d}\n${e}`);
  },
);

wireTest("three users hold a conversation over two channels", async (server, pace) => {
  await using alice = await server.enter("Alice", pace);
  await using bob = await server.enter("Bob", pace);
  await using panda = await server.enter("Panda", pace);
  await alice.does("/create 168_tas");
  await bob.does("/join 168_tas");
  await alice.sees("Bob has joined");
  await panda.does("/create 122_tas");
  await alice.does("Hello world!");
  await bob.sees("[Alice] Hello world!");
  await panda.sees();
  await panda.does("/list", "168_tas\n122_tas");
  await panda.does("/join 168_tas");
  await alice.sees("Panda has joined");
  await bob.sees("Panda has joined");
  await panda.does("Hey, Bob and Alice.");
  await bob.sees("[Panda] Hey, Bob and Alice.");
  await bob.does("/join 122_tas");
  await alice.sees("[Panda] Hey, Bob and Alice.", "Bob has left");
  await panda.sees("Bob has left");
});
