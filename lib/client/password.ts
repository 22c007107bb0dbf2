/**
 * Where the password of an account comes from: a file that the user names, the environment, or a
 * question on the terminal. Never an argument, which everybody on the machine can read.
 *
 * @module
 */

import type { ReadText } from "../cli/files.ts";
import { UsageError } from "../cli/options.ts";

/** The variable of the environment that may hold the password. */
export const PASSWORD_VARIABLE = "PARLANCE_ACCOUNT_PASSWORD";

/** The places to look, in this order. */
export interface PasswordSources {
  /** The path of a file whose first line is the password. */
  readonly file?: string | undefined;
  /** The value of `PASSWORD_VARIABLE`. */
  readonly variable?: string | undefined;
  /**
   * Asks the user; `undefined` without a terminal. It resolves to `undefined` when the user gives
   * up.
   */
  readonly ask?: ((prompt: string) => Promise<string | undefined>) | undefined;
}

/**
 * Finds the password of `account`; `undefined` when the user was asked and gave up.
 *
 * @throws {UsageError} when there is no place to look, or the password there is empty.
 * @throws {FileError} when the file cannot be read.
 */
export async function findPassword(
  account: string,
  { file, variable, ask }: PasswordSources,
  readText: ReadText,
): Promise<string | undefined> {
  if (file !== undefined) return whole(firstLine(await readText(file)), `"${file}"`);
  if (variable !== undefined) return variable;
  if (ask === undefined) {
    throw new UsageError(
      `Account "${account}" needs a password: set ${PASSWORD_VARIABLE}, name a file by ` +
        "--password-file, or start the client on a terminal",
    );
  }
  const typed = await ask(`Password of ${account}: `);
  return typed === undefined ? undefined : whole(typed, "the answer");
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] as string;
}

function whole(password: string, place: string): string {
  if (password !== "") return password;
  throw new UsageError(`Password must not be empty, but there is none in ${place}`);
}
