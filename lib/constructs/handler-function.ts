import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  type IGrantable,
  type IPrincipal,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { DefinitionError } from "../contract/definition-error.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import { metricsNamespace } from "../contract/metrics.ts";
import { isWhole } from "../contract/whole-number.ts";
import { logGroupByPath } from "./physical-name.ts";
import { rootStack } from "./root-stack.ts";
import { isTracedByXray } from "./xray-tracing.ts";

export interface HandlerFunctionProps {
  /** A bundle with `index.mjs` that exports `handler`. */
  readonly code: Code;
  /** The function's description in the AWS console. */
  readonly description: string;
  /** @default 30 seconds */
  readonly timeout?: Duration;
  /** Memory in MB. @default 512 */
  readonly memorySize?: number | undefined;
  /** Concurrency that is reserved for the function, and is its maximum. @default none: it shares the account's */
  readonly reservedConcurrency?: number | undefined;
  /** Variables that the handler reads. @default none */
  readonly environment?: Record<string, string>;
  /** How long its log is kept. @default one month */
  readonly logRetention?: RetentionDays;
}

/**
 * A Lambda function with a role of its own that may write its own log and traces, and nothing else. A
 * construct's `grant…` methods give it permissions; `connect…` methods also set the variables that its handler
 * reads.
 */
export class HandlerFunction extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  readonly timeout: Duration;
  readonly logGroupName: string;
  /** How SQS identifies the sender of a message. */
  readonly roleId: string;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    refuseNoConcurrency(this, props.reservedConcurrency);
    this.logGroupName = logGroupName(this);
    const logGroup = new LogGroup(this, "Log", {
      logGroupName: this.logGroupName,
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(role);
    this.roleId = role.roleId;
    this.timeout = props.timeout ?? Duration.seconds(30);
    this.function = new LambdaFunction(this, "Function", {
      code: props.code,
      handler: "index.handler",
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      reservedConcurrentExecutions: props.reservedConcurrency,
      timeout: this.timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: isTracedByXray(this) ? Tracing.ACTIVE : Tracing.DISABLED,
      // Runs of an earlier definition finish on the code on which they started. A rollback removes the
      // versions that it created: a remaining version would refuse the next deployment of the same code.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      environment: {
        NODE_OPTIONS: "--enable-source-maps",
        [ENVIRONMENT.metrics]: metricsNamespace(rootStack(this).stackName),
        ...props.environment,
      },
    });
  }

  /** Its role, for the grants of other constructs: `bucket.grantRead(handler)`. */
  get grantPrincipal(): IPrincipal {
    return this.function.grantPrincipal;
  }

  /** ARN of the function version of this deployment. It is retained when later deployments bring another. */
  get versionArn(): string {
    return this.function.currentVersion.functionArn;
  }

  /** Allows actions on resources; does nothing without resources. */
  allow(actions: string[], ...resources: string[]): void {
    if (resources.length === 0) return;
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }

  /**
   * Allows it to send messages to the queue that it reads itself: a message that a throttle delays for long
   * is sent again as a new one. This loop is intended, as are those through the control function; without
   * this setting, Lambda would stop them after sixteen rounds.
   */
  sendBackTo(queueArn: string): void {
    this.allow(["sqs:SendMessage"], queueArn);
    (this.function.node.defaultChild as CfnFunction).recursiveLoop = RecursiveLoop.ALLOW;
  }

  /** Sets a variable that the handler reads. */
  addEnvironment(name: string, value: string): void {
    this.function.addEnvironment(name, value);
  }
}

/** A reservation of 0 would stop the function. */
function refuseNoConcurrency({ node }: Construct, reserved: number | undefined): void {
  if (reserved === undefined || isWhole(reserved, 1)) return;
  throw new DefinitionError(
    `The reserved concurrency of ${node.path} is ${reserved}. Use a whole number of 1 or more, or leave it out.`,
  );
}

/**
 * "/millrace/Films/Millrace/produce-video/Intake": the groups of a stack and its nested ones have one prefix.
 */
function logGroupName(handler: Construct): string {
  return `/millrace/${logGroupByPath(handler)}`;
}
