import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { type AppDefinitions, appDefinitions } from "./constructs/app-definitions.ts";
import { Approvals } from "./constructs/approvals.ts";
import type { ArtifactBucket } from "./constructs/artifact-bucket.ts";
import { BreakerAlarms } from "./constructs/breaker-alarms.ts";
import { CompletionHandler } from "./constructs/completion-handler.ts";
import { Control } from "./constructs/control.ts";
import { type ConsoleProps, ControlPlane } from "./constructs/control-plane.ts";
import { createPlatform } from "./constructs/create-platform.ts";
import { DeadLetterCollector } from "./constructs/dead-letter-collector.ts";
import { DeadLetters } from "./constructs/dead-letters.ts";
import { DeployedQueues } from "./constructs/deployed-queues.ts";
import { refuseUnusedDestinations } from "./constructs/destination.ts";
import { encryptWith } from "./constructs/encrypt-with.ts";
import type { EventBus } from "./constructs/event-bus.ts";
import type { HandlerFunction } from "./constructs/handler-function.ts";
import { LEDGER_QUEUE, Ledger } from "./constructs/ledger.ts";
import { LimitCheck } from "./constructs/limits/limit-check.ts";
import type { MillraceProps } from "./constructs/millrace-props.ts";
import { Operations } from "./constructs/operations/operations.ts";
import { OutboxRelay } from "./constructs/outbox-relay.ts";
import { createOutputs } from "./constructs/outputs.ts";
import { PartStacks } from "./constructs/part-stack.ts";
import type { Platform } from "./constructs/platform.ts";
import { Reaction } from "./constructs/reaction.ts";
import { Releases } from "./constructs/releases.ts";
import { reportMistakes } from "./constructs/report-mistakes.ts";
import { SchemaRegistry } from "./constructs/schema-registry.ts";
import type { StateTable } from "./constructs/state-table.ts";
import { connectTelemetry } from "./constructs/telemetry.ts";
import { WAITS_QUEUE, Waits } from "./constructs/waits.ts";
import { Workflow } from "./constructs/workflow.ts";
import { withoutXray } from "./constructs/xray-tracing.ts";
import { eventsAmong } from "./contract/document/participant.ts";
import { ENVIRONMENT } from "./contract/environment.ts";
import type { ReactionSpec } from "./contract/reaction.ts";
import type { ToolSpec } from "./contract/tool.ts";
import { describeSystem } from "./workflow/describe-system.ts";
import { participantsOf } from "./workflow/participants.ts";
import { settingsCatalogue } from "./workflow/settings.ts";
import { sharedLimitsOf } from "./workflow/shared-limits.ts";

export type { MillraceProps, ReservedConcurrency } from "./constructs/millrace-props.ts";
export { type ImageModelSetting, parseImageModel } from "./contract/image-model.ts";
export { type ModelSetting, parseModel } from "./contract/model.ts";

// With the import, since definitions are checked as they are loaded.
reportMistakes();

/** The id of the only construct of a stack: CDK leaves it out of names. */
const ALL_OF_A_STACK = "Default";

/** Millrace's own queues, by the names under which they are deployed. */
const QUEUES = {
  questions: { name: "millrace.approvals", role: "approvals" },
  decisions: { name: "millrace.decisions", role: "approvals" },
  control: { name: "millrace.control", role: "control" },
  endings: { name: "millrace.endings", role: "endings" },
  ledger: { name: LEDGER_QUEUE, role: "ledger" },
} as const;

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
    const { workflows = [], reactions = [], destinations = {}, models, imageModels } = props;
    const { telemetry, encryptionKey, reservedConcurrency } = props;
    const app = appDefinitions(workflows, reactions);
    refuseUnusedDestinations(destinations, reactions);
    if (telemetry) withoutXray(this);
    const parts = new PartStacks(this, props.stacks ?? "nested");

    // Where events, state and files are, and the code of functions.
    const platform = createPlatform(this, app, props);
    this.bus = platform.bus;
    this.table = platform.table;
    this.artifacts = platform.artifacts;

    // Publishes every change of the table, and logs it.
    const relay = new OutboxRelay(this, "Relay", {
      platform,
      reservedConcurrency: reservedConcurrency?.relay,
    });

    // Messages that failed, kept for operators.
    const isLedgerKept = app.recorded.length > 0;
    const { questions, decisions, control: commands, endings } = QUEUES;
    const collector = new DeadLetterCollector(this, "DeadLetterCollector", { platform });
    const deadLetters = new DeadLetters(this, "DeadLetters", {
      collector,
      owner: "millrace",
      subscribers: [
        WAITS_QUEUE,
        ...[questions, decisions, commands, endings].map(({ name }) => name),
        ...(isLedgerKept ? [LEDGER_QUEUE] : []),
      ],
    });
    collector.knowQueue(deadLetters.queue);
    platform.stateMachines.answer(collector.handler, "Success", "Failure");

    // Commands of operators, decisions of people, ends of runs, and what runs wait for.
    const control = new Control(this, "Control", {
      platform,
      workflows: app.workflowNames,
      reactions: reactions.map(({ name }) => name),
      settings: settingsCatalogue(workflows, reactions),
      deadLetters,
      reservedConcurrency: reservedConcurrency?.control,
    });
    this.control = control;
    const core = { platform, control, deadLetters };
    const approvals = new Approvals(this, "Approvals", core);
    const completion = new CompletionHandler(this, "Completion", {
      ...core,
      relay,
      workflows: app.workflowNames,
    });
    control.resendTo(completion.queue.queue);
    const { breakers } = new BreakerAlarms(this, "Breakers", { work: app.work });
    const waits = new Waits(this, "Waits", { ...core, events: app.awaited });
    const publishers = [relay.handler, completion.reconcile];
    if (app.logged.length > 0)
      for (const publisher of publishers) publisher.set(ENVIRONMENT.loggedSteps, app.logged.join(","));

    // Which subscribers must receive which event.
    const ruleStack = isLedgerKept ? parts.add("ledger-rules", "Rules of the ledger") : undefined;
    const ledger =
      ruleStack &&
      new Ledger(this, "Ledger", {
        ...core,
        subscriptions: app.recorded,
        markers: [...publishers, waits.handler],
        ruleStack,
      });

    // What each deployment contains.
    const releases = new Releases(this, "Releases", { platform, workflows: app.workflowNames });
    new DeployedQueues(this, "Queues", {
      releases,
      queues: [
        waits.deployed,
        approvals.questions.deployed(questions),
        approvals.decisions.deployed(decisions),
        control.queue.deployed(commands),
        completion.queue.deployed(endings),
        ...(ledger ? [ledger.queue.deployed(QUEUES.ledger)] : []),
      ],
    });

    // The app itself: a stack for each workflow and reaction.
    const shared = { platform, control, collector, models, imageModels };
    const limits = sharedLimitsOf(workflows);
    this.workflows = new Map(
      workflows.map((definition) => {
        const stack = parts.add(definition.name, `Workflow ${definition.name}`);
        const sharing = definition.sharedLimit && limits.get(definition.sharedLimit.limit.name)!.workflows;
        const own = { definition, sharing, approvals, waits, releases };
        return [definition.name, new Workflow(stack, ALL_OF_A_STACK, { ...shared, ...own })];
      }),
    );
    this.reactions = new Map(
      reactions.map((reaction) => {
        const stack = parts.add(reaction.name, `Reaction ${reaction.name}`);
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

    // What operators see: schemas, alarms, the dashboard and the console.
    if (props.schemaRegistry)
      new SchemaRegistry(this, "Schemas", { events: eventsAmong(participantsOf(workflows, reactions)) });
    new Operations(this, "Operations", {
      parts: parts.all,
      workflows,
      breakers,
      relay: relay.handler,
      bus: platform.bus,
      alarms: props.alarms,
      dashboard: props.dashboard,
    });
    this.controlPlane =
      props.console === false ? undefined : this.createConsole(app, platform, props.console);

    // What applies to all of it.
    if (telemetry) {
      const callers = this.handling.filter(({ asksModel }) => asksModel).map(({ handler }) => handler);
      for (const sender of [...publishers, ...callers]) connectTelemetry(sender, this, telemetry);
    }
    if (encryptionKey) for (const scope of [this, ...parts.separate]) encryptWith(scope, encryptionKey);
    new LimitCheck(Stack.of(this), parts.separate);
    createOutputs(this, platform, control, this.controlPlane);
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

  private createConsole(
    { workflows, reactions, work }: AppDefinitions,
    platform: Platform,
    options: ConsoleProps | undefined,
  ): ControlPlane {
    return new ControlPlane(this, "ControlPlane", {
      platform,
      control: this.control,
      logGroups: logGroupsOf(this.workflows),
      system: describeSystem(Stack.of(this).stackName, workflows, reactions),
      shared: writtenFolders(work),
      ...options,
    });
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

/**
 * Folders that runs share and write to, each once. Folders that are only read may contain files that not
 * every viewer may see.
 */
function writtenFolders(work: readonly Pick<ReactionSpec, "shared">[]): string[] {
  const folders = work.flatMap(({ shared }) => (shared?.access === "read and write" ? [shared.folder] : []));
  return [...new Set(folders)];
}
