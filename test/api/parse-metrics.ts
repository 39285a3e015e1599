/** One time series of a scrape: `name{label="value"}` and its value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const METRIC = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:\\.|[^"\\])*)"(?:,|$)/y;

/**
 * Read Prometheus' text format 0.0.4 strictly: HELP and TYPE come once and before the samples of a metric, no series
 * occurs twice, a histogram has its buckets in order and complete.
 * @throws Error naming the line that breaks the format
 */
export function parseMetrics(text: string): ReadonlyMap<string, ParsedMetric> {
  const metrics = new Map<string, ParsedMetric & { readonly samples: Sample[] }>();
  const helps = new Map<string, string>();
  const series = new Set<string>();
  let current: (ParsedMetric & { readonly samples: Sample[] }) | undefined;
  if (!text.endsWith("\n")) throw new Error("the last line must end with a line feed");
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      if (helps.has(name)) throw new Error(`second HELP: ${line}`);
      helps.set(name, rest);
      continue;
    }
    if (keyword === "TYPE") {
      if (metrics.has(name)) throw new Error(`second TYPE: ${line}`);
      if (!["counter", "gauge", "histogram", "summary"].includes(rest)) throw new Error(`unknown type: ${line}`);
      current = { name, type: rest, help: helps.get(name) ?? "", samples: [] };
      metrics.set(name, current);
      continue;
    }
    const [, sampleName, labelText = "", valueText = ""] = METRIC.exec(line) ?? [];
    if (sampleName === undefined || current === undefined) throw new Error(`not a sample: ${line}`);
    const suffix = sampleName.slice(current.name.length);
    const suffixes = current.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
    if (!sampleName.startsWith(current.name) || !suffixes.includes(suffix)) {
      throw new Error(`stands under ${current.name}: ${line}`);
    }
    const labels = readLabels(labelText, line);
    const key = `${sampleName} ${JSON.stringify(Object.entries(labels).sort())}`;
    if (series.has(key)) throw new Error(`the same series twice: ${line}`);
    series.add(key);
    const value = valueText === "+Inf" ? Number.POSITIVE_INFINITY : Number(valueText);
    if (Number.isNaN(value)) throw new Error(`not a number: ${line}`);
    current.samples.push({ name: sampleName, labels, value });
  }
  for (const metric of metrics.values()) if (metric.type === "histogram") checkHistogram(metric);
  return metrics;
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let at = 0;
  while (at < text.length) {
    LABEL.lastIndex = at;
    const found = LABEL.exec(text);
    const [, name, value] = found ?? [];
    if (name === undefined || value === undefined || name in labels) throw new Error(`labels are wrong: ${line}`);
    labels[name] = value;
    at = LABEL.lastIndex;
  }
  return labels;
}

function checkHistogram({ name, samples }: ParsedMetric): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const bounds = buckets.map(({ labels }) => (labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le)));
  const counts = buckets.map(({ value }) => value);
  const grows = (list: readonly number[]) => list.every((one, index) => index === 0 || one >= (list[index - 1] ?? 0));
  const total = samples.find((sample) => sample.name === `${name}_count`)?.value;
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY || !grows(bounds) || !grows(counts) || counts.at(-1) !== total) {
    throw new Error(`${name}: buckets must grow up to +Inf, which is the count`);
  }
}
