import { bytesOf } from "../../payload/parts.ts";
import type { RecordedResult, SuccessOfRun } from "../../ports/claims.ts";
import type { Now } from "../../ports/clock.ts";
import type { StepClaims } from "../ports.ts";

/** Maximum time, in milliseconds, for which a result is not written. */
const LONGEST = 1_000;
/** Maximum size of the results of one write, as JSON. */
const MOST_BYTES = 64 * 1024;

/**
 * The results of steps that are safe to repeat, of which the next such step begins before they are written. They
 * are written together: with the last of them, before a failure is recorded, when the delivery ends, and after a
 * second at the latest. If the function dies before that, the steps run again.
 *
 * Two deliveries at the same time both run the steps. The first that writes counts: the other one is refused,
 * ends, and is delivered again.
 */
export class UnwrittenResults {
  private readonly claims: Pick<StepClaims, "recordTogether">;
  private readonly now: Now;
  private results: RecordedResult[] = [];
  private bytes = 0;
  /** Epoch milliseconds. */
  private since = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isRefused = false;
  /** Whether the run has ended with the results. */
  hasEndedRun = false;

  constructor(claims: Pick<StepClaims, "recordTogether">, now: Now) {
    this.claims = claims;
    this.now = now;
  }

  /** The claims of one step. `mayWait`: whether its result may be written with that of the next step, or with the run's end. */
  claimsOf(claims: StepClaims, mayWait: boolean): StepClaims {
    let isKnown = false;
    const refusal = async () =>
      (await this.write()) === "refused" ? ({ kind: "held", lease: this.now() } as const) : undefined;
    return {
      ...claims,
      read: async (...keys) => {
        const found = await claims.read(...keys);
        isKnown ||= found.some((claim) => claim !== undefined);
        return found;
      },
      record: async (request, startedAt, end) => {
        const isAlone = !mayWait && this.results.length === 0;
        if (end.state === "failed" || isKnown || isAlone)
          return (await refusal()) ?? (await claims.record(request, startedAt, end));
        await this.keep({ request, startedAt, endedAt: new Date(this.now()).toISOString(), end });
        const isDue = !mayWait || this.isRefused || this.since + LONGEST <= this.now();
        return isDue ? await refusal() : undefined;
      },
    };
  }

  /** Writes what is not written; with `end`, together with the end of the run if there is one. */
  async write(end?: () => SuccessOfRun | undefined): Promise<"written" | "refused"> {
    await this.writing;
    clearTimeout(this.timer);
    const [first, ...others] = this.results;
    this.results = [];
    this.bytes = 0;
    if (first && !this.isRefused) await this.writeTogether([first, ...others], end?.());
    return this.isRefused ? "refused" : "written";
  }

  private async writeTogether(results: [RecordedResult, ...RecordedResult[]], ended?: SuccessOfRun) {
    try {
      const written = await this.claims.recordTogether(results, ended);
      this.isRefused = written === "refused";
      this.hasEndedRun = written === "ended";
    } catch (error) {
      this.results = [...results, ...this.results];
      throw error;
    }
  }

  private async keep(result: RecordedResult): Promise<void> {
    const bytes = bytesOf(result.end.result);
    if (this.bytes + bytes > MOST_BYTES) await this.write();
    this.bytes += bytes;
    if (this.results.push(result) > 1) return;
    this.since = this.now();
    this.timer = setTimeout(() => {
      // What is not written now is written with the next result.
      this.writing = this.write().then(
        () => {},
        () => {},
      );
    }, LONGEST);
  }
}
