import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  paginateFilterLogEvents,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";
import { served } from "../cloud/served.ts";

const { client } = await served();
const logs = new CloudWatchLogsClient(client);
const logGroupName = "/app/orders";
const logStreamName = "one";

test("events are written to a stream, read back and filtered", async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { team: "shop" } }));
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toThrow(
    ResourceAlreadyExistsException,
  );
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  const groups = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/app" }));
  expect(groups.logGroups).toMatchObject([{ logGroupName, retentionInDays: 7 }]);

  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const timestamp = Date.now();
  const lines = ["order placed", '{"level":"ERROR","order":1}', "order paid", '{"level":"INFO"}'];
  const logEvents = lines.map((message, index) => ({ timestamp: timestamp + index, message }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));

  const stream = { logGroupName, logStreamName, startFromHead: true };
  const { events } = await logs.send(new GetLogEventsCommand(stream));
  expect(events!.map(({ message }) => message)).toEqual(lines);
  const filtered = async (filterPattern: string) => {
    const found: (string | undefined)[] = [];
    const pages = paginateFilterLogEvents({ client: logs, pageSize: 1 }, { logGroupName, filterPattern });
    for await (const page of pages) found.push(...page.events!.map(({ message }) => message));
    return found;
  };
  expect(await filtered("order")).toEqual([lines[0], lines[1], lines[2]]);
  expect(await filtered('{ $.level = "ERROR" }')).toEqual([lines[1]]);

  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  expect(logStreams).toMatchObject([{ logStreamName, firstEventTimestamp: timestamp }]);
  await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  await expect(logs.send(new DescribeLogStreamsCommand({ logGroupName }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});
