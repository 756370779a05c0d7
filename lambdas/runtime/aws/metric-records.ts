const NAMESPACE = "Millrace";
/** The maximum number of values of a metric in a record. */
const MOST_VALUES = 100;

type Unit = "Count" | "Milliseconds";
type Dimensions = Readonly<Record<string, string>>;

/** What was counted for one set of dimensions. */
interface MetricRecord {
  dimensions: Dimensions;
  /** By name. */
  metrics: Map<string, { unit: Unit; values: number[] }>;
}

/**
 * The counts of an invocation in CloudWatch's embedded metric format: one record for each set of dimensions. For
 * CloudWatch, a metric with one more dimension is a different one. See
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class MetricRecords {
  private readonly ofService: Dimensions;
  /** By dimensions. Kept from one invocation to the next. */
  private readonly records = new Map<string, MetricRecord>();
  private lines: string[] = [];

  constructor(service: string) {
    this.ofService = { service };
  }

  /** @param dimensions without that of the service, which is the default */
  add(name: string, unit: Unit, value: number, dimensions = this.ofService): void {
    const record = this.for(dimensions);
    const metric = record.metrics.get(name);
    if (!metric) record.metrics.set(name, { unit, values: [value] });
    else if (metric.values.push(value) === MOST_VALUES) this.complete(record);
  }

  /** Writes the lines of all records at once: each write may be a message to another process or thread. */
  write(): void {
    for (const record of this.records.values()) if (record.metrics.size > 0) this.complete(record);
    if (this.lines.length > 0 && !isDisabled()) process.stdout.write(`${this.lines.join("\n")}\n`);
    this.lines = [];
  }

  private for(dimensions: Dimensions): MetricRecord {
    const key = JSON.stringify(dimensions);
    const known = this.records.get(key);
    if (known) return known;
    const record = { dimensions, metrics: new Map() };
    this.records.set(key, record);
    return record;
  }

  private complete(record: MetricRecord): void {
    this.lines.push(lineOf(record));
    record.metrics.clear();
  }
}

/** The variable of Powertools, whose logger writes all other lines. */
function isDisabled(): boolean {
  return process.env.POWERTOOLS_METRICS_DISABLED === "true";
}

function lineOf({ dimensions, metrics }: MetricRecord): string {
  const named = [...metrics];
  const directive = {
    Namespace: NAMESPACE,
    Dimensions: [Object.keys(dimensions)],
    Metrics: named.map(([Name, { unit: Unit }]) => ({ Name, Unit })),
  };
  return JSON.stringify({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(named.map(([name, { values }]) => [name, values.length > 1 ? values : values[0]])),
  });
}
