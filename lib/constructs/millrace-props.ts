import type { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ReactionSpec } from "../contract/reaction.ts";
import type { Workflow as WorkflowDefinition } from "../workflow/workflow.ts";
import type { ConsoleProps } from "./control-plane/console-props.ts";
import type { Destinations } from "./destination.ts";
import type { ImageModels, Models } from "./models.ts";
import type { AlarmOptions } from "./operations/operations.ts";
import type { StackLayout } from "./part-stack.ts";
import type { TelemetryProps } from "./telemetry.ts";

export interface MillraceProps {
  /** @default none */
  readonly workflows?: readonly WorkflowDefinition[];
  /** @default none */
  readonly reactions?: readonly ReactionSpec[];
  /**
   * Folder with the handlers, at any depth: `<step>.lambda.ts`, `<reaction>.lambda.ts`,
   * `<workflow>.intake.lambda.ts`. If workflows wait for events, `waits.lambda.ts` is directly in the folder.
   * @default "workflows"
   */
  readonly handlers?: string;
  /**
   * How long events can be replayed and runs are stored.
   * @default 90 days, as long as Step Functions keeps a history
   */
  readonly retention?: Duration;
  /**
   * Where workflows, reactions and the ledger's rules are: in nested stacks of this one, or in stacks of
   * their own next to it, named `<stack>-<name>` and deployed by "cdk deploy --all". CloudFormation deploys
   * up to 2,500 resources of nested stacks at once, which is about 17 workflows of ten steps; synthesis
   * reports an error if there are more. A part cannot move from one to the other while it has live runs.
   * @default "nested"
   */
  readonly stacks?: StackLayout;
  /**
   * What happens to the table and the artifact bucket when the stack is deleted. Only an empty bucket can be
   * deleted.
   * @default retained
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * The key that encrypts the table, queues, artifact bucket, secrets and log groups. It is in the same
   * stack, in one that is deployed before, or is imported: then its policy has to allow the services that
   * docs/security.md names.
   * @default keys of AWS, which cost nothing
   */
  readonly encryptionKey?: IKey;
  /**
   * Whether every version of every event is added to a schema registry of EventBridge, from which types can
   * be generated.
   * @default false
   */
  readonly schemaRegistry?: boolean;
  /**
   * The language models of steps, by the names that steps use; "default" applies to all other names.
   * @default the embedded model, which needs no network and answers with each prompt's own rule
   */
  readonly models?: Models;
  /**
   * The image models of steps, by the names that steps use; "default" applies to all other names.
   * @default the embedded model, which needs no network and draws with each prompt's own rule
   */
  readonly imageModels?: ImageModels;
  /**
   * Where deliveries post their events, by their names.
   * @default none
   */
  readonly destinations?: Destinations;
  /**
   * A collector of OpenTelemetry that gets the traces and metrics of runs, steps and calls of models, and logs if wanted.
   * @default none: traces are in X-Ray, metrics in CloudWatch
   */
  readonly telemetry?: TelemetryProps | undefined;
  /**
   * Who is notified of alarms, and when failed runs raise one.
   * @default no topic; one failed run in five, of five or more within an hour
   */
  readonly alarms?: AlarmOptions;
  /**
   * Concurrency that is reserved for functions that every run and operator needs, so that busy steps cannot
   * use it up. Lambda always leaves a part of an account's concurrency unreserved: an account with a
   * concurrency of ten cannot reserve any.
   * @default none
   */
  readonly reservedConcurrency?: ReservedConcurrency | undefined;
  /**
   * Whether to create a dashboard in CloudWatch, with the name of the stack.
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * Who may use the console and its API; `false` deploys neither.
   * @default a token that is generated at deployment: "millrace console" prints it
   */
  readonly console?: ConsoleProps | false;
}

/** Concurrency of functions of Millrace itself: a whole number of 1 or more for each. */
export interface ReservedConcurrency {
  /**
   * Publishes changes of the table. Its stream uses two for each shard: with fewer, events are delayed.
   * @default not reserved
   */
  readonly relay?: number;
  /** Carries out operator actions, and sends deferred messages again. @default not reserved */
  readonly control?: number;
}
