import type { Command } from "commander";
import type { Views } from "../lambdas/runtime/api/ports.ts";
import type { RunSearch, SearchedWorkflow } from "../lambdas/runtime/api/run-partitions.ts";
import { functionLogs } from "../lambdas/runtime/aws/api/function-logs.ts";
import { controlFunction } from "../lambdas/runtime/aws/control/control-client.ts";
import { deadLetterReader } from "../lambdas/runtime/aws/control/dead-letter-reader.ts";
import { replayReader } from "../lambdas/runtime/aws/control/replay-reader.ts";
import { settingsHistory } from "../lambdas/runtime/aws/control/settings-history.ts";
import { bucketArtifacts } from "../lambdas/runtime/aws/files/artifacts.ts";
import { deliveryReader } from "../lambdas/runtime/aws/ledger/delivery-reader.ts";
import { logReader } from "../lambdas/runtime/aws/relay/log-reader.ts";
import { findDeployment } from "../lambdas/runtime/aws/release/deployment.ts";
import { tableReleases } from "../lambdas/runtime/aws/release/releases.ts";
import { limitLanes } from "../lambdas/runtime/aws/runs/limit-lanes.ts";
import { runReader } from "../lambdas/runtime/aws/runs/run-reader.ts";
import { tableRunSearch } from "../lambdas/runtime/aws/runs/run-search.ts";
import { readItem } from "../lambdas/runtime/aws/table/read-items.ts";
import { openTable } from "../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../lambdas/runtime/aws/waits/approvals.ts";
import type { DeadLetterReader } from "../lambdas/runtime/dead-letters/ports.ts";
import type { DeliveryReader } from "../lambdas/runtime/ledger/ports.ts";
import type { Approvals } from "../lambdas/runtime/ports/approvals.ts";
import type { Artifacts } from "../lambdas/runtime/ports/files.ts";
import type { FunctionLogs } from "../lambdas/runtime/ports/function-logs.ts";
import type { LogReader, RunReader } from "../lambdas/runtime/ports/readers.ts";
import type { Publisher } from "../lambdas/runtime/publish/publish.ts";
import type { Releases } from "../lambdas/runtime/release/ports.ts";
import type { ReplayReader } from "../lambdas/runtime/replay/ports.ts";
import { type ControlTarget, controlKey } from "../lib/contract/keys/control.ts";
import type { Command as ActionRequest, CommandOutcome } from "../lib/contract/messages/command.ts";
import type { StoredSettings } from "../lib/contract/settings/stored.ts";
import type { ControlItem, ReleaseItem, RunItem } from "../lib/contract/table.ts";
import type { WorkflowGraph } from "../lib/contract/workflow-graph.ts";
import { refuseSilent } from "./reachable.ts";
import { deployedSubscribers, openRunsOf } from "./teardown/deployed.ts";
import type { OpenRun, Subscriber } from "./teardown/teardown.ts";

/** The settings that operators have changed. */
interface SettingsReader {
  current(target: ControlTarget, name: string): Promise<StoredSettings | undefined>;
  /** The newest revisions first. */
  history: ReturnType<typeof settingsHistory>;
}

/** A deployed Millrace, as commands use it. */
export interface Session {
  /** What publishes events of a source. Loaded when it is asked for: most commands publish nothing. */
  publisher(source: string): Promise<Publisher>;
  reader: RunReader;
  /** Matching runs, newest first. */
  search(wanted: RunSearch, limit: number): Promise<{ items: RunItem[]; next: unknown }>;
  /** The log of runs. */
  eventLog: LogReader;
  logs: FunctionLogs;
  deadLetters: DeadLetterReader;
  deliveries: DeliveryReader;
  replays: ReplayReader;
  settings: SettingsReader;
  limitLane: Views["limitLane"];
  approvals: Approvals;
  artifacts: Artifacts;
  /** The deployed workflows and reactions. */
  subscribers(): Promise<Subscriber[]>;
  /** All runs that have not ended. */
  openRuns(): Promise<OpenRun[]>;
  /** The deployed versions of all workflows, with the functions of their steps. */
  releases(): Promise<ReleaseItem[]>;
  /** A version of a workflow. */
  release: Releases["withMachine"];
  /** Has a command carried out. */
  control(command: ActionRequest): Promise<CommandOutcome>;
}

/** The workflows of releases, with the events that have started them. */
function workflowsOf(releases: readonly Pick<ReleaseItem, "workflow" | "graph">[]): SearchedWorkflow[] {
  const byName = Map.groupBy(releases, ({ workflow }) => workflow);
  const eventsOf = (graph: string | undefined) =>
    graph === undefined ? [] : (JSON.parse(graph) as WorkflowGraph).on;
  return [...byName].map(([name, all]) => ({
    name,
    on: [...new Set(all.flatMap(({ graph }) => eventsOf(graph)))],
  }));
}

/** Connects to the stack that the command line names. */
export async function connect(command: Command): Promise<Session> {
  return await connectTo(command.optsWithGlobals<{ stack: string }>().stack);
}

/** Connects to a stack by its name. */
export async function connectTo(stack: string): Promise<Session> {
  await refuseSilent(process.env.AWS_ENDPOINT_URL);
  const { bus, table: name, artifactBucket, control } = await findDeployment(stack);
  const table = openTable(name);
  return {
    publisher: async (source) =>
      (await import("../lambdas/runtime/handlers/publisher.ts")).publisher(bus, source),
    reader: runReader(table),
    async search(wanted, limit) {
      const { workflow, status, key } = wanted;
      const isByName = key !== undefined || (workflow === undefined && status !== undefined);
      const releases = isByName ? await tableReleases(table).list() : [];
      return await tableRunSearch(table, workflowsOf(releases))(wanted, limit, undefined);
    },
    eventLog: logReader(table),
    logs: functionLogs(stack),
    deadLetters: deadLetterReader(table),
    deliveries: deliveryReader(table),
    replays: replayReader(table),
    settings: {
      current: async (target, name) =>
        (await readItem<ControlItem>(table, controlKey(target, name)))?.settings,
      history: settingsHistory(table),
    },
    limitLane: limitLanes(table),
    approvals: tableApprovals(table),
    artifacts: bucketArtifacts(artifactBucket, ""),
    subscribers: () => deployedSubscribers(table),
    openRuns: async () => await openRunsOf(table, await deployedSubscribers(table)),
    releases: () => tableReleases(table).list(),
    release: tableReleases(table).withMachine,
    control: controlFunction(control),
  };
}
