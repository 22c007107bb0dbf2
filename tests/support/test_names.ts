/**
 * Finds the tests that a test file really runs, by reading its source: comments and strings are skipped, so a test
 * that is commented out, or that only stands in a text, does not count, and neither does one that is ignored.
 *
 *   source -> tokens (no comments) -> calls of Deno.test -> names, and whether they run
 *
 * @module
 */

/** One `Deno.test` of a file. */
export interface NamedTest {
  /** Its name; `*` stands for each `${..}` of a template. */
  readonly name: string;
  /** False when it is ignored, or when another test of the file is the only one. */
  readonly runs: boolean;
}

type Token =
  | { readonly kind: "word" | "sign"; readonly text: string }
  | { readonly kind: "text"; readonly text: string };

/** Stands in a name for what a template puts in. */
const HOLE = "*";
/** What may come before a `/` that begins a regular expression rather than divides. */
const BEFORE_REGEX = /^(?:[(,=:[!&|?{};+\-*%<>~^]|return|typeof|case|in|of|=>)$/;
const OPENING = ["(", "[", "{"];
const CLOSING = [")", "]", "}"];

/** The tests that `source` declares, in its order. */
export function findTests(source: string): NamedTest[] {
  const tokens = tokenize(source);
  const calls = tokens.flatMap((_, at) => readCall(tokens, at) ?? []);
  const hasOnly = calls.some(({ only }) => only);
  return calls.map(({ name, ignored, only }) => ({ name, runs: !ignored && (only || !hasOnly) }));
}

/** Whether `tests` has one that runs and is called `name`; a `*` in its name stands for anything. */
export function hasRunningTest(tests: readonly NamedTest[], name: string): boolean {
  return tests.some((test) => test.runs && nameMatches(test.name, name));
}

function nameMatches(pattern: string, name: string): boolean {
  const parts = pattern.split(HOLE);
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at + 1);
    if (found < 0) return false;
    at = found + part.length;
  }
  // Each hole is filled with something.
  return at < name.length - last.length;
}

interface Call {
  readonly name: string;
  readonly ignored: boolean;
  readonly only: boolean;
}

/** The call of `Deno.test` that begins at token `at`, if one does. */
function readCall(tokens: readonly Token[], at: number): Call | undefined {
  const isAt = (offset: number, text: string) => {
    const token = tokens[at + offset];
    return token?.kind !== "text" && token?.text === text;
  };
  if (!isAt(0, "Deno") || !isAt(1, ".") || !isAt(2, "test")) return undefined;
  const variant = isAt(3, ".") ? tokens[at + 4]?.text ?? "" : "";
  const open = variant === "" ? 3 : 5;
  if (!isAt(open, "(")) return undefined;
  const args = splitArguments(tokens, at + open + 1);
  const name = args.map(nameOf).find((found) => found !== undefined);
  if (name === undefined) return undefined;
  return {
    name,
    ignored: variant === "ignore" || args.some((arg) => hasOption(arg, "ignore")),
    only: variant === "only" || args.some((arg) => hasOption(arg, "only")),
  };
}

/** The tokens of each argument, from the one behind the opening parenthesis. */
function splitArguments(tokens: readonly Token[], start: number): Token[][] {
  const args: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(start)) {
    if (token.kind === "sign") {
      if (OPENING.includes(token.text)) depth++;
      if (CLOSING.includes(token.text) && --depth < 0) break;
      if (token.text === "," && depth === 0) {
        args.push([]);
        continue;
      }
    }
    args.at(-1)?.push(token);
  }
  return args;
}

/** The name that an argument gives: a text, or the `name` of an object. */
function nameOf(arg: readonly Token[]): string | undefined {
  if (arg[0]?.kind === "text") return arg.map(({ text }) => text === "+" ? "" : text).join("");
  const value = optionOf(arg, "name");
  if (value?.kind === "text") return value.text;
  // A function with a name, behind `async` or not.
  const at = arg.findIndex(({ text }) => text === "function");
  return at >= 0 && at <= 1 && arg[at + 1]?.kind === "word" ? arg[at + 1]?.text : undefined;
}

function hasOption(arg: readonly Token[], name: string): boolean {
  const value = optionOf(arg, name);
  return value?.kind === "word" && value.text === "true";
}

/** The first token of the value that an object gives to `name`, not looking into objects and functions inside it. */
function optionOf(arg: readonly Token[], name: string): Token | undefined {
  if (arg[0]?.text !== "{" || arg[0].kind !== "sign") return undefined;
  let depth = 0;
  for (const [i, token] of arg.entries()) {
    if (token.kind === "sign" && OPENING.includes(token.text)) depth++;
    if (token.kind === "sign" && CLOSING.includes(token.text)) depth--;
    const isKey = depth === 1 && token.text === name && arg[i + 1]?.text === ":" &&
      ["{", ","].includes(arg[i - 1]?.text ?? "");
    if (isKey) return arg[i + 2];
  }
  return undefined;
}

/** Words, single signs and texts; comments and space are left out. */
function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at, at + 2);
    const char = rest.charAt(0);
    if (rest === "//") at = endOf(source, "\n", at);
    else if (rest === "/*") at = endOf(source, "*/", at + 2);
    else if (/\s/.test(char)) at++;
    else if (char === '"' || char === "'") {
      const end = endOfQuoted(source, at);
      tokens.push({ kind: "text", text: unescape(source.slice(at + 1, end - 1)) });
      at = end;
    } else if (char === "`") {
      const template = readTemplate(source, at);
      tokens.push({ kind: "text", text: template.text });
      at = template.end;
    } else if (char === "/" && beginsRegex(tokens.at(-1))) {
      at = endOfRegex(source, at);
      tokens.push({ kind: "word", text: "/regex/" });
    } else if (/[\w$]/.test(char)) {
      const [word = char] = /^[\w$]+/.exec(source.slice(at, at + 200)) ?? [];
      tokens.push({ kind: "word", text: word });
      at += word.length;
    } else {
      tokens.push({ kind: "sign", text: char });
      at++;
    }
  }
  return tokens;
}

function endOf(source: string, end: string, from: number): number {
  const found = source.indexOf(end, from);
  return found < 0 ? source.length : found + end.length;
}

function endOfQuoted(source: string, start: number): number {
  const quote = source.charAt(start);
  for (let at = start + 1; at < source.length; at++) {
    if (source.charAt(at) === "\\") at++;
    else if (source.charAt(at) === quote) return at + 1;
  }
  return source.length;
}

/** A template's text with a hole for each `${..}`; what stands in them may have templates of its own. */
function readTemplate(source: string, start: number): { text: string; end: number } {
  let text = "";
  let from = start + 1;
  for (let at = from; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === "\\") at++;
    else if (char === "`") return { text: text + unescape(source.slice(from, at)), end: at + 1 };
    else if (source.startsWith("${", at)) {
      text += unescape(source.slice(from, at)) + HOLE;
      from = endOfHole(source, at + 2);
      at = from - 1;
    }
  }
  return { text, end: source.length };
}

function endOfHole(source: string, start: number): number {
  let depth = 1;
  for (let at = start; at < source.length;) {
    const char = source.charAt(at);
    if (char === '"' || char === "'") at = endOfQuoted(source, at);
    else if (char === "`") at = readTemplate(source, at).end;
    else {
      if (char === "{") depth++;
      if (char === "}" && --depth === 0) return at + 1;
      at++;
    }
  }
  return source.length;
}

function beginsRegex(before: Token | undefined): boolean {
  return before === undefined || (before.kind !== "text" && BEFORE_REGEX.test(before.text));
}

/** Behind the closing `/`; one in `[..]` does not close it. */
function endOfRegex(source: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === "\\") at++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return at + 1;
    else if (char === "\n") return at;
  }
  return source.length;
}

function unescape(text: string): string {
  return text.replaceAll(/\\(["'`\\$])/g, "$1");
}
