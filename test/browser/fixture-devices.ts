import type {
  DevicePageAnswer,
  DeviceRow,
  Dialect,
  Direction,
  LatestReading,
  Profile,
  RegisterEventView,
  Scan,
  Trial,
} from "../../dashboards/web/src/api/device-contract.ts";
import { profiles as catalogue } from "../../hub/decode/profiles/catalogue.ts";
import type { Device } from "../../hub/members/device.ts";
import { members } from "./fixture-day.ts";

/** A hub's answers about devices and registers: a meter that is mounted the wrong way round, and one that is away. */
export interface FixtureDevices {
  readonly rows: DeviceRow[];
  /** Documents that were saved. */
  readonly saved: Device[];
  /** Bodies of everything that was asked to be done, oldest first. */
  readonly asked: { readonly path: string; readonly body: unknown }[];
  questions: RegisterEventView[];
  scan: Scan;
  /** Power that devices show when they are tried, W, before `turned` is looked at. */
  power_w: number;
  answer(method: string, url: URL, body: unknown): { readonly status: number; readonly body: unknown };
}

const HOUR_MS = 3_600_000;
const nouns = [
  "devices",
  "device-profiles",
  "dialects",
  "scan",
  "serial-ports",
  "register-events",
  "metering-points",
] as const;

export const isAboutDevices = (url: URL): boolean => nouns.some((noun) => url.pathname.startsWith(`/api/${noun}`));

/** All that the hub knows, as it tells them: a short list would hide what a long one does to the page. */
export const profiles: readonly Profile[] = catalogue.map(
  ({ name, vendor, model, kind, protocol, direction, source, unit, port, serial, ratedW }) => ({
    ...{ name, vendor, model, kind, protocol, direction, source, unit },
    port: port ?? null,
    serial: serial === undefined ? null : { baud: serial.baud, parity: serial.parity, stop_bits: serial.stopBits },
    rated_w: ratedW ?? null,
  }),
);

export const dialects: readonly Dialect[] = [
  { name: "tasmota", title: "Tasmota", topic_hint: "the device's own topic, such as tasmota_4F3A21", source: "" },
  { name: "shelly", title: "Shelly Gen1 to Gen3", topic_hint: "the MQTT prefix, such as shellypro3em-1", source: "" },
];

/** @param now_ms the moment everything here is seen at */
export function fixtureDevices(now_ms: number, hasDevices: boolean): FixtureDevices {
  const devices: FixtureDevices = {
    rows: hasDevices ? rowsAt(now_ms) : [],
    saved: [],
    asked: [],
    questions: hasDevices ? [question(now_ms)] : [],
    scan: { state: "none", started_ms: null, ended_ms: null, progress: null, findings: [], problem: null },
    power_w: 120,
    answer(method, url, body) {
      if (method !== "GET") devices.asked.push({ path: url.pathname, body });
      const answer = answerOf(devices, `${method} ${url.pathname}`, body, now_ms);
      return answer ?? refuse(404, "NOT_FOUND", `nothing at ${url.pathname}`, "See /api/docs.");
    },
  };
  return devices;
}

type Answer = ReturnType<FixtureDevices["answer"]>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const refuse = (status: number, code: string, message: string, remedy: string): Answer => ({
  status,
  body: { code, message, remedy },
});

function answerOf(devices: FixtureDevices, what: string, body: unknown, now_ms: number): Answer | undefined {
  switch (what) {
    case "GET /api/devices":
      return ok(devices.rows);
    case "GET /api/device-profiles":
      return ok(profiles);
    case "GET /api/dialects":
      return ok(dialects);
    case "GET /api/serial-ports":
      return ok([{ path: "/dev/ttyUSB0", title: "FT232R USB UART" }]);
    case "GET /api/register-events":
      return ok(devices.questions);
    case "GET /api/scan":
    case "DELETE /api/scan":
      if (what.startsWith("DELETE")) devices.scan = { ...devices.scan, state: "stopped" };
      return ok(devices.scan);
    case "POST /api/scan":
      devices.scan = { ...devices.scan, state: "running", progress: { done: 12, total: 254, at: "192.168.1.12:502" } };
      return { status: 202, body: devices.scan };
    case "POST /api/devices":
      devices.saved.push(body as Device);
      devices.rows.push({ ...rowOf((body as Device).id), via: "modbus", state: "waiting", declared_in: "registry" });
      return ok({ device: (body as Device).id });
    case "POST /api/devices/try":
      return tryDevice(devices, body as Device, now_ms);
    case "POST /api/devices/try/sign":
      return ok(compare(devices, body as { document: Device; before: readonly LatestReading[] }, now_ms));
    default:
      return answerAboutOne(devices, what, now_ms);
  }
}

function answerAboutOne(devices: FixtureDevices, what: string, now_ms: number): Answer | undefined {
  const [method, path = ""] = what.split(" ");
  const [, , noun, name, more] = path.split("/");
  if (noun === "metering-points" && more === "events") return ok({ id: 9 });
  if (noun === "register-events" && more === "decision") {
    devices.questions = devices.questions.filter(({ id }) => String(id) !== name);
    return ok({ id: 10 });
  }
  const row = devices.rows.find(({ device }) => device === name);
  if (noun !== "devices" || row === undefined) return undefined;
  if (method === "GET") return ok(pageOf(row, devices.saved, now_ms));
  if (row.declared_in === "file") {
    return refuse(409, "DEVICE_DECLARED", `device ${name} is described in the config file`, "Change millrace.yaml.");
  }
  devices.rows.splice(devices.rows.indexOf(row), 1);
  return ok({ device: name });
}

function tryDevice(devices: FixtureDevices, document: Device, now_ms: number): Answer {
  if (document.modbus?.unit === 9) {
    const remedy = "Check power, wiring, address, unit id and the settings of the serial line.";
    return refuse(502, "DEVICE_SILENT", `device ${document.id} gave no values: it does not answer`, remedy);
  }
  const trial: Trial = {
    identity: { manufacturer: "Eastron", model: "SDM630", serial: "21034455" },
    rated_w: null,
    readings: readingsOf(document, devices.power_w, now_ms),
    remarks: [],
  };
  return ok(trial);
}

/** A load of 1,990 W is switched on; the meter counts it the wrong way round until its document says `turned`. */
function compare(
  devices: FixtureDevices,
  { document, before }: { readonly document: Device; readonly before: readonly LatestReading[] },
  now_ms: number,
): Direction {
  devices.power_w -= 1_990;
  const readings = readingsOf(document, devices.power_w, now_ms);
  const [before_w = null, after_w = null] = [before, readings].map(
    (each) => each.find(({ series }) => series.endsWith("/active_power"))?.value,
  );
  const change_w = before_w === null || after_w === null ? null : after_w - before_w;
  const isTurned = document.turned ?? false;
  const isRight = (change_w ?? 0) > 0;
  return {
    ...{ before_w, after_w, change_w, readings, remark: "" },
    verdict: isRight ? "right" : "turned",
    turned: isRight ? isTurned : !isTurned,
  };
}

function readingsOf({ id, turned = false }: Device, power_w: number, at_ms: number): readonly LatestReading[] {
  const reading = (series: string, value: number | null, unit: string): LatestReading => ({
    ...{ series: `${id}/${series}`, at_ms, value, unit },
    outcome: value === null ? "read_failed" : "value",
    stamped_by: "arrival",
    clock_unsure: false,
  });
  return [
    reading("active_power", turned ? -power_w : power_w, "W"),
    reading("voltage/l1", 231.4, "V"),
    reading("frequency", 49.98, "Hz"),
    reading("active_energy_import", turned ? 1_250 : 4_321_500, "Wh"),
    reading("power_factor", null, "1"),
  ];
}

function rowOf(device: string): DeviceRow {
  return {
    ...{ device, last_seen_ms: null, series: 1, readings: 9_000, conflicts: 0, quarantined: 0, via: null, state: null },
    ...{ requests: 0, failures: 0, error_rate: null, last_failure: null, identity: {}, rated_w: null },
    ...{ declared_in: null, profile: null, dialect: null },
  };
}

function rowsAt(now_ms: number): DeviceRow[] {
  const heard = { last_seen_ms: now_ms - 40_000 };
  const polled = { ...heard, via: "modbus", requests: 12_400, declared_in: "file" } as const;
  return [
    {
      ...{ ...rowOf("roof-a"), ...polled, state: "answering", failures: 31, error_rate: 0.0025, series: 5 },
      identity: { manufacturer: "Fronius", model: "Symo 17.5-3-M", serial: "29301234", firmware: "3.28.1-3" },
      ...{ rated_w: 17_500, profile: "fronius" },
    },
    {
      ...{ ...rowOf("barn"), ...polled, state: "unreachable", failures: 1_240, error_rate: 0.1, quarantined: 3 },
      last_seen_ms: now_ms - 26 * 60_000,
      last_failure: { at_ms: now_ms - 4_000, reason: "connect ECONNREFUSED 192.168.1.41:502" },
      ...{ rated_w: 9_600, profile: "sungrow-sg", declared_in: "registry" },
    },
    { ...rowOf("workshop-plug"), ...heard, via: "mqtt", state: "answering", requests: 880, dialect: "tasmota" },
    ...members.map((device) => ({
      ...rowOf(device),
      last_seen_ms: device === "home-07" ? now_ms - 3 * HOUR_MS : now_ms - 40_000,
    })),
  ];
}

function pageOf(row: DeviceRow, saved: readonly Device[], now_ms: number): DevicePageAnswer {
  const document: Device = saved.find(({ id }) => id === row.device) ?? {
    id: row.device,
    profile: row.profile ?? "sunspec",
    modbus: { host: "192.168.1.41", unit: 1 },
  };
  const refusal = {
    ...{ id: 7, at_ms: now_ms - 90_000, source: "readings/barn", device: row.device, payload_bytes: 27 },
    reason: 'unit "MW" is foreign to active_power',
    payload_text: '[{"n":"active_power","u":"MW"}]',
    payload_hex: "5b7b",
  };
  return {
    ...row,
    document: row.declared_in === null ? null : document,
    lacking: [],
    latest: readingsOf(document, -4_210, now_ms - 40_000),
    quarantine: row.quarantined > 0 ? [refusal] : [],
    remarks: row.state === "unreachable" ? [`It cannot be reached: ${row.last_failure?.reason}.`] : [],
  };
}

function question(now_ms: number): RegisterEventView {
  return {
    ...{ id: 4, point: "home-03", kind: "jump", verdict: "question", by: "hub", answers: null, stands: true },
    ...{ from_ms: now_ms - 5 * HOUR_MS, to_ms: now_ms - 4 * HOUR_MS, made_ms: now_ms - 3 * HOUR_MS },
    ...{ series_before: "home-03/active_energy_import", series_after: "home-03/active_energy_import" },
    ...{ end_register_mwh: 4_321_500_000, start_register_mwh: 4_536_500_000 },
    reason: "the register jumped further than this device can have counted",
  };
}
