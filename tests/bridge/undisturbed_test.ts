/**
 * A user of each protocol floods, stalls in the middle of a message, or resets its connection. The other users
 * go on talking in their own protocols, and receive everything that was accepted, in order.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { FakeClock } from "../support/clock.ts";
import { Crowd } from "../support/crowd.ts";
import { frame } from "../support/cs168.ts";
import { FarSocket } from "../support/far_socket.ts";
import { chatPacket, joinPacket, leavePacket, packet } from "../support/json16.ts";
import { OpenPort } from "../support/server.ts";

/** The bytes with which a user called `mal` enters the lobby and speaks. */
interface Manner {
  readonly enter: Uint8Array;
  say(text: string): Uint8Array;
}

const encoder = new TextEncoder();

const MANNERS: Readonly<Record<string, Manner>> = {
  cs168: {
    enter: Uint8Array.from([...frame("mal"), ...frame("/join lobby")]),
    say: frame,
  },
  chat1: {
    enter: encoder.encode("REGISTER mal CHAT/1.0\n"),
    say: (text) => encoder.encode(`@mal: ${text}\n`),
  },
  json16: {
    enter: packet('{"type": "hello", "nick": "mal"}'),
    say: (text) => packet(`{"type": "chat", "message": "${text}"}`),
  },
};

/** Each of the three says something. All three receive it, and nothing else. */
async function talk(crowd: Crowd): Promise<void> {
  await crowd.carl.sendFrame("from carl");
  await crowd.happens(chatPacket("carl", "from carl"));
  await crowd.cher.says("from cher");
  await crowd.happens(chatPacket("cher", "from cher"));
  await crowd.jo.says("from jo");
  await crowd.happens(chatPacket("jo", "from jo"));
  await crowd.allSee({
    cs168: ["[cher] from cher", "[jo] from jo"],
    chat1: ["@carl: from carl", "@jo: from jo"],
    json16: [
      chatPacket("carl", "from carl"),
      chatPacket("cher", "from cher"),
      chatPacket("jo", "from jo"),
    ],
  });
}

/** Reads that mal has joined or left, for each protocol that shows it. */
async function passes(crowd: Crowd, event: "joined" | "left"): Promise<void> {
  const told = event === "joined" ? joinPacket("mal") : leavePacket("mal");
  await crowd.happens(told);
  await crowd.allSee({ cs168: [`mal has ${event}`], chat1: [], json16: [told] });
}

for (const [protocol, manner] of Object.entries(MANNERS)) {
  for (const end of ["close", "reset"] as const) {
    Deno.test(`a ${protocol} client that stalls amid a message has left at its ${end}, and disturbs nobody`, async () => {
      await using crowd = await Crowd.gather();
      const mal = await FarSocket.connect(crowd.port.port);
      await mal.send(manner.enter);
      await passes(crowd, "joined");
      // So few bytes are no message, even if the idle time ends one.
      await mal.send(manner.say("never finished").subarray(0, 3));
      await talk(crowd);
      await mal[end]();
      await passes(crowd, "left");
      await talk(crowd);
      assertEquals(crowd.port.log.count(/fault/), 0);
    });

    Deno.test(`a ${protocol} client that stalls amid its registration, up to its ${end}, disturbs nobody`, async () => {
      await using crowd = await Crowd.gather();
      const mal = await FarSocket.connect(crowd.port.port);
      await mal.send(manner.enter.subarray(0, 7));
      await talk(crowd);
      await mal[end]();
      await crowd.port.log.find(/#6 ended/);
      await talk(crowd);
      assertEquals(crowd.port.log.count(/fault/), 0);
    });
  }

  Deno.test(`a ${protocol} client that floods is slowed down, heard whole, and disturbs nobody`, async () => {
    const clock = new FakeClock();
    const limits = { commandBurst: 20, commandRate: 400 };
    await using crowd = await Crowd.gather(new OpenPort({ limits, clock }));
    await using mal = await ByteStream.connect(crowd.port.port);
    const texts = Array.from({ length: 200 }, (_, i) => `flood ${i}`);
    await mal.send(manner.enter);
    await passes(crowd, "joined");
    await mal.send(Uint8Array.from(texts.flatMap((text) => [...manner.say(text)])));
    // Jo does not wait: it receives answers while the server reads no more of the flood.
    const early = await crowd.jo.untilBarrier();
    assert(early.length < texts.length, `${early.length} of ${texts.length} came before an answer`);
    await clock.during(crowd.happens(...texts.map((text) => chatPacket("mal", text))));
    assert(clock.now() > 300, "the flood was not slowed down");
    const late = await crowd.jo.untilBarrier();
    assertEquals([...early, ...late], texts.map((text) => chatPacket("mal", text)));
    await crowd.carl.sees(...texts.map((text) => `[mal] ${text}`));
    await crowd.cher.sees(crowd.bell, ...texts.map((text) => `@mal: ${text}`));
    await talk(crowd);
  });
}
