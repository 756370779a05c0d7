import { milliseconds } from "../../../../lib/contract/duration.ts";
import {
  type GroupedStep,
  isConcurrent,
  linkedWith,
  stepsBefore,
} from "../../../../lib/contract/groups/group.ts";
import type { StepMessage } from "../../../../lib/contract/messages/message.ts";
import type { StepSpec } from "../../../../lib/contract/step.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import type { Completion, SuccessOfRun } from "../../ports/claims.ts";
import type { Log } from "../../ports/telemetry.ts";
import type { StepFunction } from "../context.ts";
import { type Effect, effectOf, type Invocation } from "../effect.ts";
import { succeed, type WorkOutcome } from "../outcome.ts";
import type { WorkPorts } from "../ports.ts";
import { isWithinLimit } from "../result.ts";
import { workOn } from "../work.ts";
import type { Begun } from "./begun.ts";
import { Chains, type NextClaim } from "./chains.ts";
import { Deferrals } from "./deferrals.ts";
import { Ends } from "./ends.ts";
import { failureOf } from "./failure.ts";
import { inputOf } from "./fill.ts";
import { claimsOfGroup, type GroupMessage, isFirst, messageOf } from "./message.ts";
import { Publications } from "./publications.ts";
import { RecentRuns } from "./recent-runs.ts";
import { UnwrittenResults } from "./unwritten-results.ts";

/** What runs a step, and the ports that differ by step. */
export interface GroupWorker {
  spec: StepSpec;
  code: StepFunction<any, any>;
  ports: WorkPorts;
  /** Called when the walk reaches the step, with the step's own attempt. Returns the log of the attempt. */
  begins?: ((attempt: number) => Log) | undefined;
}

export type WorkerOf = (step: GroupedStep) => GroupWorker;

/** Of a group that is a whole run, without an execution. */
export interface WholeRun {
  /** Set if this delivery has accepted the run. */
  begun?: Begun | undefined;
  /** The end of the run with the results of all steps; undefined if it cannot be written with the last of them. */
  successOf(results: readonly unknown[]): SuccessOfRun | undefined;
}

export type WalkPorts = Pick<WorkPorts, "claims" | "now" | "logsSteps">;

/** The usual maximum that a step takes in addition to its timeout: claim, completion, large values. */
const OVERHEAD = 5_000;

/**
 * Runs the steps of a group, each at most once by its own claim, and as soon as those before it are done.
 * Returns the results of all steps, or the reason why one is not done. Nothing runs any more when it returns.
 * `sent`: the message as it was sent, which is deferred. With the steps of all items of a list, it may have no room
 * in an item.
 */
export async function walkSteps(
  message: GroupMessage,
  workerOf: WorkerOf,
  invocation: Invocation,
  ports: WalkPorts,
  wholeRun?: WholeRun,
  sent: StepMessage = message,
): Promise<WorkOutcome | Walked> {
  const known = isFirst(message) ? [] : await claimsOfGroup(message, ports);
  return await new Walk(message, workerOf, invocation, ports, known, wholeRun, sent).walk();
}

/** Every step is done. */
interface Walked {
  results: unknown[];
  /** Whether the run has ended with the last of them. */
  hasEnded: boolean;
}

class Walk {
  private readonly message: GroupMessage;
  private readonly find: WorkerOf;
  /** What runs the steps, by position. */
  private readonly workers: GroupWorker[] = [];
  /** The steps before each one, by position. */
  private readonly before: readonly (readonly number[])[];
  private readonly invocation: Invocation;
  private readonly ports: WalkPorts;
  /** The claims as they were last read, by position. */
  private readonly known: (ClaimItem | undefined)[];
  private readonly wholeRun: WholeRun | undefined;
  private readonly publications: Publications;
  private readonly chains: Chains;
  private readonly unwritten: UnwrittenResults;
  private readonly recentRuns: RecentRuns;
  private readonly ends = new Ends();
  private readonly deferrals: Deferrals;
  private readonly results: unknown[] = [];
  private readonly done = new Set<number>();
  private running = 0;

  constructor(
    message: GroupMessage,
    workerOf: WorkerOf,
    invocation: Invocation,
    ports: WalkPorts,
    known: (ClaimItem | undefined)[],
    wholeRun: WholeRun | undefined,
    sent: StepMessage,
  ) {
    this.message = message;
    this.find = workerOf;
    this.before = message.group.steps.map((_, position) => stepsBefore(message.group, position));
    this.invocation = invocation;
    this.ports = ports;
    this.known = known;
    this.wholeRun = wholeRun;
    this.publications = new Publications(ports.now, ports.logsSteps ?? false);
    this.chains = new Chains(this.publications);
    this.unwritten = new UnwrittenResults(ports.claims, ports.now);
    this.recentRuns = new RecentRuns(ports.now);
    this.deferrals = new Deferrals(sent, {
      running: () => this.running,
      isOver: () => this.ends.isOver,
    });
    if (wholeRun?.begun) this.beginWith(wholeRun.begun);
  }

  private beginWith({ run, first }: Begun): void {
    if (first) this.chains.begunBy(0, first);
    this.recentRuns.accepted(first?.key.sk, run);
  }

  async walk(): Promise<WorkOutcome | Walked> {
    await this.begin(this.positions((before) => before.length === 0));
    await this.writeResults();
    const outcome = await this.ends.outcome(this.deferrals.stored);
    const hasEnded = this.chains.hasEndedRun || this.unwritten.hasEndedRun;
    return outcome ?? { results: this.results, hasEnded };
  }

  private async writeResults(): Promise<void> {
    const isDone = this.done.size === this.before.length;
    const written = await this.unwritten.write(() =>
      isDone ? this.wholeRun?.successOf(this.results) : undefined,
    );
    const why = "another delivery has done the steps";
    if (written === "refused") this.ends.ended({ kind: "later", at: this.ports.now(), why });
  }

  /** Whether this delivery has accepted the run: no other one can have begun its steps. */
  private get isNewRun(): boolean {
    return this.wholeRun?.begun !== undefined;
  }

  /** The steps for which those before them meet a condition. */
  private positions(isMet: (before: readonly number[]) => boolean): number[] {
    const met: number[] = [];
    for (let at = 0; at < this.before.length; at++) if (isMet(this.before[at]!)) met.push(at);
    return met;
  }

  /** The steps that can begin when one is done: all others before them are done. */
  private after(position: number): number[] {
    const isDone = (one: number) => one === position || this.done.has(one);
    return this.positions((before) => before.includes(position) && before.every(isDone));
  }

  private workerOf(position: number): GroupWorker {
    const worker = this.workers[position] ?? this.find(this.message.group.steps[position]!);
    this.workers[position] = worker;
    return worker;
  }

  /** Returns when these steps, and those that followed them, have ended. */
  private async begin(positions: readonly number[]): Promise<void> {
    this.running += positions.length;
    await Promise.all(positions.map((position) => this.runAndFollow(position)));
  }

  private async runAndFollow(position: number): Promise<void> {
    const next = await this.run(position).catch((error: unknown) => {
      this.ends.threw(error);
      return [];
    });
    this.running--;
    const following = this.begin(next);
    this.deferrals.decide();
    await following;
  }

  /** Runs one step. Answers the steps that can begin then; none if it is not done. */
  private async run(position: number): Promise<number[]> {
    const { message, chains, ends } = this;
    const step = message.group.steps[position]!;
    const claim = this.known[position];
    const worker = this.workerOf(position);
    const ahead = chains.claimedAhead(position);
    if (ends.isOver) {
      if (ahead) await worker.ports.claims.release(ahead.key, ahead.owner);
      return [];
    }
    const own = {
      ...messageOf(message, step, claim),
      input: inputOf(step, message.group, this.results),
      position,
      within: ahead?.key.within ?? claim?.within,
    };
    const log = worker.begins?.(own.attempt) ?? worker.ports.log;
    const isDone = claim?.state === "done";
    const before = this.before[position]!;
    const isBegun = isDone || ahead !== undefined || before.length === 0;
    if (!isBegun && !this.hasTimeFor(worker.spec)) {
      const why = `too little time is left for ${step.path}`;
      ends.ended({ kind: "later", at: this.ports.now(), why });
      return [];
    }
    const effect = ahead
      ? { ...ahead, message: own }
      : {
          ...effectOf(own, worker.spec, { ...this.invocation, id: this.ownerOf(position) }),
          isNew: before.length > 0 ? before.every((one) => chains.isOwn(one)) : this.isNewRun,
        };
    const deliver = () => this.deliver(own, effect, { ...worker, ports: { ...worker.ports, log } }, claim);
    const output = ahead
      ? await this.publications.during(ahead.key, { claims: worker.ports.claims, log }, deliver)
      : await deliver();
    if (output === undefined) return [];
    // Another delivery has completed the step. It may have claimed further steps.
    if (!isDone && !chains.isOwn(position)) await this.readClaimsAround(position);
    this.results[position] = JSON.parse(output);
    this.done.add(position);
    return this.after(position);
  }

  /**
   * Handles the message of one step as if it came alone, by ports that keep its answer and its failure here.
   * Answers the output as JSON text. Without one, how the step ended is recorded.
   */
  private async deliver(
    own: StepMessage & { position: number },
    effect: Effect,
    { code, ports }: GroupWorker,
    claim: ClaimItem | undefined,
  ): Promise<string | undefined> {
    const { chains, ends } = this;
    const { position } = own;
    const { key, spec } = effect;
    const item = spec.repeatable ? undefined : (key.within ?? key.sk);
    let output: string | undefined;
    const deferral = this.deferrals.portsOf(ports);
    const { startConditions, budgets } = this.recentRuns.portsOf(item, ports);
    const { deferred, wakeups } = deferral.ports;
    const its: WorkPorts = {
      ...ports,
      deferred,
      wakeups,
      startConditions,
      budgets,
      claims: chains.claimsOf(
        position,
        this.unwritten.claimsOf(ports.claims, this.mayWait(position)),
        () => this.nextClaim(position, effect.owner),
        (completion) => this.endOfRun(own, completion),
      ),
      executions: {
        async succeed(_token, result) {
          output = result;
          return "delivered";
        },
        fail: ends.failuresBy(failureOf(own, ports.executions)),
      },
    };
    const outcome =
      claim?.state === "done" ? await succeed(own, claim.result, its) : await workOn(effect, code, its);
    if (output !== undefined) return output;
    if (outcome.kind === "deferred" && deferral.stores()) this.deferrals.stored = outcome;
    else if (outcome.kind !== "reported") ends.ended(outcome);
    return undefined;
  }

  /**
   * Whether a result need not be written before what comes after it: a step that is safe to repeat, or the end of the
   * run. Only in a sequence, where all results before it are of this delivery or written.
   */
  private mayWait(position: number): boolean {
    if (isConcurrent(this.message.group)) return false;
    const isLast = position === this.before.length - 1;
    return isLast ? this.wholeRun !== undefined : this.workerOf(position + 1).spec.repeatable === true;
  }

  /** A claim may be in the item of any step that is linked with its own. The items of a list are not. */
  private async readClaimsAround(position: number): Promise<void> {
    const linked = linkedWith(position, this.message.group);
    const read = await claimsOfGroup(this.message, this.ports, linked);
    for (const [at, claim] of read.entries()) if (claim) this.known[linked[at]!] = claim;
  }

  /** The claim to take with the end of a step; undefined if no other step can begin then, or it has to wait. */
  private nextClaim(position: number, owner: string): NextClaim | undefined {
    if (this.ends.isOver) return undefined;
    const next = this.after(position).find((one) => {
      const { spec } = this.workerOf(one);
      return !this.known[one] && !spec.repeatable && this.hasTimeFor(spec);
    });
    if (next === undefined) return undefined;
    const step = this.message.group.steps[next]!;
    const own = { ...messageOf(this.message, step, undefined), position: next };
    const effect = effectOf(own, this.workerOf(next).spec, { ...this.invocation, id: owner });
    return { position: next, effect };
  }

  /** The end of a whole run with the completion of a step; undefined if another step is not done. */
  private endOfRun(
    own: StepMessage & { position: number },
    { result }: Completion,
  ): SuccessOfRun | undefined {
    const isLast = this.done.size === this.before.length - 1;
    if (!this.wholeRun || !isLast || this.ends.isOver || !isWithinLimit(result, own)) return undefined;
    const results = [...this.results];
    results[own.position] = JSON.parse(JSON.stringify(result ?? null));
    return this.wholeRun.successOf(results);
  }

  /**
   * Steps that run at the same time have different owners: a breaker that allows one call allows one of them.
   * A step that is claimed with the end of another has its owner.
   */
  private ownerOf(position: number): string {
    const { id } = this.invocation;
    return isConcurrent(this.message.group) ? `${id}.${position}` : id;
  }

  private hasTimeFor({ timeout }: StepSpec): boolean {
    return this.ports.now() + milliseconds(timeout) + OVERHEAD <= this.invocation.deadline;
  }
}
