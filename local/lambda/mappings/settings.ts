import { compilePattern } from "../../events/pattern/index.ts";
import { invalidParameter } from "../errors.ts";

/** An event source mapping's settings, in the words of the API and complete with defaults. */
export interface MappingSettings {
  BatchSize: number;
  /** Seconds. */
  MaximumBatchingWindowInSeconds: number;
  FunctionResponseTypes: string[];
  FilterCriteria: { Filters: { Pattern: string }[] };
  /** Queues only. */
  ScalingConfig?: { MaximumConcurrency?: number };
  /** Streams only, as are all below. */
  StartingPosition?: "TRIM_HORIZON" | "LATEST";
  ParallelizationFactor?: number;
  MaximumRetryAttempts?: number;
  MaximumRecordAgeInSeconds?: number;
  BisectBatchOnFunctionError?: boolean;
  DestinationConfig?: { OnFailure?: { Destination?: string } };
  TumblingWindowInSeconds?: number;
}

type Source = "queue" | "fifo" | "stream";

const NAMES = {
  common: ["BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "FilterCriteria"],
  queue: ["ScalingConfig"],
  stream: [
    ...["StartingPosition", "ParallelizationFactor", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds"],
    ...["BisectBatchOnFunctionError", "DestinationConfig", "TumblingWindowInSeconds"],
  ],
};
const STREAM_DEFAULTS = {
  ParallelizationFactor: 1,
  MaximumRetryAttempts: -1,
  MaximumRecordAgeInSeconds: -1,
  BisectBatchOnFunctionError: false,
  DestinationConfig: { OnFailure: {} },
  TumblingWindowInSeconds: 0,
};
const RANGES: Record<string, [number, number]> = {
  MaximumBatchingWindowInSeconds: [0, 300],
  ParallelizationFactor: [1, 10],
  MaximumRetryAttempts: [-1, 10_000],
  MaximumRecordAgeInSeconds: [-1, 604_800],
};

/** "queue", "fifo" or "stream". Throws for a source that the local cloud does not serve. */
export function sourceKind(arn: unknown): Source {
  const text = String(arn);
  if (/^arn:aws[a-z-]*:sqs:/.test(text)) return text.endsWith(".fifo") ? "fifo" : "queue";
  if (/^arn:aws[a-z-]*:dynamodb:.*\/stream\//.test(text)) return "stream";
  throw invalidParameter(`The local cloud maps SQS queues and DynamoDB streams to functions, not ${text}.`);
}

/** Settings from parameters, on top of earlier ones. Throws for values that Lambda refuses. */
export function readMappingSettings(
  source: Source,
  parameters: Record<string, any>,
  earlier?: MappingSettings,
): MappingSettings {
  const names = [...NAMES.common, ...NAMES[source === "stream" ? "stream" : "queue"]];
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  for (const [name] of given) {
    if (!names.includes(name)) throw invalidParameter(`${name} is not served for this kind of event source.`);
  }
  const settings = {
    BatchSize: source === "stream" ? 100 : 10,
    MaximumBatchingWindowInSeconds: 0,
    FunctionResponseTypes: [],
    FilterCriteria: { Filters: [] },
    ...(source === "stream" && STREAM_DEFAULTS),
    ...earlier,
    ...Object.fromEntries(
      given.map(([name, value]) => [name, RANGES[name] || name === "BatchSize" ? Number(value) : value]),
    ),
  } as MappingSettings;
  check(source, settings);
  return { ...settings, FilterCriteria: { Filters: settings.FilterCriteria.Filters ?? [] } };
}

function check(source: Source, settings: MappingSettings): void {
  const window = settings.MaximumBatchingWindowInSeconds;
  whole("BatchSize", settings.BatchSize, 1, source === "fifo" ? 10 : 10_000);
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = settings[name as keyof MappingSettings];
    if (value !== undefined) whole(name, value as number, least, most);
  }
  if (source === "fifo" && window > 0) {
    throw invalidParameter("Batching window is not supported for FIFO queues.");
  }
  if (source === "queue" && settings.BatchSize > 10 && window < 1) {
    throw invalidParameter(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  const concurrency = settings.ScalingConfig?.MaximumConcurrency;
  if (concurrency !== undefined) whole("ScalingConfig.MaximumConcurrency", Number(concurrency), 2, 1000);
  if (source === "stream" && !["TRIM_HORIZON", "LATEST"].includes(settings.StartingPosition ?? "")) {
    throw invalidParameter("StartingPosition must be TRIM_HORIZON or LATEST for a DynamoDB stream.");
  }
  if ((settings.TumblingWindowInSeconds ?? 0) > 0) {
    throw invalidParameter("The local cloud does not serve TumblingWindowInSeconds.");
  }
  const unknown = settings.FunctionResponseTypes.find((type) => type !== "ReportBatchItemFailures");
  if (unknown !== undefined)
    throw invalidParameter(`FunctionResponseTypes knows ReportBatchItemFailures, not ${unknown}.`);
  const destination = settings.DestinationConfig?.OnFailure?.Destination;
  if (destination !== undefined && !/^arn:aws[a-z-]*:(sqs|s3):/.test(destination)) {
    throw invalidParameter(
      `The local cloud serves queues and buckets as on-failure destination, not ${destination}.`,
    );
  }
  for (const { Pattern } of settings.FilterCriteria.Filters ?? []) {
    try {
      compilePattern(Pattern);
    } catch {
      throw invalidParameter("Invalid filter pattern definition.");
    }
  }
}

function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalidParameter(`${name} must be a whole number from ${least} to ${most}; it is ${value}.`);
}
