import { digest } from "./canonical.ts";
import { claimKey, idempotencyKey } from "./keys/claim.ts";
import { PAYLOADS } from "./payload.ts";

/** What a model that is answering has written so far; an effect has one, which each write replaces. */
export interface ModelProgress {
  /** Of the step. */
  attempt: number;
  prompt: string;
  model: string;
  /** The end of the text: of a long one, the beginning is left out. */
  text: string;
  /** Of the whole text. */
  characters: number;
  /** Of this attempt so far: estimated for the running call, counted for the earlier ones. */
  tokens: { input: number; output: number };
  usd: number;
  /** ISO times: of the beginning of the call, and of this text. */
  startedAt: string;
  at: string;
}

/** Where the progress of an effect is stored: a key below the run's prefix, which expires with the run. */
export function progressFile(effect: string): string {
  return `${PAYLOADS}model/progress-${digest(effect)}.json`;
}

/** The same by the step's place in a run. */
export function progressFileOf(run: string, epoch: number, path: string): string {
  return progressFile(idempotencyKey(claimKey(run, epoch, path)));
}
