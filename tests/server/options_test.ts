/**
 * The server's command line: every option, every form, every error.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import {
  parseServerArgs,
  SERVER_COMMAND_LINE,
  type ServerRequest,
} from "../../lib/server/options.ts";

const ALWAYS_ON = {
  limits: { isOpen: true, maxAccounts: 1000, maxByHost: 50 },
  expiryMs: 90 * 86_400_000,
};

const DEFAULTS: ServerRequest = {
  mode: "chat",
  values: {},
  host: "0.0.0.0",
  isHostNamed: false,
  port: 0,
  protocols: PROTOCOLS,
  lobby: "lobby",
  logLevel: "info",
  accounts: { registration: "open", minPassword: 8, alwaysOn: ALWAYS_ON },
  history: { ageMs: 7 * 86_400_000, isSearchable: false },
  identity: { operators: new Map() },
  limits: {},
};

const ACCEPTED: [args: string[], request: Partial<ServerRequest>][] = [
  [[], {}],
  [["12345"], { port: 12345 }],
  [["0"], { port: 0 }],
  [["65535"], { port: 65535 }],
  [["basic"], { mode: "basic" }],
  [["basic", "12345"], { mode: "basic", port: 12345 }],
  [["--host", "127.0.0.1", "1"], { host: "127.0.0.1", isHostNamed: true, port: 1 }],
  [["--host=::1"], { host: "::1", isHostNamed: true }],
  [["1", "--host", "localhost"], { host: "localhost", isHostNamed: true, port: 1 }],
  [["basic", "--host", "::1", "1"], { mode: "basic", host: "::1", isHostNamed: true, port: 1 }],
  [["--protocol", "chat1"], { protocols: [chat1] }],
  [["--lobby=foyer"], { lobby: "foyer" }],
  [["--data", "/a b"], { data: "/a b" }],
  [["--registration", "closed"], {
    accounts: { registration: "closed", minPassword: 8, alwaysOn: ALWAYS_ON },
  }],
  [["--registration=before-connect", "--min-password=12"], {
    accounts: { registration: "before-connect", minPassword: 12, alwaysOn: ALWAYS_ON },
  }],
  [["--always-on", "closed", "--always-on-max=7", "--always-on-expiry", "30d"], {
    accounts: {
      registration: "open",
      minPassword: 8,
      alwaysOn: {
        limits: { isOpen: false, maxAccounts: 7, maxByHost: 50 },
        expiryMs: 30 * 86_400_000,
      },
    },
  }],
  [["--always-on-expiry=never"], {
    accounts: { registration: "open", minPassword: 8, alwaysOn: { limits: ALWAYS_ON.limits } },
  }],
  [["--log", "debug"], { logLevel: "debug" }],
  [["--log", "info"], { logLevel: "info" }],
  [["--log=quiet"], { logLevel: "quiet" }],
  [["--history", "12h"], { history: { ageMs: 12 * 3_600_000, isSearchable: false } }],
  [["--history=3650d", "--history-max", "5", "--search", "on"], {
    history: { ageMs: 3650 * 86_400_000, rows: 5, isSearchable: true },
  }],
  [["--rate", "0"], { limits: { commandRate: 0 } }],
  [["--rate=20"], { limits: { commandRate: 20 } }],
  [["--rate", "0.5", "9"], { limits: { commandRate: 0.5 }, port: 9 }],
];

for (const [args, request] of ACCEPTED) {
  Deno.test(`"${["server", ...args].join(" ")}" is understood`, () => {
    // The values are what was typed.
    const parsed = { ...parseServerArgs(args), values: {} };
    assertEquals(parsed, { ...DEFAULTS, ...request } as ServerRequest);
  });
}

Deno.test("no history is kept where the operator wants none", () => {
  assertEquals("history" in parseServerArgs(["--history", "off"]), false);
});

Deno.test("help and version are asked for by a word or a letter, whatever else is there", () => {
  assertEquals(parseServerArgs(["--help"]), { mode: "help" });
  assertEquals(parseServerArgs(["-h"]), { mode: "help" });
  assertEquals(parseServerArgs(["--version"]), { mode: "version" });
  assertEquals(parseServerArgs(["-V"]), { mode: "version" });
  assertEquals(parseServerArgs(["basic", "nonsense", "--help"]), { mode: "help" });
});

const REFUSED: [args: string[], message: string][] = [
  [["http"], 'Port must be a number from 0 to 65535, got "http"'],
  [["65536"], 'Port must be a number from 0 to 65535, got "65536"'],
  [["123456"], 'Port must be a number from 0 to 65535, got "123456"'],
  [["1.5"], 'Port must be a number from 0 to 65535, got "1.5"'],
  [["0x50"], 'Port must be a number from 0 to 65535, got "0x50"'],
  [["1e3"], 'Port must be a number from 0 to 65535, got "1e3"'],
  [[""], 'Port must be a number from 0 to 65535, got ""'],
  [["-1"], 'Unknown option "-1"'],
  [["--", "-1"], 'Port must be a number from 0 to 65535, got "-1"'],
  [["1", "2"], 'Unexpected argument "2"'],
  [["basic", "1", "2"], 'Unexpected argument "2"'],
  [["basic", "http"], 'Port must be a number from 0 to 65535, got "http"'],
  [["BASIC"], 'Port must be a number from 0 to 65535, got "BASIC"'],
  [["-p", "1"], 'Unknown option "-p"'],
  [["--host"], 'Option "--host" needs a value'],
  [["--host="], 'Option "--host" needs a value'],
  [["--log"], 'Option "--log" needs a value'],
  [["--log", "loud"], 'Log level must be one of debug, info, quiet, got "loud"'],
  ...["7", "d", "0d", "3651d", "-1d", "1.5d", "on"].map((text): [string[], string] => [
    [`--history=${text}`],
    `History must be hours or days up to 3650d, such as 12h or 30d, or off, got "${text}"`,
  ]),
  [["--always-on", "yes"], 'Always-on must be open or closed, got "yes"'],
  [["--always-on-max=-1"], 'Always-on accounts must be a number up to 999999, got "-1"'],
  ...["0d", "90", "3651d", "x"].map((text): [string[], string] => [
    [`--always-on-expiry=${text}`],
    `Expiry of always-on accounts must be days from 1d to 3650d, or never, got "${text}"`,
  ]),
  [["--history-max", "0"], 'Messages of a channel must be a number from 1 on, got "0"'],
  [["--search", "yes"], 'Search must be on or off, got "yes"'],
  [["--rate", "fast"], 'Rate must be a number of commands a second, got "fast"'],
  [["--rate=-1"], 'Rate must be a number of commands a second, got "-1"'],
  [["--rate", "1e3"], 'Rate must be a number of commands a second, got "1e3"'],
  [["--rate", "Infinity"], 'Rate must be a number of commands a second, got "Infinity"'],
];

for (const [args, message] of REFUSED) {
  Deno.test(`"${["server", ...args].join(" ")}" is refused`, () => {
    const error = assertThrows(() => parseServerArgs(args), UsageError);
    assertEquals(error.message, message);
  });
}

Deno.test("every option can check its value by itself, so that a file's mistake has its line", () => {
  const unchecked = SERVER_COMMAND_LINE.options.filter(({ value, check, paths }) =>
    value !== undefined && check === undefined && paths === undefined
  );
  // Whether an address is this machine's, only listening shows.
  assertEquals(unchecked.map(({ name }) => name), ["host", "tls-host", "websocket-host"]);
});
