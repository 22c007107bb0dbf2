/**
 * Files that a command line names, each read only when it is named: without one the program needs no permission to
 * read anything.
 *
 * @module
 */

/** A file cannot be read; the message says in one line why, and what to do. */
export class FileError extends Error {
  /** Whether there is no such file. */
  readonly isMissing: boolean;

  /** `message` has no full stop and names the file. */
  constructor(message: string, { isMissing = false }: { isMissing?: boolean } = {}) {
    super(message);
    this.name = "FileError";
    this.isMissing = isMissing;
  }
}

/** Reads a file; tests replace it. */
export type ReadText = (path: string) => Promise<string>;

/** Reads a file; `-` is standard input, for which no permission is needed. */
export const readTextFile: ReadText = async (path: string): Promise<string> => {
  if (path === "-") return await new Response(Deno.stdin.readable).text();
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    throw new FileError(`Cannot read "${path}": ${faultOf(error as Error, path)}`, { isMissing });
  }
};

function faultOf(error: Error, path: string): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.NotCapable) {
    return `not permitted; name it - and give it on standard input, or allow deno run to read it: ` +
      `--allow-read=${path}`;
  }
  return error.message;
}
