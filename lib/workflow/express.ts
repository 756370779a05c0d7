import { DefinitionError } from "../contract/definition-error.ts";
import { seconds } from "../contract/duration.ts";
import type { ExpressPlan, Placed } from "../contract/groups/express.ts";
import type { GroupedStep } from "../contract/groups/group.ts";
import { invocationsOf, LEAST_INVOCATIONS, type StepSpec } from "../contract/step.ts";
import { ending } from "./exit.ts";
import type { Expression } from "./expression.ts";
import { ROOT_FRAME } from "./frame.ts";
import type { Block, Node, Nodes, Order, StepNode } from "./graph.ts";
import { withEarlier } from "./groups/group.ts";
import { whyApart } from "./groups/why-apart.ts";
import { type Plan, plan } from "./plan.ts";
import { readsOf } from "./reads.ts";
import { divideInputs } from "./split.ts";
import { byName, stepsNamed } from "./traverse.ts";
import type { Workflow } from "./workflow.ts";

/** The part that the definition alone determines. */
type ExpressDefinition = Omit<ExpressPlan, "patience">;

/**
 * How the runs of a workflow work without an execution; undefined if they need one. Throws a DefinitionError
 * if the definition requests it and it is impossible.
 */
export function expressOf(workflow: Workflow): ExpressDefinition | undefined {
  if (!workflow.express) return undefined;
  const planned = plan(workflow);
  const why = whyNotExpress(planned);
  if (why === undefined) return expressPlan(planned);
  throw new DefinitionError(
    `Workflow "${workflow.name}" has express: true, and ${why}. An express workflow is one group of steps of a pool from end to end: change that, or remove express.`,
    workflow.place,
  );
}

/** Why the runs of a plan need an execution; undefined if they do not. */
export function whyNotExpress({ cancelOn, block }: Plan): string | undefined {
  if (cancelOn.length > 0)
    return `its state machine listens to ${cancelOn[0]!.event.name}, by which it is cancelled`;
  const why = whyNoGroup(block.order!, byName(block.nodes));
  if (why !== undefined) return why;
  const steps = stepsIn(block);
  return whyComputed(steps, block) ?? whyTooFew(steps[0]!.spec);
}

/** The function reads the queue of events and that of its steps, each with as many invocations as SQS requires. */
function whyTooFew(spec: StepSpec): string | undefined {
  const [invocations, least] = [invocationsOf(spec), 2 * LEAST_INVOCATIONS];
  if (invocations >= least) return undefined;
  return `the pool "${spec.pool!.name}" has concurrency: ${invocations}, and its function reads two queues, which need ${least}`;
}

/** The plan of an express workflow. */
function expressPlan({ block, deadline }: Plan): ExpressDefinition {
  const steps = stepsIn(block);
  const inputs = [...steps.map(({ reads }) => reads.input), outputOf(block.value)];
  const { values, splits } = divided(inputs, steps);
  const { readsOf: reads } = readsOf(block);
  const after = block.order?.kind === "group" ? block.order.graph?.after : undefined;
  const own = steps.map(({ name, segment = name, spec, undo }, position): GroupedStep => {
    const { input, fills } = placed(splits[position]!);
    return {
      step: spec.name,
      path: segment,
      input,
      fills,
      ...(after && { after: [...after[position]!] }),
      reads: reads(name),
      ...(undo && { undo: undo.name }),
    };
  });
  return {
    step: own[0]!.step,
    path: own[0]!.path,
    steps: own,
    values: Object.fromEntries(Object.entries(values).map(([name, { select }]) => [name, [...select]])),
    output: placed(splits.at(-1)!),
    deadline: seconds(deadline),
  };
}

/** A literal value: no text in it is JSONata. */
const placed = (split: { input: unknown; fills: unknown }) => split as Placed;

function divided(values: readonly Expression[], steps: readonly StepNode[]) {
  return divideInputs(values, withEarlier(steps, ROOT_FRAME), (literal) => literal);
}

const outputOf = (value: Expression) => ending(value).output!;

function stepsIn({ nodes, order }: Block): StepNode[] {
  return order ? stepsNamed(namesOf(order), byName(nodes)) : [];
}

/** Why an order is not one group. */
function whyNoGroup(order: Order, nodes: Nodes): string | undefined {
  switch (order.kind) {
    case "group":
      return undefined;
    case "node":
      return whyNoStep(nodes.get(order.node)!) ?? whyApart([], stepsNamed([order.node], nodes), nodes);
    case "sequence":
    case "parallel":
      return whyInParts(order.parts, nodes);
    default:
      return `${firstOf(order)} runs at the same time as other nodes; "after" puts it after them`;
  }
}

function whyInParts([first, second]: readonly Order[], nodes: Nodes): string | undefined {
  const [before, after] = [first!, second!];
  const [group, next] = [namesOf(before), namesOf(after)];
  const apart = [...group, ...next].map((name) => whyNoStep(nodes.get(name)!)).find(Boolean);
  if (apart) return apart;
  if (group.length === 0 || next.length === 0) return whyNoGroup(group.length === 0 ? before : after, nodes);
  const why = whyApart(stepsNamed(group, nodes), stepsNamed(next, nodes), nodes);
  return `${next.join(", ")} is not in the group of ${group.join(", ")}: ${why}`;
}

function namesOf(order: Order): readonly string[] {
  if (order.kind === "node") return [order.node];
  return order.kind === "group" ? order.nodes : [];
}

function firstOf(order: Order): string {
  if ("parts" in order) return firstOf(order.parts[0]!);
  return order.kind === "node" ? order.node : order.kind === "group" ? order.nodes[0]! : "a node";
}

function whyNoStep({ kind, name }: Node): string | undefined {
  return kind === "step" ? undefined : `"${name}" is no step (${kind})`;
}

/** Without an execution, nothing is computed: values are fields of the event and of results. */
function whyComputed(steps: readonly StepNode[], { value }: Block): string | undefined {
  const isComputed = (given: Expression) =>
    Object.values(divided([given], steps).values).some(({ root }) => root.kind !== "event");
  const computed = steps.find(({ reads }) => isComputed(reads.input));
  if (computed) return `the state machine computes the input of ${computed.name}`;
  return isComputed(outputOf(value)) ? "the state machine computes its output" : undefined;
}
