import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { type DirectCalls, direct, type Shape } from "./direct-client.ts";
import { PutEventsCommand } from "./events-commands.ts";
import { lazyClient } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";

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

const open = async () => new (await loadSdk("events")).EventBridgeClient({});

/** A function's client for buses. */
export function busClient(): EventBridgeClient {
  return direct(lazyClient(open), EVENTS);
}
