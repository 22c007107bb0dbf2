/**
 * Reading everything again while the server runs: its configuration file, and the files that it or
 * the command line names. SIGHUP and IRC's REHASH ask for it.
 *
 * 1. MUST change nothing unless all that is new is right.
 * 2. MUST say what has changed, and what only a restart can change.
 *
 * @module
 */

import { FileError } from "../cli/files.ts";
import { UsageError } from "../cli/options.ts";
import type { CertificateFile } from "./certificate_file.ts";
import type { LiveFacts } from "./facts.ts";
import type { Log } from "./log.ts";
import { SERVER_COMMAND_LINE, type ServeRequest } from "./options.ts";

/** The parts that a reload can change, and the source of their settings. */
export interface ReloadParts {
  /** The request that started the server. */
  readonly request: ServeRequest;
  /** Reads it again. */
  readonly read: () => Promise<ServeRequest>;
  /** Receives the result. */
  readonly log: Log;
  /** The facts. */
  readonly facts: LiveFacts;
  /** The certificate, if there is a TLS port. */
  readonly certificate: CertificateFile | undefined;
}

/** Whether these values of options name any file that could be read again. */
export function hasFiles(values: Readonly<Record<string, string>>): boolean {
  return SERVER_COMMAND_LINE.options.some(({ name, paths, reloads }) => {
    const value = values[name];
    return value !== undefined && (reloads === true || name === "config") &&
      (paths?.(value) ?? []).length > 0;
  });
}

/**
 * Who asks for a reload. The line that answers a `signal` is always written. The one that answers a
 * `user` counts like any other, so that no user can fill the log with REHASH.
 */
export type ReloadAsker = "signal" | "user";

/** Reloads one server, one time after the other. */
export class Reloader {
  readonly #parts: ReloadParts;
  // The values in force: where a change needs a restart, the old one.
  #values: Readonly<Record<string, string>>;
  #last: Promise<unknown> = Promise.resolve();

  /** Changes nothing yet. */
  constructor(parts: ReloadParts) {
    this.#parts = parts;
    this.#values = parts.request.values;
  }

  /**
   * Reads everything again, and logs the result. Resolves to the fault in words, if there is one.
   * Never rejects.
   */
  reload(asker: ReloadAsker): Promise<string | undefined> {
    const result = this.#last.then(() => this.#reload(asker));
    this.#last = result;
    return result;
  }

  async #reload(asker: ReloadAsker): Promise<string | undefined> {
    const { log } = this.#parts;
    try {
      const reason = await this.#carryOut();
      if (asker === "signal") log.answer("reloaded", { reason });
      else log.info("reloaded", { reason });
      return undefined;
    } catch (error) {
      const isExpected = error instanceof FileError || error instanceof UsageError;
      const words = wordsFor(error as Error);
      const reason = isExpected ? words : (error as Error).stack ?? String(error);
      log.error("not reloaded, everything stays as it was", { reason });
      return words;
    }
  }

  /** Returns what has changed. */
  async #carryOut(): Promise<string> {
    const { read, facts, certificate, log } = this.#parts;
    const request = await read();
    const news = await facts.prepare(request.identity);
    const next = request.tls && await certificate?.prepare(request.tls.paths);
    // MUST 1: from here on nothing can fail.
    news.put();
    next?.put();
    log.setLevel(request.logLevel);
    const differing = this.#differing(request);
    const fixed = differing.filter(({ reloads }) => reloads !== true).map(({ name }) => name);
    const changed = new Set([...differing.map(({ name }) => name), ...news.changed]);
    for (const name of fixed) changed.delete(name);
    this.#values = this.#valuesAfter(request, fixed);
    return [
      ...(next?.isNew ? [`new ${certificate?.description}`] : []),
      changed.size > 0 ? `changed: ${[...changed].join(", ")}` : "",
      fixed.length > 0 ? `needs a restart: ${fixed.join(", ")}` : "",
    ].filter((part) => part !== "").join("; ") || "nothing has changed";
  }

  #differing({ values }: ServeRequest) {
    return SERVER_COMMAND_LINE.options.filter(({ name }) => values[name] !== this.#values[name]);
  }

  /** The new values, but for those that need a restart. */
  #valuesAfter({ values }: ServeRequest, fixed: readonly string[]): Record<string, string> {
    const after = { ...values };
    for (const name of fixed) {
      const old = this.#values[name];
      if (old === undefined) delete after[name];
      else after[name] = old;
    }
    return after;
  }
}

/** A running server cannot be allowed to read anything more. */
function wordsFor(error: Error): string {
  if (!(error instanceof FileError) || error.forbidden === undefined) return error.message;
  return `Cannot read "${error.forbidden}": the server was not allowed to at its start; restart it`;
}
