/**
 * WHO and WHOX: what real clients ask for, and a reply with the fields in their fixed order.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  parseWho,
  type WhoEntry,
  whoFlags,
  whoReply,
  whoxReply,
} from "../../lib/protocol/irc_who.ts";

const entry: WhoEntry = {
  channel: "#c",
  username: "~bob",
  host: "cloak.ip",
  server: "irc.example",
  nick: "bob",
  isAway: false,
  isOperator: false,
  isBot: false,
  signs: "@",
  idle: 7,
  realname: "Bob B",
};

function fieldsOf(...params: string[]): string[] {
  return whoxReply(parseWho(params), entry);
}

Deno.test("a plain WHO, and one for operators", () => {
  assertEquals(parseWho([]), { mask: "*", operatorsOnly: false, token: "0" });
  assertEquals(parseWho([""]).mask, "*");
  assertEquals(parseWho(["#c"]), { mask: "#c", operatorsOnly: false, token: "0" });
  assertEquals(parseWho(["b*", "o"]).operatorsOnly, true);
  assertEquals(parseWho(["b*", "o%n"]).operatorsOnly, true);
  assertEquals(parseWho(["b*", "%no"]).operatorsOnly, false);
});

Deno.test("what irssi, weechat and irc-framework ask for", () => {
  const irssi = ["743", "#c", "~bob", "cloak.ip", "bob", "H@", "0", "0", "Bob B"];
  assertEquals(fieldsOf("#c", "%tcuhnfdar,743"), irssi);
  assertEquals(fieldsOf("#c", "%cuhsnfdar"), [
    "#c",
    "~bob",
    "cloak.ip",
    "irc.example",
    "bob",
    "H@",
    "0",
    "0",
    "Bob B",
  ]);
  assertEquals(fieldsOf("#c", "%tcuhsnfdaor,1").slice(0, 2), ["1", "#c"]);
});

Deno.test("fields come in the order of the table, each once, and unknown letters are none", () => {
  assertEquals(fieldsOf("bob", "%rnnzt,42"), ["42", "bob", "Bob B"]);
  assertEquals(fieldsOf("bob", "%zy"), []);
  assertEquals(fieldsOf("bob", "%"), []);
  assertEquals(fieldsOf("bob"), []);
});

Deno.test("a token is up to three digits; else it is 0", () => {
  for (const token of ["", "1234", "x", "-1", "1x", " "]) {
    assertEquals(fieldsOf("bob", `%tn,${token}`), ["0", "bob"]);
  }
  assertEquals(fieldsOf("bob", "%tn,007"), ["007", "bob"]);
  assertEquals(fieldsOf("bob", "%tn,1,2"), ["1", "bob"]);
});

Deno.test("an address is shown to users that may see it, and no account is 0", () => {
  assertEquals(fieldsOf("bob", "%ia"), ["255.255.255.255", "0"]);
  const seen = { ...entry, address: "192.0.2.1", account: "Bobby" };
  assertEquals(whoxReply(parseWho(["bob", "%ia"]), seen), ["192.0.2.1", "Bobby"]);
});

Deno.test("flags: here or gone, operator, signs, bot", () => {
  assertEquals(whoFlags(entry), "H@");
  assertEquals(whoFlags({ ...entry, isAway: true, isOperator: true, isBot: true }), "G*@B");
  assertEquals(whoFlags({ ...entry, signs: "@+" }), "H@+");
});

Deno.test("the plain reply ends with hops and the real name", () => {
  assertEquals(whoReply(entry), ["#c", "~bob", "cloak.ip", "irc.example", "bob", "H@", "0 Bob B"]);
});
