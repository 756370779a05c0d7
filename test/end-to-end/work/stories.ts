import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, expect } from "vitest";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { StepFunction } from "../../../lambdas/runtime/index.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { type Duration, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { archivedEvents } from "../archived-events.ts";
import { workerOf } from "../own-code.ts";
import { synthesizeStories } from "./story/app.ts";
import { writeStory } from "./story/workflow.ts";

let assembly: string;

/** Synthesizes the app, once for the tests of a file. */
export function storiesAssembly(): void {
  beforeAll(() => {
    assembly = synthesizeStories();
  }, 120_000);
}

/** The app in a simulation, with a model of the test's own behind "write-story". */
export async function openStories(model: StepFunction<any, any>, options: Partial<SimulationOptions> = {}) {
  const reports: string[] = [];
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    report: (line) => reports.push(line),
    handlers: { "write-story": workerOf(writeStory, model) },
    ...options,
  });
  const { MillraceBus, MillraceTable } = (await cloud.outputs("Stories")) as Record<string, string>;
  const reader = runReader(openTable(MillraceTable!, cloud.client(DynamoDBClient)), cloud.client(SFNClient));
  return {
    cloud,
    reports,
    async ask(...stories: string[]) {
      for (const storyId of stories) {
        const entry = { EventBusName: MillraceBus, Source: "test", DetailType: "story.asked" };
        const Entries = [{ ...entry, Detail: JSON.stringify({ storyId }) }];
        expect(await cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
      }
      await cloud.settle();
    },
    async runs() {
      const runs = await reader.runs(100);
      return await Promise.all(runs.map(async ({ run }) => (await reader.run(run))!.run));
    },
    async items<Kind extends TableItem["kind"]>(kind: Kind) {
      const { Items } = await cloud.call("dynamodb", "Scan", { TableName: MillraceTable });
      const items = (Items as any[]).map((item) => unmarshall(item)) as TableItem[];
      return items.filter((item): item is Extract<TableItem, { kind: Kind }> => item.kind === kind);
    },
    /** Lets the reconciler, which `schedules: false` leaves out, run as it is scheduled, for this long. */
    async sweep(duration: Duration): Promise<void> {
      const { Rules } = await cloud.call("events", "ListRules");
      const { Name } = (Rules as any[]).find(({ Description }) => /reconcile/.test(Description));
      await cloud.call("events", "EnableRule", { Name });
      await cloud.advance(duration);
    },
    /** The names of all events about a breaker that were on the bus, in order. */
    async published(prefix: string): Promise<string[]> {
      const events = archivedEvents(cloud);
      return events.map((event) => event["detail-type"] as string).filter((name) => name.startsWith(prefix));
    },
  };
}
