import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { alreadyExists, invalidParameter, notFound } from "./errors.ts";
import type { GroupRow, LogStore, StreamRow } from "./log-store.ts";
import { groupName, pageOf, required, streamName } from "./names.ts";

const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const PAGE = 50;

/** Log groups and streams, and the documents stored with them. */
export function groupOperations(kernel: Kernel, logs: LogStore): Record<string, Operation> {
  const { store, clock } = kernel;
  const groupArn = (name: string) => kernel.arn("logs", `log-group:${name}`);
  const setRetention = (name: string, days: number | null) => {
    store.run("UPDATE logs_group SET retention = ? WHERE id = ?", days, logs.group(name).id);
    return {};
  };
  const setTags = ({ resourceArn }: any, change: (tags: Record<string, string>) => object) => {
    const group = logs.group(groupName({ logGroupIdentifier: resourceArn }));
    store.run(
      "UPDATE logs_group SET tags = ? WHERE id = ?",
      JSON.stringify(change(JSON.parse(group.tags))),
      group.id,
    );
    return {};
  };

  return {
    CreateLogGroup(input) {
      const name = groupName(input);
      if (logs.findGroup(name)) throw alreadyExists("The specified log group already exists");
      store.run(
        "INSERT INTO logs_group (name, created, class, tags) VALUES (?, ?, ?, ?)",
        name,
        clock.now(),
        input.logGroupClass ?? "STANDARD",
        JSON.stringify(input.tags ?? {}),
      );
      return {};
    },

    DeleteLogGroup(input) {
      logs.remove(logs.group(groupName(input)));
      return {};
    },

    DescribeLogGroups({ logGroupNamePrefix = "", logGroupNamePattern, limit = PAGE, nextToken = "" }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > PAGE) {
        throw invalidParameter(`limit must be a whole number from 1 to ${PAGE}; it is ${limit}.`);
      }
      const found = store.all<GroupRow>(
        "SELECT * FROM logs_group WHERE name > ? AND substr(name, 1, length(?)) = ? AND (? IS NULL OR instr(lower(name), lower(?))) ORDER BY name LIMIT ?",
        nextToken,
        logGroupNamePrefix,
        logGroupNamePrefix,
        logGroupNamePattern ?? null,
        logGroupNamePattern ?? null,
        limit + 1,
      );
      const { rows, ...rest } = pageOf(found, limit, ({ name }) => name);
      const logGroups = rows.map((group) => ({
        logGroupName: group.name,
        creationTime: group.created,
        ...(group.retention !== null && { retentionInDays: group.retention }),
        metricFilterCount: 0,
        arn: `${groupArn(group.name)}:*`,
        storedBytes: group.size,
        logGroupClass: group.class,
        logGroupArn: groupArn(group.name),
      }));
      return { logGroups, ...rest };
    },

    PutRetentionPolicy(input) {
      const { retentionInDays } = input;
      if (!RETENTIONS.includes(retentionInDays)) {
        throw invalidParameter(
          `retentionInDays must be one of ${RETENTIONS.join(", ")}; it is ${retentionInDays}.`,
        );
      }
      return setRetention(groupName(input), retentionInDays);
    },
    DeleteRetentionPolicy: (input) => setRetention(groupName(input), null),

    CreateLogStream(input) {
      const group = logs.group(groupName(input));
      const name = streamName(input.logStreamName);
      if (logs.hasStream(group, name)) throw alreadyExists("The specified log stream already exists");
      store.run(
        "INSERT INTO logs_stream (log_group, name, created) VALUES (?, ?, ?)",
        group.id,
        name,
        clock.now(),
      );
      return {};
    },

    DescribeLogStreams(input) {
      const { logStreamNamePrefix = "", orderBy = "LogStreamName", descending = false, limit = PAGE } = input;
      const group = logs.group(groupName(input));
      const byTime = orderBy === "LastEventTime";
      if (byTime && logStreamNamePrefix !== "") {
        throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
      }
      const order = `${byTime ? "coalesce(last_event, created)" : "name"} ${descending ? "DESC" : "ASC"}, name`;
      const start = Number(input.nextToken ?? 0);
      if (!Number.isInteger(start)) throw invalidParameter("The specified nextToken is invalid.");
      const found = store.all<StreamRow>(
        `SELECT * FROM logs_stream WHERE log_group = ? AND substr(name, 1, length(?)) = ? ORDER BY ${order} LIMIT ? OFFSET ?`,
        group.id,
        logStreamNamePrefix,
        logStreamNamePrefix,
        limit + 1,
        start,
      );
      const { rows, ...rest } = pageOf(found, limit, () => String(start + limit));
      const logStreams = rows.map((stream) => ({
        logStreamName: stream.name,
        creationTime: stream.created,
        ...(stream.first_event !== null && {
          firstEventTimestamp: stream.first_event,
          lastEventTimestamp: stream.last_event,
          lastIngestionTime: stream.last_ingestion,
        }),
        arn: `${groupArn(group.name)}:log-stream:${stream.name}`,
        storedBytes: 0,
      }));
      return { logStreams, ...rest };
    },

    ListTagsForResource: ({ resourceArn }) => ({
      tags: JSON.parse(logs.group(groupName({ logGroupIdentifier: resourceArn })).tags),
    }),
    TagResource: (input) => setTags(input, (tags) => ({ ...tags, ...input.tags })),
    UntagResource: (input) =>
      setTags(input, (tags) =>
        Object.fromEntries(Object.entries(tags).filter(([key]) => !input.tagKeys.includes(key))),
      ),

    ...documentOperations(kernel, logs),
  };
}

function isPolicy(text: unknown): boolean {
  try {
    return typeof JSON.parse(String(text)).Statement === "object";
  } catch {
    return false;
  }
}

/** Resource policies, which authorize services; and metric filters, which have no effect locally. */
function documentOperations(kernel: Kernel, logs: LogStore): Record<string, Operation> {
  const { store, clock } = kernel;
  const put = (kind: string, name: string, document: object) => {
    store.run("INSERT OR REPLACE INTO logs_document VALUES (?, ?, ?)", kind, name, JSON.stringify(document));
    return document;
  };
  const remove = (kind: string, name: string) => {
    if (store.run("DELETE FROM logs_document WHERE kind = ? AND name = ?", kind, name) === 0) {
      throw notFound(`${name} does not exist.`);
    }
    return {};
  };

  return {
    PutResourcePolicy(input) {
      const policyName = required(input, "policyName");
      const { policyDocument } = input;
      if (!isPolicy(policyDocument)) throw invalidParameter("The policyDocument must be a policy in JSON.");
      return {
        resourcePolicy: put("policy", policyName, {
          policyName,
          policyDocument,
          lastUpdatedTime: clock.now(),
        }),
      };
    },
    DeleteResourcePolicy: (input) => remove("policy", required(input, "policyName")),
    PutMetricFilter(input) {
      const { name } = logs.group(groupName(input));
      const filterName = required(input, "filterName");
      const { filterPattern, metricTransformations } = input;
      const document = {
        filterName,
        filterPattern,
        metricTransformations,
        logGroupName: name,
        creationTime: clock.now(),
      };
      put("metric-filter", `${name}:${filterName}`, document);
      return {};
    },
    DeleteMetricFilter: (input) =>
      remove("metric-filter", `${groupName(input)}:${required(input, "filterName")}`),
  };
}
