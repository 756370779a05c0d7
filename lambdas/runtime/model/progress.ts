import type { ModelProgress } from "../../../lib/contract/model-progress.ts";

/** Milliseconds between the beginnings of two writes. */
const WRITE_EVERY = 1_000;

/** The longest text that is written: its end. */
export const LONGEST_TEXT = 32_000;

export type Written = Omit<ModelProgress, "attempt" | "at">;

export interface ProgressWriter {
  publish(written: Written): void;
  /** The call has ended: nothing more is written, and a running write may fail unnoticed. */
  end(): void;
}

/**
 * Publishes what a model writes while the step waits for the rest of the answer: at most one write at a time,
 * and one per second, each with the newest text. A write that fails ends it, since the answer is what counts.
 */
export function progressWriter(
  attempt: number,
  write: (progress: ModelProgress) => Promise<unknown>,
  failed: (error: unknown) => void,
  now: () => number = Date.now,
): ProgressWriter {
  let last = Number.NEGATIVE_INFINITY;
  let isWriting = false;
  let isOver = false;
  return {
    publish({ text, ...written }) {
      const at = now();
      if (isOver || isWriting || at - last < WRITE_EVERY) return;
      last = at;
      isWriting = true;
      const shown = { text: text.slice(-LONGEST_TEXT), at: new Date(at).toISOString() };
      write({ attempt, ...written, ...shown })
        .catch((error: unknown) => {
          if (!isOver) failed(error);
          isOver = true;
        })
        .finally(() => {
          isWriting = false;
        });
    },
    end() {
      isOver = true;
    },
  };
}
