/**
 * A server's files and what reads them again, without the server.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FileError } from "../../lib/cli/files.ts";
import { CertificateFile } from "../../lib/server/certificate_file.ts";
import { LiveFacts } from "../../lib/server/facts.ts";
import { Log } from "../../lib/server/log.ts";
import { readServerRequest, type ServeRequest } from "../../lib/server/options.ts";
import { Reloader } from "../../lib/server/reload.ts";

/** A server's files and all that is made of them, without the server. */
export class ReloadRig {
  readonly files: Record<string, string>;
  readonly variables: Record<string, string> = {};
  readonly lines: string[] = [];
  /** What was read, in order. */
  readonly reads: string[] = [];
  facts!: LiveFacts;
  certificate: CertificateFile | undefined;
  reloader!: Reloader;

  readonly #log: Log;

  constructor(files: Record<string, string>, log?: Log) {
    this.files = files;
    this.#log = log ?? new Log("info", (line) => void this.lines.push(line.slice(25)));
  }

  async start(...args: string[]): Promise<this> {
    const readText = (path: string, isRepeated = false) => {
      this.reads.push(isRepeated ? `${path} again` : path);
      const text = this.files[path];
      if (text !== undefined) return Promise.resolve(text);
      return Promise.reject(new FileError(`Cannot read "${path}": there is no such file`));
    };
    const readVariable = (name: string) => this.variables[name];
    const read = async () =>
      await readServerRequest(args, { readText, readVariable }) as ServeRequest;
    const request = await read();
    const log = this.#log;
    this.facts = await LiveFacts.open(request.identity, "v", () => {}, readText);
    this.certificate = request.tls && await CertificateFile.open(request.tls.paths, readText);
    const { facts, certificate } = this;
    this.reloader = new Reloader({ request, read, log, facts, certificate });
    return this;
  }

  /** Reloads; the log's line of it. */
  async reload(): Promise<string> {
    const fault = await this.reloader.reload("signal");
    const line = this.lines.pop() ?? "";
    assertEquals(this.lines, []);
    assertEquals(line.startsWith("error"), fault !== undefined);
    return line;
  }
}
