import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll, expect } from "vitest";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { type Simulation, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { distinctEvents } from "../archived-events.ts";
import { expectEmptyQueues } from "../queues.ts";
import { synthesizeShop } from "./shop/app.ts";

let assembly: string;

/** Synthesizes the shop, once for the tests of a file. */
export function shopAssembly(): void {
  beforeAll(() => {
    assembly = synthesizeShop();
  }, 120_000);
}

/** The shop in a simulation. */
export interface Shop {
  cloud: Simulation;
  /** Faults of the local cloud itself. */
  reports: string[];
  /** Sends an event of the shop's; `id` makes it the same event again. */
  send(name: string, detail: object, id?: string): Promise<void>;
  /** The only run of a workflow. */
  run(workflow: string): Promise<Awaited<ReturnType<ReturnType<typeof runReader>["runs"]>>[number] & Details>;
  /** The payloads of all events of a name that were on the bus, each once. */
  published(name: string): Promise<any[]>;
  items<Kind extends TableItem["kind"]>(kind: Kind): Promise<Extract<TableItem, { kind: Kind }>[]>;
}

interface Details {
  output?: unknown;
  failure?: { error: string; cause: string } | undefined;
}

export async function openShop(options: Partial<SimulationOptions> = {}): Promise<Shop> {
  const reports: string[] = [];
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    report: (line) => reports.push(line),
    ...options,
  });
  const { MillraceBus: EventBusName, MillraceTable } = (await cloud.outputs("Shop")) as Record<
    string,
    string
  >;
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const reader = runReader(table, cloud.client(SFNClient));
  return {
    cloud,
    reports,
    async send(DetailType, detail, id) {
      const Detail = JSON.stringify({ ...detail, ...(id && { millrace: { id } }) });
      const Entries = [{ EventBusName, Source: "shop", DetailType, Detail }];
      expect(await cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
    },
    async run(workflow) {
      const found = (await reader.runs(100)).filter((run) => run.workflow === workflow);
      expect(found, `runs of ${workflow}`).toHaveLength(1);
      return (await reader.run(found[0]!.run))!.run;
    },
    async published(name) {
      return distinctEvents(cloud, name).map(({ detail: { millrace: _, ...data } }) => data);
    },
    async items(kind) {
      const { Items } = await cloud.call("dynamodb", "Scan", { TableName: MillraceTable });
      const { unmarshall } = await import("@aws-sdk/util-dynamodb");
      return Items.map((item: never) => unmarshall(item)).filter((item: TableItem) => item.kind === kind);
    },
  };
}

/** No message was given up, or is still on its way, and the local cloud had no fault. */
export async function expectPeace({ cloud, reports }: Shop): Promise<void> {
  await expectEmptyQueues(cloud);
  expect(reports).toEqual([]);
}
