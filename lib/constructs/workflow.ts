import { NestedStack, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Match } from "aws-cdk-lib/aws-events";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { MILLRACE_SOURCE } from "../contract/reserved.ts";
import { ENDED_STATUSES } from "../contract/table.ts";
import { compile } from "../workflow/compile.ts";
import type { Workflow as WorkflowDefinition } from "../workflow/define.ts";
import { asksPeople, stepsOf } from "../workflow/plan.ts";
import { definitionVersion } from "../workflow/version.ts";
import type { Approvals } from "./approvals.ts";
import type { ArtifactBucket } from "./artifact-bucket.ts";
import { DurableQueue } from "./durable-queue.ts";
import type { EventBus } from "./event-bus.ts";
import type { HandlerBundles } from "./handler-bundles.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { StateTable } from "./state-table.ts";
import { StepWorker } from "./step-worker.ts";

export interface WorkflowProps {
  readonly definition: WorkflowDefinition;
  /** Name of the state machine, as the console lists it. */
  readonly stateMachineName: string;
  readonly bundles: HandlerBundles;
  readonly bus: EventBus;
  readonly table: StateTable;
  readonly artifacts: ArtifactBucket;
  readonly approvals: Approvals;
}

/**
 * A workflow: a stack of its own, since each step brings about eleven resources and a stack ends at 500.
 *
 *     rule per event ─▶ intake queue ─▶ intake ─▶ state machine ─▶ step queue ─▶ worker
 */
export class Workflow extends NestedStack {
  readonly stateMachine: StateMachine;
  readonly workers: ReadonlyMap<string, StepWorker>;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id, { description: `Workflow ${props.definition.name}` });
    const { definition, bundles, table, artifacts } = props;
    this.workers = new Map(
      stepsOf(definition).map((step) => [
        step.name,
        new StepWorker(this, step.name, { step, workflow: definition.name, bundles, table, artifacts }),
      ]),
    );
    this.stateMachine = this.coordinate(props);
    for (const { handler } of this.workers.values()) {
      handler.allow(["states:SendTaskSuccess", "states:SendTaskFailure"], this.stateMachine.stateMachineArn);
    }
    this.admit(props);
  }

  private coordinate({ definition, stateMachineName, approvals }: WorkflowProps): StateMachine {
    const queueOf = (step: string) => this.workers.get(step)!.queue.queue;
    const machine = compile(definition, {
      queueUrl: (step) => queueOf(step).queueUrl,
      approvalQueueUrl: approvals.questions.queue.queueUrl,
    });
    const text = Stack.of(this).toJsonString(machine);
    const role = new Role(this, "StateMachineRole", {
      assumedBy: new ServicePrincipal("states.amazonaws.com"),
    });
    const queues = [...this.workers.values()].map(({ queue }) => queue.queue.queueArn);
    role.addToPolicy(
      new PolicyStatement({
        actions: ["sqs:SendMessage"],
        resources: [...queues, ...(asksPeople(definition) ? [approvals.questions.queue.queueArn] : [])],
      }),
    );
    return new StateMachine(this, "StateMachine", {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(text),
      role,
      tracingEnabled: true,
      logs: {
        // Long names outside of this prefix exhaust the size of the log service's resource policy.
        destination: new LogGroup(this, "Log", {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
  }

  private admit({ definition, bundles, bus, table }: WorkflowProps): void {
    const intake = new HandlerFunction(this, "Intake", {
      code: bundles.code(`${definition.name}.intake`),
      description: `${definition.name}: event → run`,
    });
    table.connect(intake, "GetItem", "PutItem", "UpdateItem");
    intake.set(ENVIRONMENT.stateMachine, this.stateMachine.stateMachineArn);
    intake.set(ENVIRONMENT.version, definitionVersion(definition));
    intake.allow(["states:StartExecution"], this.stateMachine.stateMachineArn);
    const queue = new DurableQueue(this, "Events", { consumer: intake, batchSize: 10, maxReceiveCount: 20 });
    for (const { name } of definition.on) {
      queue.subscribe(name, {
        eventBus: bus.bus,
        description: `${name} → ${definition.name}`,
        eventPattern: { detailType: [name] },
      });
    }
    const own = (id: string, detailType: string[], detail: Record<string, unknown> = {}) =>
      queue.subscribe(id, {
        eventBus: bus.bus,
        description: `${detailType[0]} → ${definition.name}`,
        eventPattern: {
          source: [MILLRACE_SOURCE],
          detailType,
          detail: { workflow: [definition.name], ...detail },
        },
      });
    own("Requested", ["run.requested"]);
    if (definition.perKey) {
      table.connect(intake, "Query", "DeleteItem");
      intake.allow(["sqs:SendMessage"], queue.queue.queueArn);
      own(
        "Ended",
        ENDED_STATUSES.map((status) => `run.${status}`),
        { key: Match.exists() },
      );
    }
  }
}
