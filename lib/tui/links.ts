/**
 * The web addresses in a text. An address in a terminal's escape sequence (OSC 8) has safe bytes
 * only: printable ASCII without spaces, everything else percent-encoded, so that no address can end
 * the sequence.
 *
 * @module
 */

/** A web address in a text; its positions are in UTF-16 units. */
export interface Link {
  /** The position where it begins. */
  readonly start: number;
  /** The position where it ends. */
  readonly end: number;
  /** The address, of safe bytes. */
  readonly link: string;
}

// The text goes on until a space or a quote; `\S` never restarts, so it is one pass.
const ADDRESS = /\b(?:https?|ircs?|gemini|ftp):\/\/[^\s<>"`]+/gi;
/** Punctuation that ends the sentence rather than the address. */
const TRAILING = /[.,;:!?'*_~|…]/;
/** Terminals take no longer ones (the specification of OSC 8 by its authors). */
const LONGEST = 2083;

const SAFE = /^[\x21-\x7e]+$/;
const EACH_UNSAFE = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+/g;

/** Whether an address may stand in an escape sequence. */
export function isSafeLink(link: string): boolean {
  return SAFE.test(link) && link.length <= LONGEST;
}

/**
 * The addresses in `text`, in order. Brackets around them, and the punctuation behind them, are not
 * part of them.
 */
export function findLinks(text: string): Link[] {
  if (!text.includes("://")) return [];
  const links: Link[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    const shown = trimmed(match[0]);
    // Nothing but the scheme is left.
    if (shown.endsWith("/") && shown.indexOf("//") === shown.length - 2) continue;
    const link = encode(shown);
    if (!isSafeLink(link)) continue;
    links.push({ start: match.index, end: match.index + shown.length, link });
  }
  return links;
}

/**
 * Without the end that belongs to the sentence: `(see http://x.org/a_(b)).` has the address
 * `http://x.org/a_(b)`.
 */
function trimmed(address: string): string {
  let end = address.length;
  let open = countOf(address, "(") - countOf(address, ")");
  for (; end > 0; end--) {
    const last = address.charAt(end - 1);
    if (last === ")" && open < 0) open++;
    else if (last !== "]" && last !== "}" && !TRAILING.test(last)) break;
  }
  return address.slice(0, end);
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count++;
  return count;
}

function encode(address: string): string {
  const whole = address.toWellFormed();
  return whole.replace(
    EACH_UNSAFE,
    (part) => encodeURIComponent(part).replace(/[^\x21-\x7e]/g, ""),
  );
}
