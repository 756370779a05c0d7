import type { Page, RunSummary } from "../src/api/types.ts";
import { isWanted, type Wanted } from "./filters.ts";

/** Milliseconds between two copies. */
const EVERY = 37_000;

/** The recorded runs, and as many copies of those that have ended as are wanted: each is older than the one before it. */
export class RunList {
  private readonly recorded: RunSummary[];
  private readonly ended: RunSummary[];
  private readonly count: number;

  constructor(recorded: RunSummary[], count = recorded.length) {
    this.recorded = recorded;
    this.ended = recorded.filter(({ endedAt }) => endedAt !== undefined);
    this.count = count;
  }

  page({ limit = "50", cursor = "0", ...wanted }: Wanted): Page<RunSummary> {
    const items: RunSummary[] = [];
    let number = Number(cursor);
    for (; number < this.count && items.length < Number(limit); number++) {
      const run = this.at(number);
      if (isWanted(run, wanted)) items.push(run);
    }
    return { items, ...(number < this.count && { next: String(number) }) };
  }

  private at(number: number): RunSummary {
    return this.recorded[number] ?? this.copy(number);
  }

  private copy(number: number): RunSummary {
    const run = this.ended[number % this.ended.length]!;
    const oldest = Date.parse(this.recorded.at(-1)!.acceptedAt);
    const acceptedAt = oldest - (number - this.recorded.length + 1) * EVERY;
    const took = Date.parse(run.endedAt!) - Date.parse(run.acceptedAt);
    return {
      ...run,
      run: `${run.run}${COPY}${number}`,
      acceptedAt: new Date(acceptedAt).toISOString(),
      endedAt: new Date(acceptedAt + took).toISOString(),
    };
  }
}

const COPY = "-copy-";

/** The run that was recorded, of a copy. */
export function originalOf(run: string): string {
  return run.split(COPY)[0]!;
}
