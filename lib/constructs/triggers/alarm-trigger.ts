import type { IAlarm } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { EventContract } from "../../contract/event.ts";
import type { AlarmChange, EventTriggerSpec } from "../../contract/trigger/event.ts";
import { EventTrigger } from "./event-trigger.ts";
import { announce, type TriggerProps } from "./trigger-function.ts";

export interface AlarmTriggerProps extends TriggerProps<EventTriggerSpec<EventContract, AlarmChange>> {
  /** The alarm whose changes become events. */
  readonly alarm: IAlarm;
}

/** An alarm's change to a state becomes an event. */
export class AlarmTrigger extends EventTrigger {
  constructor(scope: Construct, id: string, { alarm, ...props }: AlarmTriggerProps) {
    super(scope, id, { ...props, where: { alarmName: [alarm.alarmName] } });
    announce(props, "alarm", alarm.node.id);
  }
}
