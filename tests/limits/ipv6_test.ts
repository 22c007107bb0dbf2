/**
 * The limits over IPv6: users of every protocol meet there, an address counts with all others of its /64, and connections
 * that break before they are accepted, or speak HTTP, cost nothing.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { connect } from "node:net";
import type { ServeOptions } from "../../lib/server/serve_options.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { OpenPort } from "../support/server.ts";
import { frame } from "../support/wire/cs168.ts";
import { packet } from "../support/wire/json16.ts";
import { utf8 } from "../support/wire/wire.ts";
import { within } from "../support/within.ts";

/** Some systems have no IPv6. */
const ignore = !canListen();

function canListen(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

/** A server at `host`, all addresses of IPv6 and of IPv4 without it. */
function serverAt(limits: ServeOptions["limits"] = {}, host = "::"): OpenPort {
  return new OpenPort({ host, limits }, "info");
}

async function dial(hostname: string, { port }: OpenPort): Promise<ByteStream> {
  return new ByteStream(await within("a connection", Deno.connect({ hostname, port })));
}

Deno.test({ name: "IPv6: users of all protocols meet there", ignore }, async () => {
  await using server = serverAt({}, "::1");
  await using irc = await dial("::1", server);
  await irc.send("NICK ann\r\nUSER ann 0 * :ann\r\nJOIN #lobby\r\n");
  await irc.until("366 ann #lobby");
  const hellos = [
    ["REGISTER bob CHAT/1.0\n", "@bob: hi\n"],
    [
      packet({ type: "hello", nick: "cid" }),
      packet({ type: "chat", message: "hi" }),
    ],
  ] as const;
  for (const [i, [hello, words]] of hellos.entries()) {
    await using peer = await dial("::1", server);
    await peer.send(hello);
    await peer.send(words);
    await irc.until(`:${["bob", "cid"][i]}!`);
    await irc.until("PRIVMSG #lobby :hi\r\n");
  }
  await using cs168 = await dial("::1", server);
  await cs168.send(frame("dan"));
  await cs168.send(frame("/join lobby"));
  await cs168.send(frame("hi"));
  await irc.until("PRIVMSG #lobby :hi\r\n");
  await irc.send("PRIVMSG #lobby :hello\r\n");
  await cs168.until("[ann] hello");
});

Deno.test({ name: "IPv6: a limit of an address is one of its /64", ignore }, async () => {
  await using server = serverAt({ maxPerAddress: 1 });
  await using first = await dial("::1", server);
  await first.send("REGISTER ann CHAT/1.0\n");
  await first.until("200 Registration successful\n");
  await using second = await dial("::1", server);
  assertEquals(await second.untilEnd(), "");
  await server.log.find(/refused: more than 1 connections from 0:0:0:0::\/64$/);
  // At the same port IPv4 has addresses of its own.
  await using third = await dial("127.0.0.1", server);
  await third.send("REGISTER bob CHAT/1.0\n");
  await third.until("200 Registration successful\n");
  await using fourth = await dial("127.0.0.1", server);
  assertEquals(await fourth.untilEnd(), "");
  await server.log.find(
    /refused: more than 1 connections from 127\.0\.0\.1$|more connections refused/,
  );
});

Deno.test({ name: "IPv6: resets and HTTP cost nothing", ignore }, async () => {
  await using server = serverAt({}, "::1");
  const resets = Array.from({ length: 100 }, () =>
    new Promise<void>((done) => {
      const socket = connect({ host: "::1", port: server.port });
      socket.once("connect", () => socket.resetAndDestroy());
      socket.on("error", () => {}).once("close", () => done());
    }));
  await within("resets", Promise.all(resets));
  await using page = await dial("::1", server);
  await page.send(utf8(`POST /${"x".repeat(300)} HTTP/1.1\r\nHost: [::1]\r\n\r\n`));
  assert((await page.untilEnd()).startsWith("HTTP/1.1 404 "));
  await using user = await dial("::1", server);
  await user.send("REGISTER ann CHAT/1.0\n");
  await user.until("200 Registration successful\n");
});
