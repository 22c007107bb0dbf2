/**
 * Finds out what a connection speaks from its first bytes alone (PROTOCOLS, section 4).
 *
 *   guards (tls, http) -> the rules of the last protocol in the registry -> .. -> those of the first
 *
 * This is one ordered list, and the first rule that matches wins: bytes that two rules would claim belong to the
 * earlier one. A rule that needs more bytes holds up those behind it.
 *
 * @module
 */

import type { Protocol } from "./protocol.ts";
import { GUARD_RULES, SNIFF_BYTES, type SniffRule } from "./sniff_rules.ts";

/** What the first bytes are. */
export type Verdict =
  /** The beginning of what `protocol` says. */
  | { readonly is: "protocol"; readonly protocol: Protocol }
  /** Nothing that may be served here: send `answer`, then close for `reason`. */
  | { readonly is: "refused"; readonly answer: Uint8Array; readonly reason: string }
  /** Too few to say. */
  | { readonly is: "more" }
  /** Nothing that any of the protocols begins with. */
  | { readonly is: "unknown" };

/** A rule in its place, and what the first bytes are when it matches. */
export interface OrderedRule {
  /** The rule. */
  readonly rule: SniffRule;
  /** The answer to what it claims. */
  readonly verdict: Verdict;
}

/**
 * All rules of a port that speaks `protocols`, in the order in which they are tried. People read the registry
 * from the simplest protocol on; the simplest claims the most, so its rules come last. A port with one
 * protocol alone gives it whatever passes the guards.
 */
export function orderedRules(protocols: readonly Protocol[]): OrderedRule[] {
  const guards = GUARD_RULES.map((rule): OrderedRule => {
    const { answer, reason } = rule;
    return { rule, verdict: { is: "refused", answer, reason } };
  });
  const isAlone = protocols.length === 1;
  return guards.concat(
    protocols.toReversed().flatMap((protocol) => {
      const verdict: Verdict = { is: "protocol", protocol };
      const rules = isAlone ? [ANYTHING] : protocol.sniffRules;
      return rules.map((rule) => ({ rule, verdict }));
    }),
  );
}

const ANYTHING: SniffRule = { name: "anything", test: () => "match" };

/**
 * Judges `prefix`, the first bytes of a connection: at least one, and only the first `SNIFF_BYTES` count.
 * `silent` says that nothing more has come for a while: then a rule that matches does not wait for an earlier
 * one that would like more.
 *
 * When more bytes have come it looks at the first ones again, but never at more than `SNIFF_BYTES`: what a peer
 * can cost that sends them one at a time has a bound.
 */
export function sniff(
  protocols: readonly Protocol[],
  prefix: Uint8Array,
  silent: boolean,
): Verdict {
  const first = prefix.subarray(0, SNIFF_BYTES);
  let open = false;
  for (const { rule, verdict } of orderedRules(protocols)) {
    const answer = rule.test(first, silent);
    if (answer === "match" && (!open || silent)) return verdict;
    if (answer !== "reject") open = true;
  }
  return { is: open ? "more" : "unknown" };
}
