/**
 * Packs a program and the runtime that runs it into one self-extracting file: `unpack.sh`, filled
 * in, and padded to HEADER_BYTES; then the program's gzip payload; then the runtime's. Stands in
 * for `deno compile` where that cannot get its base binary. Promises: pure (bytes in, bytes out),
 * and the same bytes for the same input.
 *
 * @module
 */

/** What goes into an image, packed once and shared by every image that carries it. */
export interface Payload {
  /** The unpacked size. */
  readonly bytes: number;
  /** The SHA-256 of the unpacked bytes, in hex. */
  readonly sum: string;
  /** The packed bytes. */
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** One image to pack. */
export interface Image {
  /** The program's full name, which starts its error lines: "parlance-server". */
  readonly name: string;
  readonly version: string;
  /** One JavaScript module without imports. */
  readonly program: Payload;
  /** The runtime's executable, started as `runtime run <runOptions> <program> <arguments>`. */
  readonly runtime: Payload;
  readonly runOptions: readonly string[];
  /** Options of the program whose values name files: `--motd`. It says itself which, with `--permissions`. */
  readonly fileOptions?: readonly string[];
  /** The one of them that names the file of its settings. */
  readonly settingsOption?: string;
  /** A path below the home directory of its user, which the program may read; made of letters, dots and slashes. */
  readonly homeFile?: string;
}

/** The text in front of the payloads has this size, so that their offsets do not depend on it. */
const HEADER_BYTES = 16 * 1024;

/** What `uname -s` and `uname -m` say on the targets that Deno is built for. */
const SYSTEMS: Record<string, string> = { linux: "Linux", darwin: "Darwin" };
const MACHINES: Record<string, string[]> = {
  x86_64: ["x86_64", "amd64"],
  aarch64: ["aarch64", "arm64"],
};

/** Packs `data` with gzip and remembers what is needed to check it. */
export async function makePayload(data: Uint8Array<ArrayBuffer>): Promise<Payload> {
  const packed = new Blob([data]).stream().pipeThrough(new CompressionStream("gzip"));
  const digest = await crypto.subtle.digest("SHA-256", data);
  return {
    bytes: data.length,
    sum: new Uint8Array(digest).toHex(),
    gzip: await new Response(packed).bytes(),
  };
}

/**
 * Puts an image together, for the operating system and the processor that this runs on.
 *
 * @param template the text of `unpack.sh`
 * @throws {Error} the image cannot run on this operating system, or the template does not fit
 */
export function packImage(image: Image, template: string): Uint8Array<ArrayBuffer> {
  const { name, version, program, runtime } = image;
  const system = SYSTEMS[Deno.build.os];
  const machines = MACHINES[Deno.build.arch];
  if (!system || !machines) {
    throw new Error(`Cannot pack for "${Deno.build.os} ${Deno.build.arch}"`);
  }
  const runtimeOffset = HEADER_BYTES + program.gzip.length;
  const imageBytes = runtimeOffset + runtime.gzip.length;
  const header = fill(template, {
    name,
    version,
    program_file: `${name}-${program.sum.slice(0, 16)}.mjs`,
    program_bytes: program.bytes,
    program_sum: program.sum,
    program_gzip_bytes: program.gzip.length,
    // `tail -c +N` counts from one
    program_start: HEADER_BYTES + 1,
    runtime_file: `deno-${runtime.sum.slice(0, 16)}`,
    runtime_bytes: runtime.bytes,
    runtime_sum: runtime.sum,
    runtime_start: runtimeOffset + 1,
    // Without any, what no option's name is
    file_options: image.fileOptions?.map(quote).join(" | ") || "=",
    file_variables: `"${
      (image.fileOptions ?? []).map((each) => `\${${variableOf(each)}-}`).join("")
    }"`,
    settings_option: image.settingsOption ?? "=",
    settings_variable: image.settingsOption ? `\${${variableOf(image.settingsOption)}-}` : "",
    run_options: image.runOptions.map(quote).join(" "),
    home_option: image.homeFile === undefined ? "" : homeOption(image.homeFile),
    home_cache: Deno.build.os === "darwin" ? "Library/Caches" : ".cache",
    target: `${system} ${machines[0]}`,
    target_pattern: machines.map((machine) => `"${system} ${machine}"`).join(" | "),
    image_bytes: imageBytes,
  });
  const text = new TextEncoder().encode(header);
  if (text.length > HEADER_BYTES) {
    throw new Error(`Template takes ${text.length} bytes, and the limit is ${HEADER_BYTES}`);
  }
  // Every shell ignores newlines; it has replaced itself long before it reaches them
  const bytes = new Uint8Array(imageBytes).fill(0x0a, 0, HEADER_BYTES);
  bytes.set(text);
  bytes.set(program.gzip, HEADER_BYTES);
  bytes.set(runtime.gzip, runtimeOffset);
  return bytes;
}

/** Replaces each `@key@` of the template; a key without a value is a mistake in one of both. */
function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/@([a-z_]+)@/g, (_match, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`Template asks for "${key}", which has no value`);
    return String(value);
  });
}

/** The variable that stands for an option: `PARLANCE_TLS_CERT` for `--tls-cert`. */
function variableOf(option: string): string {
  return `PARLANCE_${option.slice(2).replaceAll("-", "_").toUpperCase()}`;
}

/** The permission for a file below the home directory, in words of sh. */
function homeOption(file: string): string {
  return `\${_parlance_home:+"--allow-read=$_parlance_home/${file}"}`;
}

/** Quotes one word for sh. */
function quote(word: string): string {
  return /^[\w=,.:/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
