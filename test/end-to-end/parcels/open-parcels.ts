import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, beforeAll } from "vitest";
import { recordExpress } from "../../../bin/recorded-express.ts";
import { recordRun } from "../../../bin/recorded-run.ts";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { logReader } from "../../../lambdas/runtime/aws/relay/log-reader.ts";
import { tableReleases } from "../../../lambdas/runtime/aws/release/releases.ts";
import { executionRecords } from "../../../lambdas/runtime/aws/runs/execution-records.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../../lambdas/runtime/aws/waits/approvals.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { storyOf } from "../../../lib/contract/log/log-order.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import type { HistoryEvent } from "../../../lib/contract/recording/history.ts";
import type { RerunRequest } from "../../../lib/contract/recording/request.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { rerunAll } from "../../../local/rerun.ts";
import { type Simulation, type SimulationOptions, simulate } from "../../../local/simulate.ts";

export const EXPRESS = "send-express";
export const STANDARD = "send-parcel";

export type Parcels = Awaited<ReturnType<typeof openParcels>>;

/** Synthesizes an app for the tests of a file, and answers what opens it. The cloud that is opened last ends with its test. */
export function parcelsOfApp(synthesize: () => string) {
  let folder: string;
  let cloud: Simulation | undefined;
  beforeAll(() => {
    folder = synthesize();
  }, 120_000);
  afterEach(() => cloud?.close());
  return async (options?: Partial<SimulationOptions>): Promise<Parcels> => {
    const parcels = await openParcels(folder, options);
    ({ cloud } = parcels);
    return parcels;
  };
}

/** Parcels in a simulated cloud: each event starts the same definition with an execution and without. */
export async function openParcels(folder: string, options: Partial<SimulationOptions> = {}) {
  const cloud: Simulation = await simulate(folder, { seed: 1, schedules: false, ...options });
  const { MillraceBus, MillraceTable, MillraceControl } = await cloud.outputs("Parcels");
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  const reader = runReader(table, cloud.client(SFNClient));
  const runOf = (workflow: string, id = "p") => runId(workflow, "parcel.ready", id);
  return {
    cloud,
    reader,
    runOf,
    publish: (detail: object = {}) =>
      cloud.call("events", "PutEvents", {
        Entries: [
          {
            EventBusName: MillraceBus,
            Source: "test",
            DetailType: "parcel.ready",
            Detail: JSON.stringify({ id: "p", ...detail }),
          },
        ],
      }),
    async send(trouble?: string, at?: string) {
      await this.publish({ ...(trouble && { trouble, at }) });
      await cloud.advance("1 minute");
    },
    item: async (workflow = EXPRESS) => (await reader.run(runOf(workflow)))!.run,
    /** The claims of effects, with their results. */
    async claims(workflow = EXPRESS) {
      const all = (await reader.run(runOf(workflow)))!.claims;
      return all
        .map(({ path, direction, state, attempt, result, failure }) =>
          [path, direction, state, attempt, JSON.stringify(result), failure?.message].join(" "),
        )
        .sort();
    },
    /** What the log says of a run and its steps, each event once; in virtual time, much of it happens in one moment. */
    async story(workflow = EXPRESS) {
      const entries = storyOf(await logReader(table).ofRun(runOf(workflow)));
      return entries
        .map(({ name, path = "", state }) =>
          [name, path, state?.kind === "step" ? state.attempt : ""].join(" "),
        )
        .sort();
    },
    /** Executions of the workflow. */
    async executions(workflow = EXPRESS): Promise<any[]> {
      const { stateMachines } = await cloud.call("states", "ListStateMachines");
      const machine = (stateMachines as any[]).find(({ name }) => name.endsWith(`_${workflow}`));
      const { executions } = await cloud.call("states", "ListExecutions", {
        stateMachineArn: machine.stateMachineArn,
      });
      return executions;
    },
    /** The calls that the workflow's pool has made. */
    callsOfPool: (workflow: string) =>
      cloud.calls.filter((call) => call.function === cloud.functionName(`${workflow}: counter`)),
    /** What its compensation undoes, in order. */
    async undone(workflow = EXPRESS): Promise<string[]> {
      const [compensation] = await this.executions(`${workflow}_undo`);
      if (!compensation) return [];
      const { executionArn } = compensation;
      const { input } = await cloud.call("states", "DescribeExecution", { executionArn });
      return JSON.parse(input).undos.map(({ path }: { path: string }) => path);
    },
    /** Lines of the workflow's pool that have a word, in order: "Begins: pack 1.". */
    async logged(word: string, workflow = EXPRESS): Promise<string[]> {
      const { logGroups } = await cloud.call("logs", "DescribeLogGroups", {});
      const { logGroupName } = (logGroups as any[]).find(({ logGroupName: name }) =>
        name.includes(`${workflow}/counter`),
      );
      const query = { logGroupName, filterPattern: `"${word}"` };
      const { events } = await cloud.call("logs", "FilterLogEvents", query);
      return (events as any[]).map(({ message }) => JSON.parse(message).message);
    },
    async began(workflow = EXPRESS) {
      return (await this.logged("Begins", workflow)).map((line) => line.replace(/Begins: (.*)\./, "$1"));
    },
    async decide(path: string, approved: boolean, workflow = EXPRESS) {
      const decision = { approved, decidedBy: "ada" };
      await tableApprovals(table, cloud.now).decide(approvalKey(runOf(workflow), 1, path), decision);
      await cloud.advance("1 minute");
    },
    async order(action: string, workflow = EXPRESS) {
      const about = {
        by: "ada",
        why: "test",
        key: `${action} ${workflow}`,
        target: { run: runOf(workflow) },
      };
      const [outcome] = await Promise.allSettled([control({ action, ...about } as Command), cloud.settle()]);
      if (outcome.status === "rejected") throw outcome.reason;
      await cloud.advance("2 minutes");
    },
    /** The recording of the run, as `replay` makes it. */
    async recording(workflow = EXPRESS) {
      const details = (await reader.run(runOf(workflow)))!;
      const records = executionRecords(cloud.client(SFNClient));
      if (details.run.execution) return (await recordRun(details.run, records))!;
      const sources = {
        stack: "Parcels",
        release: tableReleases(table, cloud.now).withMachine,
        artifacts: { get: () => Promise.reject(new Error("No output of these runs is stored.")) },
        rerun: async (requests: readonly RerunRequest[]) =>
          (await rerunAll(requests)).map(({ events }) => events as HistoryEvent[]),
      };
      const own = await recordExpress(details, sources);
      return (await recordRun(details.run, records, own))!;
    },
    async reconcile() {
      const FunctionName = cloud.functionName("Reconcile");
      await Promise.all([cloud.call("lambda", "Invoke", { FunctionName }), cloud.settle()]);
      await cloud.advance("2 minutes");
    },
  };
}
