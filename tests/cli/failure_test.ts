/**
 * Failures: each is reported by one line and an exit status.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { describeFailure } from "../../lib/cli/failure.ts";
import { UsageError } from "../../lib/cli/options.ts";

Deno.test("a wrong command line ends with status 2 and points to the help", () => {
  const failure = describeFailure("tool", new UsageError('Unknown option "-x"'));
  assertEquals(failure, { line: 'tool: Unknown option "-x" (see --help)', status: 2 });
});

Deno.test("everything else ends with status 1 and its message", () => {
  const error = new RangeError("Something is out of range");
  assertEquals(describeFailure("tool", error), { line: `tool: ${error.message}`, status: 1 });
  assertEquals(describeFailure("tool", "bare"), { line: "tool: bare", status: 1 });
});

Deno.test("whatever a file or a setting is called, a failure is one line and acts on no terminal", () => {
  const error = new Error('Cannot read "a\n\x1b[2Jb\x9b1m\u2028\u202e": there is no such file');
  assertEquals(describeFailure("tool", error), {
    line: 'tool: Cannot read "a\\u000a\\u001b[2Jb\\u009b1m\\u2028\\u202e": there is no such file',
    status: 1,
  });
});
