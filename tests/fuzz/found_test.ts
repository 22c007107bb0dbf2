/**
 * What the fuzz tests have found, each as its smallest case.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Frame } from "../../lib/framing/frame.ts";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { frame } from "../support/wire/cs168.ts";

Deno.test("cs168: white space of any script ends a channel's name, as it does in json16", () => {
  const names: [string, string][] = [
    ["a\u00a0b", "a"],
    ["a\u3000b", "a"],
    ["\u00a0a", "a"],
    ["a\u2028b", "a"],
    ["\u3000", ""],
  ];
  for (const [typed, channel] of names) {
    const codec = cs168.serverCodec();
    codec.decode(Frame.of(frame("alice")));
    assertEquals(codec.decode(Frame.of(frame(`/create ${typed}`))), { type: "create", channel });
    assertEquals(codec.decode(Frame.of(frame(`/join ${typed}`))), {
      type: "join",
      channel,
      exclusive: true,
    });
  }
});

Deno.test("chat1: a name is one word in any script, and one that can be seen", () => {
  for (const nick of ["\u3000", "\u00a0", "a\u00a0b", "\u2003x", "\ufeff"]) {
    const codec = chat1.serverCodec();
    const registration = new TextEncoder().encode(`REGISTER ${nick} CHAT/1.0\n`);
    assertEquals(codec.decode(Frame.of(registration)), {
      type: "invalid",
      refusal: { code: "invalid_registration" },
    });
  }
});
