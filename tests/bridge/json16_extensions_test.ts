/**
 * json16 through real sockets, byte for byte (PROTOCOLS, section 3): the document's packets and our
 * extensions. `does` waits until the server has handled a packet, and fails on any other answer.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Pace } from "../support/byte_stream.ts";
import { chatPacket, joinPacket, Json16Peer, leavePacket } from "../support/json16.ts";
import { OpenPort } from "../support/server.ts";

const PACES: readonly Pace[] = ["whole", "byte by byte"];
const error = (text: string) => `{"type": "error", "message": "${text}"}`;
const entered = (channel: string) => `{"type": "entered", "channel": "${channel}"}`;
const joinOf = (channel: string) => `{"type": "join", "channel": "${channel}"}`;
const names = (channel: string, ...nicks: string[]) =>
  `{"type": "names", "channel": "${channel}", "nicks": [${nicks.map((n) => `"${n}"`).join(", ")}]}`;

/** Pat and Chris in the lobby. Both have read everything up to their arrival. */
interface Pair {
  readonly port: OpenPort;
  readonly pat: Json16Peer;
  readonly chris: Json16Peer;
}

/** Defines a test at each pace, each on a server of its own. */
function wireTest(name: string, run: (pair: Pair) => Promise<void>): void {
  for (const pace of PACES) {
    Deno.test(`${name} (${pace})`, async () => {
      await using port = new OpenPort();
      await using pat = await Json16Peer.enter(port.port, "pat", pace);
      await using chris = await Json16Peer.enter(port.port, "chris", pace);
      await pat.sees(joinPacket("chris"));
      await run({ port, pat, chris });
    });
  }
}

wireTest(
  "a hello sends the join to everybody, its sender included",
  async ({ port, pat, chris }) => {
    await using robin = await Json16Peer.connect(port.port);
    await robin.does('{"type": "hello", "nick": "robin"}', joinPacket("robin"));
    await pat.sees(joinPacket("robin"));
    await chris.sees(joinPacket("robin"));
  },
);

wireTest("a second hello renames", async ({ pat, chris }) => {
  await pat.does('{"type": "hello", "nick": "patricia"}', joinPacket("patricia"));
  await chris.sees(leavePacket("pat"), joinPacket("patricia"));
  await pat.does('{"type": "chat", "message": "hi"}', chatPacket("patricia", "hi"));
  await chris.sees(chatPacket("patricia", "hi"));
  const dm = (to: string) => `{"type": "dm", "to": "${to}", "message": "psst"}`;
  await chris.does(dm("pat"), error("No user named pat"));
  await chris.does(
    dm("patricia"),
    '{"type": "dm", "nick": "chris", "to": "patricia", "message": "psst"}',
  );
});

wireTest("a rename to a nick that is refused changes nothing", async ({ pat, chris }) => {
  const long = "n".repeat(33);
  await pat.does(`{"type": "hello", "nick": "${long}"}`, error("A nick has at most 32 characters"));
  await pat.does(
    '{"type": "hello", "nick": " "}',
    error("A nick must have at least one visible character"),
  );
  await pat.does('{"type": "names"}', names("lobby", "pat", "chris"));
  await chris.sees();
});

wireTest("a dm goes to its two ends", async ({ port, pat, chris }) => {
  await using robin = await Json16Peer.enter(port.port, "robin");
  const told = '{"type": "dm", "nick": "pat", "to": "chris", "message": "psst"}';
  await pat.does('{"type": "dm", "to": "chris", "message": "psst"}', joinPacket("robin"), told);
  await chris.sees(joinPacket("robin"), told);
  await robin.sees();
});

wireTest("a dm to oneself comes once", async ({ pat }) => {
  const told = '{"type": "dm", "nick": "pat", "to": "pat", "message": "psst"}';
  await pat.does('{"type": "dm", "to": "pat", "message": "psst"}', told);
});

wireTest("an emote goes to the channel", async ({ pat, chris }) => {
  const told = '{"type": "emote", "nick": "pat", "message": "goes out"}';
  await pat.does('{"type": "emote", "message": "goes out"}', told);
  await chris.sees(told);
});

wireTest("joining makes what is missing, and leaves the lobby", async ({ pat, chris }) => {
  await pat.does(joinOf("den"), joinPacket("pat"), entered("den"));
  await chris.sees(leavePacket("pat"));
  await pat.does('{"type": "chat", "message": "alone"}', chatPacket("pat", "alone"));
  await chris.sees();
  await chris.does(joinOf("den"), joinPacket("chris"), entered("den"));
  await pat.sees(joinPacket("chris"));
  await pat.does('{"type": "names"}', names("den", "pat", "chris"));
});

wireTest("part goes back to the lobby", async ({ pat, chris }) => {
  await pat.does(joinOf("den"), joinPacket("pat"), entered("den"));
  await pat.does('{"type": "part"}', joinPacket("pat"), entered("lobby"));
  await chris.sees(leavePacket("pat"), joinPacket("pat"));
});

wireTest("channels lists them in the order in which they were made", async ({ pat, chris }) => {
  await pat.does('{"type": "channels"}', '{"type": "channels", "channels": ["lobby"]}');
  await chris.does(joinOf("zoo"), joinPacket("chris"), entered("zoo"));
  await chris.does(joinOf("den"), joinPacket("chris"), entered("den"));
  await pat.does(joinOf("attic"), leavePacket("chris"), joinPacket("pat"), entered("attic"));
  // The zoo went when its last member left; the lobby stays.
  const list = '{"type": "channels", "channels": ["lobby", "den", "attic"]}';
  await pat.does('{"type": "channels"}', list);
});

Deno.test("before hello everything else is ignored, and nothing is sent", async () => {
  await using port = new OpenPort();
  await using chris = await Json16Peer.enter(port.port, "chris");
  await using pat = await Json16Peer.connect(port.port);
  const early = ["chat", "emote", "dm", "names", "channels", "join", "part", "leave"];
  for (const type of early) {
    await pat.sends(`{"type": "${type}", "message": "x", "to": "chris", "channel": "x"}`);
  }
  await pat.does('{"type": "hello", "nick": "pat"}', joinPacket("pat"));
  await chris.sees(joinPacket("pat"));
  await chris.does('{"type": "channels"}', '{"type": "channels", "channels": ["lobby"]}');
});

Deno.test("nobody sees a client that closes before hello", async () => {
  await using port = new OpenPort();
  await using chris = await Json16Peer.enter(port.port, "chris");
  const pat = await Json16Peer.connect(port.port);
  await pat.sends('{"type": "chat", "message": "x"}');
  pat.close();
  await port.log.find(/#2 ended/);
  await chris.sees();
});

Deno.test("a peer that sends something unframed and closes has left", async () => {
  await using port = new OpenPort();
  await using chris = await Json16Peer.enter(port.port, "chris");
  for (const goodbye of ["/q", "/q\n", "quit"]) {
    await using pat = await Json16Peer.enter(port.port, "pat");
    await pat.send(goodbye);
    pat.close();
    assertEquals(await chris.payload(), joinPacket("pat"));
    assertEquals(await chris.payload(), leavePacket("pat"));
  }
  await chris.sees();
});
