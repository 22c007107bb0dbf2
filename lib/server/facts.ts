/**
 * The facts about this server that protocols may state, from its operator's options. Files are
 * read at the start, and again when an operator asks for it; later questions are answered with
 * the new facts.
 *
 * @module
 */

import { FileError, type ReadText, readTextFile } from "../cli/files.ts";
import { DEFAULT_FACTS, type ServerFacts } from "../protocol/protocol.ts";
import { type GivenSecret, type Identity, isPath } from "./identity_options.ts";
import { Secret } from "./secret.ts";

/** Lines of a message of the day that are shown. */
const MAX_MOTD_LINES = 200;
/** Milliseconds until a wrong password is answered: so many tries an hour help nobody. */
const WRONG_PASSWORD_MS = 1000;

/** Warns the operator at the start of the server. */
export type Warn = (text: string, reason: string) => void;

/** The contents of the files. */
interface State {
  readonly motd?: readonly string[];
  readonly password?: Read;
  readonly operators: ReadonlyMap<string, Read>;
}

/** A password, and the text from which it was made, to notice a change. */
interface Read {
  readonly secret: Secret;
  readonly words: string;
}

/** News that have been read, and not been put in place. */
export interface FactNews {
  /** The options whose meaning they change. */
  readonly changed: readonly string[];
  /** Puts them in place. */
  put(): void;
}

/** The facts of one server. */
export class LiveFacts {
  /** The facts, always as they are at the moment. */
  readonly facts: Partial<ServerFacts>;
  /**
   * Reads all files again for an operator of the server; resolves to the fault in words, if
   * there is one.
   */
  reload: (() => Promise<string | undefined>) | undefined;
  readonly #read: ReadText;
  #state: State;

  private constructor(facts: Partial<ServerFacts>, state: State, read: ReadText) {
    this.#state = state;
    this.#read = read;
    const now = () => this.#state;
    const reload = () => this.reload;
    this.facts = {
      ...facts,
      motd: () => now().motd,
      get reload() {
        return reload();
      },
      get admits() {
        if (now().password === undefined) return undefined;
        return (claimed: string, network: string) => {
          const { password } = now();
          if (password === undefined) return Promise.resolve(true);
          return isRight(password.secret, claimed, network);
        };
      },
      get operators() {
        const { operators } = now();
        return operators.size > 0 ? [...operators.keys()] : undefined;
      },
      get isOperator() {
        if (now().operators.size === 0) return undefined;
        return (who: string, claimed: string, network: string) =>
          isRight(now().operators.get(who)?.secret, claimed, network);
      },
    } as Partial<ServerFacts>;
  }

  /**
   * The facts of a server with this identity.
   *
   * @throws {FileError} when a file cannot be read.
   */
  static async open(
    identity: Identity,
    version: string,
    warn: Warn,
    read: ReadText = readTextFile,
  ): Promise<LiveFacts> {
    const { name = DEFAULT_FACTS.name, network = DEFAULT_FACTS.network } = identity;
    const state = await load(identity, read, undefined);
    for (const { option } of exposed(identity)) {
      warn(
        `the password of ${option} is on the command line`,
        "everybody on this machine can read it there; give a hash, or the path of a file",
      );
    }
    const { admin } = identity;
    return new LiveFacts({ name, network, version, ...(admin && { admin }) }, state, read);
  }

  /**
   * Reads the files of `identity`, and changes nothing yet. Contents of standard input stay.
   *
   * @throws {FileError} when one of them cannot be read.
   */
  async prepare(identity: Identity): Promise<FactNews> {
    const state = await load(identity, this.#read, this.#state);
    const old = this.#state;
    const changed = [
      ...(isSame(old.motd, state.motd) ? [] : ["motd"]),
      ...(old.password?.words === state.password?.words ? [] : ["password"]),
      ...(isSame(wordsOf(old.operators), wordsOf(state.operators)) ? [] : ["oper"]),
    ];
    return { changed, put: () => this.#state = state };
  }
}

async function load(identity: Identity, read: ReadText, old: State | undefined): Promise<State> {
  const isRepeated = old !== undefined;
  const operators = new Map<string, Read>();
  for (const [operator, given] of identity.operators) {
    operators.set(operator, await readSecret(given, read, isRepeated));
  }
  const motd = await readMotd(identity.motd, read, old);
  const password = identity.password && await readSecret(identity.password, read, isRepeated);
  return { operators, ...(motd && { motd }), ...(password && { password }) };
}

async function readMotd(
  path: string | undefined,
  read: ReadText,
  old: State | undefined,
): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined;
  // Standard input can be read once.
  if (path === "-" && old !== undefined) return old.motd;
  const lines = (await read(path, old !== undefined)).replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.slice(0, MAX_MOTD_LINES);
}

async function readSecret(
  { text }: GivenSecret,
  read: ReadText,
  isRepeated: boolean,
): Promise<Read> {
  if (!isPath(text)) return { secret: new Secret(text), words: text };
  const [line = ""] = (await read(text, isRepeated)).split(/\r?\n/, 1);
  if (line === "") throw new FileError(`Cannot read "${text}": its first line is empty`);
  return { secret: new Secret(line), words: line };
}

/** Passwords that everybody on the machine can read. */
function exposed({ password, operators }: Identity): GivenSecret[] {
  const given = [...(password ? [password] : []), ...operators.values()];
  return given.filter(({ text, isFlag }) => isFlag && !isPath(text) && !Secret.isHash(text));
}

function wordsOf(operators: ReadonlyMap<string, Read>): string[] {
  return [...operators].map(([name, { words }]) => `${name} ${words}`);
}

function isSame(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one?.join("\n") === other?.join("\n");
}

/** Never rejects: a fault is a no. */
async function isRight(
  secret: Secret | undefined,
  claimed: string,
  network: string,
): Promise<boolean> {
  let isFitting = false;
  try {
    isFitting = await secret?.fits(claimed, network) ?? false;
  } catch {
    // Counts as a wrong password.
  }
  if (!isFitting) await new Promise((resolve) => setTimeout(resolve, WRONG_PASSWORD_MS));
  return isFitting;
}
