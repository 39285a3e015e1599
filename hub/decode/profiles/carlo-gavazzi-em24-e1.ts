import { carloGavazziEm340 } from "./carlo-gavazzi-em340.ts";
import type { RegisterProfile } from "./device-profile.ts";

const { serial: _, ...map } = carloGavazziEm340;

export const carloGavazziEm24E1 = {
  ...map,
  name: "carlo-gavazzi-em24-e1",
  model: "EM24-DIN with Ethernet (E1)",
  source:
    "Carlo Gavazzi's EM24_E1 communication protocol by way of mbmd (carlogavazzi-em24_e1.go) and Victron's dbus-modbus-client (carlo_gavazzi.py), the latter also for the identification codes and the application: the registers of the EM340, not those of the EM24 with RS485. evcc asks for firmware 1.8.3 or later. Not tried on a device of ours.",
  direction: "Positive power is import; what flows back is counted in application H, which the meter must stand in.",
  identity: [
    { field: "model", at: 0x000b, encoding: "uint16", registers: 1, expect: "^(1648|1649|165[0-3])$" },
    { field: "serial", at: 0x5000, encoding: "text", registers: 7 },
  ],
} as const satisfies RegisterProfile;
