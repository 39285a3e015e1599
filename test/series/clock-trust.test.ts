import { describe, expect, test } from "vitest";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import {
  type ClockEvidence,
  describeLength,
  JUMP_MS,
  newestOf,
  noticeJump,
  stampOf,
  startReckoning,
  weighEvidence,
} from "../../hub/series/clock-trust.ts";
import { EpochMs } from "../../hub/units.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const BUILT = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SERIES = SeriesKey("meter/active_energy_import");

const noEvidence: ClockEvidence = {
  ntp: "no",
  hasRtc: false,
  hostKeepsClock: false,
  stewardsWord: false,
  newestReadingAt: null,
  newestStampAt: null,
  buildTime: EpochMs(BUILT),
};
const at = (wall: number, monotonic = 0) => ({ wall: EpochMs(wall), monotonic });

describe("at the start", () => {
  test.each<[string, number, Partial<ClockEvidence>, string, RegExp]>([
    ["nothing vouches", NOW, {}, "unknown", /neither NTP/],
    ["NTP keeps it now", NOW, { ntp: "now" }, "known_good", /NTP keeps/],
    ["NTP has set it", NOW, { ntp: "since_boot" }, "known_good", /since the machine started/],
    ["a hardware clock", NOW, { hasRtc: true }, "known_good", /hardware clock/],
    ["a host", NOW, { hostKeepsClock: true }, "known_good", /host/],
    ["the steward", NOW, { stewardsWord: true }, "known_good", /steward/],
    ["later than the newest reading proves nothing", NOW, { newestReadingAt: EpochMs(NOW - 1) }, "unknown", /neither/],
    ["as early as the newest reading proves nothing", NOW, { newestReadingAt: EpochMs(NOW) }, "unknown", /neither/],
    [
      "earlier than the newest reading",
      NOW,
      { newestReadingAt: EpochMs(NOW + 1) },
      "known_bad",
      /newest stored reading/,
    ],
    [
      "earlier, whatever a host says",
      NOW,
      { newestReadingAt: EpochMs(NOW + 1), hostKeepsClock: true, hasRtc: true, stewardsWord: true, ntp: "since_boot" },
      "known_bad",
      /newest/,
    ],
    [
      "earlier, but NTP keeps it: that reading is wrong",
      NOW,
      { newestReadingAt: EpochMs(NOW + DAY), ntp: "now" },
      "known_good",
      /NTP/,
    ],
    [
      "1970, whatever anybody says",
      60_000,
      { ntp: "now", stewardsWord: true },
      "known_bad",
      /before this software was made/,
    ],
    ["just before the release", BUILT - 1, { ntp: "now" }, "known_bad", /before this software/],
  ])("%s", (_name, wall, evidence, trust, reason) => {
    const { state } = startReckoning(at(wall), { ...noEvidence, ...evidence });
    expect(state).toEqual({ trust, reason: expect.stringMatching(reason), since_ms: wall });
  });

  test("a clock that was proven behind stays so when it has gone on past the newest reading", () => {
    const evidence = { ...noEvidence, newestReadingAt: EpochMs(NOW), hostKeepsClock: true };
    const late = startReckoning(at(NOW - HOUR), evidence);
    const afterADay = at(NOW - HOUR + DAY, DAY);
    const later = weighEvidence(noticeJump(late, afterADay), afterADay, evidence);
    expect(later.state.trust).toBe("known_bad");
    expect(stampOf(later, afterADay)).toBe(NOW + DAY);
  });

  test.each([
    ["after the newest reading", { newestReadingAt: EpochMs(NOW) }, NOW],
    ["after the release", {}, BUILT],
    ["after a doubted stamp of an earlier run", { newestStampAt: EpochMs(NOW + 5) }, NOW + 6],
  ])("stamps of a wrong clock begin %s", (_name, evidence, from) => {
    const reckoning = startReckoning(at(1_000), { ...noEvidence, ...evidence });
    expect([stampOf(reckoning, at(1_000)), stampOf(reckoning, at(8_000, 7_000))]).toEqual([from, from + 7_000]);
  });
});

describe("jumps", () => {
  const good = startReckoning(at(NOW), { ...noEvidence, ntp: "now" });
  const ntp = { ...noEvidence, ntp: "now" } as const;

  test.each([0, 1, -1, JUMP_MS, -JUMP_MS])("%i ms is none: NTP at work, and the wall clock is followed", (byMs) => {
    const sample = at(NOW + 1_000 + byMs, 1_000);
    const next = noticeJump(good, sample);
    expect(next.state.trust).toBe("known_good");
    expect([next.jumps, stampOf(next, sample)]).toEqual([0, NOW + 1_000 + byMs]);
  });

  test.each([JUMP_MS + 1, -JUMP_MS - 1, DAY, -DAY])(
    "%i ms is one: stamps go on along the old line until NTP confirms",
    (byMs) => {
      const sample = at(NOW + 1_000 + byMs, 1_000);
      const doubted = noticeJump(good, sample);
      expect(doubted).toMatchObject({ state: { trust: "unknown" }, jump: { byMs, expected: NOW + 1_000 }, jumps: 1 });
      expect(stampOf(doubted, sample)).toBe(NOW + 1_000);
      const trusted = weighEvidence(doubted, sample, ntp);
      expect(trusted.state.trust).toBe("known_good");
      expect(stampOf(trusted, sample)).toBe(sample.wall);
    },
  );

  test.each<[string, number, Partial<ClockEvidence>, string]>([
    ["ahead, and the host still keeps it", HOUR, { hostKeepsClock: true }, "known_good"],
    ["ahead, and the hardware clock agrees", HOUR, { hasRtc: true }, "known_good"],
    ["ahead, and NTP had set it some time before", HOUR, { ntp: "since_boot" }, "unknown"],
    ["ahead, and nobody says anything", HOUR, {}, "unknown"],
    ["back, and the host still keeps it", -HOUR, { hostKeepsClock: true, stewardsWord: true, hasRtc: true }, "unknown"],
  ])("%s", (_name, byMs, evidence, trust) => {
    const sample = at(NOW + 1_000 + byMs, 1_000);
    expect(weighEvidence(noticeJump(good, sample), sample, { ...noEvidence, ...evidence }).state.trust).toBe(trust);
  });

  test("set back under a host: trusted again when the clock has passed where it was", () => {
    const evidence = { ...noEvidence, hostKeepsClock: true };
    const back = noticeJump(good, at(NOW - 60_000, 0));
    const almost = at(NOW - 1, 59_999);
    const past = at(NOW, 60_000);
    expect(weighEvidence(noticeJump(back, almost), almost, evidence).state.trust).toBe("unknown");
    expect(weighEvidence(noticeJump(back, past), past, evidence).state.trust).toBe("known_good");
  });

  test("local clocks that change are no jump: the hub's clock is UTC", () => {
    const before = Date.UTC(2026, 9, 25, 0, 59, 59, 500);
    const reckoning = startReckoning(at(before), ntp);
    expect(noticeJump(reckoning, at(before + 1_000, 1_000)).jumps).toBe(0);
  });
});

test("what the stored readings prove: devices may be a little ahead, doubted readings prove nothing", () => {
  const reading = (stampedBy: Reading["stampedBy"], when: number, doubted?: "doubted"): Reading => {
    const mark = doubted === undefined ? {} : { isClockUnsure: true as const };
    return { series: SERIES, at: EpochMs(when), stampedBy, outcome: "value", value: 1, ...mark };
  };
  expect(newestOf([], [])).toEqual({ newestReadingAt: null, newestStampAt: null });
  const some = [reading("device", NOW + 200_000), reading("arrival", NOW), reading("arrival", NOW + DAY, "doubted")];
  expect(newestOf(some, some)).toEqual({ newestReadingAt: NOW, newestStampAt: NOW + DAY });
});

test.each([
  [-1_500, "1.5 s"],
  [90_000, "1 min 30 s"],
  [-(2 * DAY + 5 * HOUR + 1), "2 d 5 h"],
])("%i ms is said as %s", (ms, words) => {
  expect(describeLength(ms)).toBe(words);
});
