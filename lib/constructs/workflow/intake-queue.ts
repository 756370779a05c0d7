import { Match } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";
import { MILLRACE_SOURCE } from "../../contract/reserved.ts";
import { ENDED_STATUSES } from "../../contract/table.ts";
import type { Workflow as WorkflowDefinition } from "../../workflow/workflow.ts";
import type { Control } from "../control.ts";
import type { DeadLetters } from "../dead-letters.ts";
import { DurableQueue, type DurableQueueProps } from "../durable-queue.ts";
import type { EventBus } from "../event-bus.ts";
import type { HandlerFunction } from "../handler-function.ts";
import type { Platform } from "../platform.ts";

export interface IntakeQueueProps
  extends Pick<DurableQueueProps, "variable" | "batchSize" | "maxConcurrency"> {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Sends its deferred messages again. */
  readonly control: Control;
  /** Collects its dead letters. */
  readonly deadLetters: DeadLetters;
  readonly definition: WorkflowDefinition;
  /** The function that reads it. */
  readonly intake: HandlerFunction;
}

/** The queue of a workflow's events, of requests for runs, and of ends of runs for which others wait. */
export class IntakeQueue extends DurableQueue {
  /** ARNs of the rules of the workflow's events, by event. */
  readonly rules: Record<string, string>;

  constructor(scope: Construct, id: string, props: IntakeQueueProps) {
    const {
      platform: { bus },
      control,
      deadLetters,
      definition,
      intake,
      variable,
      batchSize,
      maxConcurrency,
    } = props;
    super(scope, id, {
      consumer: intake,
      variable,
      batchSize,
      maxConcurrency,
      maxReceiveCount: 20,
      deadLetters,
    });
    control.resendTo(this.queue);
    const { name, on, perKey, sharedLimit } = definition;
    this.rules = this.subscribeToEvents(
      on.map((event) => event.name),
      { bus: bus.bus, to: name },
    );
    this.subscribeToOwn("Requested", bus, name, ["run.requested"]);
    if (perKey || sharedLimit)
      this.subscribeToOwn(
        "Ended",
        bus,
        name,
        ENDED_STATUSES.map((status) => `run.${status}`),
        limited(definition),
      );
  }

  /** Millrace's own events about the workflow. */
  private subscribeToOwn(
    id: string,
    { bus }: EventBus,
    workflow: string,
    detailType: string[],
    detail = {},
  ): void {
    this.subscribe(id, {
      eventBus: bus,
      description: `${detailType[0]} → ${workflow}`,
      eventPattern: { source: [MILLRACE_SOURCE], detailType, detail: { workflow: [workflow], ...detail } },
    });
  }
}

/** The runs that have a slot or a place. A run that was accepted before a limit was added has only the other. */
function limited({ perKey, sharedLimit }: WorkflowDefinition): Record<string, unknown> {
  if (perKey && sharedLimit) return {};
  return perKey ? { key: Match.exists() } : { limit: { name: Match.exists() } };
}
