import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Approvals } from "./constructs/approvals.ts";
import { ArtifactBucket } from "./constructs/artifact-bucket.ts";
import { BreakerAlarms } from "./constructs/breaker-alarms.ts";
import { WAITS_HANDLER } from "./constructs/bundle.ts";
import { CompletionHandler } from "./constructs/completion-handler.ts";
import { Control } from "./constructs/control.ts";
import { ControlPlane } from "./constructs/control-plane.ts";
import { DeadLetterCollector } from "./constructs/dead-letter-collector.ts";
import { DeadLetters } from "./constructs/dead-letters.ts";
import { DeployedQueues } from "./constructs/deployed-queues.ts";
import { refuseUnusedDestinations } from "./constructs/destination.ts";
import { encryptWith } from "./constructs/encrypt-with.ts";
import { EventBus } from "./constructs/event-bus.ts";
import { HandlerBundles } from "./constructs/handler-bundles.ts";
import type { HandlerFunction } from "./constructs/handler-function.ts";
import { LEDGER_QUEUE, Ledger } from "./constructs/ledger.ts";
import { LimitCheck } from "./constructs/limits/limit-check.ts";
import type { MillraceProps } from "./constructs/millrace-props.ts";
import { Operations } from "./constructs/operations/operations.ts";
import { OutboxRelay } from "./constructs/outbox-relay.ts";
import { stackOfPart } from "./constructs/part-stack.ts";
import type { Platform } from "./constructs/platform.ts";
import { Reaction } from "./constructs/reaction.ts";
import { Releases } from "./constructs/releases.ts";
import { reportMistakes } from "./constructs/report-mistakes.ts";
import { SchemaRegistry } from "./constructs/schema-registry.ts";
import { StateMachines } from "./constructs/state-machines.ts";
import { StateTable } from "./constructs/state-table.ts";
import { connectTelemetry } from "./constructs/telemetry.ts";
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

export type { MillraceProps, ReservedConcurrency } from "./constructs/millrace-props.ts";
export { type ImageModelSetting, parseImageModel } from "./contract/image-model.ts";
export { type ModelSetting, parseModel } from "./contract/model.ts";

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
    const shared = { platform, control, collector, models, imageModels };
    this.workflows = new Map(
      workflows.map((definition) => {
        const stack = part(definition.name, `Workflow ${definition.name}`);
        const sharing = definition.sharedLimit && limits.get(definition.sharedLimit.limit.name)!.workflows;
        const own = { definition, sharing, approvals, waits, releases };
        return [definition.name, new Workflow(stack, ALL_OF_A_STACK, { ...shared, ...own })];
      }),
    );
    this.reactions = new Map(
      reactions.map((reaction) => {
        const stack = part(reaction.name, `Reaction ${reaction.name}`);
        const own = { reaction, destination: destinations[reaction.name] };
        const reacting = new Reaction(stack, "Reaction", { ...shared, ...own });
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
            logGroups: logGroupsOf(this.workflows),
            system: describeSystem(Stack.of(this).stackName, workflows, reactions),
            shared: writtenFolders([...workflows.flatMap(stepsOf), ...reactions]),
            ...props.console,
          });
    if (telemetry) {
      const callers = this.handling.filter(({ asksModel }) => asksModel);
      const senders = [relay.handler, completionHandler.reconcile, ...callers.map(({ handler }) => handler)];
      for (const handler of senders) connectTelemetry(handler, this, telemetry);
    }
    const ownStacks = parts.filter(({ nestedStackParent }) => !nestedStackParent);
    if (encryptionKey) for (const scope of [this, ...ownStacks]) encryptWith(scope, encryptionKey);
    new LimitCheck(Stack.of(this), ownStacks);
    this.announce();
  }

  /**
   * The functions in which models may call a tool. The tool's permissions are granted to these, and to no
   * others.
   */
  callersOf({ name }: ToolSpec): HandlerFunction[] {
    return this.handling
      .filter(({ tools }) => tools.some((tool) => tool.name === name))
      .map(({ handler }) => handler);
  }

  /** All workers and reactions: what runs a handler of the app. */
  private get handling() {
    const workers = [...this.workflows.values()].flatMap(({ allWorkers }) => allWorkers);
    return [...workers, ...this.reactions.values()];
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

/** The log group of each step's worker, by workflow. */
function logGroupsOf(workflows: ReadonlyMap<string, Workflow>): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...workflows].map(([name, { workers }]) => [
      name,
      Object.fromEntries([...workers].map(([step, { handler }]) => [step, handler.logGroupName])),
    ]),
  );
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
