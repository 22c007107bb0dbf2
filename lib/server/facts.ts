/**
 * What protocols may say about this server, made of what its operator has said. Files are read when it starts, and
 * again when an operator asks for it.
 *
 * @module
 */

import { FileError, type ReadText, readTextFile } from "../cli/files.ts";
import { DEFAULT_FACTS, type ServerFacts } from "../protocol/protocol.ts";
import type { GivenSecret, Identity } from "./identity_options.ts";
import { Secret } from "./secret.ts";

/** Lines of a message of the day that are shown. */
const MAX_MOTD_LINES = 200;
/** Milliseconds until a wrong password is answered: so many tries an hour help nobody. */
const WRONG_PASSWORD_MS = 1000;

/** What an operator is warned of when the server starts. */
export type Warn = (text: string, reason: string) => void;

/**
 * The facts of a server with this identity.
 *
 * @throws {FileError} when a file cannot be read.
 */
export async function makeFacts(
  identity: Identity,
  version: string,
  warn: Warn,
  read: ReadText = readTextFile,
): Promise<Partial<ServerFacts>> {
  const { name = DEFAULT_FACTS.name, network = DEFAULT_FACTS.network, motd: path } = identity;
  const password = identity.password && await readSecret(identity.password, warn, read);
  const operators = new Map<string, Secret>();
  for (const [operator, given] of identity.operators) {
    operators.set(operator, await readSecret(given, warn, read));
  }
  let motd = path === undefined ? undefined : linesOf(await read(path));
  const reload = async () => {
    if (path === undefined || path === "-") return undefined;
    try {
      motd = linesOf(await read(path));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return {
    name,
    network,
    version,
    ...(identity.admin && { admin: identity.admin }),
    motd: () => motd,
    reload,
    ...(password && { admits: (claimed: string) => isRight(password, claimed) }),
    ...(operators.size > 0 && {
      operators: [...operators.keys()],
      isOperator: (who: string, claimed: string) => isRight(operators.get(who), claimed),
    }),
  };
}

function linesOf(text: string): readonly string[] {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.slice(0, MAX_MOTD_LINES);
}

async function readSecret(
  { option, text }: GivenSecret,
  warn: Warn,
  read: ReadText,
): Promise<Secret> {
  if (Secret.isHash(text)) return new Secret(text);
  if (text.includes("/")) {
    const [line = ""] = (await read(text)).split(/\r?\n/, 1);
    if (line === "") throw new FileError(`Cannot read "${text}": its first line is empty`);
    return new Secret(line);
  }
  warn(
    `the password of ${option} is on the command line`,
    "everybody on this machine can read it there; give a hash, or the path of a file",
  );
  return new Secret(text);
}

/** Never rejects: a fault is a no. */
async function isRight(secret: Secret | undefined, claimed: string): Promise<boolean> {
  let isFitting = false;
  try {
    isFitting = await secret?.fits(claimed) ?? false;
  } catch {
    // As a wrong one.
  }
  if (!isFitting) await new Promise((resolve) => setTimeout(resolve, WRONG_PASSWORD_MS));
  return isFitting;
}
