/**
 * The rules of what operators of the server may do. They hold for the users of all dialects.
 *
 * @module
 */

import type { Ask } from "./command.ts";
import type { Delivery } from "./event.ts";
import { cutBytes, MAX_REASON_BYTES } from "./lengths.ts";
import { end, remove } from "./leaving.ts";
import { setMode } from "./self_rules.ts";
import { MAX_SERVER_BANS, ServerBans, suspectFrom, suspectOf } from "./server_bans.ts";
import { type ChatState, refuse, type RegisteredUser, toUser, withUser } from "./state.ts";

/** Makes a user an operator of the server. The session has checked the password. */
export function oper(state: ChatState, user: RegisteredUser): Delivery[] {
  const answer = toUser(user, { type: "became_operator" });
  if (!setMode(state, user, "operator", true)) return [answer];
  return [answer, toUser(user, { type: "user_modes_changed", set: ["operator"], clear: [] })];
}

/** Ends somebody's connection. */
export function kill(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"kill">,
  time: number,
): Delivery[] {
  return asServerOperator(user, () =>
    withUser(state, user, command.whom, (whom) => {
      const reason = cutBytes(command.reason, MAX_REASON_BYTES);
      const by = user.person;
      const why = `Killed by ${by.handle}: ${reason}`;
      return [toUser(whom, { type: "killed", by, reason }), ...remove(state, whom, why, time)];
    }));
}

/** Speaks to all who want to hear it. */
export function wallops(
  state: ChatState,
  user: RegisteredUser,
  { text }: Ask<"wallops">,
): Delivery[] {
  return asServerOperator(user, () => {
    const event = { type: "wallops", by: user.person, text } as const;
    return [...state.users.values()].filter(({ modes }) => modes.has("wallops"))
      .map((each) => toUser(each, event));
  });
}

/**
 * Bans the users whom a mask means. Those who are here are removed, except operators of the server.
 */
export function ban_server(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"ban_server">,
  time: number,
): Delivery[] {
  return asServerOperator(user, () => {
    const mask = ServerBans.normalize(command.mask);
    if (mask === undefined) return refuse(user, { code: "invalid_mask", mask: command.mask });
    if (state.serverBans.isFull(time)) {
      return refuse(user, { code: "too_many_bans", limit: MAX_SERVER_BANS });
    }
    const { seconds } = command;
    const reason = cutBytes(command.reason, MAX_REASON_BYTES);
    const until = seconds === undefined ? {} : { until: time + seconds * 1000 };
    const ban = { mask, by: user.person.handle, at: time, reason, ...until };
    state.serverBans.set(ban);
    const deliveries = [toUser(user, { type: "server_ban_set", ban })];
    for (const each of [...state.users.values()]) {
      if (each.person === undefined || each.modes.has("operator")) continue;
      const member = each as RegisteredUser;
      if (state.serverBans.isMeant(mask, suspectOf(member))) {
        deliveries.push(...remove(state, member, `Banned: ${reason}`, time));
      }
    }
    // Users who stay may have single connections that come from there.
    for (const connection of state.attached.values()) {
      const member = connection.as as RegisteredUser;
      if (!state.users.has(member.id) || member.modes.has("operator")) continue;
      if (state.serverBans.isMeant(mask, suspectFrom(member, connection.origin))) {
        deliveries.push(...end(connection, `Banned: ${reason}`));
      }
    }
    return deliveries;
  });
}

/** Removes a ban. */
export function unban_server(
  state: ChatState,
  user: RegisteredUser,
  command: Ask<"unban_server">,
): Delivery[] {
  return asServerOperator(user, () => {
    const mask = ServerBans.normalize(command.mask) ?? command.mask;
    return state.serverBans.delete(mask)
      ? [toUser(user, { type: "server_ban_removed", mask })]
      : refuse(user, { code: "no_such_ban", mask: command.mask });
  });
}

/** Answers with the bans that hold. */
export function server_bans(
  state: ChatState,
  user: RegisteredUser,
  _command: Ask<"server_bans">,
  time: number,
): Delivery[] {
  return asServerOperator(
    user,
    () => [toUser(user, { type: "server_bans", bans: state.serverBans.at(time) })],
  );
}

function asServerOperator(user: RegisteredUser, act: () => Delivery[]): Delivery[] {
  return user.modes.has("operator") ? act() : refuse(user, { code: "not_server_operator" });
}
