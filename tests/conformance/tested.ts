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

/** What real clients send first. */
export const TESTED_OPENINGS: readonly Opening[] = [...OPENINGS, ...TOY_OPENINGS];
