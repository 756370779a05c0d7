import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
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
import { nameByPath } from "./physical-name.ts";

export interface HandlerFunctionProps {
  /** A bundle with `index.mjs` that exports `handler`. */
  readonly code: Code;
  /** What the function is for, as the console shows it. */
  readonly description: string;
  /** @default 30 seconds */
  readonly timeout?: Duration;
  /** In MB. @default 512 */
  readonly memory?: number;
  /** Concurrency that is reserved for the function, and is its maximum. @default none: it shares the account's */
  readonly reservedConcurrency?: number | undefined;
  readonly environment?: Record<string, string>;
  /** @default one month */
  readonly logRetention?: RetentionDays;
}

/**
 * A Lambda function with a role of its own that may write its own log and its traces, and nothing else until it is
 * connected to something.
 */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;
  readonly timeout: Duration;
  readonly logGroupName: string;
  /** As SQS names who sends a message. */
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
      memorySize: props.memory ?? 512,
      reservedConcurrentExecutions: props.reservedConcurrency,
      timeout: this.timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // Runs of an earlier definition finish on the code that they started on. A rollback removes what it created: a version that
      // stays behind would refuse the next deployment of the same code.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      environment: { NODE_OPTIONS: "--enable-source-maps", ...props.environment },
    });
  }

  /** ARN of what this deployment brings of the function. It is kept when later ones bring something else. */
  get versionArn(): string {
    return this.function.currentVersion.functionArn;
  }

  /** Allows actions on resources; on none where there are none. */
  allow(actions: string[], ...resources: string[]): void {
    if (resources.length === 0) return;
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }

  /**
   * Allows it to send messages to the queue that it drains itself: one that a throttled service held up for long goes
   * back as a new one. That is a loop that is meant, as are those over the control function; Lambda would end them after
   * sixteen rounds.
   */
  sendBackTo(queueArn: string): void {
    this.allow(["sqs:SendMessage"], queueArn);
    (this.function.node.defaultChild as CfnFunction).recursiveLoop = RecursiveLoop.ALLOW;
  }

  /** Sets a variable that the handler reads. */
  set(name: string, value: string): void {
    this.function.addEnvironment(name, value);
  }
}

/** A reservation of 0 would stop the function. */
function refuseNoConcurrency({ node }: Construct, reserved: number | undefined): void {
  if (reserved === undefined || (Number.isInteger(reserved) && reserved > 0)) return;
  throw new DefinitionError(
    `The reserved concurrency of ${node.path} is ${reserved}. Use a whole number of 1 or more, or leave it out.`,
  );
}

/** "/millrace/Films/Millrace/produce-video/Intake": those of a stack and its nested ones are found together. */
function logGroupName(handler: Construct): string {
  return `/millrace/${nameByPath(handler).replace(/[^\w./-]/g, "-")}`;
}
