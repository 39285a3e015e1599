import { expect, test } from "vitest";
import { senml } from "../../../hub/decode/dialects/senml.ts";
import { converse } from "./conversation.ts";

test("a pack on a foreign topic is decoded as on the hub's own", () => {
  const sensor = converse(senml, { topic: "building/3/meter" });
  const pack = [
    { bn: "urn:dev:ow:10e2073a0108006:", bt: 1_789_999_990, n: "voltage", u: "V", v: 230.1 },
    { n: "active_energy_import", u: "kWh", v: null, t: -5 },
    { n: "colour", u: "V", v: 1 },
  ];
  expect(sensor.readings("building/3/meter", JSON.stringify(pack))).toEqual([
    ["voltage", 230.1, "2026-09-21T14:13:10.000Z"],
    ["active_energy_import", "not_available", "2026-09-21T14:13:05.000Z"],
  ]);
  expect(sensor.refusals("building/3/meter", JSON.stringify(pack))).toEqual([
    'name "urn:dev:ow:10e2073a0108006:colour" is not [channel/]quantity[/l1|l2|l3|t1|t2] of d',
  ]);
  expect(sensor.refusals("building/3/meter", "")).toEqual(["empty payload"]);
});
