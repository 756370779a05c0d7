import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { type AppDefinitions, appDefinitions } from "./constructs/app-definitions.ts";
import type { ArtifactBucket } from "./constructs/artifact-bucket.ts";
import type { Control } from "./constructs/control.ts";
import { ControlPlane } from "./constructs/control-plane/control-plane.ts";
import { createPlatform } from "./constructs/create-platform.ts";
import { DeployedQueues } from "./constructs/deployed-queues.ts";
import { type Destinations, refuseUnusedDestinations } from "./constructs/destination.ts";
import { encryptWith } from "./constructs/encrypt-with.ts";
import type { EventBus } from "./constructs/event-bus.ts";
import type { HandlerFunction } from "./constructs/handler-function.ts";
import { LimitCheck } from "./constructs/limits/limit-check.ts";
import type { MillraceProps } from "./constructs/millrace-props.ts";
import { Operations } from "./constructs/operations/operations.ts";
import { createOutputs } from "./constructs/outputs.ts";
import { PartStacks } from "./constructs/part-stack.ts";
import type { Platform } from "./constructs/platform.ts";
import { Reaction } from "./constructs/reaction.ts";
import { reportMistakes } from "./constructs/report-mistakes.ts";
import { SchemaRegistry } from "./constructs/schema-registry.ts";
import { createServices, type Services } from "./constructs/services.ts";
import type { StateTable } from "./constructs/state-table.ts";
import { connectTelemetry } from "./constructs/telemetry.ts";
import type { WorkFunction } from "./constructs/work-function.ts";
import { Workflow } from "./constructs/workflow/workflow.ts";
import { withoutXray } from "./constructs/xray-tracing.ts";
import { eventsAmong } from "./contract/document/participant.ts";
import type { ToolSpec } from "./contract/tool.ts";
import { describeSystem } from "./workflow/describe-system.ts";
import { participantsOf } from "./workflow/participants.ts";

export type { MillraceProps, ReservedConcurrency } from "./constructs/millrace-props.ts";
export { type ImageModelSetting, parseImageModel } from "./contract/image-model.ts";
export { type ModelSetting, parseModel } from "./contract/model.ts";

// With the import, since definitions are checked as they are loaded.
reportMistakes();

/** The id of the only construct of a stack: CDK leaves it out of names. */
const ALL_OF_A_STACK = "Default";

/**
 * Everything that event-driven workflows need, in the given stack, and a stack for each workflow and
 * reaction.
 */
export class Millrace extends Construct {
  /** The bus of all events. */
  readonly bus: EventBus;
  /** The state of runs. */
  readonly table: StateTable;
  /** Files and large values of runs. */
  readonly artifacts: ArtifactBucket;
  /** Carries out operator actions. */
  readonly control: Control;
  /** The console and its API. Undefined if there is none. */
  readonly controlPlane: ControlPlane | undefined;
  /** By name. */
  readonly workflows: ReadonlyMap<string, Workflow>;
  /** By name. */
  readonly reactions: ReadonlyMap<string, Reaction>;

  constructor(scope: Construct, id: string, props: MillraceProps) {
    super(scope, id);
    const { telemetry, encryptionKey, reservedConcurrency } = props;
    const app = appDefinitions(props);
    refuseUnusedDestinations(props.destinations ?? {}, app.reactions);
    if (telemetry) withoutXray(this);
    const parts = new PartStacks(this, props.stacks ?? "nested");

    // Where events, state and files are, and the code of functions.
    const platform = createPlatform(this, app, props);
    this.bus = platform.bus;
    this.table = platform.table;
    this.artifacts = platform.artifacts;

    // Millrace's own functions: what starts, continues, publishes, records and ends runs.
    const services = createServices(this, { platform, app, parts, reservedConcurrency });
    this.control = services.control;

    // The app itself: a stack for each workflow and reaction.
    this.workflows = createWorkflows(app, parts, platform, services);
    this.reactions = createReactions(app, parts, platform, services, props.destinations);
    services.ledger?.follow(services.waits, [...this.workflows.values(), ...this.reactions.values()]);

    // What operators see: schemas, alarms, the dashboard and the console.
    if (props.schemaRegistry)
      new SchemaRegistry(this, "Schemas", {
        events: eventsAmong(participantsOf(app.workflows, app.reactions)),
      });
    new Operations(this, "Operations", {
      parts: parts.all,
      workflows: app.workflows,
      breakers: services.breakers.breakers,
      relay: services.relay.handler,
      reconciler: services.completion.reconcile,
      bus: platform.bus,
      alarms: props.alarms,
      dashboard: props.dashboard,
    });
    if (props.console !== false)
      this.controlPlane = new ControlPlane(this, "ControlPlane", {
        platform,
        control: services.control,
        logGroups: Object.fromEntries([...this.workflows].map(([name, { logGroups }]) => [name, logGroups])),
        system: describeSystem(Stack.of(this).stackName, app.workflows, app.reactions),
        shared: app.sharedFolders,
        ...props.console,
      });

    // What applies to all of it.
    if (telemetry) {
      const callers = this.handlers.filter(({ asksModel }) => asksModel);
      for (const sender of [...services.publishers, ...callers]) connectTelemetry(sender, this, telemetry);
    }
    if (encryptionKey) for (const scope of [this, ...parts.separate]) encryptWith(scope, encryptionKey);
    new LimitCheck(Stack.of(this), parts.separate);
    createOutputs(this, platform, services.control, this.controlPlane);
  }

  /**
   * The functions in which models may call a tool. The tool's permissions are granted to these, and to no
   * others.
   */
  callersOf({ name }: ToolSpec): HandlerFunction[] {
    return this.handlers.filter(({ tools }) => tools.some((tool) => tool.name === name));
  }

  /** The functions of all workers and reactions. */
  private get handlers(): WorkFunction[] {
    const workers = [...this.workflows.values()].flatMap(({ allWorkers }) => allWorkers);
    return [...workers, ...this.reactions.values()].map(({ handler }) => handler);
  }
}

function createWorkflows(
  { workflows }: AppDefinitions,
  parts: PartStacks,
  platform: Platform,
  services: Services,
): Map<string, Workflow> {
  return new Map(
    workflows.map((definition) => {
      const { name } = definition;
      const stack = parts.add(name, `Workflow ${name}`);
      return [name, new Workflow(stack, ALL_OF_A_STACK, { platform, services, definition })];
    }),
  );
}

function createReactions(
  { reactions }: AppDefinitions,
  parts: PartStacks,
  platform: Platform,
  services: Services,
  destinations: Destinations = {},
): Map<string, Reaction> {
  return new Map(
    reactions.map((definition) => {
      const { name } = definition;
      const stack = parts.add(name, `Reaction ${name}`);
      const destination = destinations[name];
      const reaction = new Reaction(stack, "Reaction", { platform, services, definition, destination });
      new DeployedQueues(stack, "Queues", { releases: services.releases, queues: reaction.deployed });
      return [name, reaction];
    }),
  );
}
