import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";
import { profiles } from "../decode/profiles/catalogue.ts";
import { openBus } from "../intake/modbus/open-bus.ts";
import { createDeviceFinder } from "../intake/modbus/scan/device-finder.ts";
import type { DeviceFinder, ScanFinding, ScanRequest } from "../members/device-finder.ts";
import { badArgument, isSet, textOf } from "./arguments.ts";
import type { Command, CommandValues } from "./command.ts";
import { proposeDevices, writeDevicesYaml } from "./device-yaml.ts";
import { type ProgressLine, progressLine } from "./progress-line.ts";
import { awaitStop } from "./stop-signal.ts";
import { plainText, textTable } from "./text-table.ts";
import { parseUnitRanges } from "./unit-ranges.ts";

export const command: Command = {
  options: {
    subnet: { type: "string", description: "addresses to look at, such as 192.168.1.0/24, or a single one" },
    port: { type: "string", multiple: true, description: "TCP port (default: 502 and 1502); repeat for more" },
    serial: { type: "string", multiple: true, description: "serial port, such as /dev/ttyUSB0; repeat for more" },
    baud: { type: "string", multiple: true, description: "speed of a serial line (default: the usual five)" },
    units: { type: "string", description: "unit ids to ask, such as 1-32,100 (default: the usual ones)" },
    json: { type: "boolean", description: "print the findings as JSON, for programs" },
  },
  async run({ values, positionals }) {
    const [first] = positionals;
    if (first !== undefined) throw badArgument("scan", `"${first}" stands alone`, `Write --subnet ${first}.`);
    const finder = createDeviceFinder({ openBus, profiles });
    const request = requestOf(values);
    if (request.subnet === undefined && request.serial === undefined) return sayWhatToGive(finder);
    // The progress is for whoever watches, and the findings may go into a file.
    const { findings, isStopped } = await scan(finder, request, progressLine(process.stderr));
    if (isSet(values, "json")) print(JSON.stringify(findings, null, 2));
    else report(findings);
    if (isStopped) process.stderr.write("Stopped before everything was asked.\n");
    return findings.length > 0 ? 0 : 1;
  },
};

/** Look until everything was asked or somebody presses Ctrl-C; what was found by then counts. */
async function scan(
  finder: DeviceFinder,
  request: ScanRequest,
  line: ProgressLine,
): Promise<{ readonly findings: readonly ScanFinding[]; readonly isStopped: boolean }> {
  const wish = awaitStop();
  const stop = new AbortController();
  void wish.unless(new Promise(() => {})).then(() => stop.abort());
  let found = 0;
  const hear = {
    found: () => {
      found += 1;
    },
    progress: ({ done, total, at }: { readonly done: number; readonly total: number; readonly at: string }) =>
      line.show(`${done} of ${total} asked, ${found} found  ${at}`),
  };
  try {
    const findings = await finder.scan(request, hear, stop.signal);
    line.end(`${findings.length} found.`);
    return { findings, isStopped: wish.asked };
  } finally {
    wish.forget();
  }
}

function report(findings: readonly ScanFinding[]): void {
  if (findings.length === 0) {
    print("Nothing answered. Check that Modbus is switched on at the device, and its address, unit id and baud rate.");
    return;
  }
  const rows = findings.map(({ modbus, identity, profiles: fitting, models }) => [
    placeOf(modbus),
    String(modbus.unit ?? ""),
    plainText([identity.manufacturer, identity.model].filter((word) => word !== undefined).join(" ")) || "?",
    plainText(identity.serial ?? ""),
    fitting.join(", ") || "no known kind",
    models.join(" "),
  ]);
  for (const line of textTable(["at", ">unit", "says it is", "serial", "profiles that fit", "models"], rows))
    print(line);
  const proposed = proposeDevices(findings);
  if (proposed.length > 0) {
    print("\nFor millrace.yaml, or one at a time with millrace device add:\n");
    print(writeDevicesYaml(proposed));
  }
  if (proposed.length < findings.length) {
    print("\nWhat is of no known kind answers Modbus all the same; docs/add-a-device.md tells how to teach the hub.");
  }
}

function placeOf({ host, port, framing, serial, baud, parity }: ScanFinding["modbus"]): string {
  if (serial !== undefined) return `${serial} ${baud} baud, parity ${parity}`;
  return `${host}:${port}${framing === "rtu" ? " (RTU frames)" : ""}`;
}

async function sayWhatToGive(finder: DeviceFinder): Promise<number> {
  const ports = await finder.serialPorts();
  print("Say where to look; nothing is asked that is not named.\n");
  for (const subnet of ownSubnets()) print(`  millrace scan --subnet ${subnet}`);
  for (const { path } of ports) print(`  millrace scan --serial ${path}`);
  print("");
  if (ports.length === 0) print("There are no serial ports on this machine.");
  for (const line of ports.length === 0 ? [] : textTable(["serial port", ""], ports.map(Object.values))) print(line);
  return 0;
}

/** Networks this machine is in; of one wider than may be asked, the part around its own address. */
function ownSubnets(): readonly string[] {
  const subnets = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ family, internal, cidr }) => {
      if (family !== "IPv4" || internal || cidr === null) return [];
      const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
      const asked = Math.max(prefix, NEAR_PREFIX);
      return [`${ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${asked}`).toString()}/${asked}`];
    }),
  );
  return subnets.length === 0 ? ["192.168.1.0/24"] : [...new Set(subnets)];
}

/** The size of most home networks. */
const NEAR_PREFIX = 24;

function requestOf(values: CommandValues): ScanRequest {
  const subnet = textOf(values, "subnet");
  const units = textOf(values, "units");
  const [ports, serial, bauds] = [textsOf(values, "port"), textsOf(values, "serial"), textsOf(values, "baud")];
  return {
    ...(subnet !== undefined && { subnet }),
    ...(ports !== undefined && { ports: ports.map((text) => wholeNumber("port", text)) }),
    ...(serial !== undefined && { serial }),
    ...(bauds !== undefined && { bauds: bauds.map((text) => wholeNumber("baud", text)) }),
    ...(units !== undefined && { units: parseUnitRanges("scan", units) }),
  };
}

function textsOf(values: CommandValues, flag: string): readonly string[] | undefined {
  const given = values[flag];
  return Array.isArray(given) ? given.map(String) : undefined;
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw badArgument("scan", `--${flag} takes a number, found "${text}"`);
  return Number(text);
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
