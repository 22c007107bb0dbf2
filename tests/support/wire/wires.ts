/**
 * All wires, by the name of the dialect.
 *
 * @module
 */

import { chat1Wire } from "./chat1.ts";
import { cs168Wire } from "./cs168.ts";
import { ircWire } from "./irc.ts";
import { json16Wire } from "./json16.ts";
import type { CourseDialect, Dialect, Wire } from "./wire.ts";

/** Each dialect's wire. */
export const WIRES: Readonly<Record<Dialect, Wire>> = {
  cs168: cs168Wire,
  chat1: chat1Wire,
  json16: json16Wire,
  irc: ircWire,
};

/** The names of those of the courses. */
export const DIALECTS: readonly CourseDialect[] = ["cs168", "chat1", "json16"];
