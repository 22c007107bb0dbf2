/**
 * IRC on the wire: input that no client should send, and what each command does with it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../lib/protocol/irc_commands.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { frame } from "../support/wire/cs168.ts";
import { packet } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";

const FREE = { commandRate: 0 };
const ALL = [...COMMANDS.keys()];

/** Parameters that mean nothing, or what they should not. */
const ODD: readonly string[] = [
  "",
  " ",
  " :",
  " : :",
  " ::",
  " , ,",
  " #,#,# :,",
  " # # # #",
  " * * * *",
  " #x eve eve eve",
  " #x +o",
  " #x +bbbbbbbbbbbbbbbbb-kkk+lll :",
  " 99999999999999999999 -1 1e9 NaN",
  " __proto__ constructor toString",
  ` ${"a ".repeat(40)}`,
  ` ${":".repeat(400)}`,
  ` ${"*?".repeat(200)}`,
  ` ${",".repeat(480)}`,
  ` #x ${"\u{1f600}".repeat(90)}`,
  " \x01\x02\x03 \x7f\x1b[31m",
  " \u202e\u2066 \u0301 \u200b",
];

for (const name of ALL.filter((each) => each !== "QUIT")) {
  Deno.test(`${name} with odd parameters: whole lines, and the connection lives`, async () => {
    await using server = new TestServer(FREE);
    await using eve = await IrcPeer.enter(server.port, "eve", "labeled-response", "message-tags");
    await eve.asks("JOIN #x");
    for (const odd of ODD) {
      const lines = await eve.asks(`${name}${odd}`, `@label=l ${name}${odd}`);
      for (const line of lines) {
        assert(/^(@\S+ )?:\S+ [A-Z0-9]+( |$)/.test(line), `${name}${odd}: ${line}`);
        assert(new TextEncoder().encode(line.replace(/^@\S+ /, "")).length <= 510, line);
        assert(!/[\0\r\n]/.test(line), line);
      }
      const labelled = lines.filter((line) => /^@(\S+;)?label=l[; ]/.test(line));
      assert(labelled.length <= 1, `${name}${odd}: ${labelled.join("\n")}`);
    }
    assertEquals(server.log.count(/fault/), 0);
  });
}

Deno.test("a tag to a user keeps its meaning through every escape", async () => {
  await using server = new TestServer(FREE);
  const { eve, bob } = await server.irc({ eve: ["message-tags"], bob: ["message-tags"] });
  const values = {
    "+t=a\\:\\s\\\\\\r\\nb": "+t=a\\:\\s\\\\\\r\\nb",
    "+t=a\\b\\x\\": "+t=abx",
    "+t=": "+t",
    "+t=;+t=last": "+t=last",
  };
  for (const [sent, relayed] of Object.entries(values)) {
    await eve.asks(`@${sent} TAGMSG bob`);
    const [line = ""] = await bob.answers();
    assertEquals(/(?:^@|;)(\+t[^; ]*)/.exec(line)?.[1], relayed);
  }
});

Deno.test("tags of the server's own are not relayed: nobody forges a time, an id or an account", async () => {
  await using server = new TestServer(FREE);
  const { eve, bob } = await server.irc({
    eve: ["message-tags"],
    bob: ["message-tags", "server-time"],
  });
  await eve.asks(
    "@time=1999-01-01T00:00:00.000Z;msgid=x;account=root;bot;batch=1;label=z;+ok=1 PRIVMSG bob :hi",
  );
  const [line = ""] = await bob.answers();
  const tags = line.slice(1, line.indexOf(" ")).split(";").toSorted();
  assertEquals(tags, ["+ok=1", "msgid=ID", "time=TIME"]);
});

Deno.test("other dialects' bytes on a connection of IRC are lines that there are not", async () => {
  await using server = new TestServer(FREE);
  const { eve, bob } = await server.irc({ eve: [], bob: [] });
  await bob.asks("JOIN #lobby");
  await eve.gets("REGISTER eve CHAT/1.0", `:${SERVER} 461 eve REGISTER :Not enough parameters`);
  await eve.gets("@eve: hi all", `:${SERVER} 421 eve HI :Unknown command`);
  await eve.gets("POST /lobby HTTP/1.1", `:${SERVER} 421 eve POST :Unknown command`);
  await eve.write(frame("/join lobby"));
  await eve.write("\r\n");
  const [joined] = await eve.answers();
  assertEquals(joined, `:${SERVER} 421 eve /JOIN :Unknown command`);
  await eve.write(packet('{"type": "hello", "nick": "forged"}'));
  await eve.write("\r\n");
  assertEquals((await eve.answers()).map((line) => line.split(" ")[1]), ["421"]);
  assertEquals(await bob.answers(), []);
});

Deno.test("WHO of everybody is answered at the permitted rate, and slows down its asker alone", async () => {
  await using server = new TestServer({ commandBurst: 100, commandRate: 50 });
  const crowd = await Promise.all(
    Array.from({ length: 60 }, (_, i) => IrcPeer.enter(server.port, `n${i}`)),
  );
  const { eve, bob } = await server.irc({ eve: [], bob: [] });
  await eve.write("WHO *\r\nLIST\r\nWHO * %tcuihsnfdlaor,1\r\n".repeat(40));
  for (let i = 0; i < 10; i++) assertEquals(await bob.answers(), []);
  for (const peer of crowd) peer.close();
});
