/** A source of events outside of the app's code: a trigger, by its name. */
export interface Producer {
  /** The source of its events. */
  name: string;
  kind: ProducerKind;
  /** A description: a path, a schedule, the name of a table. */
  of?: string | undefined;
  /** Names of its events. */
  events: string[];
}

export const PRODUCER_KINDS = [
  "webhook",
  "schedule",
  "table",
  "files",
  "queue",
  "alarm",
  "bus",
  "threshold",
] as const;
export type ProducerKind = (typeof PRODUCER_KINDS)[number];

/**
 * The variables of a function have 4 KB in total. Producers that do not fit are known only by their events.
 */
const ROOM = 2_000;

/** Producers as a variable of the API's function. */
export function writeProducers(producers: readonly Producer[]): string {
  const written: Producer[] = [];
  for (const producer of producers)
    if (JSON.stringify([...written, producer]).length <= ROOM) written.push(producer);
  return JSON.stringify(written);
}

export function readProducers(text: string | undefined): Producer[] {
  return text === undefined ? [] : (JSON.parse(text) as Producer[]);
}
