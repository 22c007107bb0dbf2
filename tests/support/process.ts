/**
 * The programs as their users run them: real processes with pipes, watched byte for byte.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { childOptions } from "../../tools/imports.ts";
import { within } from "./within.ts";

const ROOT = new URL("../../", import.meta.url);

/** A process with pipes. Killed at the end of the test if it still runs. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #stdout = new Transcript("standard output");
  readonly #stderr = new Transcript("standard error");
  readonly #over: Promise<Deno.CommandStatus>;
  #inputClosed = false;
  /** Where a server listens, once it has said so. */
  port = 0;

  private constructor(args: string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    const streams = [
      this.#stdout.record(this.#child.stdout),
      this.#stderr.record(this.#child.stderr),
    ];
    this.#over = Promise.all(streams).then(() => this.#child.status);
  }

  /** `server ARGS`, with the permissions of its task. */
  static server(...args: string[]): Program {
    return new Program(["run", "--quiet", ...childOptions(), "--allow-net", "server.ts", ...args]);
  }

  /** `client ARGS`, with the permissions of its task. */
  static client(...args: string[]): Program {
    return new Program(["run", "--quiet", ...childOptions(), "--allow-net", "client.ts", ...args]);
  }

  /** A few lines of TypeScript; `./lib/..` can be imported. */
  static script(code: string): Program {
    return new Program(["eval", "--quiet", ...childOptions(), code]);
  }

  /** Writes to its standard input. */
  async types(text: string): Promise<void> {
    await within("its input", this.#input.write(new TextEncoder().encode(text)));
  }

  /** Ends its standard input. */
  async endInput(): Promise<void> {
    if (this.#inputClosed) return;
    this.#inputClosed = true;
    // A process that has ended has closed it already.
    await this.#input.close().catch(() => {});
  }

  /** Waits until its standard output goes on with exactly `text`. */
  prints(text: string): Promise<void> {
    return this.#stdout.expect(text);
  }

  /** Takes the port from a server's line `Listening on ..`; returns what follows these words. */
  listens(line: string): string {
    const [, where = "", port] = /^Listening on (.*?:(\d+) .*)$/.exec(line) ?? [];
    this.port = Number(port);
    return where;
  }

  /** The next whole line of its standard output, without the newline. */
  printsLine(): Promise<string> {
    return this.#stdout.line();
  }

  /** The next whole line of its standard error, without the newline. */
  warnsLine(): Promise<string> {
    return this.#stderr.line();
  }

  /** Reads its standard output no further, until `readsOn`. */
  stopsReading(): void {
    this.#stdout.pause();
  }

  /** Reads its standard output again. */
  readsOn(): void {
    this.#stdout.resume();
  }

  /** The largest resident set that it has had, in bytes; Linux only. */
  async peakMemory(): Promise<number> {
    const status = await Deno.readTextFile(`/proc/${this.#child.pid}/status`);
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  /** Waits for its end; its exit status. */
  async status(): Promise<number> {
    const { code } = await within("the end of the process", this.#over);
    await this.endInput();
    return code;
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for its end; fails unless nothing more was printed than this, and the status is this. */
  async ends(code: number, rest: { stdout?: string; stderr?: string } = {}): Promise<void> {
    const status = await within("the end of the process", this.#over);
    const stdout = this.#stdout.rest();
    const stderr = this.#stderr.rest();
    const expected = { stdout: rest.stdout ?? "", stderr: rest.stderr ?? stderr, code };
    assertEquals({ stdout, stderr, code: status.code }, expected);
    await this.endInput();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await within("the end of the process", this.#over);
    await this.endInput();
  }
}

/** What a stream has said, and the reader that waits for more of it. */
class Transcript {
  readonly #name: string;
  #text = "";
  #ended = false;
  #more = Promise.withResolvers<void>();
  #paused: PromiseWithResolvers<void> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async record(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      await this.#paused?.promise;
      this.#text += text;
      this.#wake();
    }
    this.#ended = true;
    this.#wake();
  }

  pause(): void {
    this.#paused ??= Promise.withResolvers();
  }

  resume(): void {
    this.#paused?.resolve();
    this.#paused = undefined;
  }

  async expect(text: string): Promise<void> {
    while (!this.#ended && this.#text.length < text.length && text.startsWith(this.#text)) {
      await this.#waitFor(JSON.stringify(text));
    }
    assertEquals(this.#text.slice(0, text.length), text);
    this.#text = this.#text.slice(text.length);
  }

  async line(): Promise<string> {
    while (!this.#ended && !this.#text.includes("\n")) await this.#waitFor("a line");
    const end = this.#text.indexOf("\n");
    if (end < 0) throw new Error(`The ${this.#name} ended with ${JSON.stringify(this.#text)}`);
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  rest(): string {
    return this.#text;
  }

  async #waitFor(what: string): Promise<void> {
    const so = `${what} on ${this.#name}`;
    await within(so, this.#more.promise).catch((error) => {
      throw new Error(`${error.message}, which holds ${JSON.stringify(this.#text)}`);
    });
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
