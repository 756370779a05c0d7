import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type DirectCalls, direct, type Shape } from "./direct-client.ts";

const shapes: [unknown, Shape][] = [
  [
    PutEventsCommand,
    {
      operation: "PutEvents",
      write: ({ Entries, ...rest }) => ({
        ...rest,
        Entries: Entries.map(({ Time, ...entry }: { Time?: Date }) => ({
          ...entry,
          ...(Time && { Time: Time.getTime() / 1000 }),
        })),
      }),
    },
  ],
];

export const EVENTS: DirectCalls = {
  service: "events",
  target: "AWSEvents",
  version: "1.1",
  shapes: new Map(shapes),
};

/** A function's client for buses. */
export function busClient(): EventBridgeClient {
  return direct(new EventBridgeClient({}), EVENTS);
}
