import type { Participant } from "../contract/document/participant.ts";
import type { ReactionSpec } from "../contract/reaction.ts";
import { awaitedEvents, stepsOf } from "./composition.ts";
import { plan } from "./plan.ts";
import type { Workflow } from "./workflow.ts";

/** The publishers and subscribers of an app: its workflows, their steps that emit, its reactions. */
export function participantsOf(
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[] = [],
): Participant[] {
  const emitting = [...new Set(workflows.flatMap(stepsOf))].filter(({ emits }) => emits.length > 0);
  return [
    ...workflows.map(ofWorkflow),
    ...emitting.map(({ name, emits }): Participant => ({ name, kind: "step", takes: [], sends: [...emits] })),
    ...reactions.map(ofReaction),
  ];
}

function ofWorkflow(workflow: Workflow): Participant {
  const cancelling = new Set(plan(workflow).cancelOn.map(({ event }) => event));
  return {
    name: workflow.name,
    kind: "workflow",
    takes: [
      ...workflow.on.map((contract) => ({ contract, why: "starts a run" })),
      ...awaitedEvents(workflow).map((contract) => ({
        contract,
        why: cancelling.has(contract) ? "ends a run" : "is awaited by runs",
      })),
    ],
    sends: [],
  };
}

function ofReaction({ name, on, emits }: ReactionSpec): Participant {
  const takes = on.map((contract) => ({ contract, why: "starts a reaction" }));
  return { name, kind: "reaction", takes, sends: [...emits] };
}
