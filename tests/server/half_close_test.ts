/**
 * A peer that ends its side at once, as `printf .. | nc` does, is still answered to the end.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { frame } from "../support/cs168.ts";
import { TestServer } from "../support/server.ts";
import { within } from "../support/within.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** All that comes back when `bytes` are sent and the sending side is ended right behind them. */
async function answerTo(server: TestServer, bytes: Uint8Array): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
  await conn.closeWrite();
  let answer = "";
  const buffer = new Uint8Array(4096);
  for (let count; (count = await within("the answer", conn.read(buffer))) !== null;) {
    answer += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return answer;
}

/** A payload of ASCII behind its length, which is below 256. */
function packet(json: string): string {
  return `\0${String.fromCharCode(json.length)}${json}`;
}

const registered = "200 Registration successful";
const cases: Record<string, [sent: string, answer: string]> = {
  "chat1, line": ["REGISTER bob CHAT/1.0\n", `${registered}\n`],
  "chat1, raw": ["REGISTER bob CHAT/1.0", registered],
  "chat1, refused": ["REGISTER bob CHAT/2.0\n", "400 Invalid registration\n"],
  "json16": [packet('{"type": "hello", "nick": "pat"}'), packet('{"type": "join", "nick": "pat"}')],
};

for (const [name, [sent, answer]] of Object.entries(cases)) {
  Deno.test(`a peer that has ended its side is answered: ${name}`, async () => {
    await using server = new TestServer();
    assertEquals(await answerTo(server, encode(sent)), answer);
    await server.log.find(/#1 ended/);
  });
}

Deno.test("a peer that has ended its side is answered: cs168, each command of many", async () => {
  await using server = new TestServer();
  const commands = ["alice", "/create c", ...Array.from({ length: 50 }, () => "/list")];
  const bytes = encode(commands.map((text) => new TextDecoder().decode(frame(text))).join(""));
  assertEquals(await answerTo(server, bytes), "c".padEnd(200).repeat(50));
});
