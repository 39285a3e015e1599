import type { Config } from "../config/schema.ts";
import { dialects } from "../decode/dialects/catalogue.ts";
import { profiles } from "../decode/profiles/catalogue.ts";
import type { Device, DeviceStore, ModbusAddress } from "../members/device.ts";
import type { ListedDevice } from "../members/device-registry.ts";
import { findHub } from "../store/running-hub.ts";
import { isHubRunning } from "./check-databases.ts";
import { plainText, textTable } from "./text-table.ts";

/** Every described device once, by id; the config file's word wins. */
export async function readDevices(config: Config, store: DeviceStore | undefined): Promise<readonly ListedDevice[]> {
  const inFile = config.devices.map((device) => ({ device, declared_in: "file" as const }));
  const kept = (await store?.list()) ?? [];
  const inRegistry = kept
    .filter(({ device }) => config.devices.every(({ id }) => id !== device.id))
    .map(({ device }) => ({ device, declared_in: "registry" as const }));
  return [...inFile, ...inRegistry].sort((a, b) => (a.device.id < b.device.id ? -1 : 1));
}

/** The devices as lines for a terminal; how they fare too, where a hub runs that knows. */
export async function showDevices(config: Config, listed: readonly ListedDevice[]): Promise<readonly string[]> {
  if (listed.length === 0) return ["No device is described yet; millrace scan looks for some."];
  const rows = await askHub(config);
  const lines = listed.map(({ device, declared_in }) => {
    const fares = rows?.find((row) => row.device === device.id);
    const seen = fares?.last_seen_ms == null ? "" : new Date(fares.last_seen_ms).toISOString();
    const known = [device.id, kindOf(device), placeOf(device), declared_in === "file" ? "millrace.yaml" : "registry"];
    return rows === undefined
      ? known
      : [...known, fares?.state ?? "", seen, plainText(fares?.last_failure?.reason ?? "")];
  });
  const head = ["device", "what it is", "where", "described in"];
  return textTable(rows === undefined ? head : [...head, "state", "last seen", "last failure"], lines);
}

/** What a device can be. */
export function showProfiles(): readonly string[] {
  const rows = profiles.map(({ name, vendor, model, kind, unit, port, serial }) => {
    const line = serial === undefined ? "" : `${serial.baud} baud, parity ${serial.parity}`;
    return [name, `${vendor} ${model}`, kind, String(unit), [port === undefined ? "" : `port ${port}`, line].join("")];
  });
  return textTable(["profile", "device", "kind", ">unit", "as it leaves the factory"], rows);
}

/** How a device can speak MQTT. */
export function showDialects(): readonly string[] {
  return textTable(
    ["dialect", "spoken by", "what to write as --topic"],
    dialects.map(({ name, title, topicHint }) => [name, title, topicHint]),
  );
}

interface Fares {
  readonly device: string;
  readonly state: string | null;
  readonly last_seen_ms: number | null;
  readonly last_failure: { readonly reason: string } | null;
}

async function askHub({ data }: Config): Promise<readonly Fares[] | undefined> {
  const url = isHubRunning(data) ? findHub(data)?.web?.url : undefined;
  if (url === undefined) return undefined;
  const reply = await fetch(`${url}/api/devices`);
  return reply.ok ? ((await reply.json()) as readonly Fares[]) : undefined;
}

const kindOf = ({ profile, mqtt }: Device): string => profile ?? mqtt?.dialect ?? "";

function placeOf({ modbus, mqtt }: Device): string {
  if (modbus === undefined) return mqtt === undefined ? "" : `MQTT ${mqtt.topic}`;
  return [endpointOf(modbus), ...(modbus.unit === undefined ? [] : [`unit ${modbus.unit}`])].join(" ");
}

function endpointOf({ host, port, serial }: ModbusAddress): string {
  if (serial !== undefined) return serial;
  return port === undefined ? (host ?? "") : `${host}:${port}`;
}
