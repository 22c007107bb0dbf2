/**
 * Length-prefixed framing: json16's packets, fed in pieces.
 *
 * @module
 */

import { LengthPrefixedFraming, PREFIX_BYTES } from "../lib/framing/length_prefixed.ts";
import { benchFraming, FRAMES } from "./framing_feed.ts";

const LIMIT = 16 * 1024;
const PAYLOAD_BYTES = 192;

benchFraming({
  name: "length-prefixed framing",
  stream: packets(),
  framing: new LengthPrefixedFraming(LIMIT),
  frameLength(bytes) {
    if (bytes.length < PREFIX_BYTES) return 0;
    const end = PREFIX_BYTES + ((bytes[0] as number) << 8 | bytes[1] as number);
    return bytes.length < end ? 0 : end;
  },
});

function packets(): Uint8Array {
  const packetBytes = PREFIX_BYTES + PAYLOAD_BYTES;
  const bytes = new Uint8Array(packetBytes * FRAMES).fill(0x61);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < FRAMES; i++) view.setUint16(i * packetBytes, PAYLOAD_BYTES);
  return bytes;
}
