/**
 * All that a client asks of the server's history: what its user has missed (`catch_up.ts`), older pages, and searches.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import type { ClientCommand, Received } from "../protocol/protocol.ts";
import { CatchUp, type CatchUpClient } from "./catch_up.ts";
import type { HistoryCommand } from "./history_asks.ts";
import type { Look } from "./look.ts";
import type { Settled } from "./outgoing.ts";
import { shownEvent } from "./past.ts";
import { type SearchCommand, Searches } from "./searches.ts";

/** A question about what was said. */
export type RecallCommand = HistoryCommand | SearchCommand;

/** What a connection may be asked. */
export interface RecallAbilities {
  /** Whether the server may have a history. */
  readonly hasHistory: boolean;
  /** Whether it may search. */
  readonly canSearch: boolean;
}

/** Whether `command` asks for what was said. */
export function isRecall(command: ClientCommand): command is RecallCommand {
  return command.type === "history" || command.type === "search";
}

/** The questions of one client. */
export class Recall {
  readonly #catchUp: CatchUp;
  readonly #searches: Searches;

  /** Has asked for nothing. */
  constructor(look: Look, clock: Clock, client: CatchUpClient) {
    this.#catchUp = new CatchUp(look, clock, client);
    this.#searches = new Searches(clock, {
      send: client.send,
      put: (found) => client.put([found]),
      shown: (kept) => {
        const isMe = (nick: string) => look.fold(nick) === look.fold(client.nick());
        return shownEvent(kept, isMe, true);
      },
    });
  }

  /** The server has let the user in. */
  online(): void {
    this.#catchUp.online();
  }

  /** The user asks; `connection` is the one that is online, if there is one. */
  ask(command: RecallCommand, connection: RecallAbilities | undefined): void {
    if (command.type === "search") this.#searches.ask(command, connection?.canSearch === true);
    else this.#catchUp.ask(command, connection?.hasHistory === true);
  }

  /** Takes an event, and returns what of it is to be shown now. `hasHistory` is whether the server may have one. */
  take(event: Received, hasHistory: boolean): readonly Received[] {
    switch (event.type) {
      case "found":
        this.#searches.answered(event.kept);
        return [];
      case "search_refused":
        this.#searches.answered();
        return [];
      default:
        return this.#catchUp.take(event, hasHistory);
    }
  }

  /** The connection is lost; of the texts in `doubts` it is not known whether they arrived. */
  lost(doubts: readonly Settled[]): void {
    this.#catchUp.lost(doubts);
    this.#searches.lost();
  }

  /** There will be no other connection. */
  stop(): void {
    this.#catchUp.stop();
    this.#searches.stop();
  }
}
