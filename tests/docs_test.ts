/**
 * The documents against the program: the conversations in docs/PROTOCOLS.md are replayed to a server byte for
 * byte, its cs168 error texts are compared with the server's, and every section and file that the code and the
 * documents refer to exists.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ByteStream } from "./support/byte_stream.ts";
import { Peer } from "./support/cs168.ts";
import { IrcPeer, plain } from "./support/irc.ts";
import { OpenPort } from "./support/server.ts";
import { capabilitiesOf } from "../lib/protocol/irc_caps.ts";
import { COMMANDS } from "../lib/protocol/irc_commands.ts";
import { IrcConnection } from "../lib/protocol/irc_connection.ts";
import { supportLines } from "../lib/protocol/irc_welcome.ts";
import type { Login } from "../lib/accounts/login.ts";
import { DEFAULT_FACTS } from "../lib/protocol/protocol.ts";
import { DEFAULT_LIMITS } from "../lib/server/limits.ts";

const ROOT = new URL("../", import.meta.url);
const PROTOCOLS_MD = Deno.readTextFileSync(new URL("docs/PROTOCOLS.md", ROOT));

/** One message of a conversation: `pat > 0020 7b22 ..  . {"type ..`, and the rows below it. */
interface Message {
  readonly who: string;
  readonly sent: boolean;
  readonly bytes: Uint8Array;
}

/** The columns of a row: the speaker, up to 16 bytes in hexadecimal, and the same as ASCII. */
const HEX_START = 6;
const HEX_END = 45;
const ASCII_START = 47;

/** Returns the bytes of a row. Fails if its ASCII column shows other bytes. */
function rowBytes(row: string): number[] {
  const digits = row.slice(HEX_START, HEX_END).replaceAll(" ", "").match(/../g) ?? [];
  const bytes = digits.map((pair) => parseInt(pair, 16));
  const ascii = bytes.map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".");
  assertEquals(row.slice(ASCII_START, ASCII_START + bytes.length), ascii.join(""));
  return bytes;
}

/** Reads the conversation in the fenced block `block`. */
function conversation(block: string): Message[] {
  const messages: { who: string; sent: boolean; bytes: number[] }[] = [];
  for (const row of block.split("\n").filter((line) => line.trim() !== "")) {
    const [, who, direction] = /^(\w+) ([<>]) [0-9a-f]{4}/.exec(row) ?? [];
    if (who !== undefined) messages.push({ who, sent: direction === ">", bytes: [] });
    messages.at(-1)?.bytes.push(...rowBytes(row));
  }
  return messages.map((message) => ({ ...message, bytes: Uint8Array.from(message.bytes) }));
}

const blocks = PROTOCOLS_MD.split(/^```.*$/m).filter((_, index) => index % 2 === 1);
const conversations = blocks.filter((block) => /^\w+ > [0-9a-f]{4} /m.test(block));

Deno.test("PROTOCOLS.md has a conversation of chat1 and one of json16", () => {
  const speakers = conversations.map((block) => [
    ...new Set(conversation(block).map(({ who }) => who)),
  ]);
  assertEquals(speakers, [["una", "rob"], ["pat"]]);
});

for (const block of conversations) {
  const messages = conversation(block);
  const names = [...new Set(messages.map(({ who }) => who))].join(" and ");
  Deno.test(`the server answers ${names} as PROTOCOLS.md shows, byte for byte`, async () => {
    await using port = new OpenPort();
    await using peers = new AsyncDisposableStack();
    const streams = new Map<string, ByteStream>();
    for (const { who, sent, bytes } of messages) {
      const stream = streams.get(who) ?? peers.use(await ByteStream.connect(port.port));
      streams.set(who, stream);
      if (sent) await stream.send(bytes);
      else assertEquals(await stream.take(bytes.length), bytes);
    }
  });
}

Deno.test("the server answers an IRC client as PROTOCOLS.md shows, but for times, ids and hosts", async () => {
  const session = blocks.find((block) => block.includes("C>S  CAP LS 302")) ?? "";
  await using port = new OpenPort();
  await using peer = await IrcPeer.connect(port.port);
  let isLeftOut = false;
  for (const row of session.trim().split("\n")) {
    const text = plain(row.slice("C>S  ".length));
    if (row.startsWith("C>S")) await peer.says(text);
    else if (text === "..") isLeftOut = true;
    else {
      const fits = (line: string) =>
        text.endsWith(" ..") ? line.startsWith(text.slice(0, -2)) : line === text;
      let line = plain(await peer.reads());
      while (isLeftOut && !fits(line)) line = plain(await peer.reads());
      assert(fits(line), `The document has "${text}", the server sent "${line}"`);
      isLeftOut = false;
    }
  }
});

/** A server that keeps a history. */
const FACTS = { ...DEFAULT_FACTS, historyLimit: DEFAULT_LIMITS.historyPage };
const LOGIN = { registration: "open" } as Login;

/** The requests that the rows of the table of cs168 errors describe, in its order. */
const wrongRequests: readonly (readonly [request: string, word: string])[] = [
  ["/nick x", "/nick"],
  ["/join", ""],
  ["/join nosuch", "nosuch"],
  ["/create", ""],
  ["/create tea", "tea"],
];

Deno.test("the cs168 errors are those of PROTOCOLS.md, to the full stop", async () => {
  const table = PROTOCOLS_MD.slice(PROTOCOLS_MD.indexOf("These texts are exact"))
    .split("\n\n")[1] as string;
  const texts = table.split("\n").slice(2).map((row) => /\| `([^`]+)` \|$/.exec(row)?.[1] ?? row);
  await using port = new OpenPort();
  await using alice = await Peer.enter(port.port, "alice");
  await alice.does("hello", texts.at(-1) as string);
  await alice.does("/create tea");
  for (const [index, [request, word]] of wrongRequests.entries()) {
    await alice.does(request, (texts[index] as string).replaceAll(/<\w+>/g, word));
  }
  assertEquals(texts.length, wrongRequests.length + 1);
});

/** Returns the paths of all files below `folder` whose names end with `ending`. */
function filesIn(folder: string, ending: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) return filesIn(`${path}/`, ending);
    return path.endsWith(ending) ? [path] : [];
  });
}

const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

Deno.test("every section of PROTOCOLS.md that the code cites exists", () => {
  const sections = [...PROTOCOLS_MD.matchAll(/^## (\d+)\./gm)].map(([, number]) => number);
  assertEquals(sections, ["1", "2", "3", "4", "5", "6", "7"]);
  let cited = 0;
  for (const path of [...filesIn("lib/", ".ts"), ...filesIn("tests/", ".ts")]) {
    for (const [, number] of read(path).matchAll(/PROTOCOLS,? section (\d+)/g)) {
      cited++;
      assert(sections.includes(number), `${path} cites section "${number}" of PROTOCOLS.md`);
    }
  }
  assert(cited > 10, `Only "${cited}" citations were found`);
});

Deno.test("PROTOCOLS.md lists the capabilities, tokens and commands of IRC that there are", () => {
  const section = PROTOCOLS_MD.slice(PROTOCOLS_MD.indexOf("## 7. irc"));
  const paragraph = (title: string) =>
    section.slice(section.indexOf(`**${title}.**`)).split("\n\n")[0] as string;
  const named = [...paragraph("Capabilities").matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  assertEquals(named, capabilitiesOf(FACTS, LOGIN).map(({ name }) => name));
  const commands = [...paragraph("Commands").matchAll(/\b[A-Z]{2,}\b/g)].map(([name]) => name);
  assertEquals(commands.sort(), [...COMMANDS.keys()].sort());
  const listed = blocks.find((block) => block.includes("NETWORK=")) ?? "";
  const irc = new IrcConnection(FACTS);
  const lines = supportLines(irc).join(" ");
  for (const token of listed.trim().split(/\s+/)) assert(lines.includes(` ${token} `), token);
  const sent = lines.match(/[A-Z0-9]+=\S+|\b(?:SAFELIST|WHOX|UTF8ONLY)\b/g) ?? [];
  assertEquals(listed.trim().split(/\s+/), sent);
});

for (const [folder, least] of [["lib/", 60], ["tests/", 15]] as const) {
  Deno.test(`every file that ${folder}README.md names in its tables exists`, () => {
    const names = [...read(`${folder}README.md`).matchAll(/`((?:\w+\/)+\w+\.ts)`/g)]
      .map(([, name]) => name as string);
    for (const name of names) {
      const isThere = [folder, ""].some((each) => exists(each + name));
      assert(isThere, `${folder}README.md names "${name}"`);
    }
    assert(names.length > least, `Only "${names.length}" names were found`);
  });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, ROOT)).isFile;
  } catch {
    return false;
  }
}

const documents = [
  "README.md",
  "SECURITY.md",
  "lib/README.md",
  "tests/README.md",
  ...filesIn("docs/", ".md"),
];

for (const path of documents) {
  Deno.test(`every file that ${path} links to exists`, () => {
    for (const [, target] of read(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      const url = new URL(target as string, new URL(path, ROOT));
      assert(Deno.statSync(url).isFile, `${path} links to "${target}"`);
    }
  });
}
