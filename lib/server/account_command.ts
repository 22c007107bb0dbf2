/**
 * `server account ..`: the operator's own way to accounts, in the same directory as a server that
 * may be running, which learns of a change within a second.
 *
 * @module
 */

import { type AccountCalls, accountCalls } from "../accounts/account_module.ts";
import { foldAccount } from "../accounts/account_record.ts";
import { makeAccount, makeKeys, MAX_PASSWORD_BYTES } from "../accounts/accounts.ts";
import { FileError } from "../cli/files.ts";
import { UsageError } from "../cli/options.ts";
import { DataError, faultOf } from "../data/data_error.ts";
import { type AlwaysOnCalls, alwaysOnCalls } from "../accounts/always_on_module.ts";
import { connect, openDatabase } from "../data/database.ts";
import { prepareDirectory } from "../data/directory.ts";
import { isAccountName } from "./account_settings.ts";
import { DATA_PLAN } from "./data_plan.ts";

/** A command of the operator. */
export type AccountRequest =
  | { readonly do: "list" }
  | { readonly do: "add" | "passwd" | "delete"; readonly name: string }
  | { readonly do: "always-on"; readonly name: string; readonly isOn: boolean };

/** The input and output of the command. */
export interface AccountConsole {
  /** The password, from standard input. */
  readonly readPassword: () => Promise<string>;
  /** Prints a line. */
  readonly print: (line: string) => void;
}

const VERBS = ["add", "passwd", "delete"] as const;

/**
 * Parses the words behind `account`.
 *
 * @throws {UsageError} when it is no command.
 */
export function parseAccountRequest(words: readonly string[]): AccountRequest {
  const [verb = "", name, ...rest] = words;
  if (verb === "always-on" && name !== undefined) return parseAlwaysOnRequest(name, rest);
  const extra = rest;
  if (extra.length > 0) throw new UsageError(`Unexpected argument "${extra[0]}"`);
  if (verb === "list" && name === undefined) return { do: "list" };
  const known = VERBS.find((each) => each === verb);
  if (known === undefined || name === undefined) {
    throw new UsageError(
      "Account command must be list, add NAME, passwd NAME, delete NAME or always-on NAME on|off, " +
        `got "${words.join(" ")}"`,
    );
  }
  return { do: known, name };
}

function parseAlwaysOnRequest(name: string, [value, ...extra]: readonly string[]): AccountRequest {
  if ((value === "on" || value === "off") && extra.length === 0) {
    return { do: "always-on", name, isOn: value === "on" };
  }
  const got = ["always-on", name, value, ...extra].filter((word) => word !== undefined).join(" ");
  throw new UsageError(`Account command must be always-on NAME on|off, got "${got}"`);
}

/**
 * Carries out a command.
 *
 * @throws {DataError} when the directory cannot be used, or the account is not what the
 *   command needs.
 */
export async function runAccountCommand(
  request: AccountRequest,
  directory: string,
  minPassword: number,
  { readPassword, print }: AccountConsole,
): Promise<void> {
  const path = prepareDirectory(directory);
  openDatabase(path, DATA_PLAN);
  const database = connect(path, { durable: true });
  try {
    const calls = accountCalls(database);
    if (request.do === "list") return calls.names().forEach(print);
    if (request.do === "always-on") {
      return print(setAlwaysOn(request, calls, alwaysOnCalls(database)));
    }
    print(await change(request, calls, minPassword, readPassword));
  } catch (error) {
    if (error instanceof DataError || error instanceof UsageError || error instanceof FileError) {
      throw error;
    }
    // A disk that is full, most often; what was not written is as it was.
    throw new DataError(`Cannot use the database "${path}": ${faultOf(error)}`);
  } finally {
    database.close();
  }
}

function setAlwaysOn(
  { name, isOn }: Extract<AccountRequest, { do: "always-on" }>,
  accounts: AccountCalls,
  alwaysOn: AlwaysOnCalls,
): string {
  const known = accounts.find(name);
  if (known === undefined) throw new DataError(`There is no account "${name}"`);
  const word = isOn ? "always on" : "not always on";
  return alwaysOn.set(name, isOn)
    ? `${known.name} is ${word} now`
    : `${known.name} was ${word} already`;
}

async function change(
  { do: verb, name }: Extract<AccountRequest, { do: "add" | "passwd" | "delete" }>,
  calls: AccountCalls,
  minPassword: number,
  readPassword: () => Promise<string>,
): Promise<string> {
  const known = calls.find(name);
  if (verb === "add") {
    if (!isAccountName(name)) throw new DataError(`No account can be called "${name}"`);
    if (known !== undefined) throw new DataError(`There is an account "${known.name}" already`);
    const record = await makeAccount(name, strong(name, await readPassword(), minPassword));
    if (!calls.add(record)) throw new DataError(`There is an account "${name}" already`);
    return `Added ${name}`;
  }
  if (known === undefined) throw new DataError(`There is no account "${name}"`);
  if (verb === "delete") {
    calls.remove(name);
    return `Deleted ${known.name} and all that it had`;
  }
  calls.rekey(name, await makeKeys(strong(name, await readPassword(), minPassword)));
  return `Changed the password of ${known.name}`;
}

function strong(name: string, password: string, minPassword: number): string {
  if ([...password].length < minPassword) {
    throw new DataError(`Password must have at least ${minPassword} characters`);
  }
  if (new TextEncoder().encode(password).length > MAX_PASSWORD_BYTES) {
    throw new DataError(`Password must have at most ${MAX_PASSWORD_BYTES} bytes`);
  }
  // Neither SASL PLAIN nor a line of IRC can hold it.
  if (password.includes("\0")) throw new DataError("Password must not have a NUL in it");
  if (foldAccount(password) === foldAccount(name)) {
    throw new DataError("Password must not be the name of the account");
  }
  return password;
}
