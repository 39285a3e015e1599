import type { RegisterProfile } from "./device-profile.ts";
import { eastronSdm120 } from "./eastron-sdm120.ts";

export const eastronSdm230 = {
  ...eastronSdm120,
  name: "eastron-sdm230",
  model: "SDM230-Modbus",
  source:
    "Eastron's Modbus protocol for the SDM230 by way of mbmd (sdm230.go) and nmakel/sdm_modbus: the registers of the SDM120, address for address. Both begin at 2400 baud. Not tried on a device of ours.",
} as const satisfies RegisterProfile;
