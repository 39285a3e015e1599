import type { CsvColumn, CsvMap } from "../../../hub/decode/csv/csv-map.ts";

/** A map as the schema would have filled it in: hourly kWh of one home, stamped at the start, in UTC. */
export function csvMap(part: Partial<CsvMap> = {}): CsvMap {
  return {
    time: { column: "time", format: "auto", zone: "UTC", stamps: "start", interval_minutes: 60 },
    decimal: ".",
    comment: "#",
    encoding: "utf-8",
    no_reading: [],
    bad_rows: "refuse",
    columns: [csvColumn({ name: "a", device: "home-a" }), csvColumn({ name: "b", device: "home-b" })],
    ...part,
  };
}

export function csvColumn(part: Partial<CsvColumn>): CsvColumn {
  return {
    device: "home",
    quantity: "active_energy_import",
    unit: "kWh",
    kind: "interval",
    negative: "refuse",
    ...part,
  };
}
