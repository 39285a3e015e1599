import { expect, test, vi } from "vitest";
import { keepDecided } from "../../hub/governance/contest/keep-decided.ts";
import { silentLog } from "../../hub/log.ts";

test("decisions of before the start are carried out once the clock is known good, and tried again when that fails", async () => {
  vi.useFakeTimers();
  try {
    let reason: string | undefined = "the clock may be wrong";
    let calls = 0;
    const errors: string[] = [];
    const stop = keepDecided({
      contests: {
        async finish() {
          calls += 1;
          if (calls === 1) throw new Error("the disk is full");
          return ["c-1"];
        },
      },
      log: { ...silentLog, error: (_fields, message) => void errors.push(message) },
      waitsFor: () => reason,
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toBe(0);
    reason = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([calls, errors]).toEqual([1, ["a decision could not be carried out, will try again"]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toBe(2);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(calls).toBe(2);
    await stop();
  } finally {
    vi.useRealTimers();
  }
});
