import type uPlot from "uplot";
import { hatching, inkOf } from "./chart-colours.ts";
import { type IntervalData, trackOf } from "./interval-data.ts";

/** Energies reach the chart in kWh, so that its axis has round numbers. */
export const MWH_IN_KWH = 1_000_000;

/**
 * Fill the intervals: shared up from the ground, on it the surplus (which reaches up to the generation) and what came
 * from the grid (hatched, up to the consumption). An interval with an unknown side stays empty; a held one is marked
 * in its full height.
 */
export function drawIntervals(plot: uPlot, data: IntervalData): void {
  const [shared, surplus, grid] = (["shared", "surplus", "grid"] as const).map((mark) => trackOf(data, mark)?.values);
  const { ctx: pen } = plot;
  const fills = {
    held: inkOf(plot.root, "held"),
    surplus: inkOf(plot.root, "sun-soft"),
    grid: hatching(pen, inkOf(plot.root, "grid")),
    shared: inkOf(plot.root, "water-soft"),
  };
  pen.save();
  data.states.forEach((state, index) => {
    const { left, width } = columnOf(plot, data, index);
    if (state === "held") {
      pen.fillStyle = fills.held;
      pen.fillRect(left, plot.bbox.top, width, plot.bbox.height);
    }
    const base = shared?.[index] ?? null;
    if (base === null) return;
    const fill = (style: string | CanvasPattern, from: number, energy: number) => {
      const top = heightOf(plot, from + energy);
      pen.fillStyle = style;
      pen.fillRect(left, top, width, heightOf(plot, from) - top);
    };
    fill(fills.surplus, base, surplus?.[index] ?? 0);
    fill(fills.grid, base, grid?.[index] ?? 0);
    fill(fills.shared, 0, base);
  });
  pen.restore();
}

/** A frame around the chosen interval. */
export function drawChosen(plot: uPlot, data: IntervalData, chosen: number | null): void {
  if (chosen === null || chosen >= data.starts.length) return;
  const { left, width } = columnOf(plot, data, chosen);
  const { ctx: pen } = plot;
  const line = Math.max(2, Math.round(2 * devicePixelRatio));
  const room = Math.max(0, Math.round((4 * devicePixelRatio - width) / 2));
  pen.save();
  pen.strokeStyle = inkOf(plot.root, "chosen");
  pen.lineWidth = line;
  pen.setLineDash([]);
  pen.strokeRect(left - room - line / 2, plot.bbox.top + line / 2, width + 2 * room + line, plot.bbox.height - line);
  pen.restore();
}

/**
 * A line with one step an interval, in the form uPlot asks of a path builder. It is broken where a value is unknown.
 */
export function stepPath(data: IntervalData): uPlot.Series.PathBuilder {
  return (plot, seriesIndex) => {
    const path = new Path2D();
    let isDrawing = false;
    (plot.data[seriesIndex] ?? []).forEach((value, index) => {
      if (value === null || value === undefined) {
        isDrawing = false;
        return;
      }
      const { left, width } = columnOf(plot, data, index);
      const height = heightOf(plot, value * MWH_IN_KWH);
      if (isDrawing) path.lineTo(left, height);
      else path.moveTo(left, height);
      path.lineTo(left + width, height);
      isDrawing = true;
    });
    return { stroke: path, fill: null, clip: null };
  };
}

/** Edges on whole canvas pixels, so that neighbours neither overlap nor leave a seam. */
function columnOf(plot: uPlot, data: IntervalData, index: number): { readonly left: number; readonly width: number } {
  const from_ms = data.starts[index] ?? data.from_ms;
  const left = Math.round(plot.valToPos(from_ms / 1000, "x", true));
  const right = Math.round(plot.valToPos((from_ms + data.interval_ms) / 1000, "x", true));
  return { left, width: right - left };
}

function heightOf(plot: uPlot, mwh: number): number {
  return Math.round(plot.valToPos(mwh / MWH_IN_KWH, "y", true));
}
