import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty folder. */
export const folder = (): string => mkdtempSync(join(tmpdir(), "local-cloud-"));

/** Writes a cloud assembly of one stack, "App", as `cdk synth` would; answers its folder. */
export function assemblyOf(
  resources: Record<string, unknown>,
  outputs: Record<string, unknown> = {},
): string {
  const directory = join(folder(), "cdk.out");
  mkdirSync(directory);
  const write = (file: string, content: unknown) =>
    writeFileSync(join(directory, file), JSON.stringify(content));
  write("App.template.json", { Resources: resources, Outputs: outputs });
  write("manifest.json", {
    version: "55.0.0",
    artifacts: {
      App: {
        type: "aws:cloudformation:stack",
        environment: "aws://unknown-account/unknown-region",
        properties: { templateFile: "App.template.json" },
      },
    },
  });
  return directory;
}

/** A bus whose rule delivers to a queue; `policy` is the queue's, which a rule needs. */
export const rulesToQueue = {
  Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "app" } },
  Queue: { Type: "AWS::SQS::Queue" },
  Rule: {
    Type: "AWS::Events::Rule",
    Properties: {
      EventBusName: { Ref: "Bus" },
      EventPattern: { source: ["app"] },
      Targets: [{ Id: "queue", Arn: { "Fn::GetAtt": ["Queue", "Arn"] } }],
    },
  },
};

export const queuePolicy = {
  Type: "AWS::SQS::QueuePolicy",
  Properties: {
    Queues: [{ Ref: "Queue" }],
    PolicyDocument: {
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: { "Fn::GetAtt": ["Queue", "Arn"] },
          Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["Rule", "Arn"] } } },
        },
      ],
    },
  },
};

export const queueUrl = { QueueUrl: { Value: { Ref: "Queue" } } };
