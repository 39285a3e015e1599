import type { PowerCutReport } from "./cut-power.ts";

/** The figures of a run, for people; one line each. */
export function describePowerCut(report: PowerCutReport): string {
  return [
    `seed ${report.seed}: ${report.events} writes and syncs recorded, ${report.syncs} of them ended syncs`,
    `${report.images} power cuts, ${report.whileLogLoose} with unsynced writes to a write-ahead log, ${report.whileMainFileLoose} to a main file, ${report.halfSealed} within a seal`,
    `messages acknowledged: ${report.acknowledged}, owed by the latest cut: ${report.mostOwed}`,
    `disks robbed of one synced write: ${report.spoiled}, found out: ${report.foundOut}`,
    "every disk opened, held all that was acknowledged before its cut, and took a new reading",
  ].join("\n");
}
