import type { Budget, Usage } from "../../../lib/contract/budget.ts";
import type { Way } from "../../../lib/contract/race.ts";
import type { StoredSettings } from "../../../lib/contract/settings/stored.ts";
import type { BreakerItem, ControlItem, RunItem } from "../../../lib/contract/table.ts";
import type { DeferPorts } from "../defer/ports.ts";
import type { ClaimRefusal, Claims } from "../ports/claims.ts";
import type { Now } from "../ports/clock.ts";
import type { Executions } from "../ports/executions.ts";
import type { Artifacts, SharedFiles } from "../ports/files.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import type { BreakerPorts } from "./breaker/ports.ts";
import type { FindThrowSite } from "./throw-site.ts";

/** What decides whether an effect may begin. */
export interface StartConditions {
  run: RunItem | undefined;
  workflow: ControlItem | undefined;
  breaker: BreakerItem | undefined;
  /** What operators have set for the breaker; may be a second old. */
  breakerSettings?: StoredSettings | undefined;
  /** The way of a race in which the path has lost. */
  lost?: Way | undefined;
}

export interface StartConditionReader {
  /**
   * All of it in one consistent read. With `recent`, operator actions and breaker may be a second old, but
   * the run and the races around `place` never. `known`: the run, if the caller has it; then it is not read.
   */
  read(
    run: string,
    workflow: string,
    breaker: string | undefined,
    options?: { recent?: boolean; place?: { epoch: number; path: string }; known?: RunItem },
  ): Promise<StartConditions>;
}

/** An estimate that an attempt has reserved, and the limits of the run's budget. */
export interface Reservation {
  /** Nonce of the invocation that made it. */
  owner: string;
  usage: Usage;
  limit: Budget;
}

/** Budgets of runs; each method is one conditional write. A run without a budget is unlimited. */
export interface Budgets {
  /**
   * Reserves an estimate under a key. A reservation of an earlier attempt under that key that was never
   * settled counts as spent from then on, since its call may have been made. `refused`: less is left than
   * requested; nothing changes.
   */
  reserve(
    run: string,
    key: string,
    owner: string,
    estimate: Usage,
  ): Promise<
    ({ kind: "reserved" } & Reservation) | { kind: "refused"; free: Budget } | { kind: "unlimited" }
  >;
  /**
   * Replaces a reservation by the actual usage. Does nothing if it is settled, or a later attempt has
   * replaced it.
   */
  settle(run: string, key: string, reservation: Reservation, actual: Usage): Promise<void>;
}

/** The claims of a step. `instead`: why the end of the attempt was not recorded. */
export interface StepClaims extends Omit<Claims, "complete" | "fail" | "reuse"> {
  complete(
    ...completion: Parameters<Claims["complete"]>
  ): Promise<Awaited<ReturnType<Claims["complete"]>> | { instead: ClaimRefusal }>;
  reuse(
    ...reuse: Parameters<Claims["reuse"]>
  ): Promise<Awaited<ReturnType<Claims["reuse"]>> | { instead: ClaimRefusal }>;
  fail(...failure: Parameters<Claims["fail"]>): Promise<boolean | { instead: ClaimRefusal }>;
}

export interface WorkPorts extends BreakerPorts, DeferPorts {
  startConditions: StartConditionReader;
  claims: StepClaims;
  budgets: Budgets;
  executions: Pick<Executions, "succeed" | "fail">;
  /** Files of the current run. */
  artifacts: Artifacts;
  /** The folder that the step, or the reaction, shares with others. */
  shared: SharedFiles;
  now: Now;
  /** Whether completed steps are only logged: no event on the bus says so. @default false */
  logsSteps?: boolean;
  /** From 0 to below 1. */
  random: () => number;
  log: Log;
  metrics: Metrics;
  /** Where an error was thrown. */
  throwSite: FindThrowSite;
}

/** What an attempt itself needs: of a step, or of a reaction. */
export type AttemptPorts = Pick<
  WorkPorts,
  "claims" | "budgets" | "artifacts" | "shared" | "now" | "log" | "throwSite"
>;
