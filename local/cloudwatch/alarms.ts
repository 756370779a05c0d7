import type { Kernel } from "../kernel/kernel.ts";
import type { Condition, State } from "./evaluation.ts";
import { readDimensions } from "./metric.ts";
import { type Query, readQueries } from "./queries.ts";

/** An alarm's settings in the API's members. */
export type Settings = Record<string, any>;

export interface AlarmRow {
  name: string;
  settings: string;
  configured: number;
  state: State;
  reason: string;
  /** JSON text. */
  reason_data: string | null;
  updated: number;
  transitioned: number;
}

/** An alarm as it is evaluated. */
export interface Alarm {
  name: string;
  settings: Settings;
  /** The queries, of which the displayed one decides. None for what the local cloud does not evaluate. */
  queries: Query[];
  /** Milliseconds. */
  period: number;
  condition: Condition;
}

const CREATED = "Unchecked: Initial alarm creation";
const NOT_EVALUATED = "Unchecked: The local cloud evaluates no percentiles";

/** The alarms with their states. */
export class Alarms {
  private readonly kernel: Kernel;
  private compiled: Alarm[] | undefined;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  arn(name: string): string {
    return this.kernel.arn("cloudwatch", `alarm:${name}`);
  }

  find(name: string): AlarmRow | undefined {
    return this.kernel.store.get<AlarmRow>("SELECT * FROM cloudwatch_alarm WHERE name = ?", name);
  }

  rows(): AlarmRow[] {
    return this.kernel.store.all<AlarmRow>("SELECT * FROM cloudwatch_alarm ORDER BY name");
  }

  /** All of them, ready to be evaluated. */
  all(): Alarm[] {
    this.compiled ??= this.rows().map(({ name, settings }) => compile(name, JSON.parse(settings)));
    return this.compiled;
  }

  /** Creates the alarm, or replaces its settings; its state stays. */
  put(name: string, settings: Settings): void {
    const { store, clock } = this.kernel;
    const now = clock.now();
    store.run(
      `INSERT INTO cloudwatch_alarm VALUES (?, ?, ?, 'INSUFFICIENT_DATA', ?, NULL, ?, ?)
       ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, configured = excluded.configured`,
      name,
      JSON.stringify(settings),
      now,
      isEvaluated(settings) ? CREATED : NOT_EVALUATED,
      now,
      now,
    );
    this.compiled = undefined;
  }

  remove(name: string): void {
    this.kernel.store.run("DELETE FROM cloudwatch_alarm WHERE name = ?", name);
    this.compiled = undefined;
  }

  /** Writes a state; answers the row before and after. */
  setState(
    name: string,
    { state, reason, reasonData }: { state: State; reason: string; reasonData: string | null },
  ): { before: AlarmRow; after: AlarmRow } {
    const { store, clock } = this.kernel;
    const before = this.find(name)!;
    const now = clock.now();
    const transitioned = before.state === state ? before.transitioned : now;
    store.run(
      "UPDATE cloudwatch_alarm SET state = ?, reason = ?, reason_data = ?, updated = ?, transitioned = ? WHERE name = ?",
      state,
      reason,
      reasonData,
      now,
      transitioned,
      name,
    );
    return { before, after: this.find(name)! };
  }
}

const isEvaluated = ({ MetricName, Statistic, Metrics }: Settings) =>
  Metrics !== undefined || (MetricName !== undefined && Statistic !== undefined);

function compile(name: string, settings: Settings): Alarm {
  const { EvaluationPeriods } = settings;
  const queries = isEvaluated(settings) ? queriesOf(settings) : [];
  return {
    name,
    settings,
    queries,
    period: Math.max(...queries.map((query) => (query.metric ? query.period : 0))),
    condition: {
      comparison: settings.ComparisonOperator,
      threshold: settings.Threshold,
      evaluationPeriods: EvaluationPeriods,
      datapointsToAlarm: settings.DatapointsToAlarm ?? EvaluationPeriods,
      treatMissingData: settings.TreatMissingData ?? "missing",
    },
  };
}

function queriesOf({
  Metrics,
  Namespace,
  MetricName,
  Dimensions,
  Statistic,
  Period,
  Unit,
}: Settings): Query[] {
  if (Metrics !== undefined) return readQueries(Metrics);
  const metric = { namespace: Namespace, name: MetricName, dimensions: readDimensions(Dimensions) };
  const about = { id: "m1", label: undefined, shown: true };
  return [{ ...about, metric, statistic: Statistic, unit: Unit, period: Period * 1000 }];
}
