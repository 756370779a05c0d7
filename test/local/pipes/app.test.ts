import { afterEach, expect, test, vi } from "vitest";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { UserError } from "../../../local/kernel/errors.ts";
import { assemblyOf } from "../cloud/assembly.ts";

const open: Cloud[] = [];
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.close();
});

const of = (name: string, attribute = "Arn") => ({ "Fn::GetAtt": [name, attribute] });
const role = (...Action: string[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: { Statement: [] },
    Policies: [
      { PolicyName: "p", PolicyDocument: { Statement: [{ Effect: "Allow", Action, Resource: "*" }] } },
    ],
  },
});
const READS = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];

/** A pipe from the stream of a table to a queue. */
const app = (...actions: string[]) => ({
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName: "orders",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      StreamSpecification: { StreamViewType: "NEW_IMAGE" },
    },
  },
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "shipped" } },
  Role: role(...actions),
  Pipe: {
    Type: "AWS::Pipes::Pipe",
    Properties: {
      RoleArn: of("Role"),
      Source: of("Table", "StreamArn"),
      Target: of("Queue"),
      SourceParameters: {
        DynamoDBStreamParameters: { StartingPosition: "LATEST", BatchSize: 3 },
        FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      },
      TargetParameters: { InputTemplate: '{"id": <$.dynamodb.NewImage.id.S>}' },
    },
  },
});

async function start(resources: Record<string, unknown>) {
  const reports: string[] = [];
  const cloud = await startCloud({
    assembly: assemblyOf(resources, {}),
    data: undefined,
    port: 0,
    report: (line) => reports.push(line),
  });
  open.push(cloud);
  const { kernel } = cloud;
  const put = (id: string) =>
    kernel.call("dynamodb", "PutItem", { TableName: "orders", Item: { id: { S: id } } });
  const received = async (WaitTimeSeconds = 2): Promise<string[]> => {
    const QueueUrl = `${cloud.endpoint}/000000000000/shipped`;
    const { Messages = [] } = await kernel.call("sqs", "ReceiveMessage", { QueueUrl, WaitTimeSeconds });
    return Messages.map(({ Body }: { Body: string }) => Body);
  };
  return { kernel, put, received, reports };
}

test("a change of a table goes from its stream to a queue, if the pipe's role may", async () => {
  const { put, received, reports, kernel } = await start(app(...READS, "sqs:SendMessage"));
  await put("a");
  expect(await received()).toEqual(['{"id":"a"}']);
  // To put it again is no insertion.
  await put("a");
  await put("b");
  expect(await received()).toEqual(['{"id":"b"}']);
  expect(reports).toEqual([]);
  const { Pipes } = await kernel.call("pipes", "ListPipes", {});
  expect(Pipes).toMatchObject([{ CurrentState: "RUNNING" }]);
});

test("a pipe whose role may not send delivers nothing, and says so", async () => {
  const { put, received, reports } = await start(app(...READS));
  await put("a");
  await vi.waitUntil(() => reports.length > 0);
  expect(await received(0)).toEqual([]);
  expect(reports[0]).toContain("is not authorized to perform: sqs:sendmessage");
});

test("a pipe to what is not served stops the start, by its name", async () => {
  const { Pipe, ...others } = app();
  const Properties = {
    ...Pipe.Properties,
    Target: "arn:aws:firehose:us-east-1:000000000000:deliverystream/d",
  };
  const attempt = start({ ...others, Pipe: { ...Pipe, Properties } });
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow("not to arn:aws:firehose");
});
