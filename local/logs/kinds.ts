import type { Kinds } from "../kernel/input.ts";

const group = { logGroupName: "text", logGroupIdentifier: "text" } as const;
const stream = { ...group, logStreamName: "text" } as const;
const page = { limit: "number", nextToken: "text" } as const;
const resource = { resourceArn: "text" } as const;
const policy = { policyName: "text", policyDocument: "text" } as const;
const tags = { tags: { each: "text" } } as const;
const span = { startTime: "number", endTime: "number" } as const;
const filter = { ...group, filterName: "text" } as const;

/** The JSON types of each operation's input members. */
export const KINDS: { readonly [operation: string]: Kinds } = {
  CreateLogGroup: { ...group, ...tags, logGroupClass: "text" },
  DeleteLogGroup: group,
  DescribeLogGroups: { logGroupNamePrefix: "text", logGroupNamePattern: "text", ...page },
  PutRetentionPolicy: { ...group, retentionInDays: "number" },
  DeleteRetentionPolicy: group,
  CreateLogStream: stream,
  DescribeLogStreams: { ...group, ...page, logStreamNamePrefix: "text", orderBy: "text", descending: "flag" },
  ListTagsForResource: resource,
  TagResource: { ...resource, ...tags },
  UntagResource: { ...resource, tagKeys: ["text"] },
  PutResourcePolicy: policy,
  DeleteResourcePolicy: policy,
  PutMetricFilter: { ...filter, filterPattern: "text" },
  DeleteMetricFilter: filter,
  PutLogEvents: {
    ...stream,
    sequenceToken: "text",
    logEvents: [{ members: { timestamp: "number", message: "text" } }],
  },
  GetLogEvents: { ...stream, ...span, ...page, startFromHead: "flag" },
  FilterLogEvents: {
    ...group,
    ...span,
    ...page,
    filterPattern: "text",
    logStreamNames: ["text"],
    logStreamNamePrefix: "text",
  },
};
