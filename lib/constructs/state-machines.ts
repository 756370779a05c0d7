import { ArnFormat, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { compensationMachine, stateMachineName } from "../contract/runs/state-machine-name.ts";
import type { HandlerFunction } from "./handler-function.ts";

/**
 * The names of all workflows' state machines. They are fixed, so that a construct that serves all of them
 * need not refer to each, which would make the stacks depend on each other in a cycle. No stack's name
 * contains an underscore, so the prefix is unique to Millrace, and a policy names all machines by one
 * pattern.
 */
export class StateMachines {
  private readonly scope: Construct;

  constructor(scope: Construct) {
    this.scope = scope;
  }

  /** Name of a state machine, as shown in the AWS console. */
  nameOf(machine: string): string {
    return stateMachineName(Stack.of(this.scope).stackName, machine);
  }

  /** ARN of a state machine, whether or not it exists yet. */
  arnOf(machine: string): string {
    return this.arn("stateMachine", this.nameOf(machine));
  }

  /** ARN of every state machine, up to the workflow's name. */
  get prefix(): string {
    return this.arnOf("");
  }

  /** ARN pattern of the executions that are runs of a workflow. */
  executionsOf(workflow: string): string {
    return this.arn("execution", `${this.nameOf(workflow)}:*`);
  }

  /** Lets a function read and stop executions, and start compensations. */
  connect(handler: HandlerFunction): void {
    handler.allow(["states:DescribeExecution", "states:StopExecution"], this.executionsOf("*"));
    handler.allow(["states:StartExecution"], this.arnOf(compensationMachine("*")));
    handler.addEnvironment(ENVIRONMENT.stateMachines, this.prefix);
  }

  /** Lets a function answer waiting states. */
  grantTaskResponse(handler: HandlerFunction, ...answers: ("Success" | "Failure")[]): void {
    handler.allow(
      answers.map((answer) => `states:SendTask${answer}`),
      this.arnOf("*"),
    );
  }

  /** Lets a function read what executions wait for, and how a state was left. */
  connectHistories(handler: HandlerFunction): void {
    handler.allow(["states:GetExecutionHistory"], this.executionsOf("*"));
    handler.addEnvironment(ENVIRONMENT.stateMachines, this.prefix);
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
