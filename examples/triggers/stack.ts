import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { AttributeType, StreamViewType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { BlockPublicAccess, Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import {
  AlarmTrigger,
  EventTrigger,
  FileTrigger,
  QueueTrigger,
  Schedule,
  TableChanges,
  Webhook,
} from "../../lib/constructs/triggers/index.ts";
import { Millrace } from "../../lib/millrace.ts";
import { backlog, githubPushes, hostStops, mornings, orders, reports, userChanges } from "./triggers.ts";
import { workflows } from "./workflows.ts";

const handlers = import.meta.dirname;

/** Every kind of trigger, each with its source. */
export class Triggers extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const millrace = new Millrace(this, "Millrace", { workflows, handlers });

    const webhook = new Webhook(this, "GitHub", { trigger: githubPushes, millrace, handlers });

    const users = new TableV2(this, "Users", {
      partitionKey: { name: "userId", type: AttributeType.STRING },
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: "until",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    new TableChanges(this, "UserChanges", { trigger: userChanges, table: users, millrace, handlers });

    const inbox = new Bucket(this, "Inbox", {
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new FileTrigger(this, "Reports", { trigger: reports, bucket: inbox, millrace, handlers });

    const queue = new Queue(this, "OrderQueue", {
      enforceSSL: true,
      // Six times the timeout of the function that reads it.
      visibilityTimeout: Duration.minutes(3),
      deadLetterQueue: {
        queue: new Queue(this, "OrderDeadLetters", { enforceSSL: true }),
        maxReceiveCount: 5,
      },
    });
    new QueueTrigger(this, "Orders", { trigger: orders, queue, millrace, handlers });

    const alarm = queue.metricApproximateAgeOfOldestMessage().createAlarm(this, "OrdersWait", {
      threshold: Duration.minutes(10).toSeconds(),
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new AlarmTrigger(this, "Backlog", { trigger: backlog, alarm, millrace, handlers });
    new EventTrigger(this, "HostStops", { trigger: hostStops, millrace, handlers });
    new Schedule(this, "Mornings", { trigger: mornings, millrace });

    const outputs = {
      WebhookUrl: webhook.url,
      WebhookSecret: webhook.secret!.secretArn,
      Users: users.tableName,
      Inbox: inbox.bucketName,
      OrderQueue: queue.queueUrl,
      OrdersWait: alarm.alarmName,
    };
    for (const [name, value] of Object.entries(outputs))
      new CfnOutput(this, `${name}Output`, { value }).overrideLogicalId(name);
  }
}
