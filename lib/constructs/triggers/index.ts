/** The constructs of triggers; `lib/index.ts` exports their definitions. */
export { AlarmTrigger, type AlarmTriggerProps } from "./alarm-trigger.ts";
export { EventTrigger, type EventTriggerProps } from "./event-trigger.ts";
export { FileTrigger, type FileTriggerProps } from "./file-trigger.ts";
export { QueueTrigger, type QueueTriggerProps } from "./queue-trigger.ts";
export { Schedule, type ScheduleProps } from "./schedule.ts";
export { TableChanges, type TableChangesProps } from "./table-changes.ts";
export { Absence, type AbsenceProps, Threshold, type ThresholdProps } from "./threshold.ts";
export { Webhook, type WebhookProps } from "./webhook.ts";
