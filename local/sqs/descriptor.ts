import { access, arnOf } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { sqsResources } from "./resources.ts";
import { sqsService } from "./service.ts";

export const sqsEngine: Engine<"sqs"> = {
  name: "sqs",
  service: sqsService,
  resources: sqsResources,
  wire: { protocol: "json", target: "AmazonSQS" },
  accesses(kernel, operation, input) {
    const name = input.QueueName ?? (input.QueueUrl && String(input.QueueUrl).split("/").at(-1));
    const resource = input.SourceArn ?? arnOf(name, (queue) => kernel.arn("sqs", queue)) ?? "*";
    return [access(`sqs:${operation.replace(/Batch$/, "")}`, resource)];
  },
};
