/**
 * A client that logs in: what it sends when, and that it is let in with its account or not at all.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Frame } from "../../lib/framing/frame.ts";
import { irc } from "../../lib/protocol/irc.ts";
import type { ClientCodec, ClientWishes } from "../../lib/protocol/protocol.ts";
import { decodeUtf8, encodeUtf8 } from "../../lib/protocol/text.ts";

const LOGIN = { account: "dave", password: "hunter2" };
const MESSAGE = btoa("\0dave\0hunter2");

/** A conversation: what the client registers with, and answers each line of the server with. */
class Talk {
  readonly hello: string[];
  readonly #codec: ClientCodec;

  constructor(wishes: ClientWishes) {
    this.#codec = irc.clientCodec("dave", wishes);
    this.hello = linesOf(this.#codec.encode({ type: "register", nick: "dave" }));
  }

  /** The answers to a line, or the words with which the client gives up. */
  hears(line: string): string[] | string {
    const event = this.#codec.decode(Frame.of(encodeUtf8(line)));
    const answers = linesOf(this.#codec.takeAnswer?.() ?? new Uint8Array());
    if (event?.type === "notice" && event.isFinal) return event.text;
    return answers;
  }
}

function linesOf(bytes: Uint8Array): string[] {
  return decodeUtf8(bytes).split("\r\n").slice(0, -1);
}

Deno.test("login: the password goes out when the server asks, and the registration goes on behind it", () => {
  const talk = new Talk({ login: LOGIN });
  assertEquals(talk.hello, ["CAP LS 302", "NICK dave", "USER dave 0 * :dave"]);
  assertEquals(talk.hears(":s CAP * LS :sasl=PLAIN,SCRAM-SHA-256 echo-message"), ["CAP REQ :sasl"]);
  assertEquals(talk.hears(":s CAP dave ACK :sasl"), ["AUTHENTICATE PLAIN"]);
  assertEquals(talk.hears("AUTHENTICATE +"), [`AUTHENTICATE ${MESSAGE}`]);
  assertEquals(talk.hears(":s 900 dave dave!d@h dave :You are now logged in as dave"), []);
  assertEquals(talk.hears(":s 903 dave :SASL authentication successful"), ["CAP END"]);
  assertEquals(talk.hears(":s 001 dave :Welcome"), []);
});

Deno.test("login: its user reads who it is now, without the address", () => {
  const codec = irc.clientCodec("dave");
  const line = ":s 900 dave dave!~d@h dave :You are now logged in as dave";
  const event = codec.decode(Frame.of(encodeUtf8(line)));
  assertEquals(event, { type: "notice", text: "You are now logged in as dave" });
});

Deno.test("login: beside other wishes", () => {
  const talk = new Talk({ login: LOGIN, receipts: true });
  assertEquals(talk.hears(":s CAP * LS * :echo-message foo"), []);
  assertEquals(talk.hears(":s CAP * LS :sasl batch"), ["CAP REQ :batch echo-message sasl"]);
  assertEquals(talk.hears(":s CAP dave ACK :batch echo-message sasl"), ["AUTHENTICATE PLAIN"]);
});

Deno.test("login: a long password goes out in chunks", () => {
  const talk = new Talk({ login: { account: "dave", password: "x".repeat(294) } });
  talk.hears(":s CAP * LS :sasl");
  talk.hears(":s CAP dave ACK :sasl");
  const chunk = btoa(`\0dave\0${"x".repeat(294)}`);
  assertEquals(chunk.length, 400);
  assertEquals(talk.hears("AUTHENTICATE +"), [`AUTHENTICATE ${chunk}`, "AUTHENTICATE +"]);
});

const REFUSALS: readonly [string, string][] = [
  [":s 904 dave :SASL authentication failed", "Not logged in: SASL authentication failed"],
  [
    ":s 902 dave :You must use a nick assigned to you",
    "Not logged in: You must use a nick assigned to you",
  ],
  [":s 905 dave :SASL message too long", "Not logged in: SASL message too long"],
  [":s 908 dave EXTERNAL :are available", "Not logged in: The server wants EXTERNAL"],
];

for (const [line, words] of REFUSALS) {
  Deno.test(`login: ${line.split(" ")[1]} ends the client, which has not registered`, () => {
    const talk = new Talk({ login: LOGIN });
    talk.hears(":s CAP * LS :sasl");
    talk.hears(":s CAP dave ACK :sasl");
    talk.hears("AUTHENTICATE +");
    assertEquals(talk.hears(line), words);
  });
}

const NONE = "Not logged in: this server has no accounts (try without --account)";

Deno.test("login: a server without accounts does not get the password, and its user does not go on", () => {
  const plain = new Talk({ login: LOGIN });
  assertEquals(plain.hears(":s CAP * LS :echo-message"), NONE);
  const refusing = new Talk({ login: LOGIN });
  refusing.hears(":s CAP * LS :sasl");
  assertEquals(refusing.hears(":s CAP dave NAK :sasl"), NONE);
  const old = new Talk({ login: LOGIN });
  assertEquals(old.hears(":s 421 dave CAP :Unknown command"), []);
  assertEquals(old.hears(":s 001 dave :Welcome"), NONE);
});

Deno.test("login: nobody can ask for the password again, or without a login", () => {
  const talk = new Talk({ login: LOGIN });
  assertEquals(talk.hears("AUTHENTICATE +"), []);
  talk.hears(":s CAP * LS :sasl");
  talk.hears(":s CAP dave ACK :sasl");
  talk.hears("AUTHENTICATE +");
  talk.hears(":s 903 dave :ok");
  assertEquals(talk.hears("AUTHENTICATE +"), []);
  assertEquals(new Talk({}).hears("AUTHENTICATE +"), []);
  assertEquals(new Talk({}).hears(":s 904 dave :x"), []);
});
