import { RUN_DIGEST_LENGTH } from "./run-id.ts";

/** The longest name of an execution in Step Functions. */
const LONGEST_EXECUTION_NAME = 80;

/** The longest workflow name from which an execution name with epoch can be made. */
export const LONGEST_WORKFLOW_NAME = LONGEST_EXECUTION_NAME - RUN_DIGEST_LENGTH - 1 - "-e9999".length;

/** The name of a run's execution: the run's id, with the epoch as a suffix from the second epoch. */
export function executionName(run: string, epoch: number): string {
  return epoch === 1 ? run : `${run}-e${epoch}`;
}

/** The run and epoch of an execution's name. */
export function parseExecutionName(name: string): { run: string; epoch: number } {
  const [, run, epoch] = /^(.*?)(?:-e(\d+))?$/.exec(name) as unknown as [string, string, string | undefined];
  return { run, epoch: epoch === undefined ? 1 : Number(epoch) };
}

/** The name of an execution that undoes effects of a run; rounds count over all epochs. */
export function compensationName(run: string, round: number): string {
  return `${run}-u${round}`;
}

/** The run of a compensation's name. */
export function parseCompensationName(name: string): string {
  return name.replace(/-u\d+$/, "");
}
