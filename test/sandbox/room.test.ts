import { expect, test } from "bun:test";
import { Room } from "../../src/sandbox/room.ts";

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  await Bun.sleep(0);
  const open = Symbol();
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

test("places are given in order of arrival, each once, however often it is given back", async () => {
  const room = new Room(2);
  const first = await room.enter();
  await room.enter();
  const third = room.enter();
  const fourth = room.enter();
  expect([await settled(third), await settled(fourth)]).toEqual([false, false]);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  expect([await settled(third), await settled(fourth)]).toEqual([true, false]);
  (await third)[Symbol.dispose]();
  expect(await settled(fourth)).toBe(true);
});

test("five thousand producers at once: never more inside than there are places, and all are served", async () => {
  const room = new Room(7);
  let inside = 0;
  let most = 0;
  let served = 0;
  const produce = async () => {
    using _place = await room.enter();
    most = Math.max(most, ++inside);
    await Promise.resolve();
    if (served % 1000 === 0) await Bun.sleep(1);
    inside--;
    served++;
  };
  await Promise.all(Array.from({ length: 5000 }, produce));
  expect([most, inside, served]).toEqual([7, 0, 5000]);
});

test("one who fails or gives up takes no place along", async () => {
  const room = new Room(1);
  const fail = async () => {
    using _place = await room.enter();
    throw new Error("no");
  };
  await expect(fail()).rejects.toThrow("no");
  const held = await room.enter();
  const enough = new AbortController();
  const waits = room.enter(enough.signal);
  const next = room.enter();
  enough.abort(new Error("enough"));
  await expect(waits).rejects.toThrow("enough");
  await expect(room.enter(enough.signal)).rejects.toThrow("enough");
  held[Symbol.dispose]();
  expect(await settled(next)).toBe(true);
});

test("a closed room refuses those who wait and all who come, with the reason", async () => {
  const room = new Room(1);
  await room.enter();
  const waits = room.enter();
  room.close(new Error("closed"));
  await expect(waits).rejects.toThrow("closed");
  await expect(room.enter()).rejects.toThrow("closed");
});
