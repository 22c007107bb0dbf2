/**
 * The limits on the command line: every form, every error, and that the help knows each.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { helpText, UsageError } from "../../lib/cli/options.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { parseServerArgs, SERVER_COMMAND_LINE } from "../../lib/server/options.ts";

const ACCEPTED: [args: string[], limits: Record<string, number>][] = [
  [["--max-connections", "1"], { maxConnections: 1 }],
  [["--max-connections=20000"], { maxConnections: 20_000 }],
  [["--max-per-ip", "0"], { maxPerAddress: 0 }],
  [["--max-per-ip=3"], { maxPerAddress: 3 }],
  [["--outbox", "16K"], { outboxBytes: 16_384 }],
  [["--outbox", "16384"], { outboxBytes: 16_384 }],
  [["--outbox", "512K"], { outboxBytes: 524_288 }],
  [["--outbox=512k"], { outboxBytes: 524_288 }],
  [["--outbox", "1M"], { outboxBytes: 1_048_576 }],
  [["--outbox-total", "64M"], { totalOutboxBytes: 67_108_864 }],
  [["--outbox", "2M", "--outbox-total=2M"], {
    outboxBytes: 2_097_152,
    totalOutboxBytes: 2_097_152,
  }],
  [["--register-timeout", "5"], { registrationTimeout: 5_000 }],
  [["--register-timeout", "0.25"], { registrationTimeout: 250 }],
  [["--register-timeout", "86400"], { registrationTimeout: 86_400_000 }],
  [["--rate", "9", "--outbox", "1M"], { commandRate: 9, outboxBytes: 1_048_576 }],
  [[], {}],
];

for (const [args, limits] of ACCEPTED) {
  Deno.test(`"${["server", ...args].join(" ")}" sets its limits`, () => {
    const request = parseServerArgs(args);
    assertEquals("limits" in request && request.limits, limits);
  });
}

const REFUSED: [args: string[], message: string][] = [
  [["--max-connections", "0"], 'Connections must be a whole number of at least 1, got "0"'],
  [["--max-connections", "1.5"], 'Connections must be a whole number of at least 1, got "1.5"'],
  [["--max-connections", "many"], 'Connections must be a whole number of at least 1, got "many"'],
  [
    ["--max-per-ip=-1"],
    'Connections of one address must be a whole number of at least 0, got "-1"',
  ],
  [["--outbox", "1G"], 'Outbox must be a size such as 512K or 1M, at least 16K, got "1G"'],
  [["--outbox", "15K"], 'Outbox must be a size such as 512K or 1M, at least 16K, got "15K"'],
  [["--outbox", "16383"], 'Outbox must be a size such as 512K or 1M, at least 16K, got "16383"'],
  [["--outbox", "1.5M"], 'Outbox must be a size such as 512K or 1M, at least 16K, got "1.5M"'],
  [
    ["--outbox-total", "1G"],
    'Outboxes together must be a size such as 512K or 1M, at least 16K, got "1G"',
  ],
  [
    ["--outbox-total", "512K"],
    "Outboxes together (524288 bytes) must hold one outbox (1048576 bytes): " +
    'raise "--outbox-total" or lower "--outbox"',
  ],
  [
    ["--outbox", "512M"],
    "Outboxes together (268435456 bytes) must hold one outbox (536870912 bytes): " +
    'raise "--outbox-total" or lower "--outbox"',
  ],
  [["--outbox", "M"], 'Outbox must be a size such as 512K or 1M, at least 16K, got "M"'],
  [
    ["--register-timeout", "0"],
    'Time to register must be seconds, more than 0 and at most 86400, got "0"',
  ],
  [
    ["--register-timeout", "86401"],
    'Time to register must be seconds, more than 0 and at most 86400, got "86401"',
  ],
  [
    ["--register-timeout", "1m"],
    'Time to register must be seconds, more than 0 and at most 86400, got "1m"',
  ],
  [["--log-format", "xml"], 'Log format must be one of text, json, got "xml"'],
];

for (const [args, message] of REFUSED) {
  Deno.test(`"${["server", ...args].join(" ")}" is a usage error`, () => {
    assertEquals(assertThrows(() => parseServerArgs(args), UsageError).message, message);
  });
}

Deno.test("the log format is text or json, and left out unless asked for", () => {
  const formatOf = (args: string[]) => {
    const request = parseServerArgs(args);
    return "host" in request ? request.logFormat : "none";
  };
  assertEquals(formatOf(["--log-format", "json"]), "json");
  assertEquals(formatOf(["--log-format=text"]), "text");
  assertEquals(formatOf([]), undefined);
});

Deno.test("the help names every flag with its default", () => {
  const help = helpText(SERVER_COMMAND_LINE);
  for (
    const [flag, value] of [
      ["--max-connections N", DEFAULT_LIMITS.maxConnections],
      ["--max-per-ip N", DEFAULT_LIMITS.maxPerAddress],
      ["--rate N", DEFAULT_LIMITS.commandRate],
      ["--outbox SIZE", "1M"],
      ["--outbox-total SIZE", "256M"],
      ["--register-timeout SECONDS", DEFAULT_LIMITS.registrationTimeout / 1000],
      ["--log-format FORMAT", "text"],
    ]
  ) {
    const line = help.split("\n").find((each) => each.includes(` ${flag} `)) ?? "";
    assertStringIncludes(line, `(default ${value})`);
  }
});
