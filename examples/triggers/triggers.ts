import {
  defineAlarmTrigger,
  defineEventTrigger,
  defineFileTrigger,
  defineQueueTrigger,
  defineSchedule,
  defineTableChanges,
  defineWebhook,
  github,
} from "../../lib/index.ts";
import {
  BacklogGrew,
  HostStopped,
  MorningCame,
  OrderTaken,
  PushReceived,
  ReportLanded,
  UserChanged,
  UserCreated,
  UserRemoved,
} from "./events.ts";

export const githubPushes = defineWebhook("github-pushes", { event: PushReceived, signature: github() });

export const userChanges = defineTableChanges("user-changes", {
  inserted: UserCreated,
  modified: UserChanged,
  removed: UserRemoved,
});

export const reports = defineFileTrigger("reports", {
  event: ReportLanded,
  prefix: "reports/",
  suffix: ".csv",
  size: { from: 1, to: 50_000_000 },
});

export const mornings = defineSchedule("mornings", {
  event: MorningCame,
  cron: "0 7 * * ? *",
  timeZone: "Europe/Berlin",
  data: { about: "a morning" },
});

export const backlog = defineAlarmTrigger("backlog", { event: BacklogGrew });

export const hostStops = defineEventTrigger("host-stops", {
  event: HostStopped,
  pattern: {
    source: ["aws.ec2"],
    "detail-type": ["EC2 Instance State-change Notification"],
    detail: { state: ["stopped"] },
  },
});

export const orders = defineQueueTrigger("orders", { event: OrderTaken });
