import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { AlarmRow, Alarms, Settings } from "./alarms.ts";
import { invalidValue, missingParameter, notFound, validation } from "./errors.ts";
import { COMPARISONS, type State } from "./evaluation.ts";
import { isStatistic } from "./metric.ts";
import { announce } from "./state-change.ts";

/** The members of an alarm that are kept. */
const MEMBERS = [
  ...["ActionsEnabled", "AlarmActions", "AlarmDescription", "ComparisonOperator", "DatapointsToAlarm"],
  ...[
    "Dimensions",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
  ],
  ...["Namespace", "OKActions", "Period", "Statistic", "Threshold", "TreatMissingData", "Unit"],
];
const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"];
const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"];

/** Alarms: `changed` is called after each change of their settings. */
export function alarmOperations(
  kernel: Kernel,
  alarms: Alarms,
  changed: () => void,
): Record<string, Operation> {
  const describe = ({ name, settings, configured, ...row }: AlarmRow) => ({
    AlarmName: name,
    AlarmArn: alarms.arn(name),
    ActionsEnabled: true,
    ...JSON.parse(settings),
    AlarmConfigurationUpdatedTimestamp: configured / 1000,
    StateValue: row.state,
    StateReason: row.reason,
    ...(row.reason_data !== null && { StateReasonData: row.reason_data }),
    StateUpdatedTimestamp: row.updated / 1000,
    StateTransitionedTimestamp: row.transitioned / 1000,
  });

  const setEnabled = (input: any, ActionsEnabled: boolean) => {
    for (const name of input.AlarmNames ?? []) {
      const row = alarms.find(name);
      if (row) alarms.put(name, { ...JSON.parse(row.settings), ActionsEnabled });
    }
    return {};
  };

  return {
    PutMetricAlarm(input) {
      if (!input.AlarmName) throw missingParameter("AlarmName");
      const settings = Object.fromEntries(
        MEMBERS.filter((member) => input[member] !== undefined).map((member) => [member, input[member]]),
      );
      if (settings.Metrics === undefined) check(settings);
      alarms.put(input.AlarmName, settings);
      changed();
      return {};
    },

    DescribeAlarms({
      AlarmNames,
      AlarmNamePrefix = "",
      AlarmTypes,
      StateValue,
      ActionPrefix,
      MaxRecords = 100,
      NextToken,
    }) {
      const names: string[] | undefined = AlarmNames;
      const acts = ({ settings }: AlarmRow) =>
        ActionPrefix === undefined ||
        ["AlarmActions", "OKActions", "InsufficientDataActions"].some((member) =>
          (JSON.parse(settings)[member] ?? []).some((action: string) => action.startsWith(ActionPrefix)),
        );
      const metricAlarms = AlarmTypes === undefined || AlarmTypes.includes("MetricAlarm");
      const found = alarms
        .rows()
        .filter(({ name }) => metricAlarms && name.startsWith(AlarmNamePrefix) && name > (NextToken ?? ""))
        .filter(({ name }) => names === undefined || names.includes(name))
        .filter((row) => (StateValue === undefined || row.state === StateValue) && acts(row));
      const page = found.slice(0, MaxRecords);
      return {
        MetricAlarms: page.map(describe),
        CompositeAlarms: [],
        ...(found.length > page.length && { NextToken: page.at(-1)!.name }),
      };
    },

    DescribeAlarmsForMetric({ Namespace, MetricName }) {
      const named = ({ settings }: AlarmRow) => {
        const given: Settings = JSON.parse(settings);
        return given.Namespace === Namespace && given.MetricName === MetricName;
      };
      return { MetricAlarms: alarms.rows().filter(named).map(describe) };
    },

    SetAlarmState({ AlarmName, StateValue, StateReason, StateReasonData }) {
      const row = alarms.find(AlarmName ?? "");
      if (!row) throw notFound(`The alarm ${AlarmName} does not exist.`);
      if (!STATES.includes(StateValue)) throw invalidValue(`${StateValue} is no state of an alarm.`);
      if (StateReason === undefined) throw missingParameter("StateReason");
      const wanted = { state: StateValue as State, reason: StateReason, reasonData: StateReasonData ?? null };
      const { before, after } = alarms.setState(AlarmName, wanted);
      if (before.state !== after.state) announce(kernel, before, after);
      changed();
      return {};
    },

    DeleteAlarms({ AlarmNames = [] }) {
      const missing = AlarmNames.find((name: string) => !alarms.find(name));
      if (missing !== undefined) throw notFound(`The alarm ${missing} does not exist.`);
      for (const name of AlarmNames) alarms.remove(name);
      changed();
      return {};
    },

    EnableAlarmActions: (input) => setEnabled(input, true),
    DisableAlarmActions: (input) => setEnabled(input, false),
  };
}

function check(settings: Settings): void {
  for (const member of [
    "Namespace",
    "MetricName",
    "ComparisonOperator",
    "EvaluationPeriods",
    "Period",
    "Threshold",
  ]) {
    if (settings[member] === undefined) throw missingParameter(member);
  }
  const { ComparisonOperator, Statistic, ExtendedStatistic, Period, EvaluationPeriods, DatapointsToAlarm } =
    settings;
  if (!Object.hasOwn(COMPARISONS, ComparisonOperator)) {
    throw invalidValue(`The local cloud does not serve the ComparisonOperator ${ComparisonOperator}.`);
  }
  if (Statistic === undefined && ExtendedStatistic === undefined) throw missingParameter("Statistic");
  if (Statistic !== undefined && !isStatistic(Statistic)) throw invalidValue(`${Statistic} is no Statistic.`);
  if (!(Period > 0) || Period % 60 !== 0) {
    throw validation(
      `The local cloud measures by the minute: Period must be a multiple of 60; it is ${Period}.`,
    );
  }
  if (!(Number.isInteger(EvaluationPeriods) && EvaluationPeriods > 0)) {
    throw validation(`EvaluationPeriods must be 1 or more; it is ${EvaluationPeriods}.`);
  }
  if (DatapointsToAlarm !== undefined && !(DatapointsToAlarm > 0 && DatapointsToAlarm <= EvaluationPeriods)) {
    throw validation("DatapointsToAlarm must be 1 or more, and at most EvaluationPeriods.");
  }
  if (!TREATMENTS.includes(settings.TreatMissingData ?? "missing")) {
    throw validation(
      `TreatMissingData must be one of ${TREATMENTS.join(", ")}; it is ${settings.TreatMissingData}.`,
    );
  }
}
