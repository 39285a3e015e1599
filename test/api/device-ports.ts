import type { ApiPorts } from "../../hub/api/ports.ts";
import type { AnyDialect } from "../../hub/decode/dialects/dialect.ts";
import type { DeviceProfile } from "../../hub/decode/profiles/device-profile.ts";
import { HubError } from "../../hub/errors.ts";
import type { Device } from "../../hub/members/device.ts";
import type { DeviceFinder, ScanFinding } from "../../hub/members/device-finder.ts";
import type { DeviceHealth } from "../../hub/members/device-health.ts";
import { keepDevices } from "../../hub/members/device-registry.ts";
import type { DeviceTrial } from "../../hub/members/device-trial.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { memoryDeviceStore } from "../../hub/store/memory/device-store.ts";
import type { Clock } from "../../hub/units.ts";

const meter = {
  name: "test-meter",
  vendor: "Test",
  model: "M1",
  kind: "meter",
  source: "made for tests",
  direction: "Positive is import.",
  unit: 7,
  serial: { baud: 9_600, parity: "even", stopBits: 1 },
  protocol: "registers",
  table: "input",
  words: "msw_first",
  points: { active_power: { at: 0, encoding: "float32", unit: "W", kind: "gauge" } },
} as const satisfies DeviceProfile;
const inverter = { ...meter, name: "test-inverter", kind: "inverter", ratedW: 5_000 } as const satisfies DeviceProfile;
const dialect: AnyDialect = {
  name: "test-dialect",
  title: "Test",
  source: "made for tests",
  topicHint: "the device's topic",
  topicsOf: (topic) => [topic],
  decode: () => ({ readings: [], refusals: [], memory: undefined }),
};

/** The one device of the config file. */
const declared: readonly Device[] = [
  { id: "roof", profile: "test-inverter", modbus: { host: "127.0.0.2", unit: 1 }, rated_w: 9_000 },
];
const finding: ScanFinding = {
  modbus: { host: "127.0.0.3", port: 502, unit: 1 },
  identity: { manufacturer: "Test", serial: "17" },
  profiles: ["test-meter"],
  models: [],
};

/** The ports of devices, with a registry over memory, a trial that reads `power.now` W, and a scan that waits for `end`. */
export async function openDevicePorts(clock: Clock) {
  const power: { now: number | null; remarks: string[] } = { now: 100, remarks: [] };
  const health: DeviceHealth[] = [];
  const known = { profiles: [meter.name, inverter.name], dialects: [dialect.name] };
  const devices = await keepDevices({
    ...{ declared, known, clock, store: memoryDeviceStore(), health: () => health },
    heard: () => {},
    failed: (cause) => {
      throw cause;
    },
  });
  const trial: DeviceTrial = {
    async tryDevice({ id }) {
      if (power.now === null) throw new HubError("DEVICE_SILENT", `${id} is silent`, { remedy: "Look at the wires." });
      const series = SeriesKey(`${id}/active_power`);
      return {
        identity: { manufacturer: "Test" },
        rated_w: 5_000,
        readings: [{ series, at: clock(), stampedBy: "arrival", outcome: "value", value: power.now }],
        remarks: power.remarks,
      };
    },
  };
  let scanEnd = Promise.withResolvers<void>();
  const finder: DeviceFinder = {
    async scan({ subnet }, hear, signal) {
      if (subnet === "nonsense") throw new HubError("SCAN_TARGET_INVALID", "no subnet", { remedy: "Write one." });
      scanEnd = Promise.withResolvers();
      signal?.addEventListener("abort", () => scanEnd.resolve());
      hear.progress({ done: 0, total: 2, at: "127.0.0.3" });
      hear.found(finding);
      await scanEnd.promise;
      hear.progress({ done: 2, total: 2, at: "127.0.0.4" });
      return [finding];
    },
    serialPorts: async () => [{ path: "/dev/ttyUSB0", title: "a converter" }],
  };
  const ports: Pick<ApiPorts, "devices" | "trial" | "finder" | "profiles" | "dialects"> = {
    ...{ devices, trial, finder, profiles: [meter, inverter], dialects: [dialect] },
  };
  return {
    ports,
    power,
    health,
    endScan: (fault?: Error) => (fault === undefined ? scanEnd.resolve() : scanEnd.reject(fault)),
    stop: devices.stop,
  };
}
