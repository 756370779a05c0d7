import { ArnFormat, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import {
  StateMachine as AwsStateMachine,
  DefinitionBody,
  LogLevel,
  StateMachineType,
} from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { StateMachine } from "../../workflow/states.ts";
import type { ArtifactBucket } from "../artifact-bucket.ts";
import { serviceOfOwnAccount } from "../own-account.ts";
import { isTracedByXray } from "../xray-tracing.ts";

export interface CoordinatorProps {
  /** Name of the state machine, as shown in the AWS console. */
  readonly stateMachineName: string;
  readonly machine: StateMachine;
  /** Where it reads the parts of long lists, if it may have some. */
  readonly parts?: { readonly bucket: ArtifactBucket; readonly workflow: string };
  /** The queues to which it sends. It has no other permissions. */
  readonly queues: readonly IQueue[];
}

/** A state machine whose work is done by the functions behind its queues: traced, and logged if it fails. */
export class Coordinator extends Construct {
  readonly stateMachine: AwsStateMachine;

  constructor(scope: Construct, id: string, props: CoordinatorProps) {
    super(scope, id);
    const { stateMachineName, machine, queues, parts } = props;
    const role = new Role(this, "Role", {
      // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
      assumedBy: serviceOfOwnAccount(this, "states.amazonaws.com"),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["sqs:SendMessage"],
        resources: queues.map(({ queueArn }) => queueArn),
      }),
    );
    if (parts) {
      parts.bucket.grantReadPayloads(role, parts.workflow);
      this.runParts(role, stateMachineName);
    }
    this.stateMachine = new AwsStateMachine(this, "StateMachine", {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(machine)),
      role,
      tracingEnabled: isTracedByXray(this),
      logs: {
        // Long names outside of this prefix exhaust the size of the log service's resource policy.
        destination: new LogGroup(this, "Log", {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        // Step Functions itself keeps the history of each execution, and the table the run's log: a third
        // copy would cost more than both.
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
  }

  /**
   * Lets a distributed Map start its child executions: executions of the same state machine, under the Map's
   * label.
   */
  private runParts(role: Role, name: string): void {
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({
        service: "states",
        resource,
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    role.addToPolicy(
      // By its name, since the state machine is created after its role.
      new PolicyStatement({ actions: ["states:StartExecution"], resources: [arn("stateMachine", name)] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ["states:DescribeExecution", "states:StopExecution"],
        resources: [arn("execution", `${name}:*`), arn("execution", `${name}/*`)],
      }),
    );
  }
}
