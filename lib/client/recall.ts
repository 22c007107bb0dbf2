/**
 * A client's questions to the server's history: for missed messages (`catch_up.ts`), older pages,
 * and searches.
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

/** The questions that a connection may be asked. */
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

  /** Begins without questions. */
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

  /** Notes that the server has let the user in. */
  online(): void {
    this.#catchUp.online();
  }

  /** Asks for the user; `connection` is the one that is online, if there is one. */
  ask(command: RecallCommand, connection: RecallAbilities | undefined): void {
    if (command.type === "search") this.#searches.ask(command, connection?.canSearch === true);
    else this.#catchUp.ask(command, connection?.hasHistory === true);
  }

  /**
   * Takes an event, and returns the events to show now. `hasHistory` is whether the server may
   * keep a history.
   */
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

  /** Notes that the connection is lost. The texts in `doubts` may have arrived or not. */
  lost(doubts: readonly Settled[]): void {
    this.#catchUp.lost(doubts);
    this.#searches.lost();
  }

  /** Stops, because there will be no other connection. */
  stop(): void {
    this.#catchUp.stop();
    this.#searches.stop();
  }
}
