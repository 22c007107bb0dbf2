/**
 * The data directory: `--data DIR`. It belongs to this user alone (mode 700), and one server holds
 * it for its whole life.
 *
 *   DIR/parlance.db        the database, mode 600; SQLite keeps `-wal` and `-shm` beside it
 *   DIR/parlance.lock      locked while a server runs; the system frees the lock at its end, whatever it is
 *
 * 1. MUST change nothing in a directory that it refuses.
 * 2. MUST refuse what another user of the machine could have put there or could read.
 *
 * @module
 */

import { DataError, faultOf } from "./data_error.ts";

/** Name of the database in the directory. */
const DATABASE_NAME = "parlance.db";
/** Name of the file that a running server locks. */
const LOCK_NAME = "parlance.lock";
/** What may stand in the directory; each of them must be an ordinary file of this user. */
const FILES = [
  DATABASE_NAME,
  `${DATABASE_NAME}-wal`,
  `${DATABASE_NAME}-shm`,
  `${DATABASE_NAME}-journal`,
  LOCK_NAME,
];
/** Everything but the owner's own rights. */
const OTHERS_RIGHTS = 0o077;

/**
 * Makes the directory if it is missing, and checks it.
 *
 * @returns the path of the database, which may not exist yet.
 * @throws {DataError} when it is no directory of this user alone.
 */
export function prepareDirectory(path: string): string {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    // What is there already is looked at below.
    if (error instanceof Deno.errors.NotCapable) {
      throw refused(path, `deno run must be allowed to: --allow-read --allow-write=${path}`);
    }
    if (!(error instanceof Deno.errors.AlreadyExists)) throw refused(path, faultOf(error));
  }
  const info = inspectDirectory(path);
  if (info === undefined) throw refused(path, "it cannot be found");
  checkOwner(path, info.uid);
  return databaseIn(path);
}

/** The path of the database in the directory. */
export function databaseIn(path: string): string {
  return `${path}/${DATABASE_NAME}`;
}

/**
 * Looks at the directory and changes nothing; `undefined` when there is none yet.
 *
 * @throws {DataError} when it is no directory of one user alone.
 */
export function inspectDirectory(path: string): Deno.FileInfo | undefined {
  const info = look(path, path);
  if (info === undefined) return undefined;
  if (info.isSymlink) throw refused(path, "it is a symbolic link; name what it points to");
  if (!info.isDirectory) throw refused(path, "it is no directory");
  if (isOthers(info)) {
    throw refused(path, `its mode is ${modeOf(info)}, so others can use it; run chmod 700 on it`);
  }
  for (const name of FILES) checkFile(path, name, info.uid);
  return info;
}

function checkFile(path: string, name: string, owner: number | null): void {
  const info = look(path, `${path}/${name}`);
  if (info === undefined) return;
  if (info.isSymlink) throw refused(path, `"${name}" in it is a symbolic link; remove it`);
  if (!info.isFile) throw refused(path, `"${name}" in it is no ordinary file; remove it`);
  if (info.uid !== owner) throw refused(path, `"${name}" in it belongs to another user`);
  // Another user who opened the file before the directory was closed, or has a hard link to it, can
  // still use it.
  if (isOthers(info)) {
    throw refused(
      path,
      `the mode of "${name}" in it is ${modeOf(info)}, so others can use it; run chmod 600 on it`,
    );
  }
}

function isOthers({ mode }: Deno.FileInfo): boolean {
  return mode !== null && (mode & OTHERS_RIGHTS) !== 0;
}

function modeOf({ mode }: Deno.FileInfo): string {
  return ((mode ?? 0) & 0o777).toString(8);
}

/** A file of our own shows who we are: asking the system would need a permission of its own. */
function checkOwner(path: string, owner: number | null): void {
  if (owner === null) return;
  let mine: number | null;
  try {
    const probe = Deno.makeTempFileSync({ dir: path, prefix: ".parlance-" });
    mine = Deno.lstatSync(probe).uid;
    Deno.removeSync(probe);
  } catch (error) {
    throw refused(path, `it cannot be written to: ${faultOf(error)}`);
  }
  if (mine !== owner) throw refused(path, "it belongs to another user");
}

function look(path: string, file: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw refused(path, faultOf(error));
  }
}

/** A directory that this process holds until it closes it or ends. */
export interface DirectoryLock {
  /** Lets another server in. */
  close(): void;
}

/**
 * Locks a directory that has been prepared.
 *
 * @throws {DataError} when another server holds it.
 */
export function lockDirectory(path: string): DirectoryLock {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(`${path}/${LOCK_NAME}`, { create: true, write: true, mode: 0o600 });
  } catch (error) {
    throw refused(path, faultOf(error));
  }
  if (file.tryLockSync(true)) return file;
  file.close();
  throw refused(path, "another server is using it");
}

/** Says why the directory is not used. */
function refused(path: string, why: string): DataError {
  return new DataError(`Cannot use the data directory "${path}": ${why}`);
}
