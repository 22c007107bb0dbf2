/**
 * A real server with a configuration file and a certificate: what it is started with, what SIGHUP changes, and which
 * permissions all of that needs.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { CA, dialTls } from "../support/tls.ts";
import { makeCertificate } from "../support/certificate.ts";
import { IrcPeer } from "../support/irc.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { type ChildOptions, runServer, ServerChild } from "../support/server_child.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { within } from "../support/within.ts";

/** A folder with settings. */
class Settings extends TempFolder {
  readonly config = this.file("chat.toml");
  #serial = 0;

  /** One with all that `SETTINGS` names. */
  static filled(): Settings {
    const folder = new Settings({ "chat.toml": SETTINGS, "motd.txt": "one" });
    folder.renew("first.example");
    return folder;
  }

  /** Writes a certificate and its key as certbot does: a link to each is exchanged. */
  renew(...names: string[]): void {
    const made = makeCertificate({ issuer: CA, names: ["localhost", ...names] });
    const serial = ++this.#serial;
    for (const [name, text] of [["cert", made.cert], ["key", made.key]] as const) {
      this.write(`archive/${name}${serial}.pem`, text);
      Deno.symlinkSync(`archive/${name}${serial}.pem`, this.file("next"));
      Deno.renameSync(this.file("next"), this.file(`${name}.pem`));
    }
  }

  /** Permission for what the settings name, as the program itself says it. */
  async permissions(): Promise<string[]> {
    const allow = [`--allow-read=${this.config}`];
    const { stdout } = await runServer(["--permissions", "--config", this.config], { allow });
    return stdout.trim().split("\n");
  }

  async start(options: ChildOptions = {}): Promise<ServerChild> {
    return await ServerChild.start(["--config", this.config], {
      allow: await this.permissions(),
      ...options,
    });
  }
}

const SETTINGS = `
port = 0
tls-port = 0
tls-cert = "cert.pem"
tls-key = "key.pem"
motd = "motd.txt"
rate = 0
`;

async function names(port: number, name: string): Promise<boolean> {
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
  const conn = await Deno.startTls(tcp, { hostname: name, caCerts: [CA.cert] });
  try {
    await within("a handshake", conn.handshake());
    return true;
  } catch {
    return false;
  } finally {
    conn.close();
  }
}

Deno.test("SIGHUP exchanges the certificate: nobody is refused, and no connection ends", async () => {
  using folder = Settings.filled();
  await using server = await folder.start();
  await using ann = new ByteStream(await dialTls(server.tlsPort));
  await ann.send("REGISTER ann CHAT/1.0\n");
  await ann.receives("200 Registration successful\n");
  assert(await names(server.tlsPort, "first.example"));
  // One connection after the other, while the certificate is exchanged ten times.
  let isOver = false;
  let served = 0;
  const connecting = (async () => {
    for (; !isOver || served < 5; served++) (await dialTls(server.tlsPort)).close();
  })();
  for (let i = 0; i < 10; i++) {
    folder.renew(`name${i}.example`);
    server.signal("SIGHUP");
    const pattern = new RegExp(
      `reloaded: new certificate for localhost, name${i}\\.example, valid`,
    );
    await server.log.find(pattern);
  }
  isOver = true;
  await connecting;
  assert(!await names(server.tlsPort, "first.example"));
  assert(await names(server.tlsPort, "name9.example"));
  await using bob = await Chat1Peer.enter(server.port, "bob");
  await bob.send("@bob: still here?\n");
  await ann.until("still here?\n");
});

Deno.test("SIGHUP: a bad file changes nothing, and the server goes on", async () => {
  using folder = Settings.filled();
  await using server = await folder.start();
  await using ivy = await IrcPeer.enter(server.port, "ivy");
  const motd = async () => (await ivy.asks("MOTD")).find((line) => line.includes(" 372 "));
  folder.write("motd.txt", "two");
  folder.write("chat.toml", `${SETTINGS}\nnonsense = 1\n`);
  server.signal("SIGHUP");
  await server.log.find(
    /error not reloaded, everything stays as it was: .*chat\.toml:9: Unknown key/,
  );
  folder.write("other.txt", "three");
  folder.write("chat.toml", SETTINGS.replace("motd.txt", "other.txt"));
  server.signal("SIGHUP");
  await server.log.find(
    /stays as it was: Cannot read ".*other\.txt": the server was not allowed to at its start; restart it$/,
  );
  assertMatch(await motd() ?? "", /:- one$/);
  folder.write("chat.toml", `${SETTINGS}\nlobby = "tea"\n`);
  server.signal("SIGHUP");
  await server.log.find(/info reloaded: changed: motd; needs a restart: lobby$/);
  assertMatch(await motd() ?? "", /:- two$/);
});

Deno.test("REHASH does what SIGHUP does", async () => {
  using folder = Settings.filled();
  folder.write("chat.toml", `${SETTINGS}oper = ["root:./word"]\n`);
  folder.write("word", "sesame\n");
  await using server = await folder.start();
  await using root = await IrcPeer.enter(server.port, "root");
  await root.asks("OPER root sesame");
  folder.renew("second.example");
  await root.says("REHASH");
  await server.log.find(/reloaded: new certificate for localhost, second\.example/);
  folder.write("motd.txt", "two");
  Deno.removeSync(`${folder.path}/cert.pem`);
  const lines = await root.asks("REHASH");
  assert(lines.some((line) => line.includes("there is no such file")), lines.join("\n"));
});

Deno.test("settings in the environment stand above the file, and flags above all", async () => {
  using folder = new Settings();
  folder.write("chat.toml", 'port = 0\nlobby = "file"\nrate = 1\nlog = "quiet"\n');
  const allow = [`--allow-read=${folder.config}`, "--allow-env=PARLANCE_*"];
  const env = { PARLANCE_CONFIG: folder.config, PARLANCE_RATE: "2", PARLANCE_LOG: "info" };
  await using server = await ServerChild.start(["--rate", "3"], { allow, env });
  assertMatch(await server.log.find(/started/), /rate 3\/s/);
  await using without = await ServerChild.start([], { allow: allow.slice(0, 1), env });
  // Without permission for its variables there is no environment.
  assertMatch(await without.log.find(/started/), /rate 50\/s/);
});

Deno.test("--check-config checks the settings and the files that they name, and starts nothing", async () => {
  using folder = Settings.filled();
  const check = async (text: string) => {
    folder.write("chat.toml", text);
    const allow = [`--allow-read=${folder.path}`];
    const args = ["--check-config", "--config", folder.config];
    const { code, stdout, stderr } = await runServer(args, { allow });
    return `${code} ${stdout}${stderr}`.replaceAll(folder.path, "").trim();
  };
  assertEquals(await check('data = "data"\n'), "0 The settings are good");
  Deno.mkdirSync(folder.file("data"), { mode: 0o755 });
  assertEquals(
    await check('data = "data"\n'),
    '1 parlance-server: Cannot use the data directory "/data": its mode is 755, so others can use it; ' +
      "run chmod 700 on it",
  );
  assertEquals(await check(SETTINGS), "0 The settings are good");
  assertEquals(
    await check("port = 1\nport = 2\n"),
    "2 parlance-server: /chat.toml:2: Defining a key multiple times is invalid (see --help)",
  );
  assertEquals(
    await check('motd = "none.txt"\n'),
    '1 parlance-server: Cannot read "/none.txt": there is no such file',
  );
  folder.write("key.pem", "nonsense");
  assertEquals(
    await check(SETTINGS),
    '1 parlance-server: Cannot use "/key.pem" as key: it has no private key in PEM',
  );
});

Deno.test("a server without files ends at SIGHUP", async () => {
  await using server = await ServerChild.start(["--rate", "5"]);
  server.signal("SIGHUP");
  assertEquals(await server.ends(), 0);
});

Deno.test("SIGHUP while the server starts does not end it; what can be read once is not read again", async () => {
  using folder = new Settings({ "chat.toml": "port = 0\n" });
  const pipe = folder.file("pipe");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  await using server = ServerChild.spawn(["--config", folder.config, "--password", pipe], {
    allow: [`--allow-read=${folder.config},${pipe}`],
  });
  // It opens when the server, which has not started yet, reads from it.
  using file = await within("a reader of the pipe", Deno.open(pipe, { write: true }));
  server.signal("SIGHUP");
  server.signal("SIGUSR2");
  await file.write(new TextEncoder().encode("sesame"));
  file.close();
  await server.log.find(/info status: 0 connections/);
  await server.log.find(/error not reloaded, .*pipe": it is no ordinary file/);
});

Deno.test("settings in a pipe are refused, because a launcher and SIGHUP would find it empty", async () => {
  using folder = new Settings();
  const pipe = folder.file("pipe");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const { code, stderr } = await runServer(["--config", pipe], { allow: [`--allow-read=${pipe}`] });
  assertEquals([code, stderr], [
    1,
    `parlance-server: Cannot read "${pipe}": it is no ordinary file, and is read more than once\n`,
  ]);
});
