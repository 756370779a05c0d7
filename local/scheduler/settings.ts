import { type FirstOccurrence, parseOccurrences } from "../schedule-expression/occurrences.ts";
import { timeZone } from "../schedule-expression/time-zone.ts";
import { validation } from "./errors.ts";
import { listOf, oneOf, type Shape, structure, text, time, whole } from "./shape.ts";
import type { Target } from "./target.ts";

/** The settings of a schedule, with the API's names. Dates are seconds since the epoch. */
export interface Settings {
  Description?: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  StartDate?: number;
  EndDate?: number;
  FlexibleTimeWindow: { Mode: "OFF" | "FLEXIBLE"; MaximumWindowInMinutes?: number };
  State: "ENABLED" | "DISABLED";
  KmsKeyArn?: string;
  ActionAfterCompletion: "NONE" | "DELETE";
  Target: Target & { RetryPolicy: Required<NonNullable<Target["RetryPolicy"]>> };
}

export const NAME = text(1, 64, /^[0-9a-zA-Z\-_.]+$/);
export const TOKEN = text(1, 64, /^[a-zA-Z0-9\-_]+$/);
export const STATE = oneOf("ENABLED", "DISABLED");
const ARN = text(1, 1600);

const TARGET = structure(
  {
    Arn: ARN,
    RoleArn: text(1, 1600, /^arn:aws[a-zA-Z-]*:iam::\d{12}:role\/.+$/),
    Input: text(1, Number.POSITIVE_INFINITY),
    RetryPolicy: structure({
      MaximumRetryAttempts: whole(0, 185),
      MaximumEventAgeInSeconds: whole(60, 86_400),
    }),
    DeadLetterConfig: structure({
      Arn: text(1, 1600, /^arn:aws[a-zA-Z-]*:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9\-_]+$/),
    }),
    SqsParameters: structure({ MessageGroupId: text(1, 128) }),
    EventBridgeParameters: structure(
      { DetailType: text(1, 128), Source: text(1, 256) },
      "DetailType",
      "Source",
    ),
  },
  "Arn",
  "RoleArn",
);

/** The input of CreateSchedule and UpdateSchedule. */
export const SCHEDULE: Shape = structure(
  {
    Name: NAME,
    GroupName: NAME,
    ClientToken: TOKEN,
    Description: text(0, 512),
    ScheduleExpression: text(1, 256),
    ScheduleExpressionTimezone: text(1, 50),
    StartDate: time,
    EndDate: time,
    FlexibleTimeWindow: structure(
      { Mode: oneOf("OFF", "FLEXIBLE"), MaximumWindowInMinutes: whole(1, 1440) },
      "Mode",
    ),
    State: STATE,
    KmsKeyArn: ARN,
    ActionAfterCompletion: oneOf("NONE", "DELETE"),
    Target: TARGET,
  },
  "Name",
  "ScheduleExpression",
  "FlexibleTimeWindow",
  "Target",
);

export const TAGS = listOf(structure({ Key: text(1, 128), Value: text(0, 256) }, "Key", "Value"), 200);

/** Settings from an input that has its shape, with the service's defaults. Throws ValidationException. */
export function readSettings({ Name: _, GroupName: __, ClientToken: ___, ...given }: any): Settings {
  const settings: Settings = {
    ScheduleExpressionTimezone: "UTC",
    State: "ENABLED",
    ActionAfterCompletion: "NONE",
    ...given,
    Target: {
      ...given.Target,
      RetryPolicy: {
        MaximumEventAgeInSeconds: 86_400,
        MaximumRetryAttempts: 185,
        ...given.Target.RetryPolicy,
      },
    },
  };
  const { Mode, MaximumWindowInMinutes } = settings.FlexibleTimeWindow;
  if ((Mode === "FLEXIBLE") !== (MaximumWindowInMinutes !== undefined)) {
    throw validation(
      Mode === "FLEXIBLE"
        ? "Specify the MaximumWindowInMinutes when the FlexibleTimeWindow's Mode is FLEXIBLE."
        : "The MaximumWindowInMinutes must not be set when the FlexibleTimeWindow's Mode is OFF.",
    );
  }
  if (
    settings.StartDate !== undefined &&
    settings.EndDate !== undefined &&
    settings.EndDate < settings.StartDate
  ) {
    throw validation("The EndDate you specify must come after the StartDate.");
  }
  occurrencesOf(settings, 0);
  return settings;
}

/**
 * The occurrences of the schedule; a rate without a start date counts from `anchor`. Throws
 * ValidationException.
 */
export function occurrencesOf(settings: Settings, anchor: number): FirstOccurrence {
  const { ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate } = settings;
  const zone = timeZone(ScheduleExpressionTimezone);
  if (!zone) throw validation(`Invalid Schedule Expression Timezone ${ScheduleExpressionTimezone}.`);
  const found = parseOccurrences(ScheduleExpression, {
    zone,
    anchor: StartDate === undefined ? anchor : StartDate * 1000,
    start: StartDate === undefined ? undefined : StartDate * 1000,
    end: EndDate === undefined ? undefined : EndDate * 1000,
  });
  if (!found) throw validation(`Invalid Schedule Expression ${ScheduleExpression}.`);
  return found;
}

/** Whether both occur at the same times. */
export function sameTiming(a: Settings, b: Settings): boolean {
  return (
    ["ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "EndDate", "State"] as const
  ).every((name) => a[name] === b[name]);
}
