/**
 * Counts what code does with text instead of how long it takes: each character that a search, a regular
 * expression or the segmenter goes through is a step.
 *
 * @module
 */

import { assert } from "@std/assert";

/** Runs `run` and counts its steps. Synchronous code only. */
export function countSteps(run: () => void): number {
  let steps = 0;
  const string = String.prototype, regExp = RegExp.prototype, array = Array.prototype;
  const restore = [
    replace(string, "indexOf", (original) =>
      function (this: string, needle: string, from = 0) {
        const found = original.call(this, needle, from);
        steps += (found < 0 ? Math.max(0, this.length - from - needle.length) : found - from) + 1;
        return found;
      }),
    replace(
      string,
      "lastIndexOf",
      (original) =>
        function (this: string, needle: string, from = this.length) {
          const found = original.call(this, needle, from);
          steps += from - Math.max(found, 0) + 1;
          return found;
        },
    ),
    ...(["endsWith", "startsWith"] as const).map((name) =>
      replace(string, name, (original) =>
        function (this: string, needle: string, from?: number) {
          steps += needle.length + 1;
          return original.call(this, needle, from);
        })
    ),
    // What tests, replaces and splits by a pattern calls it for each match.
    replace(regExp, "exec", (original) =>
      function (this: RegExp, text: string) {
        const from = this.global || this.sticky ? this.lastIndex : 0;
        const found = original.call(this, text) as RegExpExecArray | null;
        if (found !== null) steps += found.index + found[0].length - from + 1;
        else steps += this.sticky ? 1 : text.length - from + 1;
        return found;
      }),
    replace(
      Intl.Segmenter.prototype,
      "segment",
      (original) =>
        function (this: Intl.Segmenter, text: string) {
          const segments = original.call(this, text);
          return {
            containing(index: number) {
              steps += text.length + 1;
              return segments.containing(index);
            },
            *[Symbol.iterator]() {
              for (const each of segments) {
                steps += each.segment.length;
                yield each;
              }
            },
          };
        },
    ),
    // A mark that is looked at, and whatever else stands in a list.
    replace(array, "find", (original) =>
      function (this: unknown[], ...args: unknown[]) {
        steps += this.length;
        return original.apply(this, args);
      }),
  ];
  try {
    run();
  } finally {
    restore.forEach((each) => each());
  }
  return steps;
}

/** Fails unless twice the input costs about twice the steps. `make` builds the input, uncounted. */
export function assertLinear<T>(make: (size: number) => T, run: (input: T) => void, size = 2000) {
  const [small, large] = [make(size), make(2 * size)];
  const [few, many] = [countSteps(() => run(small)), countSteps(() => run(large))];
  assert(few > 0, "Nothing was counted");
  assert(many <= 2.5 * few + 1000, `${size}: ${few} steps, ${2 * size}: ${many} steps`);
}

/** A list that counts how often its items are looked at, in `steps`. */
export function countedList<T>(items: readonly T[]): { list: readonly T[]; steps: () => number } {
  let steps = 0;
  const list = new Proxy(items as T[], {
    get(target, key, receiver) {
      if (typeof key === "string" && /^\d+$/.test(key)) steps++;
      return Reflect.get(target, key, receiver);
    },
  });
  return { list, steps: () => steps };
}

// The types of what is replaced differ in each use.
// deno-lint-ignore no-explicit-any
type Method = any;

function replace(owner: object, name: string, make: (original: Method) => Method): () => void {
  const original = Reflect.get(owner, name);
  Object.defineProperty(owner, name, { value: make(original), configurable: true, writable: true });
  return () =>
    Object.defineProperty(owner, name, { value: original, configurable: true, writable: true });
}
