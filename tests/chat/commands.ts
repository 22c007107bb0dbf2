/**
 * Random commands of a few users who meet often: few nicks, few channels, every kind of command.
 *
 * @module
 */

import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import type { HubOptions } from "../../lib/chat/hub.ts";

/** Slots for users; a step may fill an empty one. */
export const SLOTS = 5;

/** What happens to the user in a slot. */
export type Deed =
  | { readonly do: "connect"; readonly origin: string }
  | { readonly do: "disconnect"; readonly reason?: string }
  | { readonly do: "command"; readonly command: Command };

/** One step of a random conversation. */
export interface Step {
  readonly slot: number;
  readonly deed: Deed;
}

/** So tight that every limit is met. */
export const TIGHT: HubOptions = {
  maxChannels: 4,
  maxChannelNameBytes: 12,
  maxMadeByOrigin: 3,
  maxEmptyByOrigin: 2,
  maxJoined: 2,
};

const nick = fc.constantFrom("carol", "Carol", "carol d", "carol_d", "al", "carol/2", "7");
const name = fc.oneof(nick, fc.constantFrom("carol/3", "CAROL", "carol/1", "nobody"));
const named = fc.constantFrom("a", "b", "ccc", "lobby", "dddddd");
const channel = fc.option(named, { nil: undefined });
const flag = fc.boolean();
const text = fc.constantFrom("x", "y");
const reason = fc.option(text, { nil: undefined });

/** Without the keys that are `undefined`: in a command they are left out. */
function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

const flags = { unique: flag, exact: flag, lobby: flag };
const register = fc.record({
  type: fc.constant("register" as const),
  nick,
  home: fc.constantFrom("cs168", "irc"),
  ...flags,
}, { requiredKeys: ["type", "nick", "home"] });

const inChannel = fc.oneof(
  fc.record({ type: fc.constantFrom("say" as const, "emote" as const), channel, text }),
  fc.record({ type: fc.constant("names" as const), channel }),
  fc.record({ type: fc.constant("topic" as const), channel, text: fc.constantFrom("", "x", "y") }),
  fc.record({ type: fc.constant("kick" as const), channel, whom: name, reason }),
  fc.record({
    type: fc.constant("modes" as const),
    channel,
    changes: fc.tuple(fc.record({
      mode: fc.constant("right" as const),
      right: fc.constantFrom("operator" as const, "voice" as const),
      whom: name,
      set: flag,
    })),
  }),
);

const move = fc.oneof(
  fc.record({ type: fc.constant("create" as const), channel: fc.oneof(named, fc.constant("")) }),
  fc.record({
    type: fc.constant("join" as const),
    channel: fc.oneof(channel, fc.constant("")),
    make: flag,
    exclusive: flag,
    claim: fc.constant(true),
  }, { requiredKeys: ["type"] }),
  fc.record({ type: fc.constant("part" as const), channel, reason }),
);

/** Any command. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: move },
  { weight: 3, arbitrary: inChannel },
  { weight: 2, arbitrary: register },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("dm" as const), to: name, text }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("away" as const), text: reason }) },
  { weight: 1, arbitrary: fc.constant<Command>({ type: "list" }) },
).map((command) => without(command) as Command);

/** Any step: a quit leaves its slot empty. */
export const anyStep: fc.Arbitrary<Step> = fc.record({
  slot: fc.nat(SLOTS - 1),
  deed: fc.oneof(
    { weight: 12, arbitrary: anyCommand.map((command): Deed => ({ do: "command", command })) },
    {
      weight: 2,
      arbitrary: fc.constantFrom("net1", "net2").map((origin): Deed => ({ do: "connect", origin })),
    },
    {
      weight: 1,
      arbitrary: reason.map((why) => without({ do: "disconnect", reason: why }) as Deed),
    },
  ),
});

/** A conversation: every slot connects and registers first, under nicks that may be the same. */
export const conversation: fc.Arbitrary<Step[]> = fc.tuple(
  fc.array(fc.tuple(fc.constantFrom("net1", "net2"), register), {
    minLength: SLOTS,
    maxLength: SLOTS,
  }),
  fc.array(anyStep, { maxLength: 80 }),
).map(([arrivals, steps]) => [
  ...arrivals.flatMap(([origin, command], slot): Step[] => [
    { slot, deed: { do: "connect", origin } },
    { slot, deed: { do: "command", command: without(command) } },
  ]),
  ...steps,
]);
