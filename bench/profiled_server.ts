/**
 * The real server, without a limit of commands and without a log, that reports where it allocates: a line
 * `start` on standard input begins a profile, and `stop` ends it and prints it as a line of JSON, a list
 * of `Allocations`. What the garbage collector has taken meanwhile is in it. Ends with standard input.
 *
 *   deno run --allow-net --allow-sys bench/profiled_server.ts
 *
 * @module
 */

import { Session } from "node:inspector/promises";
import { TextLineStream } from "@std/streams/text-line-stream";
import { Log } from "../lib/server/log.ts";
import { serve } from "../lib/server/serve.ts";

/** What one function has allocated. */
export interface Allocations {
  /** Its name, with file and line where it has one. */
  readonly at: string;
  /** Estimated from samples. */
  readonly bytes: number;
}

/** A node of the profile, as the inspector gives it. */
interface ProfileNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

/** Bytes between two samples, on average. */
const SAMPLING_BYTES = 4096;

if (import.meta.main) {
  const server = serve({
    host: "127.0.0.1",
    port: 0,
    log: new Log("quiet", () => {}),
    limits: { commandRate: 0 },
  });
  console.log(`Listening on ${server.description}`);
  await obey();
  await server.stop();
}

async function obey(): Promise<void> {
  const session = new Session();
  session.connect();
  const lines: ReadableStream<string> = Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    if (line === "start") {
      await session.post("HeapProfiler.startSampling", {
        samplingInterval: SAMPLING_BYTES,
        includeObjectsCollectedByMajorGC: true,
        includeObjectsCollectedByMinorGC: true,
      });
    } else {
      const { profile } = await session.post("HeapProfiler.stopSampling");
      console.log(JSON.stringify(flatten(profile.head)));
    }
  }
  session.disconnect();
}

/** The functions of the profile, the largest first, from all callers. */
function flatten(head: ProfileNode): Allocations[] {
  const bytes = new Map<string, number>();
  const add = ({ callFrame, selfSize, children }: ProfileNode) => {
    const { functionName, url, lineNumber } = callFrame;
    const place = url === ""
      ? ""
      : ` ${url.replace(/^.*\/(lib|bench)\//, "$1/")}:${lineNumber + 1}`;
    const at = (functionName || "(anonymous)") + place;
    if (selfSize > 0) bytes.set(at, (bytes.get(at) ?? 0) + selfSize);
    children.forEach(add);
  };
  add(head);
  return [...bytes].map(([at, bytes]) => ({ at, bytes })).sort((a, b) => b.bytes - a.bytes);
}
