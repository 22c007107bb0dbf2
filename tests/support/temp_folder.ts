/**
 * A folder of the test's own, gone at its end.
 *
 * @module
 */

/** One folder. */
export class TempFolder implements Disposable {
  /** Where it is. */
  readonly path: string = Deno.makeTempDirSync({ prefix: "parlance-test-" });

  /** With files, by their paths in it. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** The path of a file in it. */
  file(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Writes a file that only its owner may read, with the folders above it; its path. */
  write(name: string, text: string): string {
    const path = this.file(name);
    Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(path, text, { mode: 0o600 });
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
