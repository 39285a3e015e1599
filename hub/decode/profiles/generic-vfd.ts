import type { RegisterProfile } from "./device-profile.ts";

export const genericVfd = {
  protocol: "registers",
  name: "generic-vfd",
  vendor: "Delta and others",
  model: "frequency inverter with its status at 2101h",
  kind: "drive",
  source:
    "Status words of Delta's VFD-F, VFD-ED and MS300 manuals: run and stop in the two lowest bits of 2101h, output frequency at 2103h in 0.01 Hz, voltages at 2105h and 2106h in 0.1 V. AutomationDirect's GS3 shares the addresses but counts frequency in 0.1 Hz. Output current is left out, as its decimals differ by model, and so is speed. A drive with the same order elsewhere is reached by the device's base_address. Not tried on a device of ours.",
  direction:
    "A drive measures no energy here: execution is 1 while its output is on, running or slowing down, and 0 when it stands.",
  unit: 1,
  // Delta's drives leave the factory in ASCII; RTU with 8N1 must be chosen on the keypad.
  serial: { baud: 9_600, parity: "none", stopBits: 1 },
  table: "holding",
  words: "msw_first",
  points: {
    execution: { at: 0x2101, encoding: "bit", bit: 0, unit: "state", kind: "gauge" },
    frequency: { at: 0x2103, encoding: "uint16", unit: "Hz", step: 0.01, kind: "gauge" },
    "dc-bus/voltage": { at: 0x2105, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    voltage: { at: 0x2106, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
  },
} as const satisfies RegisterProfile;
