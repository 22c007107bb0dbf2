/**
 * A password on a terminal: what was typed comes back, and the screen shows nothing of it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { askSecret } from "../../lib/client/secret_prompt.ts";
import { Pty, ptyTest } from "../support/pty.ts";
import { ModelTerminal } from "../terminal/model_terminal.ts";

const PROMPT = "Password of pat: ";

/** Types `keys` one after the other; what came back, and what is on the screen. */
async function answer(...keys: string[]): Promise<[string | undefined, string[]]> {
  using terminal = new ModelTerminal();
  const asked = askSecret(terminal, terminal.output, PROMPT);
  await terminal.settle();
  for (const each of keys) await terminal.type(each);
  const secret = await asked;
  await terminal.settle();
  assertEquals(terminal.closed, true);
  return [secret, terminal.screen.lines];
}

Deno.test("secret: what was typed comes back, with the usual keys, and the screen shows nothing", async () => {
  assertEquals(await answer("hunter2\r"), ["hunter2", [PROMPT.trimEnd()]]);
  assertEquals(await answer("wrong\x15hünter", "x\x7f\r"), ["hünter", [PROMPT.trimEnd()]]);
  assertEquals(await answer("a\x1b[D", "b\r"), ["ba", [PROMPT.trimEnd()]]);
  assertEquals(await answer("\r"), ["", [PROMPT.trimEnd()]]);
});

Deno.test("secret: a paste may end with a line break, and is not entered by it", async () => {
  assertEquals(await answer("\x1b[200~hunter2\r\n\x1b[201~", "!\r"), ["hunter2!", [
    PROMPT.trimEnd(),
  ]]);
});

Deno.test("secret: the user may give up", async () => {
  assertEquals((await answer("half\x03"))[0], undefined);
  assertEquals((await answer("\x04"))[0], undefined);
  using terminal = new ModelTerminal();
  const asked = askSecret(terminal, terminal.output, PROMPT);
  await terminal.settle();
  await terminal.type("half");
  terminal.interrupts();
  assertEquals(await asked, undefined);
});

const SCRIPT = `
  import { TextWriter } from "./lib/cli/text_writer.ts";
  import { askSecret } from "./lib/client/secret_prompt.ts";
  import { openTerminal } from "./lib/terminal/terminal.ts";
  const output = new TextWriter((bytes) => Deno.stdout.write(bytes));
  const secret = await askSecret(openTerminal(output, []), output, "Password: ");
  console.log(JSON.stringify([secret]));
  Deno.exit(0);
`;

ptyTest("secret on a real terminal: it echoes nothing, and is as it was", async () => {
  for (const [keys, printed] of [["hunter2\r", '["hunter2"]'], ["half\x03", "[null]"]] as const) {
    await using pty = await Pty.script(SCRIPT);
    await pty.reads("Password: ");
    await pty.types(keys);
    await pty.reads(printed);
    assertEquals(await pty.ends(), 0);
    assertEquals(await pty.modes(), pty.modesBefore);
    assertEquals(pty.output.replace(/status \d+\r\n$/, ""), `Password: \r\n${printed}\r\n`);
  }
});
