import { assemblyOf } from "../../cloud/assembly.ts";
import { ACTOR, functionOf, LETS_EVENTS_SEND } from "../../cloud/resources.ts";

/**
 * Every kind of thing that outlives a process: queues, tables with a stream, a bus with rules, a state machine
 * that waits and holds tokens, mappings, schedules. Functions record each effect once, by a conditional put.
 */

const arn = (resource: string) => ({ "Fn::GetAtt": [resource, "Arn"] });

const queue = (properties: object = {}) => ({ Type: "AWS::SQS::Queue", Properties: properties });

const key = { AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }] };
const table = (properties: object = {}) => ({
  Type: "AWS::DynamoDB::Table",
  Properties: {
    ...key,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    ...properties,
  },
});

/** Stores its input under `<kind>/<id>`, where it is not there yet. */
const HANDLER = `
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const client = new DynamoDBClient();
exports.handler = async ({ Records }) => {
  for (const { body, dynamodb } of Records) {
    const id = dynamodb ? "item/" + dynamodb.Keys.id.S : "event/" + JSON.parse(body).detail.id;
    const put = { TableName: process.env.TABLE, Item: { id: { S: id } }, ConditionExpression: "attribute_not_exists(id)" };
    await client.send(new PutItemCommand(put)).catch((error) => {
      if (error.name !== "ConditionalCheckFailedException") throw error;
    });
  }
};`;

const DEFINITION = {
  StartAt: "Pause",
  States: {
    Pause: { Type: "Wait", Seconds: 1, Next: "Each" },
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: {
        StartAt: "Ask",
        States: {
          Ask: {
            Type: "Task",
            Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            Parameters: { QueueUrl: "${Tokens}", MessageBody: { "token.$": "$$.Task.Token" } },
            End: true,
          },
        },
      },
      Next: "Rest",
    },
    Rest: { Type: "Wait", Seconds: 1, End: true },
  },
};

const mapping = (properties: object) => ({
  Type: "AWS::Lambda::EventSourceMapping",
  Properties: { FunctionName: { Ref: "Function" }, ...properties },
});

const rule = (properties: object) => ({ Type: "AWS::Events::Rule", Properties: properties });

/** The app's cloud assembly; answers its folder. */
export const assembly = () =>
  assemblyOf({
    Plain: queue({ QueueName: "plain", VisibilityTimeout: 2 }),
    Ordered: queue({ QueueName: "ordered.fifo", FifoQueue: true, VisibilityTimeout: 2 }),
    Tokens: queue({ QueueName: "tokens", VisibilityTimeout: 2 }),
    Due: queue({ QueueName: "due", VisibilityTimeout: 2 }),
    Ticks: queue({ QueueName: "ticks", VisibilityTimeout: 2 }),
    Events: queue({ QueueName: "events", VisibilityTimeout: 6 }),
    Policy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: "Events" }, { Ref: "Ticks" }],
        PolicyDocument: { Statement: [LETS_EVENTS_SEND] },
      },
    },
    Items: table({ TableName: "items", StreamSpecification: { StreamViewType: "KEYS_ONLY" } }),
    Counters: table({ TableName: "counters" }),
    Effects: table({ TableName: "effects" }),
    Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "app" } },
    Rule: rule({
      EventBusName: { Ref: "Bus" },
      EventPattern: { source: ["app"] },
      Targets: [{ Id: "queue", Arn: arn("Events") }],
    }),
    Minute: rule({ ScheduleExpression: "rate(1 minute)", Targets: [{ Id: "queue", Arn: arn("Ticks") }] }),
    Role: ACTOR,
    Function: functionOf(HANDLER, { Timeout: 5, Environment: { Variables: { TABLE: { Ref: "Effects" } } } }),
    FromQueue: mapping({ EventSourceArn: arn("Events"), BatchSize: 10 }),
    FromStream: mapping({
      EventSourceArn: { "Fn::GetAtt": ["Items", "StreamArn"] },
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 20,
    }),
    Machine: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: {
        StateMachineName: "machine",
        RoleArn: arn("Role"),
        DefinitionString: JSON.stringify(DEFINITION),
        DefinitionSubstitutions: { Tokens: { Ref: "Tokens" } },
      },
    },
  });
