/**
 * The client's half of IRC between a JOIN and its answer: what is typed then goes to the channel that was asked for.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Frame } from "../../lib/framing/frame.ts";
import { irc } from "../../lib/protocol/irc.ts";
import type { ClientCodec } from "../../lib/protocol/protocol.ts";
import { decodeUtf8, encodeUtf8 } from "../../lib/protocol/text.ts";

function registered(): ClientCodec {
  const codec = irc.clientCodec("dave");
  reads(codec, ":s 001 dave :Welcome");
  return codec;
}

function reads(codec: ClientCodec, line: string): void {
  codec.decode(Frame.of(encodeUtf8(line)));
}

function says(codec: ClientCodec, text: string): string {
  return decodeUtf8(codec.encode({ type: "say", text }));
}

Deno.test("a text right behind a JOIN goes to that channel", () => {
  const codec = registered();
  codec.encode({ type: "join", channel: "lobby" });
  assertEquals(says(codec, "early"), "PRIVMSG #lobby :early\r\n");
  reads(codec, ":dave!~d@h JOIN #lobby");
  assertEquals(says(codec, "late"), "PRIVMSG #lobby :late\r\n");
});

Deno.test("a text right behind a change of channels goes to the new one", () => {
  const codec = registered();
  reads(codec, ":dave!~d@h JOIN #lobby");
  codec.encode({ type: "join", channel: "den" });
  reads(codec, ":dave!~d@h PART #lobby");
  assertEquals(says(codec, "early"), "PRIVMSG #den :early\r\n");
});

for (const numeric of ["403", "405", "471", "473", "474", "475", "476"]) {
  Deno.test(`a JOIN that is refused with ${numeric} leaves no channel to speak in`, () => {
    const codec = registered();
    codec.encode({ type: "join", channel: "den" });
    reads(codec, `:s ${numeric} dave #DEN :No`);
    assertEquals(says(codec, "lost"), "PRIVMSG # :lost\r\n");
  });
}
