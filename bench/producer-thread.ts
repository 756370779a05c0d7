import { parentPort, workerData } from "node:worker_threads";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Destination, Event } from "./producer.ts";

type Numbered = Event & { id: number };

/** EventBridge's limit for one call. */
const MOST_ENTRIES = 10;
const CALLS_IN_FLIGHT = 2;

const { bus, client } = workerData as Destination;
const events = new EventBridgeClient(client);
const waiting: Numbered[] = [];
let calls = 0;

parentPort!.on("message", (more: Numbered[]) => {
  waiting.push(...more);
  send();
});

function send(): void {
  while (waiting.length > 0 && calls < CALLS_IN_FLIGHT) {
    calls++;
    void put(waiting.splice(0, MOST_ENTRIES)).finally(() => {
      calls--;
      send();
    });
  }
}

async function put(some: Numbered[]): Promise<void> {
  const ids = some.map(({ id }) => id);
  const Entries = some.map(({ name, payload }) => ({
    EventBusName: bus,
    Source: "bench",
    DetailType: name,
    Detail: JSON.stringify(payload),
  }));
  try {
    const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount) throw new Error(`PutEvents refused ${FailedEntryCount} entries.`);
    parentPort!.postMessage({ ids });
  } catch (error) {
    parentPort!.postMessage({ ids, error: String(error) });
  }
}
