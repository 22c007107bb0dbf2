/**
 * Asks for a password on a terminal, which shows nothing of it: no letters, no stars, no length.
 *
 * @module
 */

import { LineEditor } from "../terminal/line_editor.ts";
import type { Terminal, TextOutput } from "../terminal/terminal.ts";

/**
 * Asks with `prompt` and resolves to what was typed; `undefined` when the user gave up
 * (Ctrl-C, Ctrl-D, Escape, or the terminal hung up). The usual editing keys work. The terminal
 * is closed then.
 */
export async function askSecret(
  terminal: Terminal,
  output: TextOutput,
  prompt: string,
): Promise<string | undefined> {
  let isInterrupted = false;
  terminal.onInterrupt(() => {
    isInterrupted = true;
    void terminal.close();
  });
  // Another program has written meanwhile.
  terminal.onDisturbed((disturbance) => {
    if (disturbance === "resumed") output.write(`\r\x1b[J${prompt}`);
  });
  output.write(prompt);
  try {
    const secret = await readSecret(terminal);
    return isInterrupted ? undefined : secret;
  } finally {
    output.write("\n");
    await terminal.close();
    // After an interrupt, the terminal was closed before this line end.
    await output.flush();
  }
}

async function readSecret(terminal: Terminal): Promise<string | undefined> {
  const editor = new LineEditor();
  for await (const keys of terminal.keys()) {
    for (const key of keys) {
      const name = key.type === "key" ? key.name : "";
      if (name === "escape" || name === "ctrl+c") return undefined;
      // A secret is no line to search, and what a terminal pastes may end with a line break.
      if (key.type === "paste") editor.insert(key.text.replace(/[\r\n]+$/, ""));
      else if (name === "ctrl+r" || name === "ctrl+s") continue;
      else if (editor.apply(key) === "entered") return editor.text;
      else if (name === "ctrl+d" && editor.text === "") return undefined;
    }
  }
  return undefined;
}
