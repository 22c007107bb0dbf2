/**
 * Whether a text mentions its reader: the nick stands in it as a word of its own, in any case.
 *
 * @module
 */

const WORD = /[\p{L}\p{M}\p{N}_]/u;

/** Whether `text` mentions `nick`. One pass over the text. */
export function mentions(text: string, nick: string): boolean {
  const sought = nick.toLowerCase();
  if (sought === "") return false;
  const among = text.toLowerCase();
  for (let at = among.indexOf(sought); at >= 0; at = among.indexOf(sought, at + sought.length)) {
    if (!isWord(before(among, at)) && !isWord(after(among, at + sought.length))) return true;
  }
  return false;
}

function isWord(character: string): boolean {
  return WORD.test(character);
}

/** The character that ends at `index`; "" at the start. */
function before(text: string, index: number): string {
  const unit = text.charAt(index - 1);
  return /[\udc00-\udfff]/.test(unit) ? text.slice(index - 2, index) : unit;
}

/** The character that begins at `index`; "" at the end. */
function after(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? "" : String.fromCodePoint(code);
}
