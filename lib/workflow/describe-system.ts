import { exampleOf } from "../contract/document/example.ts";
import { eventsAmong, type Participant } from "../contract/document/participant.ts";
import { type EventContract, versionsOf } from "../contract/event.ts";
import type { ReactionSpec } from "../contract/reaction.ts";
import { jsonSchemaOf } from "../contract/schema.ts";
import type { KnownEvent, KnownReaction, KnownStep, KnownWorkflow, System } from "../contract/system.ts";
import type { WorkSpec } from "../contract/work.ts";
import { awaitedEvents, callsOf, stepsOf } from "./composition.ts";
import { participantsOf } from "./participants.ts";
import { settingsCatalogue } from "./settings.ts";
import { knownLimits } from "./shared-limits.ts";
import { definitionVersion } from "./version.ts";
import type { Workflow } from "./workflow.ts";

/** The content of an app, as plain data. */
export function describeSystem(
  name: string,
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[],
): System {
  const participants = participantsOf(workflows, reactions);
  return {
    name,
    workflows: workflows.map(describeWorkflow),
    reactions: reactions.map(describeReaction),
    steps: [...new Set(workflows.flatMap(stepsOf))].map(describeStep),
    events: eventsAmong(participants).map((event) => describeEvent(event, participants)),
    limits: knownLimits(workflows),
    settings: settingsCatalogue(workflows, reactions),
  };
}

function describeWorkflow(workflow: Workflow): KnownWorkflow {
  const { name, on, deadline, delivery } = workflow;
  return {
    name,
    version: definitionVersion(workflow),
    on: on.map(nameOf),
    awaits: awaitedEvents(workflow).map(nameOf),
    deadline,
    within: delivery.within,
    steps: stepsOf(workflow).map((step) => step.name),
    calls: [...new Set(callsOf(workflow).map((call) => call.workflow))],
  };
}

function describeReaction({ name, on, emits, breaker, delivery }: ReactionSpec): KnownReaction {
  const events = { on: on.map(nameOf), emits: emits.map(nameOf) };
  return { name, ...events, breaker: breaker?.name, within: delivery.within };
}

function describeStep({ name, emits, breaker }: WorkSpec): KnownStep {
  return { name, emits: emits.map(nameOf), breaker: breaker?.name };
}

function describeEvent(event: EventContract, participants: readonly Participant[]): KnownEvent {
  const { name } = event;
  const sends = participants.filter((one) => one.sends.some((sent) => sent.name === name));
  const takes = participants.filter((one) => one.takes.some(({ contract }) => contract.name === name));
  const contracts = versionsOf(event).map((contract) => ({
    version: contract.version,
    schema: jsonSchemaOf(contract.schema, "input", `Event "${name}" version ${contract.version}`),
    example: exampleOf(contract),
    compatibility: contract.compatibility,
  }));
  const { description } = contracts[0]!.schema as { description?: string };
  return {
    name,
    ...(description !== undefined && { description }),
    publishers: sends.map(nameOf),
    subscribers: takes.map(nameOf),
    contracts,
  };
}

function nameOf({ name }: { name: string }): string {
  return name;
}
