/**
 * Servers of another protocol: the client says so and ends, instead of showing nothing or garbage.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { connectFailureWords, lossWords } from "../../lib/client/failure_words.ts";
import { strangerIn } from "../../lib/client/strangers.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { irc } from "../../lib/protocol/irc.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import { FarServer } from "../support/cs168.ts";
import { hastily } from "../support/haste.ts";
import { within } from "../support/within.ts";

function ringOf(bytes: string | number[]): RingBuffer {
  const ring = new RingBuffer(64);
  const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes);
  ring.writable().set(all);
  ring.commit(all.length);
  return ring;
}

const GREETINGS: [bytes: string | number[], protocol: string, stranger: string | undefined][] = [
  ["HTTP/1.1 400 Bad Request\r\n", "irc", "HTTP"],
  ["HTTP/1.1 400 Bad Request\r\n", "cs168", "HTTP"],
  ["SSH-2.0-OpenSSH\r\n", "json16", "SSH"],
  [[0x15, 0x03, 0x01, 0, 2], "chat1", "TLS"],
  [":s NOTICE * :hi\r\n", "json16", "another protocol"],
  [[0, 20, 0x7b, 0x22], "irc", "another protocol"],
  [[0, 20, 0x7b, 0x22], "json16", undefined],
  [[0, 20], "json16", undefined],
  [":s NOTICE * :hi\r\n", "irc", undefined],
  ["[bob] hi", "cs168", undefined],
  ["\r    \r[bob] hi", "cs168", undefined],
  ["200 Registration successful", "chat1", undefined],
  ["grüße", "cs168", undefined],
  ["HTT", "irc", undefined],
];

for (const [bytes, protocol, stranger] of GREETINGS) {
  Deno.test(`a ${protocol} client takes a server that sends ${JSON.stringify(bytes)} for ${stranger ?? "its own"}`, () => {
    assertEquals(strangerIn(ringOf(bytes), protocol), stranger);
  });
}

for (const protocol of [cs168, chat1, json16, irc]) {
  Deno.test(`a ${protocol.name} client ends the connection to a web server, also if it answers byte by byte`, () =>
    hastily(async (haste) => {
      await using far = new FarServer();
      const options = { protocol, nick: "alice", host: "127.0.0.1", port: far.port };
      const client = await ChatClient.connect(options);
      await using server = await far.accept();
      const events = Array.fromAsync(client);
      const answer = async () => {
        for (const byte of new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")) {
          // Once it has understood, the client listens no more.
          await server.send(Uint8Array.of(byte)).catch(() => {});
        }
      };
      // A silence of 100 ms would end a message of chat1.
      await haste.within(90, answer());
      assertEquals((await within("the end", events)).length, 0);
      assertEquals(lossWords(client.reason, false), "the server speaks HTTP");
    }));
}

Deno.test("a server that is not trusted is described as it is", () => {
  assertEquals(
    connectFailureWords(
      Object.assign(new Error("No trusted connection to h:1: it has expired"), {
        name: "InsecureError",
      }),
    ),
    "No trusted connection to h:1: it has expired",
  );
});

Deno.test("failures have words that do not depend on the system", () => {
  const words = (error: Error) =>
    connectFailureWords(new Error("Unable to connect", { cause: error }));
  assertEquals(
    words(new Deno.errors.ConnectionRefused("os error 111")),
    "connection refused: nobody listens there",
  );
  assertEquals(
    words(new Error("failed to lookup address information: Name or service not known")),
    "unknown host",
  );
  assertEquals(words(new Error("No route to host (os error 113)")), "the host cannot be reached");
  assertEquals(
    lossWords("read failed: Connection reset by peer (os error 104)", true),
    "connection reset by the server",
  );
  assertEquals(lossWords("closed by peer", true), "the server closed the connection");
  assertEquals(
    lossWords("closed by peer", false),
    "the server closed the connection before it let you in",
  );
  assertEquals(lossWords("oversize frame: 33", true), "the server speaks another protocol");
});
