import type { DayCells } from "./day-cells.ts";

/**
 * A metering point that had energy when a day was booked and has no readings of that day now: they were forgotten, or taken
 * away. Pure.
 */
export function pointWithLostReadings(booked: DayCells, now: DayCells): string | undefined {
  return booked.points.find(({ point, quality }) => {
    const anew = now.points.find((column) => column.point === point);
    return quality.some((was, index) => was !== "missing" && anew?.reason[index] === "no_readings");
  })?.point;
}
