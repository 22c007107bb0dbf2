/**
 * What the conformance suite runs over: every protocol of the registry, and the toy. The tests beside this
 * file know no protocol by its name.
 *
 * @module
 */

import type { Protocol } from "../../lib/protocol/protocol.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { type Opening, OPENINGS } from "../support/conversations.ts";
import { toy, TOY_OPENINGS } from "./toy_protocol.ts";

/** Every protocol that is tested; all of them on one port where there is one. */
export const TESTED: readonly Protocol[] = [...PROTOCOLS, toy];

/**
 * Those whose users are all in one channel, and learn of it by nothing but its events. IRC's learn more, and of a
 * departure once for all channels: `tests/server/irc_*_test.ts` hold its behaviour.
 */
export const TALKING: readonly Protocol[] = TESTED.filter((each) => !each.hasChannelAddresses);

/** What real clients send first. */
export const TESTED_OPENINGS: readonly Opening[] = [...OPENINGS, ...TOY_OPENINGS];
