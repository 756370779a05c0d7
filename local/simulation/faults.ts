import type { Random } from "../kernel/random.ts";
import { type Duration, toMilliseconds } from "./duration.ts";

/** What goes wrong on purpose. The same seed makes the same things go wrong. */
export interface Faults {
  /** Chance in [0, 1] that a received message comes a second time while the first is in hand. @default 0 */
  duplicates?: number;
  /** Messages that are late, so that later ones overtake them: the chance of each, and the longest delay. */
  delays?: { chance: number; upTo: Duration };
  /**
   * Calls of concurrent invocations are answered in any order.
   * @default false: of those that wait, the function instance that was started first comes first
   */
  interleave?: boolean;
  /** Messages that are lost in silence: the chance of each, and when they come back all the same. @default never */
  losses?: { chance: number; backAfter?: Duration };
  /** Chance in [0, 1] that an execution's new status is not published, which Step Functions does at best effort. @default 0 */
  unannounced?: number;
  /**
   * Reads that need not be consistent, and those of indexes, show tables that have a stream as they were up to so long before:
   * the chance of each.
   */
  stale?: { chance: number; upTo: Duration };
  /** How far the clock of each function's process is from the right time at most, before it or after. @default 0 */
  skew?: Duration;
  /** Trouble with the calls that functions make. The first entry that applies to a call counts. */
  calls?: CallFault[];
}

/**
 * - `throttle`: refused with the service's throttling error.
 * - `throttle-one`: of a batch, one entry is throttled and the others are carried out; that of a transaction cancels it; any
 *   other call is refused.
 * - `lost-one`: a batch is carried out as a whole, and the answer says of one entry that it failed. Other calls are answered.
 * - `error`: refused with the service's internal error; nothing was done.
 * - `lost`: carried out, but the connection breaks before the answer.
 * - `slow`: carried out and answered after `for`.
 * - `crash-before`, `crash-after`: the function's process ends before the call is carried out, or after that and
 *   before the answer.
 */
export type Trouble =
  | "throttle"
  | "throttle-one"
  | "lost-one"
  | "error"
  | "lost"
  | "slow"
  | "crash-before"
  | "crash-after";

export interface CallFault {
  kind: Trouble;
  /** The function that calls, named as in `handlers`. @default any */
  function?: string;
  /** "dynamodb:UpdateItem", or "dynamodb" for all operations of a service. @default any */
  operation?: string;
  /** Chance in [0, 1] for each call that matches. @default 1 where `on` is not given either */
  chance?: number;
  /** Only the n-th call that matches, counted from 1 over the whole simulation. */
  on?: number;
  /** How late the answer to a slow call is. @default "5 seconds" */
  for?: Duration;
  /** Only calls from then on, counted from the beginning of the simulation. */
  from?: Duration;
  /** Only calls up to then. */
  until?: Duration;
}

/** The properties of a call that faults select by: its caller and its operation. */
export interface Call {
  /** Physical name of the function, undefined for a call from outside. */
  function: string | undefined;
  service: string;
  operation: string;
}

/** What happens to a call. */
export interface Mishap {
  kind: Trouble;
  /** Milliseconds, for a slow call. */
  late: number;
  /** A number in [0, 1) that chooses the entry of a batch. */
  where: number;
}

/** A fault as the caller described it, and may change it, and what is counted of it. */
interface Counted {
  fault: CallFault;
  /** Physical name. */
  function: string | undefined;
  seen: number;
}

/** Decides what goes wrong with each call, by the faults as they are at that moment. */
export class Misfortune {
  private readonly faults: Counted[];
  private readonly random: Random;
  private readonly now: () => number;
  private readonly start: number;

  /** `physicalName` is that of a function as a fault names it. */
  constructor(
    faults: CallFault[],
    random: Random,
    now: () => number,
    physicalName: (name: string) => string = (name) => name,
  ) {
    this.faults = faults.map((fault) => ({
      fault,
      function: fault.function === undefined ? undefined : physicalName(fault.function),
      seen: 0,
    }));
    this.random = random;
    this.now = now;
    this.start = now();
  }

  /** The fault of this call, or undefined. To be called once for every call of a function. */
  judge(call: Call): Mishap | undefined {
    if (call.function === undefined) return undefined;
    let mishap: Mishap | undefined;
    for (const counted of this.faults) {
      const { fault } = counted;
      if (!concerns(counted, call) || !this.isTime(fault)) continue;
      counted.seen++;
      if (mishap || !this.strikes(counted)) continue;
      mishap = {
        kind: fault.kind,
        late: toMilliseconds(fault.for ?? "5 seconds"),
        where: fault.kind.endsWith("-one") ? this.random.fraction() : 0,
      };
    }
    return mishap;
  }

  private isTime({ from = 0, until }: CallFault): boolean {
    const passed = this.now() - this.start;
    return passed >= toMilliseconds(from) && (until === undefined || passed <= toMilliseconds(until));
  }

  private strikes({ fault: { on, chance = 1 }, seen }: Counted): boolean {
    if (on !== undefined && on !== seen) return false;
    return chance >= 1 || this.random.fraction() < chance;
  }
}

function concerns({ fault, function: name }: Counted, call: Call): boolean {
  if (name !== undefined && name !== call.function) return false;
  return [undefined, call.service, `${call.service}:${call.operation}`].includes(fault.operation);
}
