/**
 * The mechanisms that this program speaks, at both ends.
 *
 * @module
 */

/** Their names, as SASL has them; the one that a client should prefer stands last. */
export const MECHANISMS = ["PLAIN", "SCRAM-SHA-256"] as const;

/** The name of a mechanism. */
export type Mechanism = (typeof MECHANISMS)[number];
