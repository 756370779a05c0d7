/** What AWS bills, in its billing units. */
export interface Units {
  /** States entered, and each further attempt of one. */
  stateTransitions: number;
  /** Custom events on the bus, by 64 KB. Events of AWS services are free, and so is delivery to queues. */
  customEvents: number;
  /** Sends, receives that find something, and deletes, by 64 KB; on queues without message groups. */
  sqsRequests: number;
  /** The same on queues with message groups: fair queues. */
  sqsFairRequests: number;
  lambdaRequests: number;
  lambdaGigabyteSeconds: number;
  /** A kilobyte written, to the table or to one of its indexes. */
  dynamodbWriteUnits: number;
  /** 4 KB read consistently. */
  dynamodbReadUnits: number;
  s3Writes: number;
  s3Reads: number;
  /** What functions write to their logs. */
  functionLogBytes: number;
  /** What state machines write to theirs, at level ALL without data. */
  stateLogBytes: number;
  /** What the bus archives of its events. */
  archivedBytes: number;
  /** What stays in the table until it expires. */
  keptBytes: number;
}

export const NOTHING: Units = {
  stateTransitions: 0,
  customEvents: 0,
  sqsRequests: 0,
  sqsFairRequests: 0,
  lambdaRequests: 0,
  lambdaGigabyteSeconds: 0,
  dynamodbWriteUnits: 0,
  dynamodbReadUnits: 0,
  s3Writes: 0,
  s3Reads: 0,
  functionLogBytes: 0,
  stateLogBytes: 0,
  archivedBytes: 0,
  keptBytes: 0,
};

const NAMES = Object.keys(NOTHING) as (keyof Units)[];

export function units(some: Partial<Units>): Units {
  return { ...NOTHING, ...some };
}

export function sum(all: readonly Units[]): Units {
  const added = { ...NOTHING };
  for (const one of all) for (const name of NAMES) added[name] += one[name];
  return added;
}

export function times(one: Units, factor: number): Units {
  return Object.fromEntries(NAMES.map((name) => [name, one[name] * factor])) as unknown as Units;
}
