/**
 * What one user says to another.
 *
 * @module
 */

import type { Manner } from "./command.ts";
import type { Person } from "./person.ts";

/** Words from one user to another. */
export type Dm = {
  readonly by: Person;
  readonly to: Person;
  readonly text: string;
  /** The text describes what `by` does. */
  readonly action?: boolean;
} & Manner;

/** Words from one user to another that are taken back. */
export interface DmRedaction {
  /** Who said them, and takes them back. */
  readonly by: Person;
  /** Who received them. */
  readonly to: Person;
  /** The id of the message. */
  readonly msgid: string;
  /** Why. */
  readonly reason?: string;
}
