/**
 * Accounts over IRC, at the wire: SASL, account-registration, NickServ, PASS, and names that are somebody's.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ScramClient } from "../../lib/sasl/scram.ts";
import { frame, Peer } from "../support/cs168.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { base64, logIn, PASSWORD, plainBlob } from "../support/login.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { Json16Peer } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";

const withAlice = () => TestServer.with(["alice"]);

async function asking(server: TestServer, ...caps: readonly string[]): Promise<IrcPeer> {
  const peer = await IrcPeer.connect(server.port);
  await peer.asks("CAP LS 302", `CAP REQ :${["sasl", ...caps].join(" ")}`);
  return peer;
}

Deno.test("sasl: PLAIN before the registration, and the welcome is to the account's user", async () => {
  await using server = await withAlice();
  await using peer = await asking(server);
  assertEquals(await logIn(peer, "ALICE", PASSWORD), [
    `:${SERVER} 900 * *!*@* alice :You are now logged in as alice`,
    `:${SERVER} 903 * :SASL authentication successful`,
  ]);
  const welcome = await peer.asks("NICK alice", "USER a 0 * :A", "CAP END");
  assert(welcome[0]?.includes(" 001 alice "), welcome[0]);
  const whois = await peer.asks("WHOIS alice");
  assert(whois.includes(`:${SERVER} 330 alice alice alice :is logged in as`), whois.join("\n"));
});

Deno.test("sasl: the mechanisms are listed, and another one is refused with the list", async () => {
  await using server = await withAlice();
  await using peer = await IrcPeer.connect(server.port);
  const caps = (await peer.asks("CAP LS 302")).join(" ").split(/ :?/);
  assert(caps.includes("sasl=PLAIN,SCRAM-SHA-256"), caps.join(" "));
  assert(caps.includes("draft/account-registration"));
  await peer.asks("CAP REQ :sasl");
  await peer.gets(
    "AUTHENTICATE DIGEST-MD5",
    `:${SERVER} 908 * PLAIN,SCRAM-SHA-256 :are available SASL mechanisms`,
    `:${SERVER} 904 * :SASL authentication failed`,
  );
  await using old = await IrcPeer.connect(server.port);
  assert((await old.asks("CAP LS")).join(" ").split(" ").includes("sasl"));
});

Deno.test("sasl: a wrong password, an unknown account and another's name look the same", async () => {
  await using server = await withAlice();
  for (const blob of [plainBlob("alice", "guess"), plainBlob("nobody", PASSWORD)]) {
    await using peer = await asking(server);
    await peer.gets("AUTHENTICATE PLAIN", "AUTHENTICATE +");
    await peer.gets(`AUTHENTICATE ${blob}`, `:${SERVER} 904 * :SASL authentication failed`);
  }
  await using peer = await asking(server);
  await peer.asks("AUTHENTICATE PLAIN");
  const blob = base64("bob\0alice\0open-sesame");
  await peer.gets(`AUTHENTICATE ${blob}`, `:${SERVER} 904 * :SASL authentication failed`);
});

Deno.test("sasl: SCRAM-SHA-256, where both prove themselves", async () => {
  await using server = await withAlice();
  await using peer = await asking(server);
  const client = new ScramClient("alice", PASSWORD);
  const say = async (text: string) => {
    const [line = ""] = await peer.asks(`AUTHENTICATE ${base64(text)}`);
    assertMatch(line, /^AUTHENTICATE [A-Za-z0-9+/=]+$/);
    return atob(line.slice("AUTHENTICATE ".length));
  };
  await peer.gets("AUTHENTICATE scram-sha-256", "AUTHENTICATE +");
  const challenge = await say(client.first);
  client.verify(await say(await client.answer(challenge)));
  assertEquals(await peer.asks("AUTHENTICATE +"), [
    `:${SERVER} 900 * *!*@* alice :You are now logged in as alice`,
    `:${SERVER} 903 * :SASL authentication successful`,
  ]);
});

Deno.test("sasl: a proof without the password, and words after it, do not let in", async () => {
  await using server = await withAlice();
  await using peer = await asking(server);
  const client = new ScramClient("alice", "guess");
  await peer.asks("AUTHENTICATE SCRAM-SHA-256");
  const [line = ""] = await peer.asks(`AUTHENTICATE ${base64(client.first)}`);
  const proof = await client.answer(atob(line.slice("AUTHENTICATE ".length)));
  const failed = `:${SERVER} 904 * :SASL authentication failed`;
  await peer.gets(`AUTHENTICATE ${base64(proof)}`, failed);
  await peer.asks("AUTHENTICATE SCRAM-SHA-256");
  await peer.gets(`AUTHENTICATE ${base64("p=tls-unique,,n=alice,r=x")}`, failed);
  await peer.asks("AUTHENTICATE SCRAM-SHA-256");
  await peer.gets("AUTHENTICATE +", failed);
});

Deno.test("sasl: a long message comes in chunks of 400, and no longer one", async () => {
  await using server = await withAlice();
  await using peer = await asking(server);
  const blob = plainBlob("alice", "x".repeat(400));
  await peer.asks("AUTHENTICATE PLAIN");
  await peer.gets(`AUTHENTICATE ${blob.slice(0, 400)}`);
  await peer.gets(
    `AUTHENTICATE ${blob.slice(400)}`,
    `:${SERVER} 904 * :SASL authentication failed`,
  );
  await peer.asks("AUTHENTICATE PLAIN");
  await peer.gets(`AUTHENTICATE ${"A".repeat(401)}`, `:${SERVER} 905 * :SASL message too long`);
  await peer.asks("AUTHENTICATE PLAIN");
  for (let i = 0; i < 10; i++) await peer.gets(`AUTHENTICATE ${"A".repeat(400)}`);
  await peer.gets(
    `AUTHENTICATE ${"A".repeat(400)}`,
    `:${SERVER} 904 * :SASL authentication failed`,
  );
});

Deno.test("sasl: it can be aborted, and a registration aborts it", async () => {
  await using server = await withAlice();
  await using peer = await asking(server);
  await peer.asks("AUTHENTICATE PLAIN");
  await peer.gets("AUTHENTICATE *", `:${SERVER} 906 * :SASL authentication aborted`);
  await peer.asks("AUTHENTICATE PLAIN");
  const [first, second] = await peer.asks("NICK bob", "USER b 0 * :B", "CAP END");
  assertEquals(first, `:${SERVER} 906 * :SASL authentication aborted`);
  assert(second?.includes(" 001 bob "), second);
});

Deno.test("sasl: an account that is made anew by another is not entered by who had the old one", async () => {
  await using server = await withAlice();
  const makeAnew = () => {
    server.server.setAccounts([]);
    server.server.setAccounts(["alice"]);
  };
  await using early = await asking(server);
  await logIn(early, "alice", PASSWORD);
  await using late = await asking(server);
  await late.asks("NICK bob", "USER b 0 * :B", "CAP END");
  const client = new ScramClient("alice", PASSWORD);
  await late.asks("AUTHENTICATE SCRAM-SHA-256");
  const [challenge = ""] = await late.asks(`AUTHENTICATE ${base64(client.first)}`);
  const proof = await client.answer(atob(challenge.slice("AUTHENTICATE ".length)));
  await late.asks(`AUTHENTICATE ${base64(proof)}`);
  makeAnew();
  const [lost, refused] = await early.asks("NICK alice", "USER a 0 * :A", "CAP END");
  assertEquals(lost, `:${SERVER} 901 * alice!*@* :You are now logged out`);
  assertMatch(refused ?? "", / 433 \* alice /);
  await late.gets("AUTHENTICATE +", `:${SERVER} 904 bob :SASL authentication failed`);
});

Deno.test("sasl: after the registration, those who see the user learn of it", async () => {
  await using server = await withAlice();
  await using watcher = await IrcPeer.enter(server.port, "bob", "account-notify", "account-tag");
  await using peer = await IrcPeer.enter(server.port, "ann", "sasl", "account-notify");
  await watcher.asks("JOIN #tea");
  await peer.asks("JOIN #tea");
  await watcher.answers();
  assertEquals(await logIn(peer, "alice", PASSWORD), [
    `:${SERVER} 900 ann ann!~ann@HOST alice :You are now logged in as alice`,
    ":ann!~ann@HOST ACCOUNT alice",
    `:${SERVER} 903 ann :SASL authentication successful`,
  ]);
  assertEquals(await watcher.answers(), [":ann!~ann@HOST ACCOUNT alice"]);
  await peer.asks("PRIVMSG #tea :hi");
  assertEquals(await watcher.answers(), ["@account=alice :ann!~ann@HOST PRIVMSG #tea :hi"]);
  const who = await watcher.asks("WHO #tea %na");
  assert(who.includes(`:${SERVER} 354 bob ann :alice`), who.join("\n"));
  await peer.gets(
    "NS LOGOUT",
    `:${SERVER} 901 ann ann!~ann@HOST :You are now logged out`,
    ":ann!~ann@HOST ACCOUNT *",
  );
});

Deno.test("sasl: three wrong tries, then even the right password must wait", async () => {
  await using server = await withAlice();
  await using peer = await asking(server);
  for (const guess of ["a", "b", "c"]) await logIn(peer, "alice", guess);
  const throttled = ":SASL authentication failed: too many tries, wait a minute";
  assertEquals(await logIn(peer, "alice", PASSWORD), [`:${SERVER} 904 * ${throttled}`]);
  await using another = await asking(server);
  assertEquals(await logIn(another, "alice", PASSWORD), [`:${SERVER} 904 * ${throttled}`]);
});

Deno.test("names: an account's nick is nobody else's, in no dialect", async () => {
  await using server = await withAlice();
  await using irc = await IrcPeer.connect(server.port);
  await irc.gets("NICK Alice");
  await irc.gets(
    "USER a 0 * :A",
    `:${SERVER} 433 * Alice :Nickname belongs to an account: log in to use it`,
  );
  const welcome = await irc.asks("NICK bob");
  assert(welcome[0]?.includes(" 001 bob "));
  await irc.gets(
    "NICK alice",
    `:${SERVER} 433 bob alice :Nickname belongs to an account: log in to use it`,
  );
  await using chat1 = await ByteStream.connect(server.port);
  await chat1.send("REGISTER alice CHAT/1.0\n");
  await chat1.receives("401 Client already registered\n");
  await irc.asks("JOIN #lobby");
  await using json16 = await Json16Peer.enter(server.port, "alice");
  assertEquals(await irc.answers(), [":alice/2!json16@HOST JOIN #lobby"]);
  await using cs168 = await Peer.enter(server.port, "alice");
  await cs168.send(frame("/join lobby"));
  await irc.receives(":alice/3!cs168@");
  json16.close();
});

Deno.test("names: who makes an account takes its nick from nobody", async () => {
  await using server = new TestServer({ commandRate: 0 });
  await using _json16 = await Json16Peer.enter(server.port, "bob");
  await using peer = await IrcPeer.enter(server.port, "carl");
  await peer.gets(
    "REGISTER bob * long-enough",
    `:${SERVER} FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK bob :An account has the nick of its user`,
  );
});

Deno.test("register: an account with the command, and all that is refused", async () => {
  await using server = new TestServer({ commandRate: 0 });
  await using peer = await IrcPeer.enter(server.port, "alice");
  const fail = (code: string, words: string) => `:${SERVER} FAIL REGISTER ${code} alice :${words}`;
  await peer.gets(
    "REGISTER * * short",
    fail("WEAK_PASSWORD", "The password is too short or too long, or it is the name"),
  );
  await peer.gets(
    "REGISTER alice a@example.org open-sesame",
    `:${SERVER} REGISTER SUCCESS alice :You have an account now, and are logged in to it`,
    `:${SERVER} 900 alice alice!~alice@HOST alice :You are now logged in as alice`,
  );
  await peer.gets(
    "REGISTER * * open-sesame",
    fail("ALREADY_AUTHENTICATED", "You are logged in to an account already"),
  );
  await using early = await IrcPeer.connect(server.port);
  await early.asks("CAP LS 302");
  await early.gets(
    "REGISTER * * open-sesame",
    `:${SERVER} FAIL REGISTER COMPLETE_CONNECTION_REQUIRED * :Register with NICK and USER first`,
  );
});

Deno.test("register: before the connection where that is allowed, but no nick of somebody who is here", async () => {
  await using server = await TestServer.with([], { registration: "before-connect" });
  await using _bob = await IrcPeer.enter(server.port, "bob");
  await using peer = await IrcPeer.connect(server.port);
  assert((await peer.asks("CAP LS 302")).join().includes("account-registration=before-connect"));
  await peer.gets(
    "REGISTER * * open-sesame",
    `:${SERVER} FAIL REGISTER NEED_NICK * :Say your NICK first`,
  );
  await peer.asks("NICK bob");
  await peer.gets(
    "REGISTER * * open-sesame",
    `:${SERVER} FAIL REGISTER ACCOUNT_EXISTS bob :This name belongs to somebody else`,
  );
  await peer.asks("NICK alice");
  const said = await peer.asks("REGISTER * * open-sesame");
  assertMatch(said[0] ?? "", / REGISTER SUCCESS alice /);
  await using other = await IrcPeer.connect(server.port);
  await other.asks("CAP LS 302", "NICK \u0430lice");
  const refused = await other.asks("REGISTER * * open-sesame");
  assertMatch(refused[0] ?? "", / FAIL REGISTER ACCOUNT_EXISTS /);
  const welcome = await peer.asks("USER a 0 * :A", "CAP END");
  assert(welcome[0]?.includes(" 001 alice "), welcome[0]);
  assert((await peer.asks("WHOIS alice")).join().includes(" 330 alice alice alice "));
});

Deno.test("register: closed means closed, for the command and for NickServ", async () => {
  await using server = await TestServer.with([], { registration: "closed" });
  await using peer = await IrcPeer.enter(server.port, "bob");
  assert(!(await peer.asks("CAP LS 302")).join().includes("account-registration"));
  const words = "Accounts are made by the operator of this server";
  await peer.gets("REGISTER * * open-sesame", `:${SERVER} FAIL REGISTER DISALLOWED bob :${words}`);
  await peer.gets("NS REGISTER open-sesame", `:NickServ!NickServ@${SERVER} NOTICE bob :${words}`);
});

Deno.test("nickserv: an old client makes an account, comes back, and gets its nick", async () => {
  await using server = await withAlice();
  const says = (nick: string, words: string) =>
    `:NickServ!NickServ@${SERVER} NOTICE ${nick} :${words}`;
  await using peer = await IrcPeer.enter(server.port, "alice_");
  await peer.gets(
    "PRIVMSG nickserv :identify alice guess",
    says("alice_", "The account or the password is wrong"),
  );
  await peer.gets(
    "PRIVMSG NickServ :IDENTIFY alice open-sesame",
    `:${SERVER} 900 alice_ alice_!~alice_@HOST alice :You are now logged in as alice`,
    ":alice_!~alice_@HOST NICK :alice",
    says("alice", "You are logged in as alice"),
  );
  assertMatch((await peer.asks("NS INFO"))[0] ?? "", /:alice is an account since /);
  await peer.gets("NS INFO bob", says("alice", "bob is no account"));
  await peer.gets(
    "NS PASSWD guess new-password",
    says("alice", "The account or the password is wrong"),
  );
  await peer.gets("NS PASSWD open-sesame new-password", says("alice", "Your password is changed"));
  await peer.gets(
    "NS DROP alice new-password",
    `:${SERVER} 901 alice alice!~alice_@HOST :You are now logged out`,
    says("alice", "alice is no account now"),
  );
  await peer.gets("NOTICE NickServ :HELP");
  assert(
    (await peer.asks("PRIVMSG NickServ :HELP")).join().includes("IDENTIFY [account] <password>"),
  );
  await peer.gets(
    "NS FROB",
    says("alice", "I do not know that: /msg NickServ HELP lists what I know"),
  );
  await peer.gets("NS PASSWD", says("alice", "Say it so: PASSWD <password> <new password>"));
});

Deno.test("nickserv: a ghost of one's own is ended, and its nick taken", async () => {
  await using server = await withAlice();
  const { peer: dead } = await server.logIn("alice");
  await using peer = await IrcPeer.enter(server.port, "alice_");
  assertMatch((await peer.asks("NS GHOST alice"))[0] ?? "", / 400 /);
  await peer.asks("NS IDENTIFY alice open-sesame");
  assertEquals(await peer.asks("NS GHOST alice"), [":alice_!~alice_@HOST NICK :alice"]);
  assertMatch(await dead.untilEnd(), /ERROR :Closing link: Ended by alice/);
});

Deno.test("pass: account:password logs in, and a wrong one ends the connection", async () => {
  await using server = await withAlice();
  await using peer = await IrcPeer.connect(server.port);
  const welcome = await peer.asks("PASS alice:open-sesame", "NICK alice", "USER a 0 * :A");
  assertEquals(welcome[0], `:${SERVER} 900 * *!*@* alice :You are now logged in as alice`);
  assert(welcome[1]?.includes(" 001 alice "), welcome[1]);
  await using wrong = await IrcPeer.connect(server.port);
  await wrong.says("PASS alice:guess", "NICK bob", "USER a 0 * :A");
  const end = await wrong.untilEnd();
  assertMatch(end, / 464 \* :Password incorrect\r\nERROR :Closing link: Password incorrect\r\n$/);
});

Deno.test("secrets: no password is in the log, whatever became of it", async () => {
  await using server = await withAlice();
  await using peer = await asking(server);
  await logIn(peer, "alice", "wrong-secret-1");
  await logIn(peer, "alice", PASSWORD);
  await peer.asks("NICK alice", "USER a 0 * :A", "CAP END");
  await peer.asks("NS IDENTIFY wrong-secret-2", "NS PASSWD open-sesame new-secret-3");
  await using passed = await IrcPeer.connect(server.port);
  await passed.asks("PASS alice:new-secret-3", "NICK bob", "USER a 0 * :A");
  await server.log.find(/registered as "alice"/);
  await server.log.find(/login refused: wrong account or password from 127\.0\.0\.1$/);
  const log = server.log.lines.join("\n");
  for (const secret of ["secret", "sesame", plainBlob("alice", PASSWORD)]) {
    assert(!log.includes(secret), log);
  }
});
