import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { MWH_IN_KWH } from "./draw-intervals.ts";
import { type IntervalData, intervalAt } from "./interval-data.ts";
import { type PlotContent, plotOptions } from "./plot-options.ts";

/** Height of the drawing on a phone and above, CSS px. */
const HEIGHT_PX = { phone: 220, desktop: 300 };
const PHONE_PX = 560;

export interface IntervalChartProps extends PlotContent {
  readonly label: string;
  readonly onChoose: (index: number) => void;
}

/**
 * The drawing of one day. It is a picture: its slider and its table beside it say the same to those who do not see it
 * or use no pointer.
 */
export function IntervalChart(props: IntervalChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(props);
  newest.current = props;
  const marks = props.data.tracks.map((track) => track.mark);
  const kinds = marks.join(" ");

  // Only other tracks need another plot; new data is handed to it below.
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = new uPlot(
      plotOptions(sizeOf(element), marks, () => newest.current),
      plotData(newest.current.data),
      element,
    );
    plot.current = made;

    const choose = (event: MouseEvent) => {
      const at_s = made.posToVal(event.clientX - made.over.getBoundingClientRect().left, "x");
      const index = intervalAt(newest.current.data, at_s * 1000);
      if (index !== undefined) newest.current.onChoose(index);
    };
    made.over.addEventListener("click", choose);
    const resizing = new ResizeObserver(() => made.setSize(sizeOf(element)));
    resizing.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => made.redraw(false);
    scheme.addEventListener("change", redraw);
    return () => {
      scheme.removeEventListener("change", redraw);
      resizing.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [kinds]);

  useEffect(() => {
    plot.current?.setData(plotData(props.data));
  }, [props.data]);

  // The frame and the axis texts are read while drawing.
  useEffect(() => {
    plot.current?.redraw(false, true);
  }, [props.chosen, props.timeOfDay, props.decimal]);

  return <div class="chart" ref={host} role="img" aria-label={props.label} />;
}

function sizeOf(element: Element): { width: number; height: number } {
  const width = Math.max(200, Math.floor(element.clientWidth));
  return { width, height: width < PHONE_PX ? HEIGHT_PX.phone : HEIGHT_PX.desktop };
}

function plotData(data: IntervalData): uPlot.AlignedData {
  return [
    data.starts.map((from_ms) => from_ms / 1000),
    ...data.tracks.map((track) => track.values.map((mwh) => (mwh === null ? null : mwh / MWH_IN_KWH))),
  ];
}
