import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateDescribeLogGroups,
} from "@aws-sdk/client-cloudwatch-logs";
import type { FunctionLogs, WrittenLine } from "../../ports.ts";

/** The account allows some ten calls a second, and functions are many. */
const GROUPS_AT_ONCE = 4;

/** The logs of a deployed stack's functions, as their construct names the groups. */
export function functionLogs(stack: string, client = new CloudWatchLogsClient({})): FunctionLogs {
  const linesOf = async (
    logGroupName: string,
    { pattern, from, until }: Parameters<FunctionLogs["lines"]>[1],
  ): Promise<WrittenLine[]> => {
    const lines: WrittenLine[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          ...{ logGroupName, filterPattern: pattern, startTime: from, endTime: until, nextToken },
        }),
      );
      for (const { eventId = "", timestamp = 0, message = "" } of page.events ?? [])
        lines.push({ id: `${logGroupName} ${eventId}`, at: timestamp, text: message.trimEnd() });
      ({ nextToken } = page);
    } while (nextToken);
    return lines;
  };

  return {
    async groups() {
      const groups: string[] = [];
      const pages = paginateDescribeLogGroups({ client }, { logGroupNamePrefix: `/millrace/${stack}/` });
      for await (const { logGroups = [] } of pages)
        groups.push(...logGroups.map(({ logGroupName }) => logGroupName!));
      return groups;
    },

    async lines(groups, query) {
      const open = [...groups];
      const found: WrittenLine[] = [];
      const take = async () => {
        for (let group = open.shift(); group !== undefined; group = open.shift())
          found.push(...(await linesOf(group, query)));
      };
      await Promise.all(Array.from({ length: GROUPS_AT_ONCE }, take));
      return found.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
    },
  };
}
