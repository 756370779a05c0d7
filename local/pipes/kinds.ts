import type { Kind, Kinds } from "../kernel/input.ts";

const name = { Name: "text" } as const;
const structure = { members: {} } as const;
const filters: Kind = { members: { Filters: [{ members: { Pattern: "text" } }] } };
const httpParameters: Kind = {
  members: {
    PathParameterValues: ["text"],
    HeaderParameters: { each: "text" },
    QueryStringParameters: { each: "text" },
  },
};
const settings: Kinds = {
  ...name,
  Source: "text",
  Enrichment: "text",
  Target: "text",
  RoleArn: "text",
  Description: "text",
  DesiredState: "text",
  Tags: { each: "text" },
  SourceParameters: {
    members: {
      FilterCriteria: filters,
      SqsQueueParameters: structure,
      DynamoDBStreamParameters: { members: { DeadLetterConfig: { members: { Arn: "text" } } } },
    },
  },
  EnrichmentParameters: { members: { InputTemplate: "text", HttpParameters: httpParameters } },
  TargetParameters: { members: { InputTemplate: "text", HttpParameters: httpParameters } },
};

/** The JSON types of each operation's input members. */
export const KINDS: { readonly [operation: string]: Kinds } = {
  CreatePipe: settings,
  UpdatePipe: settings,
  DescribePipe: name,
  ListPipes: { NamePrefix: "text", SourcePrefix: "text", TargetPrefix: "text" },
  StartPipe: name,
  StopPipe: name,
  DeletePipe: name,
};
