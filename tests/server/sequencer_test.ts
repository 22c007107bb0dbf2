/**
 * The sequencer: times that never run backwards, ids that are unique and in the order of the commands, and each
 * command's consequences delivered before the next.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Delivery, Stamp } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { Sequencer } from "../../lib/server/sequencer.ts";
import { NO_ORIGIN } from "../../lib/chat/user.ts";

/** Notes what it would deliver. */
class NotingDispatch extends Dispatch {
  readonly stamps: Stamp[] = [];
  readonly deliveries: Delivery[] = [];

  override deliver(deliveries: readonly Delivery[], stamp: Stamp): undefined {
    this.stamps.push(stamp);
    this.deliveries.push(...deliveries);
  }
}

/** A sequencer whose clock shows `times`, one after the other. */
function rig(times: number[]) {
  const hub = new Hub({ maxChannels: 10 });
  const dispatch = new NotingDispatch();
  const left = [...times];
  const now = () => left.shift() ?? 0;
  return { hub, dispatch, sequencer: new Sequencer({ hub, dispatch, now, node: 7 }) };
}

Deno.test("a clock that runs backwards does not take the times with it", () => {
  const { sequencer, dispatch } = rig([1000, 2000, 1500, 1500, 2000, 2001]);
  const user = sequencer.connect(NO_ORIGIN);
  for (let i = 0; i < 6; i++) sequencer.apply(user, { type: "list" });
  assertEquals(dispatch.stamps.map(({ time }) => time), [1000, 2000, 2000, 2000, 2000, 2001]);
});

Deno.test("property: times never fall, msgids are unique and sort in the order of the commands", () => {
  const clock = fc.array(fc.nat(50).map((ms) => 1_700_000_000_000 + ms), { maxLength: 60 });
  fc.assert(fc.property(clock, fc.infiniteStream(fc.nat(2)), (times, kinds) => {
    const { sequencer, dispatch } = rig(times);
    const user = sequencer.connect(NO_ORIGIN);
    const stamps: Stamp[] = [];
    for (const _ of times) {
      const kind = kinds.next().value;
      if (kind === 0) stamps.push(sequencer.stamp());
      else {
        if (kind === 1) sequencer.apply(user, { type: "list" });
        else sequencer.disconnect(sequencer.connect(NO_ORIGIN));
        stamps.push(dispatch.stamps.at(-1) as Stamp);
      }
    }
    const ids = stamps.map(({ msgid }) => msgid);
    assertEquals(ids, [...new Set(ids)].sort());
    stamps.forEach(({ time }, i) => assert(time >= (stamps[i - 1]?.time ?? 0)));
  }));
});

Deno.test("the id of a stamp is the same however often it is asked for", () => {
  const stamp = rig([5]).sequencer.stamp();
  assertEquals(stamp.msgid, stamp.msgid);
});

Deno.test("the time of a command reaches the hub", () => {
  const { sequencer, dispatch, hub } = rig([10, 20]);
  const user = sequencer.connect(NO_ORIGIN);
  sequencer.apply(user, { type: "register", nick: "alice", home: "test" });
  sequencer.apply(user, { type: "create", channel: "c" });
  assertEquals(hub.snapshot().channels[0]?.made.at, 20);
  assertEquals(dispatch.stamps.length, 2);
});

Deno.test("a user that disconnects is not reached by its own quit; silently, nobody is", () => {
  const hub = new Hub({ maxChannels: 10 });
  const calls: string[] = [];
  class OrderedDispatch extends NotingDispatch {
    override delete(): void {
      calls.push("delete");
    }

    override deliver(deliveries: readonly Delivery[], stamp: Stamp): undefined {
      calls.push(`deliver ${deliveries.map(({ to }) => to).join(" ")}`);
      return super.deliver(deliveries, stamp);
    }
  }
  const sequencer = new Sequencer({ hub, dispatch: new OrderedDispatch(), now: () => 1 });
  const [a, b] = [sequencer.connect(NO_ORIGIN), sequencer.connect(NO_ORIGIN)];
  for (const user of [a, b]) {
    sequencer.apply(user, { type: "register", nick: "n", home: "test", lobby: true });
  }
  calls.length = 0;
  sequencer.disconnect(a);
  assertEquals(calls, ["delete", "deliver members peers"]);
  calls.length = 0;
  sequencer.disconnect(b, undefined, true);
  assertEquals([calls, hub.userCount], [["delete"], 0]);
});

Deno.test("the history forgets each account that goes, also those that an operator has removed", () => {
  const hub = new Hub({ maxChannels: 10 });
  const forgotten: string[] = [];
  const recorder = { record: () => {}, forget: (account: string) => void forgotten.push(account) };
  const sequencer = new Sequencer({ hub, dispatch: new NotingDispatch(), recorder });
  sequencer.order({ type: "accounts", names: ["Alice", "bob", "carol"] });
  assertEquals(forgotten, []);
  sequencer.order({ type: "account_removed", name: "bob" });
  assertEquals(forgotten.splice(0), ["bob"]);
  sequencer.order({ type: "accounts", names: ["carol", "dora"] });
  assertEquals(forgotten, ["Alice"]);
});
