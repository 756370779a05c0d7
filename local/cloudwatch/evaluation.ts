export type State = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** What an alarm compares, and how many datapoints must breach. */
export interface Condition {
  comparison: keyof typeof COMPARISONS;
  threshold: number;
  /** N: the evaluated datapoints. */
  evaluationPeriods: number;
  /** M: the number of them that must breach. */
  datapointsToAlarm: number;
  treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
}

/** The value of a period, or null without data. */
export interface Datapoint {
  /** When the period began, milliseconds since the epoch. */
  time: number;
  value: number | null;
}

type Known = Datapoint & { value: number };

export interface Evaluation {
  /** Undefined if missing data could decide, and the alarm does not change. */
  state: State | undefined;
  readonly reason: string;
  /** The datapoints that decided, the oldest first. */
  datapoints: Known[];
}

/** Each with the statistic that breaches as soon as one of its values does. */
export const COMPARISONS = {
  GreaterThanThreshold: {
    breaches: (value: number, threshold: number) => value > threshold,
    words: "greater than",
    extreme: "Maximum",
  },
  GreaterThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value >= threshold,
    words: "greater than or equal to",
    extreme: "Maximum",
  },
  LessThanThreshold: {
    breaches: (value: number, threshold: number) => value < threshold,
    words: "less than",
    extreme: "Minimum",
  },
  LessThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value <= threshold,
    words: "less than or equal to",
    extreme: "Minimum",
  },
};

/** Periods beyond N that may replace missing datapoints. */
const SPARE_PERIODS = 2;

/** How many of the last periods an evaluation needs. */
export const evaluationRange = ({ evaluationPeriods }: Condition) => evaluationPeriods + SPARE_PERIODS;

/**
 * The state of an alarm by the datapoints of its evaluation range, the oldest first.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(condition: Condition, range: Datapoint[]): Evaluation {
  const { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData } = condition;
  const { breaches } = COMPARISONS[condition.comparison];
  const real = range.filter((point): point is Known => point.value !== null).slice(-n);
  const breaching = real.filter(({ value }) => breaches(value, condition.threshold)).length;
  const missing = n - real.length;
  const decided = (state: State | undefined): Evaluation => ({
    state,
    // Most evaluations change nothing, so their reason is computed on demand.
    get reason() {
      return reasonOf(condition, state, { real, breaching, missing });
    },
    datapoints: real,
  });

  if (breaching >= m) return decided("ALARM");
  if (breaching + missing < m) return decided("OK");
  switch (treatMissingData) {
    case "breaching":
      return decided("ALARM");
    case "notBreaching":
      return decided("OK");
    case "ignore":
      return decided(undefined);
    case "missing":
      if (real.length === 0) return decided("INSUFFICIENT_DATA");
      return decided(hasBreachedSince(condition, range.slice(-n)) ? "ALARM" : "OK");
  }
}

/**
 * Whether an alarm in state OK stays so for as long as `value` continues to be measured: neither it nor
 * anything in the range breaches, for any division of time into periods.
 */
export function staysOk(
  { comparison, threshold }: Condition,
  statistic: string,
  range: Datapoint[],
  value: number,
): boolean {
  const { breaches, extreme } = COMPARISONS[comparison];
  const values = [value, ...range.map((point) => point.value ?? value)];
  return statistic === extreme && !values.some((one) => breaches(one, threshold));
}

/** Whether the oldest datapoint is old enough, and it and all known ones after it breach. */
function hasBreachedSince(
  { comparison, threshold, datapointsToAlarm }: Condition,
  recent: Datapoint[],
): boolean {
  const oldest = recent.findIndex(({ value }) => value !== null);
  const since = recent.slice(oldest);
  const breaches = ({ value }: Datapoint) =>
    value === null || COMPARISONS[comparison].breaches(value, threshold);
  return oldest >= 0 && since.length >= datapointsToAlarm && since.every(breaches);
}

function reasonOf(
  { comparison, threshold, evaluationPeriods: n, datapointsToAlarm: m, treatMissingData }: Condition,
  state: State | undefined,
  { real, breaching, missing }: { real: Known[]; breaching: number; missing: number },
): string {
  if (state === "INSUFFICIENT_DATA") return `Insufficient Data: ${count(n, "datapoint")} ${was(n)} unknown.`;
  const treated = treatMissingData === "breaching" ? "Breaching" : "NonBreaching";
  const treatment = `${count(missing, "missing datapoint")} ${was(missing)} treated as [${treated}]`;
  if (real.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${count(missing, "period")} and ${treatment}.`;
  }
  const alarm = state === "ALARM";
  const counted = alarm ? breaching : real.length - breaching;
  const values = real.map(({ value, time }) => `${decimal(value)} (${moment(time)})`).join(", ");
  const relation = `${was(counted)} ${alarm ? "" : "not "}${COMPARISONS[comparison].words} the threshold (${decimal(threshold)})`;
  const needed = alarm ? m : n - m + 1;
  const transition = alarm ? "OK -> ALARM" : "ALARM -> OK";
  return `Threshold Crossed: ${counted} out of the last ${count(real.length, "datapoint")} [${values}] ${relation} (minimum ${count(needed, "datapoint")} for ${transition} transition).`;
}

const was = (number: number) => (number === 1 ? "was" : "were");
const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** "02/10/19 16:59:00" */
function moment(time: number): string {
  const [date, clock] = new Date(time).toISOString().split("T") as [string, string];
  return `${date.slice(2).split("-").reverse().join("/")} ${clock.slice(0, 8)}`;
}

const decimal = (number: number) => (Number.isInteger(number) ? number.toFixed(1) : String(number));
