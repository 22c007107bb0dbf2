/**
 * An IRC user beside a load, in a worker so that the load's own work does not delay its clock. Told a port,
 * it registers and says `[]`; from then on it asks with PING, and 10 ms after each answer asks again. Told
 * "end", it says how long each answer took, in milliseconds.
 *
 * @module
 */

import { connect } from "node:net";

const PROBE_EVERY_MS = 10;

const worker = self as unknown as {
  onmessage: (event: MessageEvent<number | "end">) => void;
  postMessage(answersMs: number[]): void;
};
const answersMs: number[] = [];

worker.onmessage = ({ data }) => {
  if (data === "end") worker.postMessage(answersMs);
  else askOften(data);
};

function askOften(port: number): void {
  const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.9.9" });
  let sentAt = 0;
  const ask = () => {
    sentAt = performance.now();
    socket.write("PING now\r\n");
  };
  socket.on("data", (bytes) => {
    const text = bytes.toString("latin1");
    if (text.includes(" PONG ")) answersMs.push(performance.now() - sentAt);
    else if (text.includes(" 001 ")) worker.postMessage([]);
    else return;
    setTimeout(ask, PROBE_EVERY_MS);
  });
  socket.write("NICK bystander\r\nUSER by 0 * :by\r\n");
}
