import { existsSync, readFileSync } from "node:fs";
import type { FailedAttempt } from "../lambdas/runtime/ports/readers.ts";
import { frameOf } from "../lambdas/runtime/work/throw-site.ts";
import type { FailureRecord } from "../lib/contract/failure.ts";
import { summaryOf } from "../lib/contract/runs/run-failure.ts";
import type { RunState } from "../lib/contract/runs/run-state.ts";
import { effectOf } from "./effect.ts";

/**
 * The failed attempts of a run's epoch: those of the log, which have stacks, and others of the execution's
 * history.
 */
export function failedAttempts(
  logged: RunState | undefined,
  history: readonly FailedAttempt[],
): FailedAttempt[] {
  const ofLog = (logged?.steps ?? [])
    .filter(({ epoch }) => epoch === logged?.epoch)
    .flatMap((step) =>
      step.attempts.flatMap(({ attempt, endedAt, failure }) =>
        failure ? [{ ...failure, path: effectOf(step), attempt, at: endedAt ?? "" }] : [],
      ),
    );
  const known = new Set(ofLog.map(({ path, attempt }) => `${path} ${attempt}`));
  return [...ofLog, ...history.filter(({ path, attempt }) => !known.has(`${path} ${attempt}`))].sort(
    (a, b) => (a.at < b.at ? -1 : 1),
  );
}

/** Failed attempts with their stacks and code. Equal failures of a step are shown once. */
export function describeFailedAttempts(attempts: readonly FailedAttempt[]): string[] {
  const groups: FailedAttempt[][] = [];
  for (const attempt of attempts) {
    const alike = groups.find(([first]) => first && subjectOf(first) === subjectOf(attempt));
    if (alike) alike.push(attempt);
    else groups.push([attempt]);
  }
  return groups.flatMap((group) => {
    const [first] = group as [FailedAttempt];
    const numbers = group.map(({ attempt }) => attempt);
    const which = numbers.length > 1 ? `attempts ${numbers.join(", ")}` : `attempt ${numbers[0]}`;
    const { name, message } = first;
    const heading = `  ${first.at}  ${first.path}, ${which}: ${name}: ${message.replaceAll("\n", "\n    ")}`;
    return [heading, ...placeOf(first).map((line) => (line === "" ? "" : `    ${line}`))];
  });
}

/** Where the code threw: the stack and the code around it. */
export function placeOf({ stack, location, code = codeAt(location) }: FailureRecord): string[] {
  if (stack === undefined && location === undefined) return [];
  return [...(stack ?? `at ${location}`).split("\n"), ...(code ? ["", ...code.split("\n"), ""] : [])];
}

function subjectOf({ path, name, message, location }: FailedAttempt): string {
  return JSON.stringify([path, name, message, location]);
}

/** The code of this checkout, if the failure happened in an AWS account. */
function codeAt(location: string | undefined): string | undefined {
  const [, path, line, column] = /^(.+):(\d+):(\d+)$/.exec(location ?? "") ?? [];
  if (path === undefined || !existsSync(path)) return undefined;
  return frameOf(readFileSync(path, "utf8"), Number(line), Number(column));
}

/** One attempt's failure in one line. */
export function describeAttempt({ name, message, location }: FailureRecord): string {
  return summaryOf({ error: name, message, location });
}
