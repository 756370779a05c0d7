import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Bus } from "../ports.ts";

/** A bus of EventBridge, by name or ARN. */
export function eventBridge(bus: string, client = new EventBridgeClient({})): Bus {
  return {
    async publish(entries) {
      const answer = await client.send(
        new PutEventsCommand({ Entries: entries.map((entry) => ({ ...entry, EventBusName: bus })) }),
      );
      return (answer.Entries ?? []).flatMap(({ ErrorCode }, index) => (ErrorCode ? [index] : []));
    },
  };
}
