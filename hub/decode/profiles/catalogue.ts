import { abbB21 } from "./abb-b21.ts";
import { abbB23 } from "./abb-b23.ts";
import { abbB24 } from "./abb-b24.ts";
import { carloGavazziEm24 } from "./carlo-gavazzi-em24.ts";
import { carloGavazziEm24E1 } from "./carlo-gavazzi-em24-e1.ts";
import { carloGavazziEm340 } from "./carlo-gavazzi-em340.ts";
import { chintDtsu666 } from "./chint-dtsu666.ts";
import type { DeviceProfile } from "./device-profile.ts";
import { eastronSdm120 } from "./eastron-sdm120.ts";
import { eastronSdm220 } from "./eastron-sdm220.ts";
import { eastronSdm230 } from "./eastron-sdm230.ts";
import { eastronSdm630 } from "./eastron-sdm630.ts";
import { fronius } from "./fronius.ts";
import { froniusSmartMeter } from "./fronius-smart-meter.ts";
import { genericVfd } from "./generic-vfd.ts";
import { goodweDt } from "./goodwe-dt.ts";
import { goodweEt } from "./goodwe-et.ts";
import { growattMin } from "./growatt-min.ts";
import { growattTlX } from "./growatt-tl-x.ts";
import { huaweiSun2000 } from "./huawei-sun2000.ts";
import { kostal } from "./kostal.ts";
import { schneiderIem3155 } from "./schneider-iem3155.ts";
import { shellyPro3em } from "./shelly-pro-3em.ts";
import { smaInverter } from "./sma-inverter.ts";
import { solaredge } from "./solaredge.ts";
import { sungrowSg } from "./sungrow-sg.ts";
import { sungrowSgRt } from "./sungrow-sg-rt.ts";
import { sungrowSh } from "./sungrow-sh.ts";
import { sunspec } from "./sunspec.ts";
import { victronGx } from "./victron-gx.ts";
import { victronGxGrid } from "./victron-gx-grid.ts";
import { victronGxLoad } from "./victron-gx-load.ts";

/** Every device the hub can poll, by name. */
export const profiles: readonly DeviceProfile[] = [
  abbB21,
  abbB23,
  abbB24,
  carloGavazziEm24,
  carloGavazziEm24E1,
  carloGavazziEm340,
  chintDtsu666,
  eastronSdm120,
  eastronSdm220,
  eastronSdm230,
  eastronSdm630,
  fronius,
  froniusSmartMeter,
  genericVfd,
  goodweDt,
  goodweEt,
  growattMin,
  growattTlX,
  huaweiSun2000,
  kostal,
  schneiderIem3155,
  shellyPro3em,
  smaInverter,
  solaredge,
  sungrowSg,
  sungrowSgRt,
  sungrowSh,
  sunspec,
  victronGx,
  victronGxGrid,
  victronGxLoad,
];

/** Names people can write as a device's `profile`. */
export const profileNames: readonly string[] = profiles.map(({ name }) => name);

const byName = new Map(profiles.map((profile) => [profile.name, profile]));

/** The profile of that name, or undefined when there is none. */
export function findProfile(name: string): DeviceProfile | undefined {
  return byName.get(name);
}
