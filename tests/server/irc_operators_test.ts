/**
 * IRC on the wire: the server's password, its message of the day, and what its operators may do.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ServerFacts } from "../../lib/protocol/protocol.ts";
import { Log } from "../../lib/server/log.ts";
import { serve, type Server } from "../../lib/server/serve.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { Json16Peer } from "../support/json16.ts";

/** A server of which `facts` are known. */
function open(facts: Partial<ServerFacts>): Server {
  return serve({ host: "127.0.0.1", port: 0, log: new Log("quiet", () => true), facts });
}

const isRight = (name: string, password: string) =>
  Promise.resolve(name === "root" && password === "word");

async function withServer(
  facts: Partial<ServerFacts>,
  test: (port: number) => Promise<void>,
): Promise<void> {
  const server = open(facts);
  try {
    await test(server.address.port);
  } finally {
    await server.stop();
  }
}

Deno.test("without the server's password nobody is registered, and is told so", () =>
  withServer(
    { admits: (...said) => Promise.resolve(said.join() === "sesame,127.0.0.1") },
    async (port) => {
      for (const lines of [[], ["PASS wrong"], ["PASS sesame", "PASS :"]]) {
        await using peer = await IrcPeer.connect(port);
        await peer.says(...lines, "NICK bob", "USER b 0 * :B", "JOIN #x");
        const told = (await peer.untilEnd()).trimEnd().split("\r\n");
        assertEquals(told.slice(-2), [
          `:${SERVER} 464 * :Password incorrect`,
          "ERROR :Closing link: Password incorrect",
        ]);
      }
      await using peer = await IrcPeer.connect(port);
      const [first] = await peer.asks("PASS sesame", "NICK bob", "USER b 0 * :B");
      assert(first?.includes(" 001 bob "), first);
    },
  ));

Deno.test("the message of the day is shown at the registration and on demand", () =>
  withServer({ motd: () => ["Be kind", "", "to all"] }, async (port) => {
    await using peer = await IrcPeer.enter(port, "bob");
    await peer.gets(
      "MOTD",
      `:${SERVER} 375 bob :- ${SERVER} Message of the day -`,
      `:${SERVER} 372 bob :- Be kind`,
      `:${SERVER} 372 bob :- `,
      `:${SERVER} 372 bob :- to all`,
      `:${SERVER} 376 bob :End of MOTD command`,
    );
  }));

Deno.test("REHASH reads the files again, for operators only", () => {
  let read = 0;
  const reload = () => {
    read++;
    return Promise.resolve(read === 1 ? undefined : "Cannot read it");
  };
  return withServer({ reload, isOperator: isRight }, async (port) => {
    await using peer = await IrcPeer.enter(port, "bob");
    const denied = `:${SERVER} 481 bob :Permission denied: you're not an IRC operator`;
    await peer.gets("REHASH", denied);
    await peer.gets("OPER root wrong", `:${SERVER} 464 bob :Password incorrect`);
    await peer.gets(
      "OPER root word",
      `:${SERVER} 381 bob :You are now an IRC operator`,
      ":bob!~bob@HOST MODE bob +o",
    );
    await peer.gets("REHASH", `:${SERVER} 382 bob motd :Rehashing`);
    await peer.gets(
      "REHASH",
      `:${SERVER} 382 bob motd :Rehashing`,
      `:${SERVER} NOTICE bob :Cannot read it`,
    );
    await peer.gets("MODE bob -o", ":bob!~bob@HOST MODE bob -o");
    await peer.gets("MODE bob +o");
    await peer.gets("REHASH", denied);
    assertEquals(read, 2);
  });
});

Deno.test("an operator's KILL and bans hold for every dialect", () =>
  withServer({ isOperator: isRight }, async (port) => {
    await using op = await IrcPeer.enter(port, "op");
    await op.asks("OPER root word", "JOIN #lobby");
    await using jay = await Json16Peer.enter(port, "jay");
    await using bob = await IrcPeer.enter(port, "bob");
    await op.answers();
    await bob.gets(
      "KILL op :x",
      `:${SERVER} 481 bob :Permission denied: you're not an IRC operator`,
    );
    await op.asks("KILL bob :rude");
    const [killed, error] = (await bob.untilEnd()).trimEnd().split("\r\n");
    assert(killed?.endsWith(" KILL bob :rude"), killed);
    assertEquals(error, "ERROR :Closing link: Killed by op: rude");
    const told = await op.asks("KILL jay :rude");
    assertEquals(told.at(-1), ":jay!json16@HOST QUIT :Killed by op: rude");
    await jay.rest();
    await op.gets("KLINE 5 b*!*@* :enough", `:${SERVER} NOTICE op :b*!*@* is banned: enough`);
    await using back = await IrcPeer.connect(port);
    await back.says("NICK bob", "USER b 0 * :B");
    assertEquals((await back.untilEnd()).split("\r\n"), [
      `:${SERVER} 465 * :You are banned from this server: enough`,
      "ERROR :Closing link: Banned: enough",
      "",
    ]);
    await op.gets("UNKLINE b*!*@*", `:${SERVER} NOTICE op :b*!*@* is banned no longer`);
    await using again = await IrcPeer.enter(port, "bob");
    await again.answers();
  }));

Deno.test("WALLOPS reaches those who want it", () =>
  withServer({ isOperator: isRight }, async (port) => {
    await using op = await IrcPeer.enter(port, "op");
    await using bob = await IrcPeer.enter(port, "bob");
    await using carol = await IrcPeer.enter(port, "carol");
    await bob.asks("MODE bob +w");
    await op.asks("OPER root word", "WALLOPS :tea is ready");
    assertEquals(await bob.answers(), [":op!~op@HOST WALLOPS :tea is ready"]);
    assertEquals(await carol.answers(), []);
  }));

Deno.test("STATS shows the uptime to all, and the rest to operators of the server", () => {
  const operators = ["root", "ada"];
  const startedAt = Date.now() - 90_061_500;
  return withServer({ isOperator: isRight, operators, startedAt }, async (port) => {
    await using peer = await IrcPeer.enter(port, "bob");
    const end = (letter: string) => `:${SERVER} 219 bob ${letter} :End of STATS report`;
    const [uptime, last] = await peer.asks("STATS u");
    assertMatch(uptime ?? "", /^:\S+ 242 bob :Server Up 1 days 1:01:\d\d$/);
    assertEquals(last, end("u"));
    const denied = `:${SERVER} 481 bob :Permission denied: you're not an IRC operator`;
    for (const letter of ["m", "O", "k"]) await peer.gets(`STATS ${letter}`, denied, end(letter));
    for (const letter of ["x", "\u{1f600}"]) await peer.gets(`STATS ${letter}`, end(letter));
    for (const none of [":", ": ", "::"]) await peer.gets(`STATS ${none}`, end("*"));
    await peer.gets("STATS", `:${SERVER} 461 bob STATS :Not enough parameters`);

    await peer.asks("OPER root word", "KLINE 5 eve :spam", "DLINE 10.1.0.0/16");
    await peer.gets(
      "STATS o",
      `:${SERVER} 243 bob O * * root`,
      `:${SERVER} 243 bob O * * ada`,
      end("o"),
    );
    const bans = await peer.asks("STATS K");
    assertEquals(bans.map((line) => line.replace(/ \d{10} /, " TIME ")), [
      `:${SERVER} 216 bob K eve!*@* TIME 300 bob :spam`,
      `:${SERVER} 216 bob K 10.1.0.0/16 TIME 0 bob :No reason given`,
      end("K"),
    ]);
    const counts = await peer.asks("FROBNICATE", "STATS m");
    assertEquals(counts.filter((line) => / 212 bob (STATS|OPER|USER|FROB.*) /.test(line)), [
      `:${SERVER} 212 bob OPER 1`,
      `:${SERVER} 212 bob STATS 12`,
      `:${SERVER} 212 bob USER 1`,
    ]);
  });
});

Deno.test("ADMIN says who runs the server", async () => {
  const admin = ["Ada Lovelace", "London", "ada@example.org"];
  for (const [given, lines] of [[admin, admin], [[], ["Parlance", "", ""]]] as const) {
    await withServer({ admin: given }, async (port) => {
      await using peer = await IrcPeer.enter(port, "bob");
      const codes = lines.map((line, i) => `:${SERVER} ${257 + i} bob :${line}`);
      await peer.gets("ADMIN", `:${SERVER} 256 bob ${SERVER} :Administrative info`, ...codes);
    });
  }
});
