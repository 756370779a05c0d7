import { canonicalJson } from "../contract/canonical.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import { seconds } from "../contract/duration.ts";
import { invocationsOf, type StepSpec } from "../contract/step.ts";
import { walkOrder } from "./arrange.ts";
import { stepsOf } from "./composition.ts";
import { expressOf } from "./express.ts";
import type { GroupOrder } from "./graph.ts";
import { plan } from "./plan.ts";
import { blocksIn, byName, nodesIn, stepsNamed } from "./traverse.ts";
import type { Workflow } from "./workflow.ts";

/** A function with its queue: that of one step, or of the steps that share a pool. */
export interface WorkerPlan {
  /** The step's name, or the pool's. */
  readonly name: string;
  readonly isPool: boolean;
  readonly steps: readonly [StepSpec, ...StepSpec[]];
  /** Whether the events of the workflow start their runs in it: that of an express workflow. */
  readonly takesEvents: boolean;
  /** Maximum number of concurrent invocations. */
  readonly invocations: number;
  /** Maximum seconds of all steps of one message together. */
  readonly timeout: number;
}

/**
 * The functions that do a workflow's work, in the order in which their steps are written. Throws a
 * DefinitionError if steps cannot share one: all steps of a function have the same permissions and models.
 */
export function workersOf(workflow: Workflow): WorkerPlan[] {
  const groups = new Map<string, [StepSpec, ...StepSpec[]]>();
  for (const step of stepsOf(workflow)) {
    const name = nameOf(step);
    const group = groups.get(name);
    if (!group) {
      groups.set(name, [step]);
      continue;
    }
    refuseUnlike(group[0], step, name, workflow.place);
    group.push(step);
  }
  const together = groupsOf(workflow);
  const first = expressOf(workflow)?.step;
  return [...groups].map(([name, steps]) => ({
    name,
    isPool: steps[0].pool !== undefined,
    steps,
    takesEvents: steps.some(({ name }) => name === first),
    invocations: invocationsOf(steps[0]),
    timeout: Math.max(
      ...steps.map(({ timeout }) => seconds(timeout)),
      ...together.filter(({ first }) => nameOf(first) === name).map(({ timeout }) => timeout),
    ),
  }));
}

/** The steps that share one message: the first, and the maximum seconds of all. */
function groupsOf(workflow: Workflow): { first: StepSpec; timeout: number }[] {
  const { block } = plan(workflow);
  const nodes = byName(nodesIn(block));
  return blocksIn(block)
    .flatMap(({ order }) => (order ? [...walkOrder(order)] : []))
    .filter((part) => part.kind === "group")
    .map((group) => {
      const specs = stepsNamed(group.nodes, nodes).map(({ spec }) => spec);
      return { first: specs[0]!, timeout: secondsOf(specs, group) };
    });
}

/** Steps that run at the same time count once. */
function secondsOf(specs: readonly StepSpec[], { graph }: GroupOrder): number {
  const ends: number[] = [];
  for (const [at, { timeout }] of specs.entries()) {
    const before = graph ? graph.after[at]! : at === 0 ? [] : [at - 1];
    ends.push(Math.max(0, ...before.map((one) => ends[one]!)) + seconds(timeout));
  }
  return Math.max(...ends);
}

const nameOf = ({ name, pool }: StepSpec) => pool?.name ?? name;

/** Settings of the function, which are the same for all its steps. */
const OF_THE_FUNCTION: Record<string, (step: StepSpec) => string | undefined> = {
  model: ({ model }) => model,
  images: ({ images }) => images,
  tools: ({ tools }) => tools.map(({ name }) => name).join(),
};

function refuseUnlike(first: StepSpec, step: StepSpec, name: string, place: string): void {
  if (!first.pool || !step.pool) {
    throw new DefinitionError(`A pool and a step have the same name "${name}". Rename one.`, place);
  }
  if (canonicalJson(first.pool) !== canonicalJson(step.pool)) {
    throw new DefinitionError(
      `The steps "${first.name}" and "${step.name}" use different pools with the name "${name}". Declare the pool once with definePool.`,
      place,
    );
  }
  const unlike = Object.entries(OF_THE_FUNCTION).filter(([, of]) => of(first) !== of(step));
  if (unlike.length === 0) return;
  throw new DefinitionError(
    `The steps "${first.name}" and "${step.name}" share the pool "${name}" and differ in ${unlike.map(([option]) => option).join(" and ")}, which must be the same for one function. Use the same values, or remove one step from the pool.`,
    place,
  );
}
