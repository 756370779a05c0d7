import { ArnFormat, CfnOutput, Duration, type RemovalPolicy, Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Approvals } from "./constructs/approvals.ts";
import { ArtifactBucket } from "./constructs/artifact-bucket.ts";
import { EventBus } from "./constructs/event-bus.ts";
import { Finisher } from "./constructs/finisher.ts";
import { HandlerBundles } from "./constructs/handler-bundles.ts";
import { OutboxRelay } from "./constructs/outbox-relay.ts";
import { StateTable } from "./constructs/state-table.ts";
import { Workflow } from "./constructs/workflow.ts";
import type { Workflow as WorkflowDefinition } from "./workflow/define.ts";
import { stepsOf } from "./workflow/plan.ts";

export interface MillraceProps {
  readonly workflows: readonly WorkflowDefinition[];
  /**
   * Folder with the handlers, at any depth: `<step>.lambda.ts` and `<workflow>.intake.lambda.ts`.
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
}

/** Everything that event-driven workflows need, in the stack it is put into: one nested stack per workflow. */
export class Millrace extends Construct {
  readonly bus: EventBus;
  readonly table: StateTable;
  readonly artifacts: ArtifactBucket;
  readonly workflows: ReadonlyMap<string, Workflow>;

  constructor(scope: Construct, id: string, props: MillraceProps) {
    super(scope, id);
    const { workflows, retention = Duration.days(90), removalPolicy } = props;
    this.bus = new EventBus(this, "Events", { archiveRetention: retention });
    this.table = new StateTable(this, "State", { retentionDays: retention.toDays(), removalPolicy });
    this.artifacts = new ArtifactBucket(this, "Artifacts", { removalPolicy });
    const bundles = new HandlerBundles(this, "Handlers", {
      handlers: props.handlers ?? "workflows",
      needed: workflows.flatMap((workflow) => [
        `${workflow.name}.intake`,
        ...stepsOf(workflow).map(({ name }) => name),
      ]),
    });
    const { bus, table, artifacts } = this;
    new OutboxRelay(this, "Relay", { bundles, table, bus, artifacts });

    // Named by us, so that what serves all state machines need not refer to each: that would tie the stacks in a knot.
    const names = new Map(workflows.map(({ name }) => [name, `${Stack.of(this).stackName}-${name}`]));
    const stateMachines = [...names.values()].map((name) => this.statesArn("stateMachine", name));
    const executions = [...names.values()].map((name) => this.statesArn("execution", `${name}:*`));
    const approvals = new Approvals(this, "Approvals", { bundles, table, bus, stateMachines });
    new Finisher(this, "Finisher", { bundles, table, bus, stateMachines, executions });
    this.workflows = new Map(
      workflows.map((definition) => [
        definition.name,
        new Workflow(this, definition.name, {
          definition,
          stateMachineName: names.get(definition.name)!,
          bundles,
          bus,
          table,
          artifacts,
          approvals,
        }),
      ]),
    );
    this.announce();
  }

  private statesArn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({
      service: "states",
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** What the command line looks for, under names without a hash. */
  private announce(): void {
    const outputs = {
      MillraceBus: [this.bus.bus.eventBusName, "Send events here"],
      MillraceTable: [this.table.table.tableName, "Runs, claims, approvals, quarantine"],
      MillraceArtifactBucket: [this.artifacts.bucket.bucketName, "Files of runs"],
    } as const;
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
    }
  }
}
