import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { AlarmRow, Alarms, Settings } from "./alarms.ts";
import { invalidValue, missingParameter, notFound, validation } from "./errors.ts";
import { COMPARISONS, type State } from "./evaluation.ts";
import { isStatistic } from "./metric.ts";
import { metricsOf, readQueries, seriesOf } from "./queries.ts";
import { announce } from "./state-change.ts";

/** The stored members of an alarm. */
const MEMBERS = [
  "ActionsEnabled",
  "AlarmActions",
  "AlarmDescription",
  "ComparisonOperator",
  "DatapointsToAlarm",
  "Dimensions",
  "EvaluationPeriods",
  "ExtendedStatistic",
  "InsufficientDataActions",
  "MetricName",
  "Metrics",
  "Namespace",
  "OKActions",
  "Period",
  "Statistic",
  "Threshold",
  "TreatMissingData",
  "Unit",
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

  return {
    PutMetricAlarm(input) {
      if (!input.AlarmName) throw missingParameter("AlarmName");
      const settings = Object.fromEntries(
        MEMBERS.filter((member) => input[member] !== undefined).map((member) => [member, input[member]]),
      );
      if (settings.Metrics === undefined) checkMetric(settings);
      else checkQueries(settings.Metrics);
      check(settings);
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

    SetAlarmState({ AlarmName, StateValue, StateReason, StateReasonData }) {
      const row = alarms.find(AlarmName ?? "");
      if (!row) throw notFound(`The alarm ${AlarmName} does not exist.`);
      if (!STATES.includes(StateValue)) throw invalidValue(`${StateValue} is no state of an alarm.`);
      if (StateReason === undefined) throw missingParameter("StateReason");
      const wanted = { state: StateValue as State, reason: StateReason, reasonData: StateReasonData ?? null };
      const { before, after } = alarms.setState(AlarmName, wanted);
      if (before.state !== after.state) announce(kernel, [{ before, after }]);
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
  };
}

/** An alarm on one metric. */
function checkMetric(settings: Settings): void {
  requireMembers(settings, ["Namespace", "MetricName", "Period"]);
  const { Statistic, ExtendedStatistic, Period } = settings;
  if (Statistic === undefined && ExtendedStatistic === undefined) throw missingParameter("Statistic");
  if (Statistic !== undefined && !isStatistic(Statistic)) throw invalidValue(`${Statistic} is no Statistic.`);
  checkPeriod(Period);
}

/** An alarm on metrics and expressions over them, one of which decides. */
function checkQueries(list: any[]): void {
  const queries = readQueries(list);
  const shown = queries.filter((query) => query.shown);
  if (shown.length !== 1)
    throw validation(
      `Exactly one query of an alarm must return data; ${shown.length} do. Set ReturnData of the others to false.`,
    );
  for (const query of queries) if (query.metric) checkPeriod(query.period / 1000);
  if (metricsOf(queries).length === 0) throw validation("An alarm needs a metric.");
  // A test evaluation without data shows an unsupported function, an unknown name, and a cycle.
  seriesOf(shown[0]!, queries, { from: 0, until: 60_000, period: 60_000 }, { read: () => new Map() });
}

function checkPeriod(period: number): void {
  if (period > 0 && period % 60 === 0) return;
  throw validation(
    `The local cloud measures by the minute: Period must be a multiple of 60; it is ${period}.`,
  );
}

function requireMembers(settings: Settings, members: string[]): void {
  const missing = members.find((member) => settings[member] === undefined);
  if (missing !== undefined) throw missingParameter(missing);
}

function check(settings: Settings): void {
  requireMembers(settings, ["ComparisonOperator", "EvaluationPeriods", "Threshold"]);
  const { ComparisonOperator, EvaluationPeriods, DatapointsToAlarm } = settings;
  if (!Object.hasOwn(COMPARISONS, ComparisonOperator)) {
    throw invalidValue(`The local cloud does not serve the ComparisonOperator ${ComparisonOperator}.`);
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
