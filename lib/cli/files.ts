/**
 * Files that a command line names, each read only when it is named: without one the program needs
 * no permission to read anything.
 *
 * 1. MUST read a bounded number of bytes, whatever stands behind the path.
 * 2. MUST NOT read again what can be read once: a pipe is empty the second time, or keeps its
 *    reader waiting for ever.
 *
 * @module
 */

/** A file cannot be read; the message says in one line why, and what to do. */
export class FileError extends Error {
  /** Whether there is no such file. */
  readonly isMissing: boolean;
  /** The file, if it is the runtime that does not let the program read it. */
  readonly forbidden: string | undefined;

  /** `message` has no full stop and names the file. */
  constructor(message: string, about: { isMissing?: boolean; forbidden?: string } = {}) {
    super(message);
    this.name = "FileError";
    this.isMissing = about.isMissing ?? false;
    this.forbidden = about.forbidden;
  }
}

/**
 * Reads a file; tests replace it. `isRepeated`: this is not the only time that the file is read.
 */
export type ReadText = (path: string, isRepeated?: boolean) => Promise<string>;

/** The most that is read: settings, certificates and messages of the day are far shorter. */
const MAX_BYTES = 1024 * 1024;
const TOO_LONG = `it is longer than ${MAX_BYTES} bytes`;

/**
 * Reads a file in UTF-8, with or without a byte order mark; `-` is standard input, for which no
 * permission is needed.
 */
export const readTextFile: ReadText = (path, isRepeated): Promise<string> =>
  read(path, isRepeated, true);

/** The same for PEM, beside which there may be comments in any encoding. */
export const readPemFile: ReadText = (path, isRepeated): Promise<string> =>
  read(path, isRepeated, false);

async function read(path: string, isRepeated = false, isStrict: boolean): Promise<string> {
  try {
    if (isRepeated) await checkOrdinary(path);
    return new TextDecoder("utf-8", { fatal: isStrict }).decode(await bytesOf(path));
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const isForbidden = error instanceof Deno.errors.NotCapable;
    throw new FileError(`Cannot read "${path}": ${faultOf(error as Error, path)}`, {
      isMissing,
      ...(isForbidden && { forbidden: path }),
    });
  }
}

/** MUST 2. */
async function checkOrdinary(path: string): Promise<void> {
  if (path === "-") {
    throw new Error("standard input is no ordinary file, and is read more than once");
  }
  const { isFile, isDirectory, size } = await Deno.stat(path);
  // Reading it says so as well as anything.
  if (isDirectory) return;
  if (!isFile) throw new Error("it is no ordinary file, and is read more than once");
  if (size > MAX_BYTES) throw new Error(TOO_LONG);
}

/** MUST 1. */
async function bytesOf(path: string): Promise<Uint8Array> {
  if (path === "-") return await gather(Deno.stdin);
  using file = await Deno.open(path);
  return await gather(file);
}

async function gather(source: Pick<Deno.FsFile, "read">): Promise<Uint8Array> {
  let bytes = new Uint8Array(4096);
  let length = 0;
  for (;;) {
    const count = await source.read(bytes.subarray(length));
    if (count === null) return bytes.subarray(0, length);
    length += count;
    if (length > MAX_BYTES) throw new Error(TOO_LONG);
    if (length < bytes.length) continue;
    const larger = new Uint8Array(2 * length);
    larger.set(bytes);
    bytes = larger;
  }
}

function faultOf(error: Error, path: string): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.NotCapable) {
    return `not permitted; name it - and give it on standard input, or allow deno run to read it: ` +
      `--allow-read=${path}`;
  }
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  if (error instanceof TypeError) return "it is not UTF-8";
  return error.message;
}
