import type { IEventBus } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import type { EventTriggerSpec } from "../../contract/trigger/event.ts";
import { DurableQueue } from "../durable-queue.ts";
import { announce, TriggerFunction, type TriggerProps } from "./trigger-function.ts";

export interface EventTriggerProps extends TriggerProps<EventTriggerSpec> {
  /** The bus of the events. @default the account's default bus, which has those of AWS services */
  readonly from?: IEventBus;
  /** Required fields of `detail`, in addition to the trigger's pattern. @default none */
  readonly where?: Record<string, unknown>;
}

/** Forwards events of another bus to Millrace's, under a contract: rule ─▶ queue ─▶ function ─▶ bus. */
export class EventTrigger extends Construct {
  readonly handler: TriggerFunction;
  readonly queue: DurableQueue;

  constructor(scope: Construct, id: string, props: EventTriggerProps) {
    super(scope, id);
    const { trigger, from, where } = props;
    announce(props, "bus", String((trigger.pattern as Pattern).source));
    this.handler = new TriggerFunction(this, "Handler", props);
    this.queue = new DurableQueue(this, "Events", { consumer: this.handler, batchSize: 10 });
    const { source, "detail-type": detailType, detail } = trigger.pattern as Pattern;
    this.queue.subscribe("Rule", {
      eventBus: from,
      description: `${detailType ?? source} → ${trigger.name}`,
      eventPattern: { source, detailType, detail: (detail ?? where) && { ...detail, ...where } },
    });
  }
}

interface Pattern {
  source: string[];
  "detail-type"?: string[];
  detail?: Record<string, unknown>;
}
