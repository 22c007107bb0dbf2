/**
 * A client that logs in: what it sends when, and that it is let in with its account or not at all.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { irc } from "../../lib/protocol/irc.ts";
import type { ClientCodec, ClientWishes, Received } from "../../lib/protocol/protocol.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";
import { deriveKeys, readClientFirst, ScramServer } from "../../lib/sasl/scram.ts";
import { linesOf } from "../support/irc_client.ts";
import { makeAccount } from "../support/login.ts";
import { TestServer } from "../support/server.ts";

const LOGIN = { account: "dave", password: "hunter2" };
const MESSAGE = btoa("\0dave\0hunter2");

/** A conversation: what the client registers with, and answers each line of the server with. */
class Talk {
  readonly hello: string[];
  /** All that the client has answered. */
  said = "";
  readonly #codec: ClientCodec;

  constructor(wishes: ClientWishes) {
    this.#codec = irc.clientCodec("dave", wishes);
    this.hello = linesOf(this.#codec.encode({ type: "register", nick: "dave" }));
  }

  /** The answers to a line, or the words with which the client gives up. */
  hears(line: string): string[] | string {
    return this.#outcome(this.#codec.decode(Frame.of(encodeUtf8(line))));
  }

  /** The same, where the client has to compute the answer. */
  async computes(line: string): Promise<string[] | string> {
    assertEquals(this.hears(line), []);
    return this.#outcome(await this.#codec.work?.());
  }

  #outcome(event: Received | undefined): string[] | string {
    const answers = linesOf(this.#codec.takeAnswer?.() ?? new Uint8Array());
    this.said += answers.join("\n");
    if (event?.type === "notice" && event.isFinal) return event.text;
    return answers;
  }
}

Deno.test("login: the password goes out when the server asks, and the registration goes on behind it", () => {
  const talk = new Talk({ login: LOGIN });
  assertEquals(talk.hello, ["CAP LS 302", "NICK dave", "USER dave 0 * :dave"]);
  assertEquals(talk.hears(":s CAP * LS :sasl=PLAIN,EXTERNAL echo-message"), ["CAP REQ :sasl"]);
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
  assertEquals(talk.hears(":s CAP * SOMETHING :sasl"), []);
  assertEquals(talk.hears(":s CAP * LS * :echo-message foo"), []);
  assertEquals(talk.hears(":s CAP * LS :sasl batch"), ["CAP REQ :batch echo-message sasl"]);
  const ack = ":s CAP dave ACK :batch echo-message sasl";
  assertEquals(talk.hears(ack), ["AUTHENTICATE SCRAM-SHA-256"]);
});

Deno.test("login: a long password goes out in chunks", () => {
  const talk = new Talk({ login: { account: "dave", password: "x".repeat(294) } });
  talk.hears(":s CAP * LS :sasl=PLAIN");
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
    talk.hears(":s CAP * LS :sasl=PLAIN");
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
  talk.hears(":s CAP * LS :sasl=PLAIN");
  talk.hears(":s CAP dave ACK :sasl");
  talk.hears("AUTHENTICATE +");
  talk.hears(":s 903 dave :ok");
  assertEquals(talk.hears("AUTHENTICATE +"), []);
  assertEquals(new Talk({}).hears("AUTHENTICATE +"), []);
  assertEquals(new Talk({}).hears(":s 904 dave :x"), []);
});

const SALT = new TextEncoder().encode("salt");

/** The server's end of SCRAM, for the account of `password`. */
async function scramServer(first: string, password = LOGIN.password): Promise<ScramServer> {
  return new ScramServer(readClientFirst(first), await deriveKeys(password, SALT, 4096), "more");
}

/** A client whose server offers `mechanisms`, at the moment at which it has named the one it takes. */
function begun(mechanisms: string): { talk: Talk; chosen: string[] | string } {
  const talk = new Talk({ login: LOGIN });
  talk.hears(`:s CAP * LS :sasl${mechanisms}`);
  return { talk, chosen: talk.hears(":s CAP dave ACK :sasl") };
}

/** The message in the only answer. */
function messageIn(answers: string[] | string): string {
  return atob(answers[0]?.replace("AUTHENTICATE ", "") ?? "");
}

function authenticate(message: string): string {
  return `AUTHENTICATE ${btoa(message)}`;
}

Deno.test("login: with SCRAM the password never goes out, and the server proves itself as well", async () => {
  const { talk, chosen } = begun("=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
  assertEquals(chosen, ["AUTHENTICATE SCRAM-SHA-256"]);
  const first = messageIn(talk.hears("AUTHENTICATE +"));
  const server = await scramServer(first);
  const proof = messageIn(await talk.computes(authenticate(server.challenge)));
  const last = await server.answer(proof);
  assertEquals(talk.hears(authenticate(last)), ["AUTHENTICATE +"]);
  assertEquals(talk.hears(":s 900 dave dave!d@h dave :You are now logged in as dave"), []);
  assertEquals(talk.hears(":s 903 dave :SASL authentication successful"), ["CAP END"]);
  assert(!talk.said.includes(LOGIN.password) && !talk.said.includes(MESSAGE));
});

Deno.test("login: a server that does not know the password is not believed", async () => {
  const unproven = "Not logged in: the server has not proved that it knows the account";
  const early = begun("=SCRAM-SHA-256").talk;
  assertEquals(early.hears(":s 903 dave :ok"), unproven);
  const silent = begun("=SCRAM-SHA-256").talk;
  const challenge = (await scramServer(messageIn(silent.hears("AUTHENTICATE +")))).challenge;
  await silent.computes(authenticate(challenge));
  assertEquals(silent.hears(":s 903 dave :ok"), unproven);
  const faking = begun("=SCRAM-SHA-256").talk;
  const other = await scramServer(messageIn(faking.hears("AUTHENTICATE +")));
  await faking.computes(authenticate(other.challenge));
  assertEquals(
    faking.hears(authenticate(`v=${btoa("x".repeat(32))}`)),
    "Not logged in: The server does not know this account",
  );
  const weak = begun("=SCRAM-SHA-256").talk;
  const nonce = messageIn(weak.hears("AUTHENTICATE +")).replace(/^.*r=/, "");
  assertEquals(
    await weak.computes(authenticate(`r=${nonce}x,s=${btoa("salt")},i=10`)),
    "Not logged in: The server asks for 10 rounds",
  );
});

Deno.test("login: a wrong password, as SCRAM's servers say it", async () => {
  const { talk } = begun("=SCRAM-SHA-256");
  const server = await scramServer(messageIn(talk.hears("AUTHENTICATE +")), "another");
  await talk.computes(authenticate(server.challenge));
  assertEquals(talk.hears(authenticate("e=invalid-proof")), ["AUTHENTICATE +"]);
  assertEquals(
    talk.hears(":s 904 dave :SASL authentication failed"),
    "Not logged in: SASL authentication failed",
  );
});

Deno.test("login: a server that names SCRAM is never sent the password; one that names nothing, once SCRAM is unknown to it", () => {
  const named = begun("=SCRAM-SHA-256,PLAIN").talk;
  assertEquals(
    named.hears(":s 908 dave PLAIN :are available"),
    "Not logged in: The server wants PLAIN",
  );
  for (
    const line of [":s 904 dave :unknown mechanism", ":s 908 dave EXTERNAL,PLAIN :are available"]
  ) {
    const { talk, chosen } = begun("");
    assertEquals(chosen, ["AUTHENTICATE SCRAM-SHA-256"]);
    assertEquals(talk.hears(line), ["AUTHENTICATE PLAIN"]);
    assertEquals(talk.hears("AUTHENTICATE +"), [`AUTHENTICATE ${MESSAGE}`]);
  }
  const { talk } = begun("");
  talk.hears("AUTHENTICATE +");
  assertEquals(talk.hears(":s 904 dave :no"), "Not logged in: no");
  assertEquals(begun("=EXTERNAL").chosen, "Not logged in: The server wants EXTERNAL");
});

Deno.test("login: with SCRAM to this project's own server", async () => {
  await using server = new TestServer();
  const right = "open-sesame";
  await makeAccount(server.port, "dave", right);
  for (const password of [right, "wrong one"]) {
    const wishes = { login: { account: "dave", password } };
    const where = { host: "127.0.0.1", port: server.port };
    const client = await ChatClient.connect({ protocol: irc, nick: "dave", ...where, wishes });
    const heard: string[] = [];
    for await (const events of client) {
      heard.push(...events.map((event) => event.type === "notice" ? event.text : event.type));
      if (events.some(({ type }) => type === "registered" || type === "notice")) break;
    }
    client.close();
    assertEquals(
      heard[0],
      password === right
        ? "You are now logged in as dave"
        : "Not logged in: SASL authentication failed",
    );
  }
});
