/**
 * Three protocols in one channel: a user of each, and a witness. All are in the lobby, and have
 * read the others' joins.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Bell, Chat1Peer } from "./chat1.ts";
import { Peer } from "./cs168.ts";
import { Json16Peer } from "./json16.ts";
import { OpenPort } from "./server.ts";

/** What each of the three has read. */
export interface Views {
  /** One text a frame. */
  readonly cs168: readonly string[];
  /** Lines without their `\n`. */
  readonly chat1: readonly string[];
  /** JSON. */
  readonly json16: readonly string[];
}

/** The three, in the order of the table. */
const RECEIVERS: readonly (keyof Views)[] = ["cs168", "chat1", "json16"];

/** A server with the three in its lobby. */
export class Crowd implements AsyncDisposable {
  /** The server. */
  readonly port: OpenPort;
  /** Speaks cs168. */
  readonly carl: Peer;
  /** Speaks chat1, with newlines. */
  readonly cher: Chat1Peer;
  /** Speaks json16. */
  readonly jo: Json16Peer;
  /** Sees what happens, and says nothing. */
  readonly witness: Json16Peer;
  /** Is elsewhere. */
  readonly bell: Bell;

  private constructor(port: OpenPort, peers: [Peer, Chat1Peer, Json16Peer, Json16Peer, Bell]) {
    this.port = port;
    [this.carl, this.cher, this.jo, this.witness, this.bell] = peers;
  }

  /** Everybody enters. */
  static async gather(port = new OpenPort()): Promise<Crowd> {
    const bell = await Bell.open(port.port);
    const witness = await Json16Peer.enter(port.port, "witness");
    const jo = await Json16Peer.enter(port.port, "jo");
    const cher = await Chat1Peer.enter(port.port, "cher");
    const carl = await Peer.enter(port.port, "carl");
    await carl.does("/join lobby");
    await jo.untilBarrier();
    await witness.untilBarrier();
    return new Crowd(port, [carl, cher, jo, witness, bell]);
  }

  /** Waits until the witness sees exactly these packets next, one after the other. */
  async happens(...packets: string[]): Promise<void> {
    for (const packet of packets) assertEquals(await this.witness.payload(), packet);
  }

  /** Fails unless exactly this has come to the user of `receiver`, and nothing else. */
  async sees(receiver: keyof Views, views: Views): Promise<void> {
    if (receiver === "cs168") await this.carl.sees(...views.cs168);
    else if (receiver === "chat1") await this.cher.sees(this.bell, ...views.chat1);
    else await this.jo.sees(...views.json16);
  }

  /** Fails unless all three have read exactly this since the last time. */
  async allSee(views: Views): Promise<void> {
    for (const receiver of RECEIVERS) await this.sees(receiver, views);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of [this.carl, this.cher, this.jo, this.witness]) peer.close();
    await this.bell[Symbol.asyncDispose]();
    await this.port[Symbol.asyncDispose]();
  }
}
