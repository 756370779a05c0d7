import { access, arnOf } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { QUERY } from "./query.ts";
import { sqsResources } from "./resources.ts";
import { sqsService } from "./service.ts";

export const sqsEngine: Engine<"sqs"> = {
  name: "sqs",
  service: sqsService,
  resources: sqsResources,
  wire: { protocol: "json", target: "AmazonSQS", query: { version: "2012-11-05", names: QUERY } },
  accesses(kernel, operation, input) {
    const name = input.QueueName ?? (input.QueueUrl && String(input.QueueUrl).split("/").at(-1));
    const resource = input.SourceArn ?? arnOf(name, (queue) => kernel.arn("sqs", queue)) ?? "*";
    return [access(`sqs:${operation.replace(/Batch$/, "")}`, resource)];
  },
};
