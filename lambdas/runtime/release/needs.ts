import type { Release, Roster } from "../../../lib/contract/release.ts";

/** What a deployment does not have any more, although runs that began on this version may need it. */
export interface Lack {
  workflow: string;
  version: string;
  /** In words: `step "announce" is`. */
  what: string;
}

/**
 * What a release lacks of earlier ones: steps at the same function, and what their role and their state machines did
 * for these steps.
 */
export function lacksOfRelease(next: Release, earlier: readonly Release[]): Lack[] {
  return earlier.flatMap(({ workflow, version, steps, needs }) => {
    const lack = (what: string): Lack => ({ workflow, version, what });
    return [
      ...Object.entries(steps).flatMap(([step, code]) => {
        const nextCode = next.steps[step];
        if (nextCode === undefined) return lack(`step "${step}" is`);
        if (functionOf(nextCode) === functionOf(code)) return [];
        return lack(`step "${step}" is moved to another function, and`);
      }),
      ...missing(needs?.undoSteps, next.needs?.undoSteps)
        .filter((step) => next.steps[step] !== undefined)
        .map((step) => lack(`step "${step}", which undoes others, is`)),
      ...missing(needs?.breakers, next.needs?.breakers).map((breaker) => lack(`breaker ${breaker} is`)),
    ];
  });
}

/** What an app lacks of what its workflows have needed of each other, and of its producers. */
export function lacksOfApp(next: Roster, earlier: readonly Release[]): Lack[] {
  return earlier.flatMap(({ workflow, version, needs }) => {
    const lack = (what: string): Lack => ({ workflow, version, what });
    return [
      ...missing(needs?.events, next.awaited).map((event) => lack(`an awaited event, ${event}, is`)),
      ...missing(needs?.calls, next.workflows).map((called) => lack(`workflow "${called}" is`)),
    ];
  });
}

/** An older deployment does not say what it has. */
function missing(needed: readonly string[] = [], present: readonly string[] | undefined): string[] {
  return needed.filter((one) => present !== undefined && !present.includes(one));
}

/** The function of a version: its ARN without the number. */
function functionOf(versionArn: string): string {
  return versionArn.slice(0, versionArn.lastIndexOf(":"));
}
