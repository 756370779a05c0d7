import { compareContracts } from "../lib/contract/compatibility/check.ts";
import { type RecordedContract, recordsOf } from "../lib/contract/compatibility/record.ts";
import { contractsAmong } from "../lib/contract/document/participant.ts";
import type { GraphNode } from "../lib/contract/workflow-graph.ts";
import { DEFAULTS } from "../lib/cost/assumptions.ts";
import { insideEvents } from "../lib/cost/inside-events.ts";
import { dollarsOf } from "../lib/cost/prices.ts";
import { runCost } from "../lib/cost/run-cost.ts";
import {
  definitionVersion,
  drawGraph,
  participantsOf,
  plan,
  type ReactionSpec,
  type Workflow,
} from "../lib/index.ts";

/** A snapshot of the definitions, for comparisons. Plain data. */
export interface DefinitionSnapshot {
  workflows: WorkflowSnapshot[];
  contracts: RecordedContract[];
  /** The file with the definitions: those of another app are no earlier ones. */
  file?: string;
}

export interface WorkflowSnapshot {
  name: string;
  version: string;
  nodes: Pick<GraphNode, "id" | "kind" | "label">[];
  /** Dollars of a million typical runs. */
  dollars: number;
}

const MILLION = 1e6;

export function snapshotOf(
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[],
): DefinitionSnapshot {
  const inside = insideEvents(workflows, reactions);
  return {
    workflows: workflows.map((workflow) => ({
      name: workflow.name,
      version: definitionVersion(workflow),
      nodes: drawGraph(plan(workflow)).nodes.map(({ id, kind, label }) => ({ id, kind, label })),
      dollars: dollarsOf(runCost(workflow, DEFAULTS, "typical", { inside }).units) * MILLION,
    })),
    contracts: recordsOf(contractsAmong(participantsOf(workflows, reactions))),
  };
}

/**
 * The differences from an earlier snapshot: states and cost of each workflow, and contracts. Empty if there
 * are none.
 */
export function definitionChanges(
  before: DefinitionSnapshot,
  after: DefinitionSnapshot,
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[],
): string[] {
  const known = new Map(before.workflows.map((one) => [one.name, one]));
  const left = after.workflows.map(({ name }) => name);
  return [
    ...after.workflows.flatMap((now) => workflowChanges(known.get(now.name), now)),
    ...before.workflows.filter(({ name }) => !left.includes(name)).map(({ name }) => `${name} is removed`),
    ...contractChanges(before, workflows, reactions),
  ];
}

function workflowChanges(before: WorkflowSnapshot | undefined, now: WorkflowSnapshot): string[] {
  if (!before) return [`${now.name} is new: version ${now.version}, ${cost(now.dollars)}`];
  if (before.version === now.version) return [];
  const [old, next] = [before, now].map(({ nodes }) => new Map(nodes.map((node) => [node.id, node])));
  const added = now.nodes.filter(({ id }) => !old!.has(id));
  const removed = before.nodes.filter(({ id }) => !next!.has(id));
  const isSame = added.length + removed.length === 0;
  return [
    `${now.name}: version ${before.version} → ${now.version}; open runs keep theirs`,
    ...added.map((node) => `  + ${describe(node)}`),
    ...removed.map((node) => `  - ${describe(node)}`),
    ...(isSame ? ["  the same nodes, with other settings, inputs or order"] : []),
    `  cost: ${costChange(before.dollars, now.dollars)}`,
  ];
}

function describe({ id, kind, label }: WorkflowSnapshot["nodes"][number]): string {
  const name = id.startsWith(kind) ? id : `${kind} ${id}`;
  return id === label ? name : `${name} (${label})`;
}

function cost(dollars: number): string {
  return `$${dollars.toFixed(2)} for a million typical runs`;
}

function costChange(before: number, now: number): string {
  const percent = before === 0 ? 0 : ((now - before) / before) * 100;
  if (Math.abs(percent) < 0.05) return `${cost(now)}, as before`;
  return `$${before.toFixed(2)} → ${cost(now)} (${percent > 0 ? "+" : ""}${percent.toFixed(1)} %)`;
}

/** Compared with the snapshot as if it were the record; a new contract breaks nothing. */
function contractChanges(
  { contracts }: DefinitionSnapshot,
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[],
): string[] {
  const inCode = contractsAmong(participantsOf(workflows, reactions));
  const isNew = (event: string, version: number) =>
    !contracts.some((one) => one.event === event && one.version === version);
  return compareContracts(inCode, contracts).map(({ event, version, says, forbidden }) =>
    isNew(event, version)
      ? `${event} version ${version} is new`
      : `${forbidden ? "✗ " : ""}${event} version ${version}: ${says}`,
  );
}
