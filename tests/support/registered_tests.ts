/**
 * The tests that modules really register: a process of its own loads them with a `Deno.test` that only takes notes.
 * So a test that is commented out, renamed, ignored by whatever condition, or in a loop over nothing is not there.
 *
 *   specifiers --standard input--> this file, run as a program --JSON--> registeredTests
 *
 * @module
 */

import { childOptions } from "../../tools/imports.ts";

/** One test of a module. */
export interface RegisteredTest {
  /** Its name. */
  readonly name: string;
  /** False when it is ignored, when another test of the module is the only one, or when its body is empty. */
  readonly runs: boolean;
}

interface Note {
  readonly name: string;
  readonly ignore?: boolean;
  readonly only?: boolean;
  readonly isEmpty: boolean;
}

/**
 * The tests of the module at each specifier, in order.
 *
 * @throws {Error} when one cannot be loaded.
 */
export async function registeredTests(
  specifiers: readonly string[],
): Promise<ReadonlyMap<string, readonly RegisteredTest[]>> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...childOptions(), "-A", import.meta.url],
    cwd: new URL("../..", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await ReadableStream.from([JSON.stringify(specifiers)])
    .pipeThrough(new TextEncoderStream())
    .pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const notes: [string, Note[]][] = JSON.parse(new TextDecoder().decode(stdout));
  return new Map(notes.map(([specifier, tests]) => [specifier, tests.map(judge)]));
}

function judge({ name, ignore, only, isEmpty }: Note, _: number, all: Note[]): RegisteredTest {
  const isLeftOut = !only && all.some((other) => other.only);
  return { name, runs: !ignore && !isLeftOut && !isEmpty };
}

/** What a call of `Deno.test` says, in any of its forms. */
function noteOf(parts: readonly unknown[], also: Partial<Note>): Note {
  const fn = parts.find((part) => typeof part === "function");
  const name = parts.find((part) => typeof part === "string");
  const options = parts.find((part) => typeof part === "object") as Deno.TestDefinition | undefined;
  const body = fn ?? options?.fn;
  return {
    name: name ?? options?.name ?? body?.name ?? "",
    ignore: options?.ignore ?? false,
    only: options?.only ?? false,
    isEmpty: body === undefined || /\{\s*\}$/.test(withoutComments(String(body))),
    ...also,
  };
}

function withoutComments(source: string): string {
  return source.replaceAll(/^\s*\/\/.*$|\/\*[^]*?\*\//gm, "");
}

async function main(): Promise<void> {
  const specifiers: string[] = await new Response(Deno.stdin.readable).json();
  const all: [string, Note[]][] = [];
  const take = (also: Partial<Note>) => (...parts: unknown[]) => {
    all.at(-1)?.[1].push(noteOf(parts, also));
  };
  const value = Object.assign(take({}), {
    ignore: take({ ignore: true }),
    only: take({ only: true }),
  });
  Object.defineProperty(Deno, "test", { value });
  for (const specifier of specifiers) {
    all.push([specifier, []]);
    await import(specifier);
  }
  console.log(JSON.stringify(all));
  // A module may have begun something that would go on.
  Deno.exit();
}

if (import.meta.main) await main();
