/**
 * Delimited framing: chat1's lines, fed in pieces.
 *
 * @module
 */

import { DelimitedFraming } from "../lib/framing/delimited.ts";
import { benchFraming, FRAMES } from "./framing_feed.ts";

const NEWLINE = 0x0a;
const LIMIT = 16 * 1024;

benchFraming({
  name: "delimited framing",
  stream: new TextEncoder().encode(`@alice: ${"x".repeat(160)}\n`.repeat(FRAMES)),
  framing: new DelimitedFraming(NEWLINE, LIMIT),
  frameLength: (bytes) => bytes.indexOf(NEWLINE) + 1,
});
