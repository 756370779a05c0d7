import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, expect } from "vitest";
import type { TableItem } from "../../../lib/contract/table.ts";
import { type CallFault, simulate } from "../../../local/simulate.ts";
import { archivedEvents } from "../archived-events.ts";
import { synthesizeTrips } from "./trips/app.ts";

let assembly: string;

/** Synthesizes the app, once for the tests of a file. */
export function tripsAssembly(): void {
  beforeAll(() => {
    assembly = synthesizeTrips();
  }, 120_000);
}

export type Agency = Awaited<ReturnType<typeof openAgency>>;

/** The app of the trips in a simulation. */
export async function openAgency({ schedules = false, calls = [] as CallFault[] } = {}) {
  const reports: string[] = [];
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules,
    faults: { calls },
    report: (line) => reports.push(line),
  });
  const { MillraceBus, MillraceTable } = await cloud.outputs("Trips");
  const items = async <Kind extends TableItem["kind"]>(kind: Kind) => {
    const { Items } = await cloud.call("dynamodb", "Scan", { TableName: MillraceTable });
    const all = (Items as any[]).map((item) => unmarshall(item)) as TableItem[];
    return all.filter((item): item is Extract<TableItem, { kind: Kind }> => item.kind === kind);
  };
  return {
    cloud,
    items,
    reports,
    async want(trip: string, more: object = {}, millrace: object = {}) {
      const entry = { EventBusName: MillraceBus, Source: "test", DetailType: "trip.wanted" };
      const Entries = [{ ...entry, Detail: JSON.stringify({ trip, ...more, millrace }) }];
      expect(await cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
    },
    /** Everything that was on the bus, as it was delivered. */
    events: (): any[] => archivedEvents(cloud),
    /** All JSON lines of all functions. */
    async lines(): Promise<Record<string, any>[]> {
      const { logGroups } = await cloud.call("logs", "DescribeLogGroups", {});
      const pages = await Promise.all(
        (logGroups as { logGroupName: string }[]).map(({ logGroupName }) =>
          cloud.call("logs", "FilterLogEvents", { logGroupName }),
        ),
      );
      return pages
        .flatMap(({ events }) => events as { message: string }[])
        .filter(({ message }) => message.startsWith("{"))
        .map(({ message }) => JSON.parse(message));
    },
  };
}
