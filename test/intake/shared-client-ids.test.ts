import { expect, test } from "vitest";
import { watchClientIds } from "../../hub/intake/shared-client-ids.ts";
import { EpochMs } from "../../hub/units.ts";

function watch() {
  const time = { now: 0 };
  const complaints: string[] = [];
  const ids = watchClientIds({
    rate: { burst: 3, perSecond: 1 / 20 },
    now: () => time.now,
    clock: () => EpochMs(1_780_000_000_000 + time.now),
    complain: ({ key }) => complaints.push(key),
  });
  const takeOver = (client: string) =>
    ids.takeOver({ client, credential: "roof-a", holder: "192.0.2.1", newcomer: "192.0.2.2" });
  return { time, complaints, ids, takeOver };
}

test("a device that comes back before its old connection was missed is taken, and nobody is told", () => {
  const { ids, takeOver, complaints } = watch();
  expect(takeOver("a")).toBe(true);
  expect([ids.shared(), complaints]).toEqual([[], []]);
});

test("two devices with one id change places a few times, then the holder stays", () => {
  const { time, ids, takeOver } = watch();
  const answers = Array.from({ length: 600 }, () => {
    time.now += 100;
    return takeOver("a");
  });
  // Three at once, then one in 20 s of the minute.
  expect(answers.slice(0, 4)).toEqual([true, true, true, false]);
  expect(answers.filter(Boolean)).toHaveLength(3 + 2);
  expect(ids.shared()).toEqual([
    {
      client: "a",
      credential: "roof-a",
      addresses: ["192.0.2.1", "192.0.2.2"],
      takeovers: 5,
      refused: 595,
      last_ms: 1_780_000_060_000,
    },
  ]);
  time.now += 600_000;
  expect(ids.shared()).toEqual([]);
});

test("other ids go on freely", () => {
  const { takeOver, ids } = watch();
  for (let index = 0; index < 10; index += 1) takeOver("a");
  expect(takeOver("b")).toBe(true);
  for (let index = 0; index < 500; index += 1) for (let twice = 0; twice < 2; twice += 1) takeOver(`id ${index}`);
  expect(ids.shared()).toHaveLength(100);
});
