/**
 * A real server with a port for WebSockets: with no permission but the network, over TLS, and beside the homework.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { ServerChild } from "../support/server_child.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { hastily } from "../support/haste.ts";
import { dialTls, LEAF } from "../support/tls.ts";
import { request, WebSocketPeer } from "../support/websocket.ts";

Deno.test("websocket: a server that may use the network and nothing else speaks it", () =>
  hastily(async (haste) => {
    const args = ["--websocket-port", "0", "--websocket-origin", "https://chat.example.org", "0"];
    await using server = await ServerChild.start(args, { allow: ["--no-prompt"] });
    await using ann = await Chat1Peer.enter(server.port, "ann");
    await using web = await WebSocketPeer.enter(server.webPort, "web");
    await web.says("JOIN #lobby");
    await web.answers();
    await web.says("PRIVMSG #lobby :from a browser");
    await ann.until("@web: from a browser\n");
    await ann.send("@ann: hello\n");
    assertMatch(await web.reads(), /^:ann!chat1@\S+ PRIVMSG #lobby :hello$/);
    await using page = await ByteStream.connect(server.webPort);
    await page.write(request({ "Origin": "https://evil.example" }));
    assertMatch(await page.untilEnd(), /^HTTP\/1\.1 403 /);
    server.signal("SIGTERM");
    assertEquals(
      await haste.within(1900, web.reads()),
      "ERROR :Closing link: The server stops",
    );
    assertEquals(await web.closeCode(), 1000);
  }));

Deno.test("websocket: over TLS it uses the certificate of the TLS port", async () => {
  using folder = new TempFolder();
  const cert = folder.write("cert.pem", LEAF.cert);
  const key = folder.write("key.pem", LEAF.key);
  const args = ["--tls-port=0", `--tls-cert=${cert}`, `--tls-key=${key}`];
  const allow = [`--allow-read=${cert},${key}`];
  await using server = await ServerChild.start(
    [...args, "--websocket-port=0", "--websocket-tls=on", "0"],
    { allow },
  );
  await using web = new WebSocketPeer(new ByteStream(await dialTls(server.webPort)));
  assertEquals(await web.shakeHands(), "text.ircv3.net");
  await using other = new ByteStream(await dialTls(server.tlsPort));
  await other.send("REGISTER ann CHAT/1.0\n");
  await other.receives("200 Registration successful\n");
  // In plain text there is nothing to be had.
  await using plain = await ByteStream.connect(server.webPort);
  await plain.write(request());
  assertEquals((await plain.untilEnd()).includes("101"), false);
});
