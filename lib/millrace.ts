import { CfnOutput, Duration, NestedStack, type RemovalPolicy } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Approvals } from "./constructs/approvals.ts";
import { ArtifactBucket } from "./constructs/artifact-bucket.ts";
import { BreakerAlarms } from "./constructs/breaker-alarms.ts";
import { Control } from "./constructs/control.ts";
import { EventBus } from "./constructs/event-bus.ts";
import { Finisher } from "./constructs/finisher.ts";
import { HandlerBundles } from "./constructs/handler-bundles.ts";
import { OutboxRelay } from "./constructs/outbox-relay.ts";
import { Reaction } from "./constructs/reaction.ts";
import { Releases } from "./constructs/releases.ts";
import { SchemaRegistry } from "./constructs/schema-registry.ts";
import { StateMachines } from "./constructs/state-machines.ts";
import { StateTable } from "./constructs/state-table.ts";
import { WAITS_HANDLER, Waits } from "./constructs/waits.ts";
import { Workflow } from "./constructs/workflow.ts";
import { eventsAmong } from "./contract/document/participant.ts";
import type { ReactionSpec } from "./contract/reaction.ts";
import type { Workflow as WorkflowDefinition } from "./workflow/define.ts";
import { participantsOf } from "./workflow/participants.ts";
import { awaitedEvents, stepsOf } from "./workflow/plan.ts";

export interface MillraceProps {
  /** @default none */
  readonly workflows?: readonly WorkflowDefinition[];
  /** @default none */
  readonly reactions?: readonly ReactionSpec[];
  /**
   * Folder with the handlers, at any depth: `<step>.lambda.ts`, `<reaction>.lambda.ts`,
   * `<workflow>.intake.lambda.ts`, and `waits.lambda.ts` where workflows wait for events.
   * @default "workflows"
   */
  readonly handlers?: string;
  /**
   * How long events can be replayed and runs are remembered.
   * @default 90 days, as long as Step Functions keeps a history
   */
  readonly retention?: Duration;
  /**
   * What becomes of the table and the artifact bucket with the stack.
   * @default retained
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Whether every version of every event is put into a schema registry of EventBridge, where types can be generated from it.
   * @default false
   */
  readonly schemaRegistry?: boolean;
}

/** Everything that event-driven workflows need, in the stack it is put into: one nested stack per workflow and reaction. */
export class Millrace extends Construct {
  readonly bus: EventBus;
  readonly table: StateTable;
  readonly artifacts: ArtifactBucket;
  readonly control: Control;
  readonly workflows: ReadonlyMap<string, Workflow>;
  readonly reactions: ReadonlyMap<string, Reaction>;

  constructor(scope: Construct, id: string, props: MillraceProps) {
    super(scope, id);
    const { workflows = [], reactions = [], retention = Duration.days(90), removalPolicy } = props;
    refuseSharedNames(workflows, reactions);
    this.bus = new EventBus(this, "Events", { archiveRetention: retention });
    this.table = new StateTable(this, "State", { retentionDays: retention.toDays(), removalPolicy });
    this.artifacts = new ArtifactBucket(this, "Artifacts", { removalPolicy });
    const awaited = workflows.flatMap((workflow) => awaitedEvents(workflow).map(({ name }) => name));
    const bundles = new HandlerBundles(this, "Handlers", {
      handlers: props.handlers ?? "workflows",
      needed: [
        ...(awaited.length > 0 ? [WAITS_HANDLER] : []),
        ...workflows.flatMap((workflow) => [
          `${workflow.name}.intake`,
          ...stepsOf(workflow).map(({ name }) => name),
        ]),
        ...reactions.map(({ name }) => name),
      ],
    });
    const { bus, table, artifacts } = this;
    new OutboxRelay(this, "Relay", { bundles, table, bus, artifacts });

    const stateMachines = new StateMachines(this, workflows);
    const approvals = new Approvals(this, "Approvals", {
      ...{ bundles, table, bus, stateMachines: stateMachines.runs },
    });
    const names = workflows.map(({ name }) => name);
    const control = new Control(this, "Control", {
      ...{ bundles, table, stateMachines, workflows: names },
      reactions: reactions.map(({ name }) => name),
    });
    this.control = control;
    new Finisher(this, "Finisher", { bundles, table, bus, artifacts, stateMachines, control });
    new BreakerAlarms(this, "Breakers", { work: [...workflows.flatMap(stepsOf), ...reactions] });
    const waits = new Waits(this, "Waits", {
      ...{ events: awaited, bundles, table, bus, artifacts, control, stateMachines },
    });
    const releases = new Releases(this, "Releases", { bundles, table, workflows: names });
    this.workflows = new Map(
      workflows.map((definition) => [
        definition.name,
        new Workflow(this, definition.name, {
          definition,
          stateMachines,
          bundles,
          bus,
          table,
          artifacts,
          approvals,
          control,
          waits,
          releases,
        }),
      ]),
    );
    this.reactions = new Map(
      reactions.map((reaction) => {
        const stack = new NestedStack(this, reaction.name, { description: `Reaction ${reaction.name}` });
        const props = { reaction, bundles, bus, table, artifacts, control };
        return [reaction.name, new Reaction(stack, "Reaction", props)];
      }),
    );
    if (props.schemaRegistry)
      new SchemaRegistry(this, "Schemas", { events: eventsAmong(participantsOf(workflows, reactions)) });
    this.announce();
  }

  /** What the command line looks for, under names without a hash. */
  private announce(): void {
    const outputs = {
      MillraceBus: [this.bus.bus.eventBusName, "Send events here"],
      MillraceTable: [this.table.table.tableName, "Runs, claims, approvals, quarantine"],
      MillraceControl: [this.control.handler.function.functionName, "Carries out orders"],
      MillraceArtifactBucket: [this.artifacts.bucket.bucketName, "Files of runs"],
    } as const;
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
    }
  }
}

/** A reaction's name finds its handler, as a step's does, and what people order for it, as a workflow's does. */
function refuseSharedNames(
  workflows: readonly WorkflowDefinition[],
  reactions: readonly ReactionSpec[],
): void {
  const steps = new Set(workflows.flatMap(stepsOf));
  const names = [...workflows, ...steps].map(({ name }) => name);
  for (const { name } of reactions) {
    if (names.includes(name))
      throw new Error(
        `The reaction "${name}" has the name of a workflow, a step or another reaction. Rename it.`,
      );
    names.push(name);
  }
}
