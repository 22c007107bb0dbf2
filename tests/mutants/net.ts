/**
 * Faults of `lib/net`.
 *
 * @module
 */

import { faultsOf, type MutatedFile } from "./mutant.ts";

const OUTBOX = ["outbox_test", "outbox_property_test", "slow_consumer_test", "broadcast_log_test"]
  .map((name) => `tests/net/${name}.ts`);

/** One entry a file. */
export const NET: readonly MutatedFile[] = [
  ...faultsOf("own", {
    "lib/net/deadline.ts": [
      ["    this.#expiry.delete(item);\n    this.#expiry.set", "    this.#expiry.set"],
      ["this.#clock.now() + this.#timeout", "this.#timeout"],
      ["if (this.#expiry.size === 0) this.#disarm();", ""],
      ["if (this.#forgetTimer !== undefined) return;", ""],
      ["Math.max(0, due - this.#clock.now())", "this.#timeout"],
      ["if (expiry > moment) break;", ""],
      ["if (expiry > moment) break;", "if (expiry >= moment) break;"],
      ["      this.#expiry.delete(item);\n      this.#onExpire", "      this.#onExpire"],
      ["    this.#forgetTimer?.();\n", ""],
    ],
    "lib/net/utf8_check.ts": [
      ["byte < 0xc2 || byte > 0xf4", "byte < 0xc0 || byte > 0xf4"],
      ["byte < 0xc2 || byte > 0xf4", "byte < 0xc2 || byte > 0xf5"],
      ["if (byte === 0xe0) this.#low = 0xa0;\n    else ", ""],
      ["    else if (byte === 0xed) this.#high = 0x9f;\n", ""],
      ["        this.#missing--;\n        [this.#low", "        [this.#low"],
    ],
    "lib/net/websocket_request.ts": [
      ["before !== undefined && SINGLE.has(name)", "false"],
      ["origins.has(origin.toLowerCase())", "true"],
      ["origins.has(ANY_ORIGIN) || ", ""],
      ["!isUpgrade || !isVersion", "!isVersion"],
      ["!isUpgrade || !isVersion", "!isUpgrade"],
      ["if (!KEY.test(key)) return", "if (false) return"],
      ['if (!fields.has("host")) return', "if (false) return"],
    ],
  }),
  ...faultsOf(["tests/net/connection_test.ts", "tests/net/recycled_memory_test.ts"], {
    "lib/net/connection.ts": [
      ["      this.#readAhead();\n    });", "    });"],
      ["!more || this.#wasEmpty || ", "!more || "],
      ["this.#reading !== reading || this.#endGap !== undefined", "this.#reading !== reading"],
      [" || !this.#pauses?.size) return;", ") return;"],
      ["this.#reading === undefined && this.ring.free === 0;", "false;"],
      ["Math.min(2 * gap, MOST_READ_AHEAD_MS)", "gap"],
      ["Math.min(2 * gap, MOST_READ_AHEAD_MS)", "2 * gap"],
      ["        if (pauses.size === 0) this.#endGap?.();\n", ""],
      ["if (this.#hasMore) await nextPoll(this.#poll);", ""],
      ["this.#transport.hasMore ?? this.#isFilled", "this.#isFilled"],
      ["this.#reason ??= `read failed", "this.close(`read failed`); `read failed"],
      ["      this.#outbox.close();\n    }\n    this.resume();", "    }\n    this.resume();"],
      ["    this.resume();\n    return false;", "    return false;"],
      ["    await this.#reading?.catch(() => {});\n", ""],
      ["this.#endedByPeer = this.#writeFailure === undefined;", "this.#endedByPeer = true;"],
    ],
  }),
  ...faultsOf(["tests/net/websocket_frames_test.ts", "tests/net/websocket_test.ts"], {
    "lib/net/websocket_frames.ts": [
      ["export const SLACK_BYTES = 2;", "export const SLACK_BYTES = 0;"],
      ["(first & 0x70) !== 0", "(first & 0x40) > 0x40"],
      ["(second & 0x80) === 0", "false"],
      ["(second & 0x7f) > MAX_CONTROL_BYTES", "(second & 0x7f) > MAX_CONTROL_BYTES + 2"],
      ["isControl && (!isFinal || ", "isControl && ("],
      ["isFirst && this.#message !== undefined", "false"],
      ["!isFirst && this.#message === undefined", "false"],
      ["this.#messageBytes > maxMessageBytes", "length > maxMessageBytes"],
      ["this.#messageBytes > maxMessageBytes", "this.#messageBytes >= maxMessageBytes"],
      ["length < (size === 2 ? 126 : 0x10000)", "false"],
      ["this.#byte(taken++ & 3)", "this.#byte(taken++ & 1)"],
      ["this.#message === OPCODE.text && this.#text.isOpen", "false"],
      ["    this.#message = undefined;\n    return true;", "    return true;"],
      ["length < 126 ? 2 : length < 0x10000", "length < 127 ? 2 : length < 0x10000"],
      ["end > from && all[end - 1] === CR", "false"],
      ["from === all.length ? EMPTY : all.slice(from)", "EMPTY"],
    ],
  }),
  ...faultsOf(["tests/net/websocket_test.ts", "tests/server/websocket_port_test.ts"], {
    "lib/net/websocket.ts": [
      ["if (!isRequest(memory.subarray(0, length))) return { length, end: 0 };", ""],
      ["if (this.#isClosing || this.#writing !== undefined) return", "if (this.#isClosing) return"],
      ["if (error instanceof WebSocketFault) this.#closeCode = error.code;", ""],
      ["this.#closeCode = this.#reader.closeCode ?? CLOSE.normal;", ""],
      ["    this.#pong = pong;\n    // Whoever", "    // Whoever"],
      ["bytes.length > WRITE_BYTES ? bytes.subarray(0, WRITE_BYTES) : bytes", "bytes"],
      ["    if (isAborted) current.abort();\n", ""],
      ["    this.#keep(early);\n", ""],
      ["    this.#keep(bytes.subarray(this.#reader.end));\n", ""],
      ["Math.min(target.length, SLACK_BYTES + READ_BYTES)", "target.length"],
      ["frames.subarray(end - SLACK_BYTES)", "frames.subarray(end)"],
      [
        "      this.#pong = undefined;\n      await writeAll(this.#lower, pong);",
        "      await writeAll(this.#lower, pong);\n      this.#pong = undefined;",
      ],
    ],
  }),
  ...faultsOf(["tests/limits/stalled_writes_test.ts"], {
    "lib/net/stalled_writes.ts": [
      ["if (this.#marks.size > 0) return;", ""],
      ["if (mark !== undefined) this.#marks.set(item, undefined);", ""],
      ["wasStopped || mark === undefined ||", "mark === undefined ||"],
      ["now - mark.at >= this.#timeout", "now - mark.at > 2 * this.#timeout"],
      ["now - mark.at >= this.#timeout", "true"],
      ["      this.#marks.delete(item);\n", ""],
    ],
  }),
  ...faultsOf([
    "tests/net/broadcast_log_test.ts",
    "tests/net/log_memory_test.ts",
  ], {
    "lib/net/broadcast_log.ts": [
      ["if (this.#tail.length + bytes.length > this", "if (this.#tail.length > this"],
      ["    this.#dirty = false;\n", ""],
      ["    this.#appendedInTurn = 0;\n", ""],
      ["      needed = Math.min(needed, follower.needed);\n", ""],
      ["this.#oldest.next.start <= needed", "this.#oldest.start <= needed"],
      ["if (!passed.lent) passed", "passed"],
      ["if (this.#followers.size === 0) {", "{"],
      ["    this.#tail.next = segment;\n", ""],
      ["Math.max(wanted, repeated + needed)", "wanted"],
      ["Math.min(wanted * REPEATED_SHARE, length - 1)", "0"],
      ["Math.min(wanted * REPEATED_SHARE, length - 1)", "wanted * REPEATED_SHARE"],
      ["length - 1)", "length)"],
      ["newSegment(this.end - repeated", "newSegment(this.end"],
      ["bytes.subarray(length - repeated, length)", "bytes.subarray(0, repeated)"],
      ["    segment.length = repeated;\n", ""],
    ],
  }),
  ...faultsOf(OUTBOX, {
    "lib/net/outbox.ts": [
      ["if (this.#closed || bytes.length === 0) return false;", "if (this.#closed) return false;"],
      ["    if (separate !== false) this.#own.separate(this.#own.length - bytes.length);\n", ""],
      ['    this.#queued = "no";\n', ""],
      ["    this.#hasReply = true;\n", ""],
      ["    this.#hasReply = false;\n    if (this.#own", "    if (this.#own"],
      ["if (this.#inFlight > 0) return isGap ? undefined : this.#writeOn();", ""],
      ["return isGap ? undefined : this.#writeOn();", "return this.#writeOn();"],
      ["this.#keepsGaps &&\n      this", "this"],
      ["const isGap = this.#keepsGaps &&", "const isGap = false &&"],
      ["    this.#endGap = undefined;\n", ""],
      ["    this.#endGap?.();\n", ""],
      ["this.#inFlight > 0 || this.#endGap !== undefined) return;", "this.#inFlight > 0) return;"],
      ["    else if (this.pending > 0) this.#schedule();\n", ""],
      ["    this.#inFlight -= count;\n", "    this.#inFlight = 0;\n"],
      ["this.#cursor >= segment.next.start", "this.#cursor > segment.next.start"],
      ["this.#cursor >= segment.next.start", "this.#offset === segment.length"],
      ["this.#offset = this.#cursor - segment.next.start;", "this.#offset = 0;"],
      ["this.#offset === segment.length ? undefined : segment", "false ? undefined : segment"],
      ["    if (this.#closed) return;\n    this.close();", "    this.close();"],
      ["    this.#backlog.end();\n", ""],
      ["    this.#own.clear();\n", ""],
      ["    this.#backlog.took(count);\n", ""],
    ],
    "lib/net/reader_pace.ts": [
      ["this.#takenSince < (gap / 1000) * LEAST_BYTES_PER_SECOND", "false"],
      ["    this.#isProven = true;\n", ""],
      ["Math.min(LONGEST_PATIENCE_MS, Math", "(Math"],
      ["Math.max(this.#patience, 2 * gap)", "2 * gap"],
      [
        "    this.#markedAt = now;\n    this.#takenSince = 0;\n  }\n\n  /** Notes",
        "  }\n\n  /** Notes",
      ],
      ["now - this.#markedAt <= this.#patience", "now - this.#markedAt < this.#patience"],
    ],
    "lib/net/backlog.ts": [
      ["waiting > this.#limit && idle > STOPPED_AFTER_MS", "waiting > this.#limit"],
      ["waiting > HARD_LIMIT * this.#limit && !pace.isReading(now)", "false"],
      ["if (this.#isFull) this.end();", ""],
      ["      pace.restart(now);\n", ""],
      ["    if (!this.#isFull) return Promise.resolve();\n", ""],
      ["    this.#roomy?.resolve();\n", ""],
    ],
  }),
  ...faultsOf([...OUTBOX, "tests/net/outbox_memory_test.ts", "tests/net/log_memory_test.ts"], {
    "lib/net/own_bytes.ts": [
      ["[...this.#cuts, start, this.#length]", "[...this.#cuts, start]"],
      ["[...this.#cuts, start, this.#length]", "[start, this.#length]"],
      ["    this.#spare = NOTHING;\n    this.#length", "    this.#length"],
      ["    this.#cuts = NO_CUTS;\n", ""],
      ["grown.set(this.#filling.subarray(0, this.#length));", ""],
      ["this.#count(-memory.byteLength)", "this.#count(0)"],
      ["this.#count(-this.#allocated)", "this.#count(0)"],
    ],
  }),
];
