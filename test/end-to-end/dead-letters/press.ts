import { join } from "node:path";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { type HandlerFactory, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { sharedApp } from "../../shared-app.ts";
import { archivedEvents } from "../archived-events.ts";
import { dyingWhile, RUNTIME, reactionOf, workerOf } from "../own-code.ts";
import { advertise, bindBook, catalogue, makeBook, printBook, sellBook, shredBook } from "./app/books.ts";

const STEPS = [printBook, bindBook, advertise, shredBook];

let assembly: string;

/** Synthesizes the press, once for the tests of a file. */
export function pressAssembly(): void {
  beforeAll(() => {
    assembly = sharedApp("press", "Press", {
      workflows: [makeBook, sellBook],
      reactions: [catalogue],
      handlers: join(import.meta.dirname, "app"),
    });
  }, 180_000);
}

export type Press = Awaited<ReturnType<typeof openPress>>;

/** The press in a simulation. What is in `broken` (steps, "catalogue", "intake") dies without an answer. */
export async function openPress(broken: Set<string>, options: Partial<SimulationOptions> = {}) {
  /** What steps and the reaction did, in order: "print-book Dune". */
  const did: string[] = [];
  const reports: string[] = [];
  const dying = (name: string, make: HandlerFactory) => dyingWhile(() => broken.has(name), make);
  const steps = STEPS.map((spec) => [
    spec.name,
    dying(
      spec.name,
      workerOf(spec as StepSpec<string, any, any, any, any>, (book: any) => {
        did.push(`${spec.name} ${(book.input ?? book).title}`);
        return spec === shredBook ? null : book;
      }),
    ),
  ]);
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    report: (line: string) => reports.push(line),
    ...options,
    handlers: {
      ...Object.fromEntries(steps),
      "Reaction catalogue": dying(
        "catalogue",
        reactionOf(catalogue, ({ title }) => void did.push(`catalogue ${title}`)),
      ),
      "make-book: event → run": dying("intake", async ({ load }) => (await load(RUNTIME)).intake(makeBook)),
      ...options.handlers,
    },
  });
  const { MillraceBus, MillraceTable, MillraceControl } = (await cloud.outputs("Press")) as Record<
    string,
    string
  >;
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  let orders = 0;
  const items = async <Kind extends TableItem["kind"]>(kind: Kind) => {
    const all: TableItem[] = [];
    let start: object | undefined;
    do {
      const page = await cloud.call("dynamodb", "Scan", {
        TableName: MillraceTable,
        ExclusiveStartKey: start,
      });
      all.push(...(page.Items as any[]).map((item) => unmarshall(item) as TableItem));
      start = page.LastEvaluatedKey;
    } while (start);
    return all.filter((item): item is Extract<TableItem, { kind: Kind }> => item.kind === kind);
  };
  return {
    cloud,
    did,
    reports,
    items,
    async want(...titles: string[]) {
      for (const title of titles) {
        const entry = { EventBusName: MillraceBus, Source: "shop", DetailType: "book.wanted" };
        await cloud.call("events", "PutEvents", {
          Entries: [{ ...entry, Detail: JSON.stringify({ title }) }],
        });
      }
      await cloud.settle();
    },
    async order(action: string, target: object, more: object = {}) {
      const said = { by: "ada", why: "fixed", key: `k${++orders}` };
      const answer = control({ action, target, ...said, ...more } as never);
      const [outcome] = await Promise.allSettled([answer, cloud.settle()]);
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    },
    async run(workflow: "make-book" | "sell-book", title: string) {
      const id = runId(workflow, "book.wanted", title);
      return (await items("run")).find(({ run }) => run === id);
    },
    /** Unresolved dead letters, oldest first. */
    async dead(subscriber?: string) {
      const all = (await items("dead-letter")).filter(({ list }) => list !== undefined);
      return all
        .filter((item) => !subscriber || item.subscriber === subscriber)
        .sort((a, b) => (a.diedAt < b.diedAt ? -1 : 1));
    },
    /** What Millrace itself has published under these names. */
    published: (...names: string[]) =>
      archivedEvents(cloud)
        .filter((event) => names.includes(event["detail-type"]))
        .map((event) => ({ name: event["detail-type"] as string, ...event.detail })),
  };
}
