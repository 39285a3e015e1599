import type { Community } from "../members/community.ts";
import type { EpochMs } from "../units.ts";
import { skyOf } from "./clouds.ts";
import { cncMill } from "./cnc.ts";
import { ENERGY_STEP_MWH } from "./devices/sunspec-inverter.ts";
import { householdPower } from "./household.ts";
import { households } from "./households.ts";
import { type LocalTime, localTimeAt } from "./local-time.ts";
import type { DemoDevice } from "./meter.ts";
import { type Plant, plantPower, plants } from "./plant.ts";
import type { Place } from "./sun.ts";

/** Mill Street: twelve homes, a workshop with a CNC mill and three plants on the roofs between them. */
export const DEMO_ZONE = "Europe/Vienna";
const PLACE: Place = { latitude_deg: 48.21, longitude_deg: 16.37 };
/** Chosen so that the first week shows clear, broken and dull days. */
export const DEMO_SEED = 4;
/** The plant whose inverter the hub polls; the other devices send by themselves. */
export const polledPlant: Plant = plants[0];
const WORKSHOP = "workshop";
const CNC_DEVICE = "cnc-1";
/** A home's connection: three phases of 25 A at 230 V. */
const HOME_RATED_KW = 17;
const CNC_RATED_KW = 4;

/** The document of the simulated community: who takes part, where energy is counted, and sharing by consumption. */
export function demoCommunity(): Community {
  return {
    name: "Mill Street",
    time_zone: DEMO_ZONE,
    interval_minutes: 15,
    members: [...households.map(({ device }) => ({ id: device })), { id: WORKSHOP }],
    metering_points: [
      ...households.map(({ device }) => ({
        id: device,
        role: "consumption" as const,
        member: device,
        series: `${device}/active_energy_import`,
        rated_kw: HOME_RATED_KW,
      })),
      {
        id: WORKSHOP,
        role: "consumption",
        member: WORKSHOP,
        series: `${CNC_DEVICE}/active_energy_import`,
        rated_kw: CNC_RATED_KW,
      },
      ...plants.map(({ device, rated_kw }) => ({
        id: device,
        role: "generation" as const,
        series: `${device}/active_energy_export`,
        rated_kw,
      })),
    ],
    policy: { name: "by consumption", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" },
  };
}

/** Every device of the community, each a function of seed and time alone: the same seed gives the same readings. */
export function demoDevices(seed: number): readonly DemoDevice[] {
  const localTime = (at: EpochMs): LocalTime => localTimeAt(DEMO_ZONE, at);
  const sky = skyOf(seed);
  return [
    ...households.map(
      (household): DemoDevice => ({
        device: household.device,
        register: "active_energy_import",
        powerAt: householdPower(household, seed, localTime),
      }),
    ),
    cncDevice(seed, localTime),
    ...plants.map(
      (plant): DemoDevice => ({
        device: plant.device,
        register: "active_energy_export",
        powerAt: (at) => plantPower(plant, PLACE, sky, at),
        ...(plant.device === polledPlant.device && { step_mwh: ENERGY_STEP_MWH }),
      }),
    ),
  ];
}

function cncDevice(seed: number, localTime: (at: EpochMs) => LocalTime): DemoDevice {
  const mill = cncMill(seed, localTime);
  return {
    device: CNC_DEVICE,
    register: "active_energy_import",
    powerAt: (at) => mill(at).power_w,
    spindleSpeedAt: (at) => mill(at).spindle_rpm,
  };
}
