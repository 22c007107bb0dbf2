/**
 * A scene for the text UI's picture: a real server, the real client on a terminal of 80 columns, and users of other
 * protocols to talk to.
 *
 * @module
 */

import { ChatClient } from "../lib/client/chat_client.ts";
import { chat1 } from "../lib/protocol/chat1.ts";
import { cs168 } from "../lib/protocol/cs168.ts";
import { irc } from "../lib/protocol/irc.ts";
import { json16 } from "../lib/protocol/json16.ts";
import type { Protocol } from "../lib/protocol/protocol.ts";
import { Log } from "../lib/server/log.ts";
import { serve } from "../lib/server/serve.ts";
import { ProgramScreen } from "./program_screen.ts";
import type { Row } from "./terminal_svg.ts";

const COLUMNS = 80;
const ROWS = 14;
const ALT_2 = "\x1b2", BOLD = "\x02";

/** Plays the scene; resolves to what is on the screen at its end. `options` lets the client find its packages. */
export async function showTui(options: readonly string[]): Promise<Row[]> {
  // The address stands in the picture.
  const server = serve({ host: "127.0.0.1", port: 5000, log: new Log("quiet", console.error) });
  const { port } = server.address;
  const permissions = "--allow-net --allow-env=TERM,ACCESSIBLE";
  const run = `${Deno.execPath()} run --quiet ${options.join(" ")} ${permissions} client.ts`;
  const size = { columns: COLUMNS, rows: ROWS };
  const pat = new ProgramScreen(`exec ${run} pat irc://127.0.0.1:${port}/tea`, size);
  const join = (protocol: Protocol, nick: string) =>
    ChatClient.connect({ protocol, nick, host: "127.0.0.1", port });
  const clients: ChatClient[] = [];
  try {
    await pat.shows("#tea");
    const ines = await join(irc, "ines");
    const alice = await join(cs168, "alice");
    const carol = await join(json16, "carol");
    const bob = await join(chat1, "bob");
    clients.push(ines, alice, carol, bob);
    for (const client of clients) discard(client);
    await ines.send({ type: "join", channel: "tea" });
    await pat.shows("ines has joined");
    await alice.send({ type: "join", channel: "tea" });
    await pat.shows("alice has joined");
    await carol.send({ type: "join", channel: "tea" });
    await pat.shows("carol has joined");
    await pat.enters("/topic Which kettle for a class of sixty?");
    await pat.shows("set the topic");
    await alice.send({ type: "say", text: "Good evening from 200-byte frames" });
    await pat.shows("frames");
    const link = "https://modern.ircdocs.horse/";
    const call =
      `pat: have you read ${link} yet? It is ${BOLD}short${BOLD}, and long enough to wrap`;
    await ines.send({ type: "say", text: call });
    await pat.shows("to wrap");
    await pat.enters("Twice. The kettle is on");
    await pat.shows("kettle is on");
    await carol.send({ type: "emote", text: "brings sixty cups" });
    await pat.shows("sixty cups");
    await pat.enters("/join lobby");
    await pat.shows("#lobby");
    await pat.types(ALT_2);
    await pat.shows("sixty cups");
    await bob.send({ type: "say", text: "Is anybody in the lobby?" });
    await bob.send({ type: "say", text: "Hello?" });
    await pat.shows("3:2");
    await ines.send({ type: "dm", to: "pat", text: "Two sugars, please" });
    await pat.shows("4:1");
    await pat.types("Ask in #lobby, they have the big ke");
    await pat.shows("big ke");
    return pat.rows;
  } finally {
    for (const client of clients) client.close();
    await pat.close();
    await server.stop();
  }
}

/** Reads what comes, so that the server has room for more. */
async function discard(client: ChatClient): Promise<void> {
  for await (const _ of client);
}
