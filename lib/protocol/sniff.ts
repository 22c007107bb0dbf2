/**
 * Finds a connection's protocol by its first bytes alone (PROTOCOLS, section 4).
 *
 *   guards (tls, http) -> the rules of the last protocol in the registry -> .. -> those of the first
 *
 * The rules are one ordered list, and the first one that matches wins. A rule that needs more bytes
 * delays the rules behind it.
 *
 * @module
 */

import type { Protocol } from "./protocol.ts";
import { GUARD_RULES, type GuardRule, SNIFF_BYTES, type SniffRule } from "./sniff_rules.ts";

/** The result of sniffing. */
export type Verdict =
  /** The peer speaks `protocol`. */
  | { readonly is: "protocol"; readonly protocol: Protocol }
  /** The peer must not be served: send `answer`, then close for `reason`. */
  | { readonly is: "refused"; readonly answer: Uint8Array; readonly reason: string }
  /** There are too few bytes to decide. */
  | { readonly is: "more" }
  /** No protocol begins with these bytes. */
  | { readonly is: "unknown" };

/** A rule in its place, and the verdict when it matches. */
export interface OrderedRule {
  /** The rule. */
  readonly rule: SniffRule;
  /** The verdict when it matches. */
  readonly verdict: Verdict;
}

/**
 * All rules of a port that speaks `protocols`, in the order in which they are tried. The registry
 * begins with the simplest protocol, which claims the most, so its rules come last. A port with a
 * single protocol gives it everything that passes the guards and its own refusals.
 */
export function orderedRules(protocols: readonly Protocol[]): OrderedRule[] {
  const guards = GUARD_RULES.map((rule): OrderedRule => ({ rule, verdict: refusalOf(rule) }));
  const isAlone = protocols.length === 1;
  return guards.concat(
    protocols.toReversed().flatMap((protocol) => {
      const verdict: Verdict = { is: "protocol", protocol };
      const { sniffRules } = protocol;
      const rules = isAlone ? [...sniffRules.filter(isGuard), ANYTHING] : sniffRules;
      return rules.map((rule) => ({ rule, verdict: isGuard(rule) ? refusalOf(rule) : verdict }));
    }),
  );
}

function isGuard(rule: SniffRule): rule is GuardRule {
  return "answer" in rule;
}

function refusalOf({ answer, reason }: GuardRule): Verdict {
  return { is: "refused", answer, reason };
}

const ANYTHING: SniffRule = { name: "anything", test: () => "match" };

/**
 * Judges `prefix`, the first bytes of a connection: at least one; bytes beyond `SNIFF_BYTES` do not
 * count. At the idle timeout (`silent`), a rule that matches does not wait for an earlier one that
 * needs more bytes.
 *
 * Each call looks at the bytes from the beginning, but at no more than `SNIFF_BYTES`, which bounds
 * the cost of a peer that sends them one at a time.
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
