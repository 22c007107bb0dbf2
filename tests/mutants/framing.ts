/**
 * Faults of `lib/framing`.
 *
 * @module
 */

import type { MutatedFile } from "./mutant.ts";

/** One entry a file. */
export const FRAMING: readonly MutatedFile[] = [
  {
    file: "lib/framing/delimited.ts",
    tests: ["tests/framing/delimited_test.ts"],
    mutants: [
      ["return this.#limit + 1;", "return this.#limit;"],
      ["ring.indexOf(this.#delimiter, this.#scanned)", "ring.indexOf(this.#delimiter)"],
      ["ring.indexOf(this.#delimiter, this.#scanned)", "ring.indexOf(10, this.#scanned)"],
      ["end < 0 ? ring.length : end;", "ring.length;"],
      ["if (length > this.#limit) {", "if (length >= this.#limit) {"],
      ["if (length > this.#limit) {", "if (length > this.#limit + 1) {"],
      ['"oversize"', '"malformed"'],
      ["this.#scanned = ring.length;", "this.#scanned = ring.length + 1;"],
      ["    this.#scanned = 0;\n    return ring.take(end", "    return ring.take(end"],
      ["ring.take(end + 1,", "ring.take(end,"],
      ["    this.#scanned = 0;\n    return ring.length === 0", "    return ring.length === 0"],
      ["ring.length === 0 ? undefined : ring", "ring.length < 0 ? undefined : ring"],
    ],
  },
  {
    file: "lib/framing/fixed.ts",
    tests: ["tests/framing/fixed_test.ts"],
    mutants: [
      ["!Number.isInteger(size) ||", ""],
      ["size < 1", "size < 0"],
      ["return this.size;", "return this.size - 1;"],
      ["ring.length < this.size ?", "ring.length <= this.size ?"],
      ["ring.take(this.size, this.#frame)", "ring.take(ring.length, this.#frame)"],
    ],
  },
  {
    file: "lib/framing/frame.ts",
    tests: ["tests/framing/frame_test.ts"],
    mutants: [
      ["set(bytes, 0, bytes.length)", "set(bytes, 0, bytes.length - 1)"],
      ["this.start = start;", "this.start = 0;"],
      ["this.end = end;", "this.end = memory.length;"],
      ["return this.end - this.start;", "return this.end;"],
      ["this.memory.subarray(", "this.memory.slice("],
    ],
  },
  {
    file: "lib/framing/length_prefixed.ts",
    tests: ["tests/framing/length_prefixed_test.ts"],
    mutants: [
      ["return PREFIX_BYTES + this.#limit;", "return this.#limit;"],
      ["if (ring.length < PREFIX_BYTES) return undefined;", ""],
      ["(ring.at(0) << 8) | ring.at(1)", "(ring.at(1) << 8) | ring.at(0)"],
      ["(ring.at(0) << 8)", "(ring.at(0) << 7)"],
      ["if (this.#length > this.#limit) {", "if (this.#length >= this.#limit) {"],
      ["if (this.#length > this.#limit) {", "if (false) {"],
      ['"oversize"', '"malformed"'],
      ["ring.length < PREFIX_BYTES + this.#length", "ring.length <= PREFIX_BYTES + this.#length"],
      ["ring.length < PREFIX_BYTES + this.#length", "ring.length < this.#length"],
      ["    this.#length = undefined;\n", ""],
    ],
  },
  {
    file: "lib/framing/ring_buffer.ts",
    tests: ["tests/framing/ring_buffer_test.ts"],
    mutants: [
      ["Math.ceil(Math.log2(largestFrame))", "Math.floor(Math.log2(largestFrame))"],
      ["Math.max(DEFAULT_RING_CAPACITY, 2", "Math.min(DEFAULT_RING_CAPACITY, 2"],
      ["!Number.isInteger(Math.log2(capacity)) ||", ""],
      ["|| capacity < 2", "|| capacity < 1"],
      ["memory !== undefined && memory.length !== capacity", "false"],
      ["memory ?? new Uint8Array(capacity)", "new Uint8Array(capacity)"],
      ["this.#mask = capacity - 1;", "this.#mask = capacity;"],
      ["return this.capacity - this.length;", "return this.capacity - this.length - 1;"],
      ["if (this.#head === this.#tail) this.#head = this.#tail = 0;", ""],
      ["Math.min(start + this.free, this.capacity)", "this.capacity"],
      ["Math.min(this.free, this.capacity - start)", "this.free"],
      ["Math.min(this.free, this.capacity - start)", "this.capacity - start"],
      ["!Number.isInteger(count) || count < 0 || count > run", "count > run"],
      ["count > run", "count > this.free"],
      ["    this.#tail += count;\n", "    this.#tail = count;\n"],
      [
        "if (end <= this.capacity) return this.#memory.subarray(start, end);",
        "if (end < this.capacity) return this.#memory.subarray(start, end);",
      ],
      ["return this.#memory.subarray(start, end);", "return this.#memory.slice(start, end);"],
      [
        "if (end <= this.capacity) frame.set(this.#memory, start, end);",
        "if (end < this.capacity) frame.set(this.#memory, start, end);",
      ],
      ["    this.#head += count;\n    return frame;", "    return frame;"],
      ["this.#demand(offset + 1);", ""],
      ["this.#demand(offset + 1);", "this.#demand(offset);"],
      ["(this.#head + offset) & this.#mask", "(this.#head & this.#mask) + offset"],
      ["if (from >= this.length) return -1;", ""],
      ["Math.min(this.length - from, this.capacity - start)", "this.capacity - start"],
      ["if (inFirst >= 0) return from + inFirst;", "if (inFirst >= 0) return inFirst;"],
      ["if (inFirst >= 0)", "if (inFirst > 0)"],
      ["subarray(0, wrapped).indexOf(byte)", "indexOf(byte)"],
      ["inSecond >= 0 ? from + firstRun + inSecond", "inSecond >= 0 ? firstRun + inSecond"],
      ["inSecond >= 0 ?", "inSecond > 0 ?"],
      ["count < 0 || count > this.length", "count > this.length"],
      ["count < 0 || count > this.length", "count < 0"],
      ["    this.#copies++;\n", ""],
      ["this.#scratch.length < count", "this.#scratch.length <= count"],
      ["this.#scratch === undefined || this.#scratch.length < count", "true"],
      ["      this.#scratch = grown;\n", ""],
      ["this.#memory.subarray(0, wrapped), head.length", "this.#memory.subarray(0, wrapped), 0"],
      ["return this.#scratch.subarray(0, count);", "return this.#scratch;"],
    ],
  },
  {
    file: "lib/framing/ring_pool.ts",
    tests: ["tests/framing/ring_pool_test.ts"],
    mutants: [
      ["if (free !== undefined) return free;", ""],
      ["this.#used + this.#capacity > this.#slab", "this.#used > this.#slab"],
      ["      this.#used = 0;\n", ""],
      ["    this.#used += this.#capacity;\n", ""],
      ["    this.#free.push(piece);\n", ""],
    ],
  },
];
