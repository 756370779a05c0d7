import { compilePattern } from "../events/pattern/index.ts";
import type { MappingSettings } from "../lambda/mappings/settings.ts";
import { invalid, missing } from "./errors.ts";

/** A pipe's settings, in the API's members. */
export interface PipeSettings {
  Source: string;
  SourceParameters?: Record<string, any>;
  Enrichment?: string;
  EnrichmentParameters?: { InputTemplate?: string; HttpParameters?: HttpParameters };
  Target: string;
  TargetParameters?: Record<string, any>;
  RoleArn: string;
  Description?: string;
  DesiredState?: "RUNNING" | "STOPPED";
  Tags?: Record<string, string>;
}

/** What a pipe adds to the requests of an API destination; values may be paths of the event. */
export interface HttpParameters {
  PathParameterValues?: string[];
  HeaderParameters?: Record<string, string>;
  QueryStringParameters?: Record<string, string>;
}

export type TargetKind = "lambda" | "states" | "sqs" | "events" | "sns" | "logs" | "api-destination";

/** Source parameters that can be set, by their service's structure. */
const SOURCES: Record<"sqs" | "dynamodb", { structure: string; members: string[]; batch: number }> = {
  sqs: {
    structure: "SqsQueueParameters",
    members: ["BatchSize", "MaximumBatchingWindowInSeconds"],
    batch: 10,
  },
  dynamodb: {
    structure: "DynamoDBStreamParameters",
    members: [
      "BatchSize",
      "MaximumBatchingWindowInSeconds",
      "StartingPosition",
      "DeadLetterConfig",
      "MaximumRecordAgeInSeconds",
      "MaximumRetryAttempts",
      "OnPartialBatchItemFailure",
      "ParallelizationFactor",
    ],
    batch: 100,
  },
};

/** Target parameters that can be set, and the largest batch that the target takes. */
const TARGETS: Record<TargetKind, { structure?: string; members?: string[]; batch: number }> = {
  lambda: { structure: "LambdaFunctionParameters", members: ["InvocationType"], batch: 10_000 },
  states: { structure: "StepFunctionStateMachineParameters", members: ["InvocationType"], batch: 10_000 },
  sqs: { structure: "SqsQueueParameters", members: ["MessageGroupId", "MessageDeduplicationId"], batch: 10 },
  events: {
    structure: "EventBridgeEventBusParameters",
    members: ["DetailType", "Source", "Resources", "Time"],
    batch: 10,
  },
  sns: { batch: 10 },
  logs: { structure: "CloudWatchLogsParameters", members: ["LogStreamName", "Timestamp"], batch: 10_000 },
  "api-destination": {
    structure: "HttpParameters",
    members: ["PathParameterValues", "HeaderParameters", "QueryStringParameters"],
    batch: 1,
  },
};

/** The services of enrichments, with the largest batch of each. */
const ENRICHMENTS = { lambda: 10_000, states: 10_000, "api-destination": 1 };

export function sourceKind(arn: string): "sqs" | "dynamodb" {
  const [, , service, , , resource = ""] = arn.split(":");
  if (service === "sqs" && resource !== "") return service;
  if (service === "dynamodb" && arn.includes("/stream/")) return service;
  throw invalid(`The local cloud reads queues and DynamoDB streams with pipes, not ${arn}.`);
}

export function targetKind(arn: string): TargetKind {
  const [, , service = "", , , resource = ""] = arn.split(":");
  if (service === "events" && resource.startsWith("api-destination/")) return "api-destination";
  if (Object.hasOwn(TARGETS, service) && resource !== "") return service as TargetKind;
  throw invalid(
    `The local cloud delivers from pipes to functions, state machines, queues, topics, event buses, API destinations and log groups, not to ${arn}.`,
  );
}

export function enrichmentKind(arn: string): keyof typeof ENRICHMENTS {
  const [, , service = "", , , resource = ""] = arn.split(":");
  if (service === "events" && resource.startsWith("api-destination/")) return "api-destination";
  if (service === "lambda" || service === "states") return service;
  throw invalid(
    `The local cloud enriches with functions, Express state machines and API destinations, not with ${arn}.`,
  );
}

/** Refuses settings that the service or the local cloud does not take. */
export function checkSettings(settings: Partial<PipeSettings>): asserts settings is PipeSettings {
  for (const name of ["Source", "Target", "RoleArn"] as const) {
    if (typeof settings[name] !== "string") throw missing(name);
  }
  const { Enrichment, EnrichmentParameters = {}, DesiredState = "RUNNING" } = settings;
  const enriching = Enrichment ? enrichmentKind(Enrichment) : undefined;
  const unknown = Object.keys(EnrichmentParameters).find(
    (name) => name !== "InputTemplate" && !(name === "HttpParameters" && enriching === "api-destination"),
  );
  if (unknown !== undefined) throw invalid(`The local cloud does not serve ${unknown} of an enrichment.`);
  if (!["RUNNING", "STOPPED"].includes(DesiredState))
    throw invalid(`DesiredState ${DesiredState} is not RUNNING or STOPPED.`);
  const target = TARGETS[targetKind(settings.Target!)];
  checkMembers("Target", settings.TargetParameters, target, "InputTemplate");
  checkMembers("Source", settings.SourceParameters, SOURCES[sourceKind(settings.Source!)], "FilterCriteria");
  const { BatchSize, FilterCriteria, MaximumBatchingWindowInSeconds } = pollSettings(
    settings as PipeSettings,
  );
  if (enriching && BatchSize > ENRICHMENTS[enriching]) {
    throw invalid(
      `The configured batch size ${BatchSize} is greater than the max supported batch size ${ENRICHMENTS[enriching]} for enrichment ${enriching}`,
    );
  }
  if (BatchSize < 1 || BatchSize > target.batch) {
    throw invalid(
      `BatchSize ${BatchSize} is not between 1 and ${target.batch}, which the target ${settings.Target} takes.`,
    );
  }
  const isFifo = settings.Source!.endsWith(".fifo");
  if (isFifo && (BatchSize > 10 || MaximumBatchingWindowInSeconds > 0)) {
    throw invalid("A FIFO queue has batches of at most 10 messages, without a window.");
  }
  for (const { Pattern } of FilterCriteria.Filters) {
    try {
      compilePattern(Pattern);
    } catch (error) {
      throw invalid(`The filter pattern ${Pattern} is not valid: ${(error as Error).message}`);
    }
  }
}

function checkMembers(
  side: "Source" | "Target",
  given: Record<string, any> = {},
  { structure, members = [] }: { structure?: string; members?: string[] },
  common: string,
): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || name === common) continue;
    if (name !== structure)
      throw invalid(
        `${side}Parameters.${name} is not for this ${side.toLowerCase()}, or not served by the local cloud.`,
      );
    const unknown = Object.keys(value).find((member) => !members.includes(member));
    if (unknown !== undefined)
      throw invalid(`The local cloud does not serve ${side}Parameters.${name}.${unknown}.`);
  }
}

/** How the source is read: one record at a time if the pipe calls an API destination. */
export function pollSettings(settings: PipeSettings): MappingSettings {
  const { Source, SourceParameters = {}, Enrichment, Target } = settings;
  const kind = sourceKind(Source);
  const { structure, batch } = SOURCES[kind];
  const given = SourceParameters[structure] ?? {};
  const number = (name: string, usual: number) => Number(given[name] ?? usual);
  const isSingle = [Enrichment, Target].some((arn) => arn?.includes(":api-destination/"));
  const destination = given.DeadLetterConfig?.Arn;
  const common = {
    BatchSize: number("BatchSize", isSingle ? 1 : batch),
    MaximumBatchingWindowInSeconds: number("MaximumBatchingWindowInSeconds", 0),
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    FilterCriteria: { Filters: SourceParameters.FilterCriteria?.Filters ?? [] },
  };
  if (kind === "sqs") return common;
  if (!["LATEST", "TRIM_HORIZON"].includes(given.StartingPosition)) {
    throw invalid(
      `The StartingPosition ${given.StartingPosition} of a stream is not LATEST or TRIM_HORIZON.`,
    );
  }
  return {
    ...common,
    StartingPosition: given.StartingPosition,
    ParallelizationFactor: number("ParallelizationFactor", 1),
    MaximumRetryAttempts: number("MaximumRetryAttempts", -1),
    MaximumRecordAgeInSeconds: number("MaximumRecordAgeInSeconds", -1),
    BisectBatchOnFunctionError: given.OnPartialBatchItemFailure === "AUTOMATIC_BISECT",
    DestinationConfig: { OnFailure: destination === undefined ? {} : { Destination: destination } },
  };
}
