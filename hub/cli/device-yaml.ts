import { Document, visit } from "yaml";
import type { Device } from "../members/device.ts";
import type { ScanFinding } from "../members/device-finder.ts";

/** A device that was found, as it would stand in millrace.yaml, with what to know about it. */
export interface ProposedDevice {
  readonly device: Device;
  readonly remark: string | undefined;
}

/** Longest name of a device, less what a number behind it takes. */
const LONGEST_STEM = 36;

/**
 * Devices to add, one for each finding that some profile fits, each with a name of its own after its kind. Pure.
 * @param taken names that are in use already
 */
export function proposeDevices(
  findings: readonly ScanFinding[],
  taken: readonly string[] = [],
): readonly ProposedDevice[] {
  const names = new Set(taken);
  return findings.flatMap(({ modbus, profiles: [profile, ...others], identity }) => {
    if (profile === undefined) return [];
    const stem = profile.slice(0, LONGEST_STEM);
    let number = 1;
    while (names.has(`${stem}-${number}`)) number += 1;
    const id = `${stem}-${number}`;
    names.add(id);
    const says = [identity.manufacturer, identity.model, identity.serial && `serial ${identity.serial}`];
    const remarks = [
      says.filter((word) => word !== undefined && word !== "").join(" "),
      others.length > 0 ? `also fits ${others.join(", ")}` : "",
    ];
    const remark = remarks.filter((words) => words !== "").join("; ");
    return [{ device: { id, profile, modbus }, remark: remark === "" ? undefined : remark }];
  });
}

/** The `devices:` of millrace.yaml, one line a device, each below its remark. */
export function writeDevicesYaml(proposed: readonly ProposedDevice[]): string {
  const document = new Document({ devices: proposed.map(({ device }) => device) });
  let index = 0;
  visit(document, {
    Map(_key, node, path) {
      // The document is no device, and what is inside a device stands in its line.
      if (path.length <= 1) return undefined;
      node.flow = true;
      const remark = proposed[index]?.remark;
      index += 1;
      if (remark !== undefined) node.commentBefore = ` ${remark.replace(/\s+/g, " ")}`;
      return visit.SKIP;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd();
}
