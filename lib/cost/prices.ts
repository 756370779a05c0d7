import type { Units } from "./units.ts";

/**
 * AWS's prices, without the free tier. The only place for prices: for another region or year, change these.
 */
export const PRICES = {
  date: "2026-11",
  region: "us-east-1",
  currency: "USD",
  /** Dollars per million. */
  perMillion: {
    stateTransitions: 25,
    customEvents: 1,
    sqsRequests: 0.4,
    sqsFairRequests: 0.5,
    lambdaRequests: 0.2,
    /** On ARM. */
    lambdaGigabyteSeconds: 13.3334,
    dynamodbWriteUnits: 0.625,
    dynamodbReadUnits: 0.125,
    s3Writes: 5,
    s3Reads: 0.4,
  },
  /** Dollars per gigabyte ingested. */
  perGigabyte: { logs: 0.5, archive: 0.1 },
  /** Dollars per month for one. */
  perMonth: { alarm: 0.1, customMetric: 0.3, secret: 0.4, dashboard: 3 },
  /** Dollars per month for a gigabyte. The table's is that of its items and of their recovery points. */
  perGigabyteMonth: { logs: 0.03, archive: 0.023, table: 0.25 + 0.2 },
} as const;

const { perMillion, perGigabyte } = PRICES;
const MILLION = 1e6;
const GIGABYTE = 1e9;

/** One kind of unit, as tables show it. */
export interface Line {
  readonly unit: keyof Units;
  readonly label: string;
  /** Dollars for one. */
  readonly price: number;
  /** Significant decimals. */
  readonly digits: number;
}

export const LINES: readonly Line[] = [
  line("stateTransitions", "state transitions", perMillion.stateTransitions / MILLION, 0),
  line("dynamodbWriteUnits", "DynamoDB write units", perMillion.dynamodbWriteUnits / MILLION, 1),
  line("dynamodbReadUnits", "DynamoDB read units", perMillion.dynamodbReadUnits / MILLION, 1),
  line("customEvents", "custom events", perMillion.customEvents / MILLION, 1),
  line("sqsRequests", "SQS requests", perMillion.sqsRequests / MILLION, 1),
  line("sqsFairRequests", "SQS requests, fair queues", perMillion.sqsFairRequests / MILLION, 1),
  line("lambdaRequests", "Lambda requests", perMillion.lambdaRequests / MILLION, 1),
  line("lambdaGigabyteSeconds", "Lambda GB-s", perMillion.lambdaGigabyteSeconds / MILLION, 3),
  line("s3Writes", "S3 writes", perMillion.s3Writes / MILLION, 0),
  line("s3Reads", "S3 reads", perMillion.s3Reads / MILLION, 0),
  line("functionLogBytes", "functions' log bytes", perGigabyte.logs / GIGABYTE, 0),
  line("stateLogBytes", "state machine's log bytes", perGigabyte.logs / GIGABYTE, 0),
  line("archivedBytes", "archived bytes", perGigabyte.archive / GIGABYTE, 0),
];

function line(unit: keyof Units, label: string, price: number, digits: number): Line {
  return { unit, label, price, digits };
}

/** The cost of units, in dollars. */
export function dollarsOf(units: Units): number {
  return LINES.reduce((sum, { unit, price }) => sum + units[unit] * price, 0);
}
