import { compilePattern } from "../../events/pattern/index.ts";
import { invalidParameter } from "../errors.ts";
import { mappingInput } from "../inputs.ts";
import { check, structure } from "../shape.ts";

/** An event source mapping's settings, with the API's names and all defaults. */
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
    "StartingPosition",
    "ParallelizationFactor",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "TumblingWindowInSeconds",
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
const NUMBERS = new Set([
  "BatchSize",
  "MaximumBatchingWindowInSeconds",
  "ParallelizationFactor",
  "MaximumRetryAttempts",
  "MaximumRecordAgeInSeconds",
  "TumblingWindowInSeconds",
]);
/** An account has up to five filters for a mapping, and up to ten on request. */
const MOST_FILTERS = 10;
/** The minimum record age is one minute. */
const LEAST_AGE = 60;

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
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  check(structure(mappingInput), Object.fromEntries(given));
  const [own, others] = source === "stream" ? [NAMES.stream, NAMES.queue] : [NAMES.queue, NAMES.stream];
  for (const [name] of given) {
    if (others.includes(name)) throw unsupported(name);
    if (!NAMES.common.includes(name) && !own.includes(name)) {
      throw invalidParameter(`The local cloud does not serve ${name} of an event source mapping.`);
    }
  }
  if (parameters.DestinationConfig?.OnSuccess) throw unsupported("DestinationConfig");
  const settings = {
    BatchSize: source === "stream" ? 100 : 10,
    MaximumBatchingWindowInSeconds: 0,
    FunctionResponseTypes: [],
    FilterCriteria: { Filters: [] },
    ...(source === "stream" && STREAM_DEFAULTS),
    ...earlier,
    ...Object.fromEntries(given.map(([name, value]) => [name, NUMBERS.has(name) ? Number(value) : value])),
  } as MappingSettings;
  checkTogether(source, settings);
  return { ...settings, FilterCriteria: { Filters: settings.FilterCriteria.Filters ?? [] } };
}

const unsupported = (name: string) =>
  invalidParameter(`Unsupported ${name} parameter for given event source mapping type.`);

/** A stream is read from its oldest record or from now on. */
export function checkStartingPosition(arn: string, position: string | undefined): void {
  if (position == null) {
    throw invalidParameter(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (position === "AT_TIMESTAMP")
    throw invalidParameter(`Unsupported starting position for arn type: ${arn}`);
}

function checkTogether(source: Source, settings: MappingSettings): void {
  const { BatchSize, MaximumBatchingWindowInSeconds: window } = settings;
  if (source === "fifo") {
    if (BatchSize > 10) throw invalidParameter("Batch size must not be greater than 10 for FIFO queues.");
    if (window > 0) throw invalidParameter("Batching window is not supported for FIFO queues.");
  }
  if (source === "queue" && BatchSize > 10 && window < 1) {
    throw invalidParameter(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  const age = settings.MaximumRecordAgeInSeconds ?? -1;
  if (age >= 0 && age < LEAST_AGE) {
    throw invalidParameter(`MaximumRecordAgeInSeconds must be -1 or at least ${LEAST_AGE}; it is ${age}.`);
  }
  if ((settings.TumblingWindowInSeconds ?? 0) > 0) {
    throw invalidParameter("The local cloud does not serve TumblingWindowInSeconds.");
  }
  const destination = settings.DestinationConfig?.OnFailure?.Destination;
  if (destination !== undefined && !/^arn:aws[a-z-]*:(sqs|s3):/.test(destination)) {
    throw invalidParameter(
      `The local cloud serves queues and buckets as on-failure destination, not ${destination}.`,
    );
  }
  checkFilters(settings.FilterCriteria.Filters ?? []);
}

function checkFilters(filters: { Pattern?: string }[]): void {
  if (filters.length > MOST_FILTERS) {
    throw invalidParameter(`A mapping has at most ${MOST_FILTERS} filters; it is given ${filters.length}.`);
  }
  for (const { Pattern } of filters) {
    try {
      compilePattern(Pattern as string);
    } catch {
      throw invalidParameter("Invalid filter pattern definition.");
    }
  }
}
