/**
 * Always-on accounts of the real process: a crash, a stop in good order, and the operator's command beside a server that
 * runs.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Place } from "../data/plan.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { account, startIn } from "../support/kept_server.ts";
import { enterAs } from "../support/login.ts";

const PASSWORD = "open-sesame";
const HISTORY = ["batch", "message-tags", "server-time", "draft/chathistory"];
const names = (nick: string, channel: string, members: string) => [
  `:${SERVER} 353 ${nick} = ${channel} :${members}`,
  `:${SERVER} 366 ${nick} ${channel} :End of NAMES list`,
];

async function alice(port: number, ...caps: readonly string[]): Promise<IrcPeer> {
  return (await enterAs(port, "alice", "alice", PASSWORD, ...caps)).peer;
}

Deno.test("always on: after a crash and after a stop alice is there before her client is", async () => {
  using place = new Place();
  await account(place, ["add", "alice"], `${PASSWORD}\n`);
  {
    await using server = await startIn(place);
    await using peer = await alice(server.port, ...HISTORY);
    await peer.asks("JOIN #tea,#den,#lobby", "TOPIC #tea :leaves", "MODE #tea +k secret");
    await peer.asks("PART #den", "PRIVMSG #tea :before", "AWAY :gone fishing");
    // What is confirmed or read is written, and all that came before it.
    await peer.asks("NS SET ALWAYS-ON ON", "CHATHISTORY LATEST #tea * 1");
    server.signal("SIGKILL");
  }
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    await using server = await startIn(place);
    await using bob = await IrcPeer.enter(server.port, "bob");
    // The key is what it was: nobody reads a channel's past by making it anew.
    await bob.gets("JOIN #tea", `:${SERVER} 475 bob #tea :Cannot join channel (+k)`);
    assertEquals((await bob.asks("LIST")).slice(0, -1), [
      `:${SERVER} 322 bob #tea 1 :leaves`,
      `:${SERVER} 322 bob #lobby 1 :`,
    ]);
    await bob.asks("JOIN #tea secret");
    assertEquals(await bob.asks("NAMES #tea"), names("bob", "#tea", "@alice bob"));
    await bob.gets(`PRIVMSG alice :${signal}`, `:${SERVER} 301 bob alice :gone fishing`);
    await bob.asks(`PRIVMSG #tea :${signal}`);
    await using peer = await alice(server.port, ...HISTORY);
    const past = async (target: string) =>
      (await peer.asks(`CHATHISTORY LATEST ${target} * 10`))
        .filter((line) => line.includes(" PRIVMSG ")).map((line) => line.split(" :").at(-1));
    assertEquals(await past("bob"), [signal]);
    assertEquals((await past("#tea")).slice(-1), [signal]);
    assertEquals((await past("#tea"))[0], "before");
    // The second time it is a stop that finds her connected.
    await peer.asks("AWAY :gone fishing", "NS SET ALWAYS-ON ON");
    server.signal(signal);
    if (signal === "SIGTERM") await server.ends();
  }
});

Deno.test("always on: the operator's command, beside a server that runs", async () => {
  using place = new Place();
  const run = (...args: readonly string[]) => account(place, args);
  const refused = (output: string) => ({ code: 1, output: `parlance-server: ${output}\n` });
  assertEquals(await run("always-on", "alice", "on"), refused('There is no account "alice"'));
  assertEquals((await run("always-on", "alice")).code, 2);
  assertEquals((await run("always-on", "alice", "maybe")).code, 2);
  await account(place, ["add", "alice"], `${PASSWORD}\n`);
  await using server = await startIn(place, "--always-on", "closed");
  await using bob = await IrcPeer.enter(server.port, "bob", "away-notify");
  await bob.asks("JOIN #tea");
  const peer = await alice(server.port);
  await peer.asks("JOIN #tea");
  assertEquals(await run("always-on", "ALICE", "on"), {
    code: 0,
    output: "alice is always on now\n",
  });
  assertEquals(await run("always-on", "alice", "on"), {
    code: 0,
    output: "alice was always on already\n",
  });
  // The server looks once a second.
  while (!(await peer.asks("NS SET ALWAYS-ON"))[0]?.includes("You are always on"));
  await peer.says("QUIT");
  await peer.untilEnd();
  peer.close();
  const lines = await bob.answers();
  assert(lines.at(-1)?.endsWith("AWAY :No client is connected"), lines.join("\n"));
  const off = await run("always-on", "alice", "off");
  assertEquals(off.code, 0, off.output);
  await bob.until("QUIT :Always on no longer\r\n");
  await bob.gets("NAMES #tea", ...names("bob", "#tea", "@bob"));
});
