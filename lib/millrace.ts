import { CfnOutput, Duration, type RemovalPolicy, Stack } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { Approvals } from "./constructs/approvals.ts";
import { ArtifactBucket } from "./constructs/artifact-bucket.ts";
import { BreakerAlarms } from "./constructs/breaker-alarms.ts";
import { WAITS_HANDLER } from "./constructs/bundle.ts";
import { CompletionHandler } from "./constructs/completion-handler.ts";
import { Control } from "./constructs/control.ts";
import { type ConsoleProps, ControlPlane } from "./constructs/control-plane.ts";
import { DeadLetterCollector } from "./constructs/dead-letter-collector.ts";
import { DeadLetters } from "./constructs/dead-letters.ts";
import { DeployedQueues } from "./constructs/deployed-queues.ts";
import { type Destinations, refuseUnusedDestinations } from "./constructs/destination.ts";
import { encryptWith } from "./constructs/encrypt-with.ts";
import { EventBus } from "./constructs/event-bus.ts";
import { HandlerBundles } from "./constructs/handler-bundles.ts";
import type { HandlerFunction } from "./constructs/handler-function.ts";
import { LEDGER_QUEUE, Ledger } from "./constructs/ledger.ts";
import { LimitCheck } from "./constructs/limits/limit-check.ts";
import type { ImageModels, Models } from "./constructs/models.ts";
import { type AlarmOptions, Operations } from "./constructs/operations/operations.ts";
import { OutboxRelay } from "./constructs/outbox-relay.ts";
import { type StackLayout, stackOfPart } from "./constructs/part-stack.ts";
import type { Platform } from "./constructs/platform.ts";
import { Reaction } from "./constructs/reaction.ts";
import { Releases } from "./constructs/releases.ts";
import { reportMistakes } from "./constructs/report-mistakes.ts";
import { SchemaRegistry } from "./constructs/schema-registry.ts";
import { StateMachines } from "./constructs/state-machines.ts";
import { StateTable } from "./constructs/state-table.ts";
import { connectTelemetry, type TelemetryProps } from "./constructs/telemetry.ts";
import { Waits } from "./constructs/waits.ts";
import { Workflow } from "./constructs/workflow.ts";
import { withoutXray } from "./constructs/xray-tracing.ts";
import { DefinitionError } from "./contract/definition-error.ts";
import { eventsAmong } from "./contract/document/participant.ts";
import { milliseconds } from "./contract/duration.ts";
import { ENVIRONMENT } from "./contract/environment.ts";
import type { ReactionSpec } from "./contract/reaction.ts";
import type { ToolSpec } from "./contract/tool.ts";
import type { Workflow as WorkflowDefinition } from "./workflow/define.ts";
import { describeSystem } from "./workflow/describe-system.ts";
import { participantsOf } from "./workflow/participants.ts";
import { awaitedEvents, stepsOf } from "./workflow/plan.ts";
import { settingsCatalogue } from "./workflow/settings.ts";
import { sharedLimitsOf } from "./workflow/shared-limits.ts";
import { subscriptionsOf } from "./workflow/subscriptions.ts";
import { workersOf } from "./workflow/workers.ts";

export { type ImageModelSetting, parseImageModel } from "./contract/image-model.ts";
export { type ModelSetting, parseModel } from "./contract/model.ts";

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
   * up to 2,500 resources of nested stacks at once, which is about eighteen workflows of ten steps; synthesis
   * reports an error if there are more. A part cannot move from one to the other while it has live runs.
   * @default "nested"
   */
  readonly stacks?: StackLayout;
  /**
   * What happens to the table and the artifact bucket when the stack is deleted.
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
  /** Publishes changes of the table. Its stream uses two for each shard: with fewer, events are delayed. */
  readonly relay?: number;
  /** Carries out operator actions, and sends deferred messages again. */
  readonly control?: number;
}

// With the import, since definitions are checked as they are loaded.
reportMistakes();

/** The id of the only construct of a stack: CDK leaves it out of names. */
const ALL_OF_A_STACK = "Default";
const DAY = milliseconds("1 day");

/** Millrace's own queues, by the names under which they are deployed. */
const OWN_QUEUES = [
  "millrace.waits",
  "millrace.approvals",
  "millrace.decisions",
  "millrace.control",
  "millrace.endings",
];

/**
 * Everything that event-driven workflows need, in the given stack, and a stack for each workflow and
 * reaction.
 */
export class Millrace extends Construct {
  readonly bus: EventBus;
  readonly table: StateTable;
  readonly artifacts: ArtifactBucket;
  readonly control: Control;
  /** Undefined if there is none. */
  readonly controlPlane: ControlPlane | undefined;
  readonly workflows: ReadonlyMap<string, Workflow>;
  readonly reactions: ReadonlyMap<string, Reaction>;

  constructor(scope: Construct, id: string, props: MillraceProps) {
    super(scope, id);
    const { workflows = [], reactions = [], retention = Duration.days(90), removalPolicy } = props;
    refuseSharedNames(workflows, reactions);
    const { destinations = {}, models, imageModels } = props;
    refuseUnusedDestinations(destinations, reactions);
    const { telemetry } = props;
    if (telemetry) withoutXray(this);
    const parts: Stack[] = [];
    const part = (name: string, description: string) => {
      const stack = stackOfPart(this, name, description, props.stacks ?? "nested");
      if (telemetry) withoutXray(stack);
      parts.push(stack);
      return stack;
    };
    this.bus = new EventBus(this, "Events", { archiveRetention: retention });
    // The items of a run's beginning are kept for the retention after its end.
    const retentionDays = retention.toDays() + longestDeadline(workflows);
    const { encryptionKey } = props;
    this.table = new StateTable(this, "State", { retentionDays, removalPolicy, encryptionKey });
    this.artifacts = new ArtifactBucket(this, "Artifacts", { retentionDays, removalPolicy });
    const awaited = workflows.flatMap((workflow) => awaitedEvents(workflow).map(({ name }) => name));
    const bundles = new HandlerBundles(this, "Handlers", {
      handlers: props.handlers ?? "workflows",
      needed: [
        ...(awaited.length > 0 ? [WAITS_HANDLER] : []),
        ...workflows.map(({ name }) => `${name}.intake`),
        ...reactions.map(({ name }) => name),
      ],
      workers: new Map(workflows.map((workflow) => [workflow.name, workersOf(workflow)])),
    });
    const { bus, table, artifacts } = this;
    const stateMachines = new StateMachines(this);
    const platform: Platform = { bus, table, artifacts, stateMachines, bundles };
    const relay = new OutboxRelay(this, "Relay", {
      platform,
      reservedConcurrency: props.reservedConcurrency?.relay,
    });

    const kept = subscriptionsOf(workflows, reactions).filter(({ ledger }) => ledger !== "none");
    const collector = new DeadLetterCollector(this, "DeadLetterCollector", { platform });
    const deadLetters = new DeadLetters(this, "DeadLetters", {
      collector,
      owner: "millrace",
      subscribers: [...OWN_QUEUES, ...(kept.length > 0 ? [LEDGER_QUEUE] : [])],
    });
    collector.knowQueue(deadLetters.queue);

    stateMachines.answer(collector.handler, "Success", "Failure");
    const names = workflows.map(({ name }) => name);
    const limits = sharedLimitsOf(workflows);
    const control = new Control(this, "Control", {
      platform,
      workflows: names,
      reactions: reactions.map(({ name }) => name),
      settings: settingsCatalogue(workflows, reactions),
      deadLetters,
      reservedConcurrency: props.reservedConcurrency?.control,
    });
    this.control = control;
    const approvals = new Approvals(this, "Approvals", {
      platform,
      control,
      deadLetters,
    });
    const completionHandler = new CompletionHandler(this, "Completion", {
      platform,
      relay,
      workflows: names,
      control,
      deadLetters,
    });
    control.resendTo(completionHandler.queue.queue);
    const { breakers } = new BreakerAlarms(this, "Breakers", {
      work: [...workflows.flatMap(stepsOf), ...reactions],
    });
    const waits = new Waits(this, "Waits", {
      platform,
      events: awaited,
      control,
      deadLetters,
    });
    const logged = workflows.filter(({ stepEvents }) => stepEvents === "logged").map(({ name }) => name);
    for (const publisher of [relay.handler, completionHandler.reconcile])
      if (logged.length > 0) publisher.set(ENVIRONMENT.loggedSteps, logged.join(","));
    const markers = [relay.handler, completionHandler.reconcile, waits.handler];
    const ruleStack = kept.length > 0 ? part("ledger-rules", "Rules of the ledger") : undefined;
    const ledger =
      ruleStack &&
      new Ledger(this, "Ledger", {
        platform,
        control,
        deadLetters,
        subscriptions: kept,
        markers,
        ruleStack,
      });
    const releases = new Releases(this, "Releases", { platform, workflows: names });
    new DeployedQueues(this, "Queues", {
      releases,
      queues: [
        waits.deployed,
        approvals.questions.deployed({ name: "millrace.approvals", role: "approvals" }),
        approvals.decisions.deployed({ name: "millrace.decisions", role: "approvals" }),
        control.queue.deployed({ name: "millrace.control", role: "control" }),
        completionHandler.queue.deployed({ name: "millrace.endings", role: "endings" }),
        ...(ledger ? [ledger.queue.deployed({ name: LEDGER_QUEUE, role: "ledger" })] : []),
      ],
    });
    this.workflows = new Map(
      workflows.map((definition) => [
        definition.name,
        new Workflow(part(definition.name, `Workflow ${definition.name}`), ALL_OF_A_STACK, {
          platform,
          definition,
          approvals,
          control,
          collector,
          waits,
          releases,
          sharing: definition.sharedLimit && limits.get(definition.sharedLimit.limit.name)!.workflows,
          models,
          imageModels,
        }),
      ]),
    );
    this.reactions = new Map(
      reactions.map((reaction) => {
        const stack = part(reaction.name, `Reaction ${reaction.name}`);
        const reacting = new Reaction(stack, "Reaction", {
          platform,
          reaction,
          control,
          collector,
          models,
          imageModels,
          destination: destinations[reaction.name],
        });
        new DeployedQueues(stack, "Queues", { releases, queues: [reacting.deployed] });
        return [reaction.name, reacting];
      }),
    );
    // The ledger expects deliveries only while their subscribers are deployed: not before, and not during
    // their removal.
    ruleStack?.nestedStackResource?.node.addDependency(waits);
    for (const subscriber of [...this.workflows.values(), ...this.reactions.values()])
      ruleStack?.addStackDependency(Stack.of(subscriber));
    if (props.schemaRegistry)
      new SchemaRegistry(this, "Schemas", { events: eventsAmong(participantsOf(workflows, reactions)) });
    const { alarms, dashboard } = props;
    new Operations(this, "Operations", {
      parts,
      workflows,
      breakers,
      relay: relay.handler,
      bus,
      alarms,
      dashboard,
    });
    this.controlPlane =
      props.console === false
        ? undefined
        : new ControlPlane(this, "ControlPlane", {
            platform,
            control,
            logGroups: Object.fromEntries(
              [...this.workflows].map(([name, { workers }]) => [
                name,
                Object.fromEntries([...workers].map(([step, { handler }]) => [step, handler.logGroupName])),
              ]),
            ),
            system: describeSystem(Stack.of(this).stackName, workflows, reactions),
            shared: writtenFolders([...workflows.flatMap(stepsOf), ...reactions]),
            ...props.console,
          });
    if (telemetry) {
      const askModels = [...this.workflows.values()].flatMap(({ allWorkers }) => allWorkers);
      const callers = [...askModels, ...this.reactions.values()].filter(({ asksModel }) => asksModel);
      const senders = [relay.handler, completionHandler.reconcile, ...callers.map(({ handler }) => handler)];
      for (const handler of senders) connectTelemetry(handler, this, telemetry);
    }
    if (encryptionKey)
      for (const scope of [this, ...parts.filter(({ nestedStackParent }) => !nestedStackParent)])
        encryptWith(scope, encryptionKey);
    new LimitCheck(
      Stack.of(this),
      parts.filter(({ nestedStackParent }) => !nestedStackParent),
    );
    this.announce();
  }

  /**
   * The functions in which models may call a tool. The tool's permissions are granted to these, and to no
   * others.
   */
  callersOf({ name }: ToolSpec): HandlerFunction[] {
    const workers = [...this.workflows.values()].flatMap(({ allWorkers }) => allWorkers);
    return [...workers, ...this.reactions.values()]
      .filter(({ tools }) => tools.some((tool) => tool.name === name))
      .map(({ handler }) => handler);
  }

  /** Outputs for the command line, under names without a hash. */
  private announce(): void {
    const outputs = {
      MillraceBus: [this.bus.bus.eventBusName, "Name of the event bus: send events here"],
      MillraceTable: [this.table.table.tableName, "Runs, claims, approvals, quarantine"],
      MillraceControl: [
        this.control.handler.function.functionName,
        "Function that carries out operator actions",
      ],
      MillraceArtifactBucket: [this.artifacts.bucket.bucketName, "Files of runs"],
      ...(this.controlPlane && { MillraceConsole: [this.controlPlane.url, "The console, and its API"] }),
      ...(this.controlPlane?.token && {
        MillraceToken: [this.controlPlane.token.secretArn, "Secret with the token to sign in"],
      }),
    } as const;
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
    }
  }
}

/** Days that the run of a workflow may take, rounded up. */
function longestDeadline(workflows: readonly WorkflowDefinition[]): number {
  return Math.max(0, ...workflows.map(({ deadline }) => Math.ceil(milliseconds(deadline) / DAY)));
}

/**
 * Folders that runs share and write to, each once. Folders that are only read may contain files that not
 * every viewer may see.
 */
function writtenFolders(work: readonly Pick<ReactionSpec, "shared">[]): string[] {
  const folders = work.flatMap(({ shared }) => (shared?.access === "read and write" ? [shared.folder] : []));
  return [...new Set(folders)];
}

/** A reaction's name finds its handler, like a step's, and its operator actions, like a workflow's. */
function refuseSharedNames(
  workflows: readonly WorkflowDefinition[],
  reactions: readonly ReactionSpec[],
): void {
  const steps = new Set(workflows.flatMap(stepsOf));
  const names = [...workflows, ...steps].map(({ name }) => name);
  for (const { name } of reactions) {
    if (names.includes(name))
      throw new DefinitionError(
        `The reaction "${name}" has the same name as a workflow, a step or another reaction. Rename it.`,
      );
    names.push(name);
  }
}
