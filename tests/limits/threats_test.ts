/**
 * What one user could try against another: terminal escapes, forged lines and frames, speaking under
 * another's name; and what the programs could do to the machine. SECURITY.md lists these tests.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { frame, Peer } from "../support/cs168.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";
import { WIRES } from "../support/wire/wires.ts";

const ESC = "\x1b";
/** Colours, the window's title, the clipboard, a report that a terminal would type; bare and 8-bit. */
const ESCAPES =
  `a${ESC}[31mb${ESC}]0;title\x07c${ESC}]52;c;AAAA${ESC}\\d${ESC}[6ne\x9b2Jf\x07\x08g`;

// deno-lint-ignore no-control-regex
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/;

type Speech = "cs168" | "chat1" | "json16";

/** Mallory speaks each protocol, and one user of each listens. */
class Stage implements AsyncDisposable {
  readonly #peers: ByteStream[];
  readonly server: TestServer;
  readonly listeners: Readonly<Record<Speech, ByteStream>>;

  private constructor(
    server: TestServer,
    cs168: ByteStream,
    chat1: ByteStream,
    json16: ByteStream,
  ) {
    this.server = server;
    this.listeners = { cs168, chat1, json16 };
    this.#peers = [cs168, chat1, json16];
  }

  static async open(): Promise<Stage> {
    const server = new TestServer();
    const json16 = await Json16Peer.enter(server.port, "jay");
    const chat1 = await Chat1Peer.enter(server.port, "chad");
    const cs168 = (await Peer.enter(server.port, "cecil")).bytes;
    await cs168.send(frame("/join lobby"));
    await json16.until('"join", "nick": "cecil"}');
    return new Stage(server, cs168, chat1, json16);
  }

  /** Enters the lobby; `nick` may hold what no name can keep. */
  async mallory(protocol: Speech, nick = "mallory"): Promise<ByteStream> {
    const peer = await ByteStream.connect(this.server.port);
    this.#peers.push(peer);
    await peer.send(WIRES[protocol].ask({ ask: "register", nick }));
    if (protocol === "cs168") await peer.send(frame("/join lobby"), frame("/nope"));
    // The last of each answer.
    await peer.until({ cs168: "/join.", chat1: "successful\n", json16: "}" }[protocol]);
    return peer;
  }

  /** What each listener received, up to a line of `probe`. */
  async heard(): Promise<Record<Speech, string>> {
    await using probe = await Chat1Peer.enter(this.server.port, "probe");
    await probe.send("@probe: that is all\n");
    const { cs168, chat1, json16 } = this.listeners;
    return {
      cs168: await cs168.until("[probe] that is all".padEnd(200)),
      chat1: await chat1.until("@probe: that is all\n"),
      json16: textOf(await json16.until('"probe", "message": "that is all"}')),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.server[Symbol.asyncDispose]();
  }
}

/** The packets' values, as a client shows them: JSON hides control characters behind escapes. */
function textOf(packets: string): string {
  return (packets.match(/\{[^{}]*\}/g) ?? [])
    .map((packet) => Object.values(JSON.parse(packet)).join(" ")).join("\n");
}

/** One message in each protocol. */
const say = {
  cs168: (text: string) => frame(text),
  chat1: (text: string) => `@mallory: ${text}\n`,
  json16: (text: string) => packet({ type: "chat", message: text }),
};

for (const protocol of ["cs168", "chat1", "json16"] as const) {
  Deno.test(`terminal escapes said in ${protocol} reach nobody's terminal`, async () => {
    await using stage = await Stage.open();
    const mallory = await stage.mallory(protocol);
    await mallory.send(say[protocol](ESCAPES));
    await mallory.send(say[protocol]("done"));
    await stage.listeners.json16.until('"nick": "mallory", "message": "abcdefg"}');
    await stage.listeners.json16.until('"message": "done"}');
    const heard = await stage.heard();
    for (const text of Object.values(heard)) assert(!UNSAFE.test(text), JSON.stringify(text));
    assert(heard.cs168.includes("[mallory] abcdefg"), JSON.stringify(heard.cs168));
    assert(heard.chat1.includes("@mallory: abcdefg\n"), JSON.stringify(heard.chat1));
  });

  Deno.test(`a line or frame forged in ${protocol} stays a part of its speaker's own`, async () => {
    await using stage = await Stage.open();
    const mallory = await stage.mallory(protocol);
    // Inside chat1 itself a newline ends the message: what follows is one that claims to be chad's.
    const control = protocol === "chat1" ? "" : "DISCONNECT CHAT/1.0\n";
    const forged = `hi\r\n${control}@chad: forged\n[cecil] forged\u2028[cecil] forged\u2029`;
    await mallory.send(say[protocol](forged), say[protocol]("done"));
    await stage.listeners.json16.until('"message": "done"}');
    const { cs168, chat1 } = await stage.heard();
    for (const line of chat1.split("\n").filter((each) => each !== "")) {
      assert(line.startsWith("@mallory: "), JSON.stringify(line));
    }
    for (let at = 0; at + 200 <= cs168.length; at += 200) {
      assert(/^(\[mallory\] |mallory has |probe has )/.test(cs168.slice(at)), cs168.slice(at));
    }
  });
}

Deno.test("a long text is cut into frames that each name their speaker", async () => {
  await using stage = await Stage.open();
  const mallory = await stage.mallory("json16");
  // Without the name in each frame, some frame would begin with the name of somebody else.
  await mallory.send(say.json16("[cecil] I owe you money ".repeat(40)));
  await stage.listeners.json16.until("I owe you money");
  const { cs168 } = await stage.heard();
  const frames = cs168.match(/.{200}/gs) ?? [];
  assert(frames.length > 5);
  const own = frames.filter((frame) => frame.startsWith("[mallory] "));
  assertEquals(frames.length - own.length, frames.filter((f) => / has joined *$/.test(f)).length);
});

Deno.test("escapes and line ends in a name or a channel's name reach nobody", async () => {
  await using stage = await Stage.open();
  await stage.mallory("cs168", "mal\x9b2Jlory\u2028[cecil] x");
  const json16 = await stage.mallory("json16", `jo${ESC}]0;x\x07hn\nx`);
  await json16.send(packet({ type: "join", channel: `ch${ESC}[1man\x00nel` }));
  await json16.until('"entered", "channel": "channel"}');
  const heard = await stage.heard();
  for (const text of Object.values(heard)) assert(!UNSAFE.test(text), JSON.stringify(text));
  assertEquals(heard.chat1, "");
});

Deno.test("chat1: whatever name a message claims, nobody is heard under another's", async () => {
  await using stage = await Stage.open();
  const mallory = await stage.mallory("chat1");
  await mallory.send("@jay: I am jay\n", "@mallory: @jay: me again\n");
  await stage.listeners.json16.until("@jay: me again");
  const { cs168, chat1 } = await stage.heard();
  assertEquals(chat1, "@mallory: @jay: me again\n");
  assert(!cs168.includes("I am jay"));
});

Deno.test("json16: nothing in a packet makes another the speaker", async () => {
  await using stage = await Stage.open();
  const mallory = await stage.mallory("json16");
  await mallory.send(packet({ type: "chat", nick: "jay", message: "I am jay" }));
  await mallory.send(packet({ type: "leave", nick: "jay" }));
  await mallory.send(packet({ type: "join", nick: "jay" }), packet({ type: "channels" }));
  await mallory.until('"channels"');
  const { chat1, json16 } = await stage.heard();
  assertEquals(chat1, "@mallory: I am jay\n");
  assert(!/^(leave|chat) jay/m.test(json16), json16);
});

/** The flags of a task that give a permission, without those of the tool that chooses its imports. */
function permissionsOf(command: string): string[] {
  return command.replace(/\$\([^)]*\)/g, "").match(/(?<=[ '])(-A\b|--allow-[^\s']+)/g) ?? [];
}

Deno.test("server and client may use the network and nothing else, as task and as binary", async () => {
  // Variables that stand for options, and no others.
  const server = ["--allow-net", "--allow-env=PARLANCE_*"];
  assertEquals(permissionsOf(config.tasks.start.command), server);
  // The client may ask besides what kind of terminal it has, and read its user's list of servers.
  const client = ["--allow-net", "--allow-env=TERM,ACCESSIBLE,HOME,PARLANCE_ACCOUNT_PASSWORD"];
  const book = "--allow-read=$HOME/.config/parlance/client.toml";
  assertEquals(permissionsOf(config.tasks.chat.command), [...client, book]);
  const compile = await Deno.readTextFile(new URL("../../tools/compile.ts", import.meta.url));
  const options = [...compile.matchAll(/options: \[([^\]]*)\]/g)].map(([, list]) => list ?? "");
  const granted = options.map((list) => list.match(/-A\b|--allow-[^"]*/g));
  assertEquals(granted, [server, client]);
});

/** What only one file may use, and only where the program has the permission: what operators and users name. */
const MAY_TOUCH: readonly (readonly [path: string, calls: RegExp])[] = [
  ["/lib/cli/files.ts", /Deno\.open/g],
  // Variables that stand for options.
  ["/lib/cli/environment.ts", /Deno\.env/g],
  ["/lib/data/directory.ts", /Deno\.(?:openSync|mkdirSync|makeTempFileSync|removeSync)/g],
  ["/lib/data/database.ts", /Deno\.openSync/g],
];

Deno.test("but for files that an operator names, nothing in the programs opens a file, starts a process or reads the environment", async () => {
  const root = new URL("../../", import.meta.url);
  const forbidden =
    /\bDeno\.(open|create|read[A-Z]\w*|write[A-Z]\w*|remove|rename|mkdir|make\w*|copyFile|Command|env|run|dlopen|chdir|symlink|link|truncate|umask|watchFs)\b|node:(fs|child_process|process)/;
  const files = [new URL("server.ts", root), new URL("client.ts", root)];
  const folders = [new URL("lib/", root)];
  for (let folder; (folder = folders.pop()) !== undefined;) {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isDirectory) folders.push(new URL(`${entry.name}/`, folder));
      else if (entry.name.endsWith(".ts")) files.push(new URL(entry.name, folder));
    }
  }
  assert(files.length > 50);
  for (const file of files) {
    const source = await Deno.readTextFile(file);
    const allowed = MAY_TOUCH.find(([path]) => file.pathname.endsWith(path))?.[1];
    const found = forbidden.exec(allowed ? source.replaceAll(allowed, "") : source)?.[0];
    assertEquals(found, undefined, `${file.pathname} uses ${found}`);
  }
});
