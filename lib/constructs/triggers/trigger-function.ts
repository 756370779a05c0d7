import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { DefinitionError } from "../../contract/definition-error.ts";
import { ENVIRONMENT } from "../../contract/environment.ts";
import { PARTITIONS } from "../../contract/partitions.ts";
import type { ProducerKind } from "../../contract/producer.ts";
import type { TriggerSpec } from "../../contract/trigger/trigger.ts";
import { findHandlers, noHandler } from "../bundles/find-handlers.ts";
import { handlerCode } from "../bundles/handler-code.ts";
import type { EventBus } from "../event-bus.ts";
import { HandlerFunction } from "../handler-function.ts";
import type { StateTable } from "../state-table.ts";

/** The options of every trigger, in addition to its source. */
export interface TriggerProps<Spec extends TriggerSpec> {
  /** What it makes events of. */
  readonly trigger: Spec;
  /** The bus of its events, and the table that quarantines invalid ones. */
  readonly millrace: { readonly bus: EventBus; readonly table: StateTable };
  /** Folder in which `<trigger>.lambda.ts` is found, at any depth. @default "workflows" */
  readonly handlers?: string;
}

/**
 * The function of a trigger: `<trigger>.lambda.ts`. It may publish the trigger's own events under the
 * trigger's name, and quarantine invalid ones.
 */
export class TriggerFunction extends HandlerFunction {
  constructor(scope: Construct, id: string, { trigger, millrace, handlers }: TriggerProps<TriggerSpec>) {
    super(scope, id, {
      code: codeOf(scope, trigger.name, handlers ?? "workflows"),
      description: `Trigger ${trigger.name}`,
    });
    millrace.table.connect(this, { may: ["PutItem"], of: [PARTITIONS.quarantine(trigger.name)] });
    this.addEnvironment(ENVIRONMENT.bus, millrace.bus.bus.eventBusName);
    this.function.addToRolePolicy(publishing(trigger, millrace.bus));
  }
}

/** Records the origin of a trigger's events. */
export function announce(
  {
    trigger: { name, events },
    millrace,
  }: Pick<TriggerProps<TriggerSpec>, "trigger"> & {
    readonly millrace: { readonly bus: EventBus };
  },
  kind: ProducerKind,
  of: string,
): void {
  millrace.bus.announce({ name, kind, of, events: events.map((event) => event.name) });
}

/** Allows publishing the events of a trigger, only with its name as source. */
export function publishing({ name, events }: TriggerSpec, { bus }: EventBus): PolicyStatement {
  return new PolicyStatement({
    actions: ["events:PutEvents"],
    resources: [bus.eventBusArn],
    conditions: {
      StringEquals: { "events:source": name, "events:detail-type": events.map((event) => event.name) },
    },
  });
}

function codeOf(scope: Construct, name: string, handlers: string): Code {
  const path = findHandlers(handlers).get(name);
  if (!path) {
    throw new DefinitionError(noHandler(handlers, [name]));
  }
  return handlerCode(scope, name, path);
}
