import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { dynamodbResources } from "./resources.ts";
import { dynamodbService, dynamodbStreamsService } from "./service.ts";

export const dynamodbEngine: Engine<"dynamodb"> = {
  name: "dynamodb",
  service: dynamodbService,
  resources: dynamodbResources,
  wire: { protocol: "json", target: "DynamoDB_20120810" },
  // Conditions need keys and attributes, which only the service with its tables has.
  accesses: (kernel, operation, input) => kernel.service("dynamodb")!.accesses!(operation, input),
};

export const dynamodbStreamsEngine: Engine<"dynamodbstreams"> = {
  name: "dynamodbstreams",
  service: dynamodbStreamsService,
  resources: [],
  wire: { protocol: "json", target: "DynamoDBStreams_20120810" },
  accesses(_kernel, operation, input) {
    const resource = operation === "ListStreams" ? "*" : input.StreamArn;
    return [access(`dynamodb:${operation}`, resource)];
  },
};
