import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { mapConcurrently } from "../../../../lib/contract/map-concurrently.ts";
import type { WrittenQuery } from "../../api/ports.ts";
import type { FunctionLogs, WrittenLine } from "../../ports/function-logs.ts";
import { DescribeLogGroupsCommand, FilterLogEventsCommand, logsClient } from "../client/logs-commands.ts";

/** The account allows about ten calls a second, and there are many functions. */
const GROUPS_AT_ONCE = 4;

/**
 * A search reads all lines of its time range, whatever it finds: of a busy function, at most this number of
 * pages.
 */
const MOST_PAGES = 10;

function linesFrom(client: CloudWatchLogsClient) {
  return async (
    logGroupName: string,
    { pattern, from, until, most }: Parameters<FunctionLogs["lines"]>[1],
  ): Promise<WrittenLine[]> => {
    const lines: WrittenLine[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName,
          filterPattern: pattern,
          startTime: from,
          endTime: until,
          nextToken,
        }),
      );
      for (const { eventId = "", timestamp = 0, message = "" } of page.events ?? [])
        lines.push({ id: `${logGroupName} ${eventId}`, at: timestamp, text: message.trimEnd() });
      ({ nextToken } = page);
      pages += 1;
    } while (nextToken && (most === undefined || (lines.length < most && pages < MOST_PAGES)));
    return lines;
  };
}

/** The lines of log groups that contain one of some words. */
export function linesWith(client = logsClient()) {
  const logs = functionLogs("", client);
  return async ({ groups, words, ...query }: WrittenQuery): Promise<WrittenLine[]> => {
    const [first, ...others] = words.map((word) => JSON.stringify(word));
    if (first === undefined) return [];
    const pattern = others.length === 0 ? first : [first, ...others].map((word) => `?${word}`).join(" ");
    return await logs.lines(groups, { ...query, pattern });
  };
}

/** The logs of a deployed stack's functions, by the names that their construct gives the groups. */
export function functionLogs(stack: string, client = logsClient()): FunctionLogs {
  const linesOf = linesFrom(client);

  return {
    async groups() {
      const groups: string[] = [];
      const logGroupNamePrefix = `/millrace/${stack}/`;
      let nextToken: string | undefined;
      do {
        const page = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix, nextToken }));
        groups.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName!));
        ({ nextToken } = page);
      } while (nextToken);
      return groups;
    },

    async lines(groups, query) {
      const found = await mapConcurrently(groups, GROUPS_AT_ONCE, (group) => linesOf(group, query));
      return found.flat().sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
    },
  };
}
