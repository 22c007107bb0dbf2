/**
 * Logging in to an account over IRC, as a client does it: lines that are given and compared as they are on the wire.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IrcPeer, SERVER } from "./irc.ts";

/** Of accounts for which a test has no better one. */
export const PASSWORD = "open-sesame";

/** Bytes of `text` in base64. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** The message of PLAIN. */
export function plainBlob(account: string, password: string): string {
  return base64(`\0${account}\0${password}`);
}

/** Logs in with PLAIN; returns what is answered. */
export async function logIn(peer: IrcPeer, account: string, password: string): Promise<string[]> {
  const begun = await peer.asks("AUTHENTICATE PLAIN");
  assertEquals(begun, ["AUTHENTICATE +"]);
  return await peer.asks(`AUTHENTICATE ${plainBlob(account, password)}`);
}

/** Makes an account, and leaves. */
export async function makeAccount(port: number, name: string, password: string): Promise<void> {
  await using peer = await IrcPeer.enter(port, name);
  const said = await peer.asks(`PRIVMSG NickServ :REGISTER ${password}`);
  assert(
    said.includes(`:NickServ!NickServ@${SERVER} NOTICE ${name} :Account created`),
    said.join("\n"),
  );
  await peer.says("QUIT");
  await peer.untilEnd();
}

/** Connects as a user who is logged in to `account`, and has read the welcome. */
export async function enterAs(
  port: number,
  nick: string,
  account: string,
  password: string,
  ...caps: readonly string[]
): Promise<{ readonly peer: IrcPeer; readonly welcome: readonly string[] }> {
  const peer = await IrcPeer.connect(port);
  await peer.asks("CAP LS 302", `CAP REQ :${["sasl", ...caps].join(" ")}`);
  const outcome = await logIn(peer, account, password);
  assert(outcome.at(-1)?.includes(" 903 "), outcome.join("\n"));
  const welcome = await peer.asks(
    `NICK ${nick}`,
    `USER ${nick} 0 * :${nick} of the hills`,
    "CAP END",
  );
  return { peer, welcome };
}
