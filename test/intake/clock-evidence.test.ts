import { expect, test } from "vitest";
import { type Machine, readMachineEvidence, sleeplessMonotonic } from "../../hub/intake/clock-evidence.ts";
import { EpochMs } from "../../hub/units.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const BUILT = Date.UTC(2026, 5, 1);
const MARKER = "/run/systemd/timesync/synchronized";
const RTC = "/sys/class/rtc/rtc0/since_epoch";
const systemd = { "/run/systemd/system": "", "/proc/1/comm": "systemd\n" };

interface Described {
  readonly files?: Readonly<Record<string, string>>;
  readonly timedatectl?: string;
  readonly chronyc?: string;
  readonly platform?: NodeJS.Platform;
  readonly environment?: Machine["environment"];
}

const machineOf = ({ files = {}, platform = "linux", environment = {}, ...programs }: Described): Machine => ({
  platform,
  environment,
  exists: (path) => Object.hasOwn(files, path),
  read: (path) => files[path],
  run: async (program) => programs[program as "timedatectl" | "chronyc"],
});
const read = (machine: Described) =>
  readMachineEvidence({ shows: EpochMs(NOW), releasedAt: EpochMs(BUILT) }, machineOf(machine));
const seconds = (at: number) => `${Math.floor(at / 1000)}\n`;
const tracking = (leap: string) => `Reference ID    : C0A80101\nStratum         : 3\nLeap status     : ${leap}\n`;

test.each<[string, Described, Awaited<ReturnType<typeof read>>]>([
  ["a Pi before NTP", { files: systemd, timedatectl: "no\n" }, { ntp: "no", hasRtc: false, hostKeepsClock: false }],
  [
    "a Pi that NTP keeps",
    { files: systemd, timedatectl: "yes\n" },
    { ntp: "now", hasRtc: false, hostKeepsClock: false },
  ],
  [
    "a Pi whose NTP server went away",
    { files: { ...systemd, [MARKER]: "" }, timedatectl: "no\n" },
    { ntp: "since_boot", hasRtc: false, hostKeepsClock: false },
  ],
  [
    "a Pi 5 without a battery",
    { files: { ...systemd, [RTC]: "95\n" }, timedatectl: "no\n" },
    { ntp: "no", hasRtc: false, hostKeepsClock: false },
  ],
  [
    "a Pi 5 with a battery",
    { files: { ...systemd, [RTC]: seconds(NOW) }, timedatectl: "no\n" },
    { ntp: "no", hasRtc: true, hostKeepsClock: false },
  ],
  [
    "a hardware clock in local time",
    { files: { ...systemd, [RTC]: seconds(NOW + 7_200_000) }, timedatectl: "no\n" },
    { ntp: "no", hasRtc: false, hostKeepsClock: false },
  ],
  [
    "a machine with chrony alone",
    { files: { "/proc/1/comm": "init\n" }, chronyc: tracking("Normal") },
    { ntp: "now", hasRtc: false, hostKeepsClock: false },
  ],
  [
    "chrony before its first answer",
    { files: { "/proc/1/comm": "init\n" }, chronyc: tracking("Not synchronised") },
    { ntp: "no", hasRtc: false, hostKeepsClock: false },
  ],
  [
    "a Pi without systemd and without NTP",
    { files: { "/proc/1/comm": "init\n" } },
    { ntp: "no", hasRtc: false, hostKeepsClock: false },
  ],
  [
    "a container of Docker",
    { files: { "/.dockerenv": "", "/proc/1/comm": "node\n" } },
    { ntp: "no", hasRtc: false, hostKeepsClock: true },
  ],
  [
    "a container without a mark",
    { files: { "/proc/1/comm": "tini\n" } },
    { ntp: "no", hasRtc: false, hostKeepsClock: true },
  ],
  [
    "a container that names itself",
    { files: systemd, environment: { container: "podman" } },
    { ntp: "no", hasRtc: false, hostKeepsClock: true },
  ],
  [
    "Linux below Windows",
    { files: { ...systemd, "/proc/sys/kernel/osrelease": "6.6.87-microsoft-standard-WSL2" } },
    { ntp: "no", hasRtc: false, hostKeepsClock: true },
  ],
  ["a Mac", { platform: "darwin" }, { ntp: "no", hasRtc: false, hostKeepsClock: true }],
])("%s", async (_name, machine, evidence) => {
  expect(await read(machine)).toEqual(evidence);
});

test("the machine that runs this test answers", async () => {
  const evidence = await readMachineEvidence({ shows: EpochMs(Date.now()), releasedAt: EpochMs(BUILT) });
  expect(["now", "since_boot", "no"]).toContain(evidence.ntp);
});

test("the monotonic clock goes on through a sleep, is asked of the machine only then, and nobody can set it", () => {
  const time = { awake: 1_000, asleep: 0, set: 0, asked: 0 };
  const now = sleeplessMonotonic({
    wall: () => NOW + time.awake + time.asleep + time.set,
    awake: () => time.awake,
    uptime() {
      time.asked += 1;
      return Math.floor((50_000 + time.awake + time.asleep) / 10) * 10;
    },
  });
  expect(now()).toBe(1_000);
  time.awake += 7.4;
  expect(now()).toBe(1_007.4);
  expect(time.asked).toBe(1);
  time.set = -86_400_000;
  expect(now()).toBe(1_007.4);
  time.asleep = 3_600_000;
  const woken = now();
  expect(Math.abs(woken - 3_601_007.4)).toBeLessThanOrEqual(10);
  time.awake += 10_000;
  expect(now() - woken).toBeCloseTo(10_000, 6);
  expect(time.asked).toBe(3);
});
