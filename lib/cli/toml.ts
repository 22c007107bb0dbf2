/**
 * Configuration files: TOML text to values that remember where they stand, so that whoever checks
 * them can name the line. What the keys mean is not known here.
 *
 * @module
 */

import { type AST, ParseError, parseTOML } from "toml-eslint-parser";

/** A value in a file, and where it stands. */
export interface TomlValue {
  /** The line of its key, or of itself where it is an element of an array; counts from 1. */
  readonly line: number;
  /** The value. An array has values, a table has keys. */
  readonly value: string | number | boolean | readonly TomlValue[] | TomlTable;
}

/** The keys of a table, in the order in which they stand in the file. */
export type TomlTable = ReadonlyMap<string, TomlValue>;

/** A text that is not TOML, or has a value of a kind that no setting has. */
export class TomlError extends Error {
  /** The line of the mistake; counts from 1. */
  readonly line: number;

  /** `message` has no full stop. */
  constructor(message: string, line: number) {
    super(message);
    this.name = "TomlError";
    this.line = line;
  }
}

/**
 * Reads TOML 1.0 from `text`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseToml } from "./toml.ts";
 *
 * const table = parseToml('port = 5000\n\n[tls]\ncert = "cert.pem"\n');
 * assertEquals(table.get("port"), { value: 5000, line: 1 });
 * const tls = table.get("tls")?.value as ReadonlyMap<string, unknown>;
 * assertEquals(tls.get("cert"), { value: "cert.pem", line: 4 });
 * ```
 *
 * @throws {TomlError} when it is no TOML, says something twice, has a date or a number that is not
 *   finite, or is nested thousands of levels deep.
 */
export function parseToml(text: string): TomlTable {
  try {
    return tableOf(parse(text));
  } catch (error) {
    // There is only so much of a stack, for the parser as well as for this.
    if (error instanceof RangeError) throw new TomlError("Too long, or nested too deeply", 1);
    throw error;
  }
}

type MutableTable = Map<string, TomlValue>;

function parse(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: "1.0" });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const message = error.message.replace(/\.$/, "");
    // What is missing is missed at the beginning of the next line.
    const isMissed = error.column === 0 && error.lineNumber > 1 && MISSING.test(message);
    throw new TomlError(message, error.lineNumber - (isMissed ? 1 : 0));
  }
}

const MISSING = /^(?:Unspecified|Expected|Unterminated|The key)/;

function tableOf({ body: [{ body: nodes }] }: AST.TOMLProgram): TomlTable {
  const root: MutableTable = new Map();
  for (const node of nodes) {
    if (node.type === "TOMLTable") addAll(tableAt(root, node), node.body);
    else add(root, node);
  }
  return root;
}

function addAll(table: MutableTable, nodes: readonly AST.TOMLKeyValue[]): void {
  for (const node of nodes) add(table, node);
}

/** Adds `a.b = value`. The parser has refused what is said twice. */
function add(table: MutableTable, { key, value, loc }: AST.TOMLKeyValue): void {
  const path = key.keys.map(nameOf);
  const last = path.pop() as string;
  const line = loc.start.line;
  path.reduce((inner, name) => innerTable(inner, name, line), table)
    .set(last, { value: valueOf(value), line });
}

/**
 * The table that `[a.b]` or `[[a.b]]` begins; numbers in its path count the elements of an
 * array of tables.
 */
function tableAt(root: MutableTable, { resolvedKey, kind, loc }: AST.TOMLTable): MutableTable {
  const { line } = loc.start;
  let table = root;
  for (let i = 0; i < resolvedKey.length; i++) {
    const name = String(resolvedKey[i]);
    const index = resolvedKey[i + 1];
    if (typeof index !== "number") {
      table = innerTable(table, name, line);
      continue;
    }
    const isNew = kind === "array" && i + 2 === resolvedKey.length;
    table = elementTable(table, name, index, isNew ? line : undefined);
    i++;
  }
  return table;
}

function innerTable(table: MutableTable, name: string, line: number): MutableTable {
  const known = table.get(name)?.value;
  if (known instanceof Map) return known;
  const inner: MutableTable = new Map();
  table.set(name, { value: inner, line });
  return inner;
}

/** Element `index` of the array of tables `name`, which begins at `line` if it is new. */
function elementTable(
  table: MutableTable,
  name: string,
  index: number,
  line: number | undefined,
): MutableTable {
  const known = table.get(name);
  const elements = (known?.value ?? []) as TomlValue[];
  if (known === undefined) table.set(name, { value: elements, line: line ?? 0 });
  if (line !== undefined) elements[index] = { value: new Map(), line };
  return elements[index]?.value as MutableTable;
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function valueOf(node: AST.TOMLContentNode): TomlValue["value"] {
  switch (node.type) {
    case "TOMLArray":
      return node.elements.map((each) => ({ value: valueOf(each), line: each.loc.start.line }));
    case "TOMLInlineTable": {
      const table: MutableTable = new Map();
      addAll(table, node.body);
      return table;
    }
    case "TOMLValue":
      return scalarOf(node);
  }
}

function scalarOf({ kind, value, loc }: AST.TOMLValue): string | number | boolean {
  if (kind === "string" || kind === "boolean") return value;
  if ((kind === "integer" || kind === "float") && Number.isFinite(value)) return value;
  throw new TomlError("Expected a string, a number, true or false", loc.start.line);
}
