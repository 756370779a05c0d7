import { Construct } from "constructs";
import { PARTITIONS } from "../../contract/partitions.ts";
import type { AbsenceSpec, ThresholdSpec } from "../../contract/trigger/threshold.ts";
import { DurableQueue } from "../durable-queue.ts";
import { announce, TriggerFunction, type TriggerProps } from "./trigger-function.ts";

export type ThresholdProps = TriggerProps<ThresholdSpec>;
export type AbsenceProps = TriggerProps<AbsenceSpec>;

/** Counts events of Millrace's own bus, and publishes an event for each crossing: rule ─▶ queue ─▶ function ─▶ bus. */
export class Threshold extends Construct {
  readonly handler: TriggerFunction;
  readonly queue: DurableQueue;

  constructor(scope: Construct, id: string, props: ThresholdProps) {
    super(scope, id);
    const { atLeast, sum, within } = props.trigger;
    const amount = sum ? `a sum of ${atLeast}` : `${atLeast} events`;
    [this.handler, this.queue] = watch(this, props, `${amount} within ${within / 1000} s`);
  }
}

/** Publishes an event for each key of which no event has come for too long: rule ─▶ queue ─▶ function ─▶ bus. */
export class Absence extends Construct {
  readonly handler: TriggerFunction;
  readonly queue: DurableQueue;

  constructor(scope: Construct, id: string, props: AbsenceProps) {
    super(scope, id);
    [this.handler, this.queue] = watch(this, props, `no event within ${props.trigger.within / 1000} s`);
  }
}

function watch(
  scope: Construct,
  props: TriggerProps<ThresholdSpec | AbsenceSpec>,
  rule: string,
): [TriggerFunction, DurableQueue] {
  const { trigger, millrace } = props;
  const { name, on } = trigger;
  announce(props, "threshold", `${on.name}: ${rule}`);
  const handler = new TriggerFunction(scope, "Handler", props);
  millrace.table.connect(handler, { may: ["GetItem", "PutItem"], of: [PARTITIONS.watched(name)] });
  const queue = new DurableQueue(scope, "Events", { consumer: handler, batchSize: 10 });
  queue.subscribe("Rule", {
    eventBus: millrace.bus.bus,
    description: `${on.name} → ${name}`,
    eventPattern: { detailType: [on.name] },
  });
  return [handler, queue];
}
