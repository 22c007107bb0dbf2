/**
 * IRC clients of other people over TLS: each trusts the test's issuer, checks the name, and meets users of the plain
 * port. A test whose client is not installed is skipped, with a line that says so.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { isInstalled, startCatgirl, startIrssi, startWeechat } from "../support/irc_program.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { IRSSI, type Script, USUAL, WEECHAT, WELCOME } from "../support/irc_scripts.ts";
import { makeAccount } from "../support/login.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { Json16Peer } from "../support/json16.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { CA, TlsTestServer } from "../support/tls.ts";
import { within } from "../support/within.ts";

interface Client {
  readonly program: string;
  readonly start: typeof startIrssi;
  /** What is typed to enter the lobby, where the client does not enter it by itself. */
  readonly join?: string;
  readonly say: string;
  /** What it shows when it is there. */
  readonly entered: string;
  /** The mechanisms of SASL that it knows. */
  readonly mechanisms: readonly string[];
}

/** No character of it means anything to a client's settings. */
const SECRET = "open-sesame";

/** What `script` says of it, and what it does over TLS. */
function clientOf(
  { program, types, entered }: Script,
  more: Pick<Client, "start" | "mechanisms">,
): Client {
  return { program, join: types.joinLobby, say: types.say, entered: entered("#lobby"), ...more };
}

const CLIENTS: readonly Client[] = [
  {
    program: "catgirl",
    start: (home, port, nick, ca = "", login) => startCatgirl(home, port, nick, ca, login),
    say: USUAL.say,
    entered: "ivy arrives in #lobby",
    mechanisms: ["PLAIN"],
  },
  // SCRAM since version 1.5, and older ones would not log in at all.
  clientOf(IRSSI, { start: startIrssi, mechanisms: ["PLAIN"] }),
  clientOf(WEECHAT, { start: startWeechat, mechanisms: ["PLAIN", "SCRAM-SHA-256"] }),
];

for (const client of CLIENTS) {
  const ignore = !isInstalled(client.program);
  if (ignore) console.log(`${client.program} is not installed: its test over TLS is skipped`);
  Deno.test({
    name: `${client.program} meets the homework over TLS`,
    ignore,
    fn: () => meet(client),
  });
  for (const mechanism of client.mechanisms) {
    Deno.test({
      name: `${client.program} logs in over TLS with ${mechanism}`,
      ignore,
      fn: () => logInFrom(client, mechanism),
    });
  }
}

async function meet({ start, join, say, entered }: Client): Promise<void> {
  using home = new TempFolder({ "ca.pem": CA.cert });
  await using server = new TlsTestServer();
  await using bob = await Chat1Peer.enter(server.port, "bob");
  await using carol = await Json16Peer.enter(server.port, "carol");
  await using ivy = await start(home.path, server.tlsPort, "ivy", home.file("ca.pem"));
  await server.log.find(/registered as "ivy" \(127\.0\.0\.1:\d+, irc, TLS\)/);
  if (join !== undefined) {
    await ivy.shows(WELCOME);
    await ivy.types(join);
  }
  await carol.until('{"type": "join", "nick": "ivy"}');
  await ivy.shows(entered);
  await ivy.types(say);
  await bob.until("@ivy: hello from outside\n");
  await bob.send("@bob: lines here\n");
  await ivy.shows("lines here");
  await ivy.types("/quit");
  await carol.until('{"type": "leave", "nick": "ivy"}');
  await ivy.ends();
}

/** The client has the password, so it gets the nick that is an account's. */
async function logInFrom({ start }: Client, mechanism: string): Promise<void> {
  using home = new TempFolder({ "ca.pem": CA.cert });
  await using server = new TlsTestServer();
  await makeAccount(server.port, "ivy", SECRET);
  await using bob = await IrcPeer.enter(server.port, "bob");
  const login = { account: "ivy", password: SECRET, mechanism };
  await using ivy = await start(home.path, server.tlsPort, "ivy", home.file("ca.pem"), login);
  await server.log.find(/registered as "ivy" \(127\.0\.0\.1:\d+, irc, TLS\)/);
  const known = await bob.asks("WHOIS ivy");
  assertEquals(known.filter((line) => / (?:330|671) /.test(line)), [
    `:${SERVER} 671 bob ivy :is using a secure connection`,
    `:${SERVER} 330 bob ivy ivy :is logged in as`,
  ]);
  await ivy.types("/quit");
  await ivy.ends();
}

/** What a user of each dialect sends by hand, and what the peer on the plain port reads of it. */
const BY_HAND: Readonly<Record<string, string>> = {
  cs168: `${"ann".padEnd(200)}${"/join lobby".padEnd(200)}${"by hand".padEnd(200)}`,
  chat1: "REGISTER ann CHAT/1.0\n@ann: by hand\n",
  json16: ['{"type": "hello", "nick": "ann"}', '{"type": "chat", "message": "by hand"}']
    .map((json) => `\0${String.fromCharCode(json.length)}${json}`).join(""),
  irc: "NICK ann\r\nUSER a 0 * :a\r\nJOIN #lobby\r\nPRIVMSG #lobby :by hand\r\n",
};

const hasOpenssl = isInstalled("openssl");
if (!hasOpenssl) console.log("openssl is not installed: its tests are skipped");

for (const [name, bytes] of Object.entries(BY_HAND)) {
  Deno.test({
    name: `openssl s_client speaks ${name}, and ends in good order`,
    ignore: !hasOpenssl,
    async fn() {
      using folder = new TempFolder({ "ca.pem": CA.cert });
      const trust = ["-verify_return_error", "-verify_hostname", "localhost", "-CAfile"];
      await using server = new TlsTestServer();
      await using bob = await Chat1Peer.enter(server.port, "bob");
      const child = new Deno.Command("openssl", {
        args: [
          ...["s_client", "-quiet", "-nocommands", "-no_ign_eof", ...trust, folder.file("ca.pem")],
          ...["-connect", `127.0.0.1:${server.tlsPort}`],
        ],
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const input = child.stdin.getWriter();
      await input.write(new TextEncoder().encode(bytes));
      await bob.until("@ann: by hand\n");
      // At the end of its input it sends a close_notify.
      await input.close();
      await server.log.find(new RegExp(`ended: closed by peer \\("ann" from .*, ${name}, TLS\\)`));
      assertEquals((await within("its end", child.status)).code, 0);
    },
  });
}

Deno.test({
  name: "openssl s_client that asks for new keys without end is ended",
  ignore: !hasOpenssl,
  async fn() {
    await using server = new TlsTestServer();
    const child = new Deno.Command("openssl", {
      args: ["s_client", "-connect", `127.0.0.1:${server.tlsPort}`],
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const input = child.stdin.getWriter();
    const output = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    const says = async (word: string) => {
      while (!said.includes(word)) {
        const { value, done } = await within(word, output.read());
        if (done) return false;
        said += value;
      }
      said = said.slice(said.indexOf(word) + word.length);
      return true;
    };
    await says("verify return:1");
    const ask = () => input.write(new TextEncoder().encode("K\n"));
    for (let asked = 0; asked < 100; asked++) {
      const isOpen = await ask().then(() => says("KEYUPDATE"), () => false);
      if (!isOpen) break;
    }
    await server.log.find(/#1 ended: read failed: .*TooManyKeyUpdateRequests/);
    await input.abort().catch(() => {});
    await output.cancel();
    await within("its end", child.status);
  },
});
