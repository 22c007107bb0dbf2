/**
 * Names of channels and users on the wire of IRC.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatChannelName,
  formatUsername,
  isChannelTarget,
  MAX_CHANNEL_BYTES,
  readChannelName,
} from "../../lib/protocol/irc_names.ts";

Deno.test("exactly one mark is stripped", () => {
  assertEquals(readChannelName("#x"), "x");
  assertEquals(readChannelName("##x"), "#x");
  assertEquals(formatChannelName("x"), "#x");
  assertEquals(formatChannelName("#x"), "##x");
  for (const text of ["", "#", "x", "&x", "+x", "inv@lid"]) {
    assertEquals(readChannelName(text), undefined, text);
  }
});

Deno.test("a name that no line can carry is none", () => {
  const wrong = ["a b", "a,b", "a*", "?", "", "a\x07b", "\x7f", "\u0085", "a\u00a0b", "\u2028"];
  for (const name of wrong) {
    assertEquals(formatChannelName(name), undefined, name);
    assertEquals(readChannelName(`#${name}`), undefined, name);
  }
  for (const name of ["a:b", ":x", "@x", "caf\u00e9", "0", "#"]) {
    assertEquals(formatChannelName(name), `#${name}`);
  }
});

Deno.test("a name has at most 64 bytes, and ISUPPORT counts the mark", () => {
  assertEquals(MAX_CHANNEL_BYTES, 65);
  assertEquals(readChannelName(`#${"x".repeat(64)}`), "x".repeat(64));
  assertEquals(readChannelName(`#${"x".repeat(65)}`), undefined);
  assertEquals(formatChannelName("\u20ac".repeat(21)), `#${"\u20ac".repeat(21)}`);
  assertEquals(formatChannelName("\u20ac".repeat(22)), undefined);
});

Deno.test("property: a name is read as it was written", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (name) => {
    const written = formatChannelName(name);
    if (written === undefined) return;
    assert(isChannelTarget(written));
    assertEquals(readChannelName(written), name);
  }));
});

Deno.test("a username is short, and has nothing that a mask could mistake", () => {
  assertEquals(formatUsername("alice"), "~alice");
  assertEquals(formatUsername("myusername1"), "~myusername");
  assertEquals(formatUsername("a!b@c d*"), "~a_b_c_d_");
  assertEquals(formatUsername("j\u00fcrgen"), "~j_rgen");
  assertEquals(formatUsername("\u{1F600}".repeat(20)), `~${"_".repeat(10)}`);
});
