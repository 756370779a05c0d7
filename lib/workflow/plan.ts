import { DefinitionError } from "../contract/definition-error.ts";
import { type Duration, milliseconds } from "../contract/duration.ts";
import type { EventContract } from "../contract/event.ts";
import { aboutWorkflow } from "./about-workflow.ts";
import { openBuilder } from "./builder.ts";
import { type Cancellation, cancellationsOf } from "./cancel.ts";
import { checkJsonata } from "./checks/check-jsonata.ts";
import { refuseTwins } from "./checks/refuse-twins.ts";
import { rejectUnused } from "./checks/reject-unused.ts";
import type { Block } from "./graph.ts";
import { refuseUnused } from "./proxy.ts";
import { startRecording } from "./recording.ts";
import { runParameters } from "./run-parameters.ts";
import { anything, optionally, type Shape } from "./shape.ts";
import { openSite } from "./site.ts";
import { startRules } from "./start-rules.ts";
import type { Workflow } from "./workflow.ts";

/** A workflow as plain data: its graph, and the order in which it runs. */
export interface Plan {
  readonly workflow: string;
  readonly on: readonly EventContract[];
  readonly deadline: Duration;
  /** When runs start, one sentence per rule. */
  readonly startRules: readonly string[];
  readonly cancelOn: readonly Cancellation[];
  readonly block: Block;
}

/** Step Functions' limit for the duration of an execution. */
const LONGEST_DEADLINE: Duration = "365 days";

interface Planned {
  readonly plan: Plan;
  /** The shape of the workflow's output. */
  readonly output: Shape;
}

/** A definition does not change after it is made, so its `run` is called once. */
const known = new WeakMap<Workflow, Planned>();

/** Calls a workflow's `run`, once, and makes its plan. Throws a DefinitionError that says what to write instead. */
export function plan(workflow: Workflow): Plan {
  return planned(workflow, new Map()).plan;
}

/** A workflow whose `run` has been called, while the circle of calls that it may be part of is not complete. */
interface Begun {
  readonly position: number;
  /** The position of the earliest workflow that its calls lead back to. */
  earliest: number;
  planned?: Planned;
}

/**
 * Plans a workflow, and first those that it calls. `begun` is the stack of Tarjan's algorithm (1972), which finds the circles of
 * calls: within one, no output is known before the others, so that each is unknown to all of them, whichever is planned first.
 */
function planned(workflow: Workflow, begun: Map<Workflow, Begun>): Planned {
  const before = known.get(workflow);
  if (before) return before;
  const own: Begun = { position: begun.size, earliest: begun.size };
  begun.set(workflow, own);
  own.planned = makePlan(workflow, (called) => {
    const ofCalled = begun.has(called) ? undefined : planned(called, begun);
    const inCircle = begun.get(called);
    if (!inCircle) return ofCalled!.output;
    own.earliest = Math.min(own.earliest, inCircle.earliest);
    return optionally(anything);
  });
  if (own.earliest === own.position) {
    for (const [member, { position, planned }] of begun) {
      if (position < own.position) continue;
      known.set(member, planned!);
      begun.delete(member);
    }
  }
  return own.planned;
}

function makePlan(workflow: Workflow, outputOf: (called: Workflow) => Shape): Planned {
  const { name, on, deadline, place, run } = workflow;
  if (milliseconds(deadline) > milliseconds(LONGEST_DEADLINE)) {
    throw new DefinitionError(
      `The deadline of workflow "${name}" is ${deadline}; the maximum is one year.`,
      place,
    );
  }
  const recording = startRecording(name, checkJsonata);
  const site = openSite(recording, outputOf);
  try {
    const { event, switches } = aboutWorkflow(workflow, () => runParameters(workflow, recording));
    const describe = () => run(openBuilder(site), event, switches);
    const { block, shape } = site.block(recording.scope.label, describe, place);
    const cancelOn = cancellationsOf(workflow, event);
    if (!block.order)
      throw new DefinitionError(`Workflow "${name}" has no step. Use at least one step in "run".`, place);
    refuseUnused(recording);
    rejectUnused(workflow, block);
    refuseTwins(workflow, block);
    return {
      plan: { workflow: name, on, deadline, startRules: startRules(workflow), cancelOn, block },
      output: shape,
    };
  } finally {
    recording.open = false;
  }
}
