import type { RunItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { WorkPorts } from "../ports.ts";
import { isRecent } from "../recent.ts";

/**
 * The run as the steps of a delivery have read it. A step that is claimed in the same item as an earlier one
 * does not read it again for a second, and neither does one that is safe to repeat after another such step.
 *
 * The end of a run is seen at once all the same. The run was read after the first claim of the item was
 * written. What ends a run writes it first and seals its claims after that, so it finds this claim, or the one
 * that has followed it; and the write that completes a sealed claim claims nothing. A step that is safe to repeat may
 * begin within that second: it has no effect, and nothing uses its result.
 */
export class RecentRuns {
  private readonly now: Now;
  /** By the item with the claims; undefined for steps that are not claimed. */
  private readonly known = new Map<string | undefined, { at: number; run: RunItem | undefined }>();

  constructor(now: Now) {
    this.now = now;
  }

  /** The run was written together with the first claim of an item; without one, by this delivery. */
  accepted(item: string | undefined, run: RunItem): void {
    this.known.set(item, { at: Date.parse(run.acceptedAt), run });
  }

  /** The ports of a step whose claim is in an item, or of one that is not claimed. */
  portsOf(
    item: string | undefined,
    { startConditions, budgets }: Pick<WorkPorts, "startConditions" | "budgets">,
  ): Pick<WorkPorts, "startConditions" | "budgets"> {
    return {
      startConditions: {
        read: async (run, workflow, breaker, options) => {
          const at = this.now();
          const known = options?.recent ? this.recall(item, at) : undefined;
          if (known) return await startConditions.read(run, workflow, breaker, { ...options, known });
          const read = await startConditions.read(run, workflow, breaker, options);
          this.known.set(item, { at, run: read.run });
          return read;
        },
      },
      budgets: {
        ...budgets,
        // The next step sees what this one has spent.
        settle: async (...settled) => {
          await budgets.settle(...settled);
          this.known.clear();
        },
      },
    };
  }

  private recall(item: string | undefined, now: number): RunItem | undefined {
    const known = this.known.get(item);
    return known && isRecent(known.at, now) ? known.run : undefined;
  }
}
