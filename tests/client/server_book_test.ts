/**
 * The user's own list of servers: what it may say, and how a mistake in it is reported.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { findServer, readServerBook } from "../../lib/client/server_book.ts";

const PATH = "client.toml";

Deno.test("server book: names, addresses, nicks, accounts and channels", () => {
  const book = readServerBook(
    `
    nick = "pat"
    [servers.home]
    address = "ircs://chat.example.org:6697"
    account = "patricia"
    channels = ["tea", "#lobby"]
    [servers."work 2"]
    address = "json16://localhost:5000"
    nick = "pat2"
  `,
    PATH,
  );
  assertEquals([...book], [
    ["home", {
      address: "ircs://chat.example.org:6697",
      nick: "pat",
      account: "patricia",
      channels: ["tea", "lobby"],
    }],
    ["work 2", { address: "json16://localhost:5000", nick: "pat2", channels: [] }],
  ]);
  assertEquals(findServer(book, "work 2", PATH).nick, "pat2");
});

Deno.test("server book: an empty file is a list without servers", () => {
  assertEquals([...readServerBook("# nothing yet\n", PATH)], []);
});

const MISTAKES: readonly [string, string][] = [
  ["nick = \n", 'line 1 of "client.toml"'],
  ['nik = "pat"', 'Unknown key "nik", expected nick or servers (line 1 of "client.toml")'],
  ["nick = 7", 'Key "nick" needs a text in quotes (line 1'],
  ["servers = 7", "Expected tables such as [servers.home] (line 1"],
  ["[servers]\nhome = 7", "Expected a table [servers.home] (line 2"],
  ["[servers.home]\n", 'Server "home" needs an address (line 1'],
  ['[servers.home]\naddress = " "', 'Key "address" needs a text in quotes (line 2'],
  [
    '[servers.home]\naddress = "irc://a:1"\npassword = "x"',
    'Unknown key "password" of server "home", expected one of address, nick, account, channels (line 3',
  ],
  ['[servers.home]\naddress = "irc://a:1"\nchannels = "tea"', "Expected a list of channels"],
  ['[servers.home]\naddress = "irc://a:1"\nchannels = [\n"tea",\n"a b"]', 'got "a b" (line 5'],
  ['[servers.home]\naddress = "irc://a:1"\nchannels = [7]', 'Key "channels" needs a text'],
];

for (const [text, message] of MISTAKES) {
  Deno.test(`server book: ${JSON.stringify(text)} is a mistake`, () => {
    assertThrows(() => readServerBook(text, PATH), UsageError, message);
  });
}

Deno.test("server book: a name that is not in it is answered with those that are", () => {
  const book = readServerBook(
    '[servers.a]\naddress = "irc://a:1"\n[servers.b]\naddress = "irc://b:1"',
    PATH,
  );
  const unknown = () => findServer(book, "home", PATH);
  assertThrows(unknown, UsageError, 'No server "home" in "client.toml": it names "a", "b"');
  const empty = () => findServer(new Map(), "home", PATH);
  assertThrows(empty, UsageError, "it names none");
});
