/**
 * The three dialects of the courses and IRC in one channel: `irene` acts, and `iris` reads what an IRC user without
 * capabilities receives.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Crowd, type Views } from "../support/crowd.ts";
import { IrcPeer } from "../support/irc.ts";
import { OpenPort } from "../support/server.ts";

/** What each of the four has read since the last time. */
export interface FourViews extends Views {
  /** Lines of `iris` without their ends. */
  readonly irc: readonly string[];
}

/** `irene`, as a source. */
export const IRENE = "irene!~irene@HOST";

/** Everybody is in the lobby, and has read all about the others' coming. */
export class IrcCrowd implements AsyncDisposable {
  /** The three. */
  readonly three: Crowd;
  /** Acts over IRC. */
  readonly irene: IrcPeer;
  /** Reads what comes over IRC. */
  readonly iris: IrcPeer;

  private constructor(three: Crowd, irene: IrcPeer, iris: IrcPeer) {
    this.three = three;
    this.irene = irene;
    this.iris = iris;
  }

  /** Everybody enters. */
  static async gather(): Promise<IrcCrowd> {
    // No limit but those of the chat: each question of a test is a command.
    const three = await Crowd.gather(new OpenPort({ limits: { commandRate: 0 } }));
    const irene = await IrcPeer.enter(three.port.port, "irene");
    const iris = await IrcPeer.enter(three.port.port, "iris");
    await irene.asks("JOIN #lobby");
    await iris.asks("JOIN #lobby");
    const crowd = new IrcCrowd(three, irene, iris);
    await crowd.forget();
    return crowd;
  }

  /** Everybody reads what has come so far, and forgets it. */
  async forget(): Promise<void> {
    const { carl, cher, jo, witness, bell } = this.three;
    await this.irene.answers();
    await this.iris.answers();
    await carl.untilBarrier();
    await jo.untilBarrier();
    await witness.untilBarrier();
    await cher.until(`${await bell.ring("cher")}\n`);
  }

  /** Fails unless all four have read exactly this since the last time. */
  async allSee({ irc, ...views }: FourViews): Promise<void> {
    await this.three.allSee(views);
    assertEquals(await this.iris.answers(), [...irc]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.irene.close();
    this.iris.close();
    await this.three[Symbol.asyncDispose]();
  }
}
