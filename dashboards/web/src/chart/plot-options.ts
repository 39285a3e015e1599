import type uPlot from "uplot";
import { type Ink, inkOf } from "./chart-colours.ts";
import { drawChosen, drawIntervals, stepPath } from "./draw-intervals.ts";
import { type IntervalData, intervalAt, type TrackMark } from "./interval-data.ts";
import { timeTicks } from "./time-ticks.ts";

/** What the drawing asks for whenever it draws; it changes while the plot stays. */
export interface PlotContent {
  readonly data: IntervalData;
  readonly chosen: number | null;
  readonly timeOfDay: (at_ms: number) => string;
  readonly decimal: (value: number) => string;
  readonly onHover: (index: number | null) => void;
}

/** Lines: generation solid, consumption dashed. All other tracks are areas. */
const lines: Partial<Record<TrackMark, { readonly ink: Ink; readonly width: number; readonly dash?: number[] }>> = {
  generation: { ink: "sun", width: 2.5 },
  consumption: { ink: "ink", width: 2, dash: [6, 4] },
};

/** Hours between two marks of the time axis, by the width there is for them. */
const tickHours = [
  { upTo_px: 480, hours: 6 },
  { upTo_px: 800, hours: 3 },
  { upTo_px: Number.POSITIVE_INFINITY, hours: 2 },
];
/** The smallest top of the energy axis, kWh, so that a night of zeros has an axis. */
const LEAST_TOP_KWH = 0.01;

/** @param content read at every drawing, so that new data needs no new plot */
export function plotOptions(
  size: { readonly width: number; readonly height: number },
  marks: readonly TrackMark[],
  content: () => PlotContent,
): uPlot.Options {
  const axis = {
    stroke: (plot: uPlot) => inkOf(plot.root, "quiet"),
    font: '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
    ticks: { show: false },
  };
  return {
    ...size,
    legend: { show: false },
    padding: [10, 8, 0, 0],
    scales: {
      x: { time: false, range: () => [content().data.from_ms / 1000, content().data.to_ms / 1000] },
      y: { range: (_plot, _least, most) => [0, Math.max(LEAST_TOP_KWH, (most ?? 0) * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        splits: (plot) => {
          const { hours } = tickHours.find(({ upTo_px }) => plot.width < upTo_px) ?? { hours: 6 };
          return timeTicks(content().data, hours, content().timeOfDay).map((at_ms) => at_ms / 1000);
        },
        values: (_plot, splits) => splits.map((at_s) => content().timeOfDay(at_s * 1000)),
      },
      {
        ...axis,
        grid: { stroke: (plot) => inkOf(plot.root, "rule"), width: 1 },
        size: 44,
        space: 44,
        values: (_plot, splits) => splits.map((kwh) => content().decimal(kwh)),
      },
    ],
    series: [{}, ...marks.map((mark) => seriesOf(mark, content))],
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    hooks: {
      drawAxes: [(plot) => drawIntervals(plot, content().data)],
      draw: [(plot) => drawChosen(plot, content().data, content().chosen)],
      setCursor: [(plot) => content().onHover(hovered(plot, content().data))],
    },
  };
}

function seriesOf(mark: TrackMark, content: () => PlotContent): uPlot.Series {
  const line = lines[mark];
  if (line === undefined) return { show: true, paths: () => null, points: { show: false } };
  return {
    stroke: (plot) => inkOf(plot.root, line.ink),
    width: line.width,
    ...(line.dash !== undefined && { dash: line.dash }),
    points: { show: false },
    paths: (plot, index, from, to) => stepPath(content().data)(plot, index, from, to),
  };
}

function hovered(plot: uPlot, data: IntervalData): number | null {
  const left = plot.cursor.left ?? -1;
  return left < 0 ? null : (intervalAt(data, plot.posToVal(left, "x") * 1000) ?? null);
}
