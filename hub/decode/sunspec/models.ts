import { COMMON_MODEL } from "./common-model.ts";
import { batteryModels, portModels, storageModels, stringModels } from "./dc-models.ts";
import { derMeasurements, floatInverters, integerInverters } from "./inverter-models.ts";
import { floatMeters, integerMeters } from "./meter-models.ts";
import type { ModelDefinition } from "./model-definition.ts";
import { nameplate } from "./nameplate-model.ts";

/** Every SunSpec model the hub reads. A new one is one line here, or in the file of its family. */
export const sunSpecModels: readonly ModelDefinition[] = [
  { id: COMMON_MODEL, name: "common", length: 66, points: {} },
  ...integerInverters,
  ...floatInverters,
  nameplate,
  ...stringModels,
  ...integerMeters,
  ...floatMeters,
  ...derMeasurements,
  ...storageModels,
  ...portModels,
  ...batteryModels,
];

const byId = new Map(sunSpecModels.map((model) => [model.id, model]));

/** Undefined for a model that the hub does not read. */
export function definitionOf(id: number): ModelDefinition | undefined {
  return byId.get(id);
}
