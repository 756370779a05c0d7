import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { beforeAll, expect } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { deliveryReader } from "../../../lambdas/runtime/aws/ledger/delivery-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { sharedApp } from "../../shared-app.ts";
import { distinctEvents } from "../archived-events.ts";
import { reactions, workflows } from "./cinema/definitions.ts";

let assembly: string;

/** Synthesizes the cinema, once for the tests of a file. */
export function cinemaAssembly(): void {
  beforeAll(() => {
    const handlers = join(import.meta.dirname, "cinema");
    assembly = sharedApp("cinema", "Cinema", { workflows, reactions, handlers });
  }, 240_000);
}

export type Cinema = Awaited<ReturnType<typeof openCinema>>;

/** The cinema in a simulation. */
export async function openCinema(options: Partial<SimulationOptions> = {}) {
  const cloud = await simulate(assembly, { seed: 1, ...options });
  const { MillraceBus, MillraceTable, MillraceControl } = (await cloud.outputs("Cinema")) as Record<
    string,
    string
  >;
  const reader = deliveryReader(openTable(MillraceTable!, cloud.client(DynamoDBClient)));
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  let orders = 0;
  /** Waits for what goes over the wire, in which time stops. */
  const resolved = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    await cloud.settle();
    return await answer;
  };
  return {
    cloud,
    /** Publishes an event under an id, or as a producer that knows no ids writes it. Answers its id. */
    async publish(name: string, payload: object, id?: string): Promise<string> {
      const Detail = JSON.stringify({ ...payload, ...(id && { millrace: { id } }) });
      const Entries = [{ EventBusName: MillraceBus, Source: "studio", DetailType: name, Detail }];
      const answer = await cloud.call("events", "PutEvents", { Entries });
      expect(answer).toMatchObject({ FailedEntryCount: 0 });
      await cloud.settle();
      return id ?? answer.Entries[0].EventId;
    },
    order(action: "pause" | "resume", target: object) {
      const said = { by: "ada", why: "test", key: `k${++orders}` };
      return resolved(control({ action, target, ...said } as Command));
    },
    /** What became of an event, by subscriber. */
    async of(event: string) {
      const found = await resolved(reader.ofEvent(event));
      return Object.fromEntries(found.map((delivery) => [delivery.subscriber, delivery]));
    },
    /** The state of an event with each subscriber. */
    async states(event: string): Promise<Record<string, string>> {
      const found = await resolved(reader.ofEvent(event));
      return Object.fromEntries(found.map(({ subscriber, state }) => [subscriber, state]));
    },
    overdue: async () =>
      (await resolved(reader.list({ kind: "overdue", limit: 100, after: undefined }))).items,
    problems: async (subscriber?: string) =>
      (await resolved(reader.list({ kind: "problem", limit: 100, after: undefined, subscriber }))).items,
    /** Distinct events of a name that were on the bus. */
    published(name: string): any[] {
      return distinctEvents(cloud, name).map(({ detail }) => detail);
    },
    /** Whether a function gets what is in its queue. */
    async drains(functionName: string, Enabled: boolean) {
      const FunctionName = cloud.functionName(functionName);
      const { EventSourceMappings } = await cloud.call("lambda", "ListEventSourceMappings", { FunctionName });
      await cloud.call("lambda", "UpdateEventSourceMapping", { UUID: EventSourceMappings[0].UUID, Enabled });
    },
    /** Whether a rule brings anything. */
    async enables(description: string, enabled: boolean) {
      const { Rules } = await cloud.call("events", "ListRules", { EventBusName: MillraceBus });
      const rules = (Rules as any[]).filter(({ Description }) => Description === description);
      expect(rules).toHaveLength(1);
      const Name = rules[0].Name;
      await cloud.call("events", enabled ? "EnableRule" : "DisableRule", { Name, EventBusName: MillraceBus });
    },
    /** The state of the alarm on a metric. */
    async alarm(metric: string): Promise<string> {
      const { MetricAlarms } = await cloud.call("monitoring", "DescribeAlarms", {});
      return (MetricAlarms as any[]).find(({ MetricName }) => MetricName === metric).StateValue;
    },
    /** What the ledger's function has called so far. */
    ledgerCalls(): string[] {
      const ledger = cloud.functionName("Records every delivery and finds overdue ones");
      return cloud.calls.filter((call) => call.function === ledger).map(({ operation }) => operation);
    },
  };
}
