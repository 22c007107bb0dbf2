/**
 * Web addresses: where they begin and end in a text, and that nothing in one can act on a terminal.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findLinks, isSafeLink } from "../../lib/tui/links.ts";
import type { Row } from "../../lib/tui/colors.ts";
import { Screen } from "../../lib/tui/screen.ts";

/** The text with each address in brackets, and where it leads if that reads otherwise. */
function found(text: string): string {
  let picture = "";
  let at = 0;
  for (const { start, end, link } of findLinks(text)) {
    const shown = text.slice(start, end);
    picture += `${text.slice(at, start)}<${shown}${link === shown ? "" : `=${link}`}>`;
    at = end;
  }
  return picture + text.slice(at);
}

const CASES: readonly [string, string][] = [
  ["see http://x.org/a", "see <http://x.org/a>"],
  ["HTTPS://X.org, and ftp://y.", "<HTTPS://X.org>, and <ftp://y>."],
  ["(http://x.org/a_(b)).", "(<http://x.org/a_(b)>)."],
  ["[http://x.org]", "[<http://x.org>]"],
  ['"http://x.org"', '"<http://x.org>"'],
  ["<https://x.org/?q=1&r=2#f>!", "<<https://x.org/?q=1&r=2#f>>!"],
  ["http://a http://b", "<http://a> <http://b>"],
  ["http://", "http://"],
  ["xhttp://a", "xhttp://a"],
  ["javascript://a file:///etc", "javascript://a file:///etc"],
  ["http://x.org/größe", "<http://x.org/größe=http://x.org/gr%C3%B6%C3%9Fe>"],
  ["http://x.org/a\\b^{c}", "<http://x.org/a\\b^{c=http://x.org/a%5Cb%5E%7Bc>}"],
  [`http://x.org/${"a".repeat(3000)}`, `http://x.org/${"a".repeat(3000)}`],
];

for (const [text, expected] of CASES) {
  Deno.test(`links: ${text.slice(0, 40)}`, () => assertEquals(found(text), expected));
}

/** What the screen writes for a row. */
function written(row: Row, links = true): string {
  const frame = { rows: [row], cursor: { row: 0, column: 0 }, columns: 80 };
  return new Screen(false, links).draw(frame);
}

Deno.test("links: an address is clickable where the terminal knows how, and ends with its text", () => {
  const link = "http://x.org/";
  const row = [
    { text: "see ", style: "plain" },
    { text: "http://", style: "plain", link },
    { text: "x.org/", style: "bold", link },
    { text: "!", style: "plain" },
  ] as const;
  // deno-lint-ignore no-control-regex
  const begin = /\x1b\]8;id=(\w+);http:\/\/x\.org\/\x1b\\http:/;
  assert(begin.test(written(row)), JSON.stringify(written(row)));
  assertEquals(written(row).split("\x1b]8;;\x1b\\").length, 2);
  assert(!written(row, false).includes("\x1b]8"));
});

Deno.test("links: no text of anybody gets into the escape sequence but as safe bytes", () => {
  const piece = fc.constantFrom(
    ..."\x1b \x07 \x9c \\ ; ] 8 http:// a ü 漢 👩 \ud800 \u202e \u200b \x00 \n % ' & = ( )".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.string({ unit: "binary", maxLength: 40 }), (parts, rest) => {
      for (const text of [`http://${parts.join("")}`, `https://x/${rest}`]) {
        for (const { start, end, link } of findLinks(text)) {
          assert(isSafeLink(link), JSON.stringify(link));
          assert(start < end && end <= text.length);
        }
        // Whatever a span claims: the screen looks for itself.
        const output = written([{ text: "x", style: "plain", link: text }]);
        // deno-lint-ignore no-control-regex
        for (const [, inside] of output.matchAll(/\x1b\]8;([^]*?)\x1b\\/g)) {
          assert(/^[\x20-\x7e]*$/.test(inside as string), JSON.stringify(output));
        }
        // deno-lint-ignore no-control-regex
        assert(!/[\x00-\x1a\x1c-\x1f\x7f-\x9f]/.test(output));
      }
    }),
    { numRuns: 200 },
  );
});
