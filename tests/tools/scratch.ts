/**
 * Where the tests of tools/pack.ts make and start images. The runtime is a stand-in, a sh script that
 * runs the "program" as a sh script too: that is quick, and the image's text cannot tell. The shared
 * places (/tmp, ...) are replaced in the template, so that nothing leaves the scratch.
 *
 * @module
 */

import { findProgram } from "../../bench/compare/peers.ts";
import { type Image, makePayload, packImage } from "../../tools/pack.ts";

const TEMPLATE = await Deno.readTextFile(new URL("../../tools/unpack.sh", import.meta.url));

/** The stand-in takes `run --no-prompt PROGRAM ARGUMENT...`, as an image starts its runtime. */
const RUNTIME = '#!/bin/sh\n[ "$1 $2" = "run --no-prompt" ] || exit 99\nshift 2\nprogram=$1\n' +
  'shift\n. "$program"\n';

/** Where images are made, unpacked and started; it goes away with the test. */
export class Scratch implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "parlance pack " });
  readonly image = `${this.folder}/image`;
  readonly cache = `${this.folder}/home/.cache`;

  /** Makes the image of a sh script, or of what `parts` says. */
  async make(program: string, parts: Partial<Image> = {}): Promise<void> {
    const template = TEMPLATE.replace(
      /_parlance_place=(\/\S+) ;;/g,
      (_match, place) => `_parlance_place='${this.folder}${place}' ;;`,
    );
    const encoder = new TextEncoder();
    const image = packImage({
      name: "toy",
      version: "1.2.3",
      program: await makePayload(encoder.encode(program)),
      runtime: await makePayload(encoder.encode(RUNTIME)),
      runOptions: ["--no-prompt"],
      ...parts,
    }, template);
    await Deno.writeFile(this.image, image, { mode: 0o755 });
    await Deno.mkdir(this.cache, { recursive: true });
  }

  /** A command whose environment is PATH, a cache, and `env`; undefined removes a variable. */
  command(
    command: string,
    args: string[],
    env: Record<string, string | undefined> = {},
    options: Deno.CommandOptions = {},
  ): Deno.Command {
    const wanted = { PATH: Deno.env.get("PATH"), XDG_CACHE_HOME: this.cache, ...env };
    const entries = Object.entries(wanted)
      .filter((entry): entry is [string, string] => entry[1] !== undefined);
    return new Deno.Command(command, {
      args,
      clearEnv: true,
      env: Object.fromEntries(entries),
      stdin: "null",
      ...options,
    });
  }

  /** Starts the image and waits for its end. */
  async start(args: string[] = [], env: Record<string, string | undefined> = {}): Promise<Result> {
    return result(await this.command(this.image, args, env).output());
  }

  /** A PATH with the launcher's tools alone, of the checksum programs only `summer`. */
  async pathOfTools(summer: string): Promise<string> {
    const tools = `${this.folder}/path`;
    await Deno.mkdir(tools);
    const names = "sh ls id tail head gzip chmod mv rm mkdir find mktemp uname wc perl env cat";
    for (const name of [...names.split(" "), summer]) {
      const found = findProgram(name);
      if (found !== undefined) await Deno.symlink(found, `${tools}/${name}`);
    }
    return tools;
  }

  /** The names in the place below `base`, sorted, the content sums cut off. */
  unpacked(base: string): string[] {
    return Array.from(Deno.readDirSync(base), ({ name }) => name.replace(/-[0-9a-f]{16}/, ""))
      .sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** What a program that has ended left. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The output of a command as text. */
export function result(output: Deno.CommandOutput): Result {
  const text = new TextDecoder();
  return {
    code: output.code,
    stdout: text.decode(output.stdout),
    stderr: text.decode(output.stderr),
  };
}

/** The shells that are here, each with the options that make it an `sh`. */
export const SHELLS: readonly (readonly string[])[] = [
  "sh",
  "dash",
  "bash",
  "busybox ash",
  "zsh --emulate sh",
]
  .map((words) => words.split(" ")).filter(([shell]) => findProgram(shell!) !== undefined);

/** What an image unpacks. */
export const COMPLETE: readonly string[] = ["deno", "toy.mjs"];
