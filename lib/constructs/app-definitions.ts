import { DefinitionError } from "../contract/definition-error.ts";
import type { ReactionSpec } from "../contract/reaction.ts";
import { refuseOther } from "../contract/refuse-other.ts";
import type { WorkSpec } from "../contract/work.ts";
import { awaitedEvents, callsOf, stepsOf } from "../workflow/composition.ts";
import { type Subscription, subscriptionsOf } from "../workflow/subscriptions.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { MillraceProps } from "./millrace-props.ts";

/** The workflows and reactions of an app, and what follows from all of them together. */
export interface AppDefinitions {
  readonly workflows: readonly Workflow[];
  readonly reactions: readonly ReactionSpec[];
  /** Names of the workflows. */
  readonly workflowNames: readonly string[];
  /** Names of the reactions. */
  readonly reactionNames: readonly string[];
  /** All steps, and all reactions. */
  readonly work: readonly WorkSpec[];
  /** Folders that runs share and write to. */
  readonly sharedFolders: readonly string[];
  /** Names of the events that workflows wait for, or are cancelled by. */
  readonly awaited: readonly string[];
  /** Names of the workflows whose step events are only logged. */
  readonly logged: readonly string[];
  /** The subscriptions whose deliveries the ledger records. */
  readonly recorded: readonly Subscription[];
}

export function appDefinitions({
  workflows = [],
  reactions = [],
}: Pick<MillraceProps, "workflows" | "reactions">): AppDefinitions {
  refuseOthers(workflows, reactions);
  refuseSharedNames(workflows, reactions);
  refuseMissingCalls(workflows);
  const work = [...workflows.flatMap(stepsOf), ...reactions];
  return {
    workflows,
    reactions,
    workflowNames: workflows.map(({ name }) => name),
    reactionNames: reactions.map(({ name }) => name),
    work,
    sharedFolders: [...new Set(work.flatMap(writtenFolder))],
    awaited: workflows.flatMap((workflow) => awaitedEvents(workflow).map(({ name }) => name)),
    logged: workflows.filter(({ stepEvents }) => stepEvents === "logged").map(({ name }) => name),
    recorded: subscriptionsOf(workflows, reactions).filter(({ ledger }) => ledger !== "none"),
  };
}

/** A folder that is only read may contain files that not every viewer may see. */
function writtenFolder({ shared }: Pick<WorkSpec, "shared">): string[] {
  return shared?.access === "read and write" ? [shared.folder] : [];
}

/** Lists often come from an index file, which may lack an import or name a definition twice. */
function refuseOthers(workflows: readonly Workflow[], reactions: readonly ReactionSpec[]): void {
  for (const workflow of workflows)
    refuseOther(workflow, {
      has: "run",
      use: 'The "workflows" of the app contain',
      instead: "a workflow. List what defineWorkflow returns.",
    });
  for (const reaction of reactions)
    refuseOther(reaction, {
      has: "timeout",
      use: 'The "reactions" of the app contain',
      instead: "a reaction. List what defineReaction returns.",
    });
  const names = workflows.map(({ name }) => name);
  const twice = workflows.find(({ name }, at) => names.indexOf(name) !== at);
  if (twice)
    throw new DefinitionError(
      `Two workflows of the app have the name "${twice.name}". Rename one, or list it once.`,
      twice.place,
    );
}

/** A call that no workflow receives would be awaited until the caller's deadline. */
function refuseMissingCalls(workflows: readonly Workflow[]): void {
  const names = workflows.map(({ name }) => name);
  for (const workflow of workflows) {
    const missing = callsOf(workflow).find((call) => !names.includes(call.workflow));
    if (missing)
      throw new DefinitionError(
        `Workflow "${workflow.name}" calls "${missing.workflow}" by w.child, which is not in the "workflows" of the app. Add it, or remove the call.`,
        workflow.place,
      );
  }
}

/** A reaction's name finds its handler, like a step's, and its operator actions, like a workflow's. */
function refuseSharedNames(workflows: readonly Workflow[], reactions: readonly ReactionSpec[]): void {
  const steps = new Set(workflows.flatMap(stepsOf));
  const names = [...workflows, ...steps].map(({ name }) => name);
  for (const { name } of reactions) {
    if (names.includes(name))
      throw new DefinitionError(
        `The reaction "${name}" has the same name as a workflow, a step or another reaction. Rename it.`,
      );
    names.push(name);
  }
}
