/**
 * Fixed framing: cs168's 200 bytes, fed in pieces.
 *
 * @module
 */

import { FixedFraming } from "../lib/framing/fixed.ts";
import { benchFraming, FRAMES } from "./framing_feed.ts";

const FRAME_BYTES = 200;

benchFraming({
  name: "fixed framing",
  stream: new Uint8Array(FRAME_BYTES * FRAMES).fill(0x61),
  framing: new FixedFraming(FRAME_BYTES),
  frameLength: (bytes) => bytes.length < FRAME_BYTES ? 0 : FRAME_BYTES,
});
