/**
 * Faults of what stands beside the chat: turns of addresses, SASL, accounts, and TLS.
 *
 * @module
 */

import { faultsOf, type MutatedFile } from "./mutant.ts";

const TLS = ["tls_wire_test.ts", "tls_wire_memory_test.ts", "tls_test.ts"]
  .map((name) => `tests/net/${name}`);

/** One entry a file. */
export const SERVICES: readonly MutatedFile[] = [
  ...faultsOf("own", {
    "lib/server/fair_turns.ts": [
      ["this.#ms - (now - this.#at) * this.#rate", "this.#ms"],
      ["Math.max(0, this.#ms -", "(this.#ms -"],
      ["    this.#ms = this.at(now) + ms;", "    this.#ms += ms;"],
      ["this.#now() - this.#begin >= SLICE_MS", "false"],
      ["share.waiting.length === 0 && share.use", "share.use"],
      ["share.use.at(now) < LIGHT_MS &&\n", "true &&\n"],
      ["      this.#all.at(now) < TURN_MS;", "      true;"],
      ["          reject(error);", "          void error;"],
      ["      if (share.waiting.length === 1) this.#queue(share);", "      this.#queue(share);"],
      ["      share.use.add(end - begin, end);\n", ""],
      ["      this.#all.add(end - begin, end);\n", ""],
      ["(most) => use < most)", "(most) => use < most && most === LIGHT_MS)"],
      ["this.#ranks.at(rank)", "this.#ranks[0]"],
      ["    if (this.#isAsked) return;\n", ""],
      ["do this.#give(rank); while (", "while ("],
      ["rank.size > 0 && this.#now() < end);", "rank.size > 0);"],
      ["    if (this.#isAsked) this.#poll.request(this.#turn);\n", ""],
      [
        "    if (this.#isAsked) this.#poll.request(this.#turn",
        "    if (this.#isAsked) this.#turn(",
      ],
      ["    shares.delete(share);\n", ""],
      ["    if (share.waiting.length > 0) this.#queue(share);\n", ""],
      ["    while (!isDone) await this.run(step);\n", ""],
      ["    await (first ?? this.run(step));\n", "    await first;\n"],
    ],
  }),
  ...faultsOf(["tests/sasl/"], {
    "lib/sasl/chunks.ts": [
      ['  if (text.length % CHUNK_BYTES === 0) chunks.push("+");\n', ""],
      ["chunk.length > CHUNK_BYTES", "chunk.length > CHUNK_BYTES + 1"],
      ["++this.#count > MAX_CHUNKS", "++this.#count > MAX_CHUNKS + 1"],
      ['if (chunk !== "+") this', "this"],
      ["    if (chunk.length === CHUNK_BYTES) return undefined;\n", ""],
      ['    this.#text = "";\n', ""],
      ["    this.#count = 0;\n", ""],
    ],
    "lib/sasl/plain.ts": [
      ["fatal: true, ", ""],
      ["ignoreBOM: true", ""],
      ["parts.length === 3 && ", ""],
      [' && account !== ""', ""],
      [' && password !== ""', ""],
    ],
    "lib/sasl/base64.ts": [
      ["text.length % 4 !== 0 || ", ""],
      ["|| !/^[A-Za-z0-9+/]*={0,2}$/.test(text)", ""],
    ],
    "lib/sasl/scram.ts": [
      ["nonce !== this.#nonce ||", "false ||"],
      ["binding !== encodeBase64(encode(first.header))", "false"],
      ["|| !isEqual(key, this.#keys.storedKey)", ""],
      ["xor(claimed, signature)", "claimed"],
      ["|| nonce === this.#nonce)", ")"],
      ["!nonce.startsWith(this.#nonce) || ", ""],
      ["iterations < MIN_ITERATIONS || ", ""],
      [" || iterations > MAX_ITERATIONS", ""],
      ["      !isEqual(signature, this.#expected)\n", "      false\n"],
      ["return isEqual(storedKey, keys.storedKey);", "return true;"],
      ["  if (one.length !== other.length) return false;\n", ""],
      ["difference |=", "difference ="],
      ["if (binding !== undefined) throw new ScramError", "if (false) throw new ScramError"],
      ['.normalize("NFKC")', ""],
      ["if (/=(?!2C|3D)/.test(name)) throw", "if (false) throw"],
      [
        'replaceAll("=2C", ",").replaceAll("=3D", "=',
        'replaceAll("=3D", "=").replaceAll("=2C", ",',
      ],
      ["this.#nonce = first.nonce + nonce;", "this.#nonce = first.nonce;"],
    ],
  }),
  ...faultsOf(["tests/accounts/"], {
    "lib/accounts/gates.ts": [
      ["      this.#refill(gate);\n", ""],
      ["gate.left - gate.running >= 1", "gate.left >= 1"],
      ["gate.left - gate.running >= 1", "gate.left - gate.running > 1"],
      ["      if (gate.running === 0) return undefined;\n", ""],
      ["      gate.running--;\n", ""],
      ["      if (isWrong) gate.left--;\n", ""],
      ["      if (isWrong) gate.left--;\n", "      gate.left--;\n"],
      ["      for (const wake of gate.waiting.splice(0)) wake();\n", ""],
      ["    this.#gates.delete(key);\n    const gate", "    const gate"],
      ["    if (this.#gates.size > MAX_KEYS) this.#forget();\n", ""],
      ["      if (running > 0) continue;\n", ""],
      ["Math.min(burst, gate.left +", "(gate.left +"],
      ["    gate.at = now;\n", ""],
      ["      if (this.#waiting.length >= this.#maxWaiting) return undefined;\n", ""],
      ["this.#running >= this.#atOnce", "this.#running > this.#atOnce"],
      [
        "if (next === undefined) this.#running--;\n      else next",
        "this.#running--;\n      next?.",
      ],
      ["      else next();\n", ""],
    ],
    "lib/accounts/accounts.ts": [
      [
        '=== "" || byteLength(password) > MAX_PASSWORD_BYTES) return "wrong',
        '=== "") return "wrong',
      ],
      [
        "record ?? await this.#keysOfNobody(first.account)",
        'record ?? await this.#keysOfNobody("")',
      ],
      ["record !== undefined && isOwn ?", "record !== undefined ?"],
      ['if (!isName(name)) return "bad_name";', ""],
      ['    if (!isFree(name, asker.user)) return "exists";\n    if (count()', "    if (count()"],
      ['      if (!isFree(name, asker.user)) return "exists";\n      isMade', "      isMade"],
      ['if (count() >= MAX_ACCOUNTS) return "unavailable";', ""],
      ["      end(isMade);", "      end(false);"],
      ["      this.#known.forget(foldAccount(name));\n", ""],
      ['    if (typeof proven === "string") return proven;\n', ""],
      ["      end(true);", "      end(false);"],
      ["length < this.#options.minPassword || ", ""],
      ["      foldAccount(password) === foldAccount(name);", "      false;"],
      ["const isKnown = this.#known.has(account, network);", "const isKnown = false;"],
      ['isWrong = result === "wrong";', "isWrong = false;"],
      ['if (typeof result !== "string") this.#known.add(account, network);', ""],
      ["      endNetwork(isWrong);\n", ""],
      ["      endAccount?.(isWrong);\n", ""],
      [".slice(0, MAX_KEY_CHARACTERS)", ""],
    ],
  }),
  ...faultsOf(TLS, {
    "lib/net/tls_wire.ts": [
      [" && this.#options.isWanted()) {", ") {"],
      ["    this.#unheard = 0;\n", ""],
      ["!this.#isReading && !this.destroyed", "!this.destroyed"],
      ["    this.#lower.close();\n", ""],
      ["    if (!this.#isReading) this.#giveBack();\n", "    this.#giveBack();\n"],
      ["    if (this.#writeFault !== undefined) return;\n", ""],
      ["this.#writeFault = error as Error;", "this.destroy(error as Error);"],
      ["for (let rest = bytes; rest.length > 0;) rest", "let rest = bytes; rest"],
      ["      done();\n    });", "    });"],
      ["      if (inTurn === undefined) take();\n      else await inTurn(take);", "      take();"],
      [
        "(this.destroyed) this.#giveBack();\n        else this.#take",
        "(!this.destroyed) this.#take",
      ],
      ["      this.#isOver = true;\n      this.push", "      this.push"],
      ["if (!this.#hasRead && !isTls) {", "if (false) {"],
      ["if (!this.#hasRead && !isTls) {", "if (!isTls) {"],
      ["    this.#unheard += count;\n", ""],
      ["    if (this.readableLength > 0) this.#memory = pool.take();\n", ""],
      ["      await this.#lower.closeWrite();\n    } catch", "    } catch"],
    ],
  }),
];
