import { digest } from "../canonical.ts";

/** Characters of the digest at the end of a run's id. */
export const RUN_DIGEST_LENGTH = 26;

/**
 * The id of a run or reaction run: the same for the same workflow or reaction, event name and identity. 130
 * bits of SHA-256 keep others apart.
 */
export function runId(workflow: string, event: string, identity: string): string {
  return `${workflow}-${digest(`${event}\n${identity}`, RUN_DIGEST_LENGTH)}`;
}

/**
 * Pattern of the ids of a workflow's runs, or of a reaction's runs, in which "?" is any character; without a
 * name, of all.
 */
export function runPattern(name?: string): string {
  return name === undefined ? "*" : `${name}-${"?".repeat(RUN_DIGEST_LENGTH)}`;
}

/** The workflow of a run, by the run's id. */
export function workflowOfRun(run: string): string {
  return run.slice(0, -(RUN_DIGEST_LENGTH + 1));
}

/** Whether it is a run of this workflow, or a reaction run of this reaction, by its id. */
export function isRunOf(workflow: string, run: string): boolean {
  return run.length === workflow.length + 1 + RUN_DIGEST_LENGTH && run.startsWith(workflow);
}
