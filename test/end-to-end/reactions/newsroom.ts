import { join } from "node:path";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, expect } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import type { ReactionFunction } from "../../../lambdas/runtime/index.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { sharedApp } from "../../shared-app.ts";
import { distinctEvents } from "../archived-events.ts";
import { reactionOf } from "../own-code.ts";
import { reactions } from "./news/reactions.ts";

let assembly: string;

/** Synthesizes the app, once for the tests of a file. */
export function newsAssembly(): void {
  beforeAll(() => {
    assembly = sharedApp("news", "News", { reactions, handlers: join(import.meta.dirname, "news") });
  }, 180_000);
}

export type Newsroom = Awaited<ReturnType<typeof openNewsroom>>;

/** The app in a simulation. `conduct` is what reactions do, by name; else they do what is written in their handlers. */
export async function openNewsroom(
  conduct: Record<string, ReactionFunction<any>> = {},
  options: Partial<SimulationOptions> = {},
) {
  const reports: string[] = [];
  const handlers = Object.entries(conduct).map(([name, code]) => [
    `Reaction ${name}`,
    reactionOf(reactions.find((spec) => spec.name === name)!, code),
  ]);
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    report: (line: string) => reports.push(line),
    ...options,
    handlers: Object.fromEntries(handlers),
  });
  const { MillraceBus, MillraceTable, MillraceControl } = (await cloud.outputs("News")) as Record<
    string,
    string
  >;
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  let orders = 0;
  return {
    cloud,
    reports,
    async publish(articleId: string, more: object = {}, id?: string) {
      const detail = {
        articleId,
        section: "culture",
        words: 2_000,
        ...more,
        ...(id && { millrace: { id } }),
      };
      const entry = { EventBusName: MillraceBus, Source: "desk", DetailType: "article.published" };
      const answer = await cloud.call("events", "PutEvents", {
        Entries: [{ ...entry, Detail: JSON.stringify(detail) }],
      });
      expect(answer).toMatchObject({ FailedEntryCount: 0 });
      await cloud.settle();
    },
    async order(action: string, reaction: string) {
      const said = { by: "ada", why: "test", key: `k${++orders}` };
      const answer = control({ action, target: { subscriber: reaction }, ...said } as Command);
      await cloud.settle();
      return await answer;
    },
    async items(kind: string) {
      const { Items } = await cloud.call("dynamodb", "Scan", { TableName: MillraceTable });
      return (Items as any[]).map((item) => unmarshall(item)).filter((item) => item.kind === kind);
    },
    /** Payloads of all distinct events of a name that were on the bus. */
    published(name: string): any[] {
      return distinctEvents(cloud, name).map(({ detail: { millrace: _, ...data } }) => data);
    },
  };
}
