import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { Confirmations } from "./confirmations.ts";
import { Deliveries } from "./deliveries.ts";
import { checkingInputs } from "./inputs.ts";
import { publishOperations } from "./publish.ts";
import { sender } from "./send.ts";
import { subscriptionOperations } from "./subscription-operations.ts";
import { Subscriptions } from "./subscriptions.ts";
import { TABLES } from "./tables.ts";
import { topicOperations } from "./topic-operations.ts";
import { Topics } from "./topics.ts";

/** SNS: standard and FIFO topics, with queues, functions and HTTP endpoints of this machine as subscribers. */
export function snsService(kernel: Kernel): Service {
  kernel.store.define(TABLES);
  const topics = new Topics(kernel);
  const subscriptions = new Subscriptions(kernel);
  const deliveries = new Deliveries(kernel, topics, subscriptions, sender(kernel, topics));
  const confirmations = new Confirmations(kernel, subscriptions);
  return {
    name: "sns",
    operations: checkingInputs({
      ...topicOperations(kernel.account, topics, subscriptions),
      ...subscriptionOperations(kernel, topics, subscriptions, confirmations.request),
      ...publishOperations(kernel, topics, subscriptions, deliveries),
    }),
    policyOf(arn) {
      const topic = topics.withArn(arn);
      return topic && (topic.attributes.Policy ?? ofAlarms(topic.arn));
    },
    start() {
      deliveries.start();
      confirmations.start();
    },
    async stop() {
      deliveries.stop();
    },
  };
}

/**
 * What the default policy comes to: `AWS:SourceOwner` is known only for calls that CloudWatch makes for the
 * account's alarms.
 */
const ofAlarms = (Resource: string) =>
  JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "SNS:Publish",
        Resource,
      },
    ],
  });
