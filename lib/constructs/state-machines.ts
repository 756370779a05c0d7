import { ArnFormat, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { compensationMachine } from "../contract/keys.ts";
import type { Workflow } from "../workflow/define.ts";
import { undoStepsOf } from "../workflow/plan.ts";
import type { HandlerFunction } from "./handler-function.ts";

/**
 * Where the state machines of all workflows are found. We name them, so that what serves all need not refer to each:
 * that would tie the stacks in a knot.
 */
export class StateMachines {
  /** ARNs of the machines whose executions are runs. */
  readonly runs: readonly string[];
  /** ARNs of the machines that compensate runs. */
  readonly compensations: readonly string[];
  private readonly scope: Construct;

  constructor(scope: Construct, workflows: readonly Workflow[]) {
    this.scope = scope;
    this.runs = workflows.map(({ name }) => this.arn("stateMachine", this.nameOf(name)));
    this.compensations = workflows
      .filter((workflow) => undoStepsOf(workflow).length > 0)
      .map(({ name }) => this.arn("stateMachine", this.nameOf(compensationMachine(name))));
  }

  /** Name of a state machine, as the console lists it. */
  nameOf(machine: string): string {
    return `${Stack.of(this.scope).stackName}-${machine}`;
  }

  /** Lets a function look at executions, stop them, and start those that compensate. */
  connect(handler: HandlerFunction): void {
    const executions = [...this.runs, ...this.compensations].map(executionsOf);
    handler.allow(["states:DescribeExecution", "states:StopExecution"], ...executions);
    if (this.compensations.length > 0) handler.allow(["states:StartExecution"], ...this.compensations);
    handler.set(ENVIRONMENT.stateMachines, this.arn("stateMachine", this.nameOf("")));
  }

  /** Lets a function answer states that wait for a step. */
  answerSteps(handler: HandlerFunction): void {
    const machines = [...this.runs, ...this.compensations];
    if (machines.length > 0) handler.allow(["states:SendTaskSuccess", "states:SendTaskFailure"], ...machines);
  }

  /** Lets a function read what the executions of runs and compensations wait for. */
  readHistories(handler: HandlerFunction): void {
    const executions = [...this.runs, ...this.compensations].map(executionsOf);
    if (executions.length > 0) handler.allow(["states:GetExecutionHistory"], ...executions);
  }

  /** ARN of a state machine, whether or not it is there yet. */
  arnOf(machine: string): string {
    return this.arn("stateMachine", this.nameOf(machine));
  }

  /** ARN pattern of the executions that are runs of a workflow. */
  executionsOf(workflow: string): string {
    return executionsOf(this.arn("stateMachine", this.nameOf(workflow)));
  }

  /** Lets a function answer states that wait, and look up how one was left. */
  answerWaits(handler: HandlerFunction): void {
    handler.allow(["states:SendTaskSuccess", "states:SendTaskFailure"], ...this.runs);
    handler.allow(["states:GetExecutionHistory"], ...this.runs.map(executionsOf));
    handler.set(ENVIRONMENT.stateMachines, this.arn("stateMachine", this.nameOf("")));
  }

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this.scope).formatArn({
      service: "states",
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

function executionsOf(stateMachine: string): string {
  return `${stateMachine.replace(":stateMachine:", ":execution:")}:*`;
}
