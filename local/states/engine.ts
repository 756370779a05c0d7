import { Alarm } from "../kernel/alarm.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { remembered } from "../kernel/remembered.ts";
import { advance, type Stimulus } from "./advance/advance.ts";
import { resultsSoFar } from "./advance/results.ts";
import { ChildEnds } from "./child-ends.ts";
import { deadlineOf } from "./deadline.ts";
import type { Machine, State } from "./definition.ts";
import { ExecutionLog } from "./execution-log.ts";
import { executionOf } from "./execution-of.ts";
import { type CallPhase, due, type Frame, isCall } from "./frame.ts";
import { Mailboxes } from "./mailboxes.ts";
import { parseData } from "./numbers.ts";
import type { Registry } from "./registry.ts";
import { type Effect, type Outcome, Run } from "./run.ts";
import { announce } from "./status-events.ts";
import { type ExecutionRow, ExecutionTable } from "./storage/executions.ts";
import { FrameTable } from "./storage/frames.ts";
import { MapRunTable } from "./storage/map-runs.ts";
import { type Due, Outstanding } from "./storage/outstanding.ts";
import type { Answer } from "./tasks/answer.ts";
import { callTask } from "./tasks/call.ts";
import { readItems } from "./tasks/item-reader.ts";
import { writeResults } from "./tasks/result-writer.ts";

export type NewExecution = Pick<
  ExecutionRow,
  "arn" | "name" | "machine" | "type" | "definition" | "role" | "version" | "alias" | "trace" | "input"
>;

const MOST_DEFINITIONS = 1_000;

/**
 * Runs executions. Each has a mailbox: stimuli are applied one after the other, each with what follows from it
 * stored in one transaction before the next and before its effects start.
 */
export class Engine {
  readonly kernel: Kernel;
  readonly executions: ExecutionTable;
  readonly frames: FrameTable;
  readonly mapRuns: MapRunTable;
  readonly outstanding: Outstanding;
  private readonly mailboxes = new Mailboxes((execution, stimulus) => this.apply(execution, stimulus));
  private readonly awaited = new Map<number, (row: ExecutionRow) => void>();
  private readonly registry: Registry;
  private readonly log: ExecutionLog;
  private readonly alarm: Alarm;
  /** The definition under an id, parsed once. */
  private readonly definition: (id: number) => Readonly<Machine>;
  private readonly childEnds: ChildEnds;
  /** The timers that are being applied. */
  private readonly firing = new Set<string>();
  private stopped = false;

  constructor(kernel: Kernel, registry: Registry) {
    this.kernel = kernel;
    this.registry = registry;
    this.executions = new ExecutionTable(kernel.store);
    this.frames = new FrameTable(kernel.store);
    this.mapRuns = new MapRunTable(kernel.store);
    this.outstanding = new Outstanding(kernel.store);
    this.definition = remembered(
      MOST_DEFINITIONS,
      (id: number): Machine => JSON.parse(this.executions.definition(id)),
    );
    this.childEnds = new ChildEnds({
      executions: this.executions,
      outstanding: this.outstanding,
      resourceOf: (execution, frame) => this.resourceOf(execution, frame),
      post: (execution, stimulus) => this.background(execution, stimulus),
    });
    this.log = new ExecutionLog(kernel, registry);
    this.alarm = new Alarm(kernel.clock, () => this.fireDue());
  }

  /** Continues with what the last process left: timers, calls without an answer, ends that were not published. */
  start(): void {
    const left = Map.groupBy(this.outstanding.toPush(), ({ execution }) => execution);
    for (const [execution, frames] of left) {
      this.background(execution, { kind: "push", frames: frames.map(({ id }) => id) });
    }
    this.childEnds.answerLeft();
    this.alarm.start();
  }

  stop(): void {
    this.stopped = true;
    this.alarm.stop();
  }

  /** Stores a new execution and starts it. */
  begin(start: NewExecution): ExecutionRow {
    const { store } = this.kernel;
    const now = this.kernel.clock.now();
    const machine = this.definition(start.definition);
    const deadline = deadlineOf(start.type, machine, now);
    const row = { ...start, status: "RUNNING" as const, started: now, stopped: null, output: null };
    const rest = { error: null, cause: null, due: deadline, redrives: 0, redriven: null };
    const { id, events } = store.atomically(() => {
      const added = this.executions.add({ ...row, ...rest });
      const run = this.newRun({ id: added, ...row, ...rest });
      const root = run.add({
        parent: null,
        index: 0,
        scope: [],
        state: machine.StartAt,
        input: parseData(start.input),
        variables: {},
        previous: 0,
        entered: null,
        retries: [],
        phase: { kind: "ready" },
      });
      const details = { input: start.input, inputDetails: { truncated: false }, roleArn: start.role };
      run.record(root, "ExecutionStarted", details, { aside: true });
      this.executions.append(run);
      this.frames.save(run);
      return { id: added, events: run.events };
    });
    this.alarm.by(deadline);
    const execution = { id, ...row, ...rest };
    this.log.write(execution, events);
    this.kernel.signals.raise(`states:${start.machine}`);
    if (start.type === "STANDARD") this.kernel.limits?.countExecution(1);
    this.background(id, { kind: "push", frames: [0] });
    announce(this.kernel, execution);
    return execution;
  }

  /** Resolves with the execution once it has ended. */
  async ended(execution: number): Promise<ExecutionRow> {
    return await new Promise((resolve) => this.awaited.set(execution, resolve));
  }

  /** Applies a stimulus. Returns whether something waited for it. */
  async post(execution: number, stimulus: Stimulus): Promise<boolean> {
    return await this.kernel.work.during(() => this.mailboxes.post(execution, stimulus));
  }

  /** Continues an execution that has failed, from where it failed. */
  async redrive(row: ExecutionRow): Promise<number> {
    const now = this.kernel.clock.now();
    const deadline = deadlineOf(row.type, this.definition(row.definition), now);
    this.executions.reopen(row.id, row.redrives + 1, now, deadline);
    this.kernel.limits?.countExecution(1);
    this.alarm.by(deadline);
    await this.post(row.id, { kind: "redrive" });
    return now;
  }

  /** Removes every trace of an execution. */
  forget(execution: number): void {
    this.frames.drop(execution);
    this.mapRuns.forget(execution);
    this.executions.forget(execution);
  }

  private background(execution: number, stimulus: Stimulus): void {
    this.kernel.work.start(`Execution ${execution}`, async () => {
      await this.post(execution, stimulus);
    });
  }

  private async apply(execution: number, stimulus: Stimulus): Promise<boolean> {
    let met: boolean | undefined;
    for (let next = stimulus; ; ) {
      const row = this.executions.get(execution);
      if (this.stopped || row?.status !== "RUNNING") return met ?? false;
      const run = this.newRun(row);
      const outcome = await advance(run, next);
      met ??= outcome;
      this.kernel.store.atomically(() => {
        this.executions.append(run);
        this.frames.save(run);
        this.mapRuns.save(run);
        if (run.outcome) this.executions.end(execution, run.outcome, run.now());
      });
      if (this.kernel.limits && row.type === "STANDARD") await this.kernel.limits.enterStates(entered(run));
      this.follow(run, row);
      if (run.outcome || run.turns.length === 0) return met;
      next = { kind: "push", frames: run.turns.map(({ frame }) => frame.id) };
      // A long loop must not block everything else.
      await new Promise(setImmediate);
    }
  }

  private newRun(row: ExecutionRow): Run {
    const { clock, random } = this.kernel;
    return new Run({
      execution: executionOf(row, this.definition(row.definition)),
      environment: { now: () => clock.now(), random },
      source: this.frames.source(row.id),
      progress: this.frames.progress(row.id),
      knowsActivity: (arn) => this.registry.activity(arn) !== undefined,
    });
  }

  /** Starts what follows from a stored advance. */
  private follow(run: Run, row: ExecutionRow): void {
    this.log.write(row, run.events);
    if (run.outcome) this.close(row, run.outcome, run.now());
    else this.awaitOutside(run);
    for (const effect of run.effects) this.startEffect(run, effect);
  }

  private awaitOutside(run: Run): void {
    for (const frame of run.changed.values()) {
      this.alarm.by(due(frame));
      if (frame.phase.kind === "task" && frame.phase.stage === "child")
        this.childEnds.check(run.execution.id, frame);
    }
  }

  private startEffect(run: Run, effect: Effect): void {
    if (effect.kind === "activity") {
      this.kernel.signals.raise(activityTopic(effect.arn));
      return;
    }
    if (effect.kind === "stop") {
      const child = this.executions.byArn(effect.arn);
      if (child) this.background(child.id, { kind: "stop" });
      return;
    }
    const frame = run.frame(effect.frame);
    const phase = frame?.phase;
    if (!frame || !phase || !isCall(phase) || phase.nonce !== effect.nonce || run.outcome) return;
    const state = run.stateOf(frame);
    this.kernel.work.start(`${state.Type} ${frame.state} of ${run.execution.arn}`, async () => {
      const answer = await this.call(run, frame, state, phase);
      if (this.stopped) return;
      await this.post(run.execution.id, { kind: "answer", frame: frame.id, nonce: phase.nonce, answer });
    });
  }

  private async call(run: Run, frame: Frame, state: State, phase: CallPhase): Promise<Answer> {
    const { kernel } = this;
    const { execution } = run;
    switch (phase.kind) {
      case "task":
        return await callTask(kernel, { execution, resource: state.Resource, phase });
      case "read":
        return await readItems(kernel, execution, state.ItemReader.Resource, phase);
      case "write": {
        const config = state.ResultWriter.WriterConfig ?? {};
        const results = resultsSoFar(run, frame, phase.map);
        return await writeResults(kernel, { execution, config, phase, results });
      }
    }
  }

  private close(row: ExecutionRow, outcome: Outcome, stopped: number): void {
    const { status, output = null, error = null, cause = null } = outcome;
    const ended: ExecutionRow = { ...row, status, output, error, cause, stopped, due: null };
    this.childEnds.answerAll(ended);
    if (row.type === "EXPRESS") this.forget(row.id);
    else this.kernel.limits?.countExecution(-1);
    this.awaited.get(row.id)?.(ended);
    this.awaited.delete(row.id);
    this.kernel.signals.raise(`states:${row.machine}`);
    announce(this.kernel, ended);
  }

  /** The Resource of the state that the stored frame is in. */
  private resourceOf(execution: number, frame: number): string {
    const run = this.newRun(this.executions.get(execution)!);
    return run.stateOf(run.frame(frame)!).Resource;
  }

  /**
   * Applies what is due. An execution may take long with what follows from it: the timers of others do not wait, and
   * those of this one are not applied twice.
   */
  private fireDue(): void {
    const now = this.kernel.clock.now();
    const due = this.outstanding.dueBy(now).filter(({ execution, frame }) => {
      return !this.firing.has(`${execution} ${frame}`);
    });
    if (due.length > 0) {
      this.kernel.work.start("Timers of executions", async () => {
        await Promise.all(due.map((one) => this.fire(one)));
        this.alarm.by(this.outstanding.nextDue());
      });
    }
    this.alarm.by(this.outstanding.nextDue(now));
  }

  private async fire({ execution, frame }: Due): Promise<void> {
    const key = `${execution} ${frame}`;
    this.firing.add(key);
    try {
      await this.post(execution, frame === undefined ? { kind: "expired" } : { kind: "due", frame });
    } finally {
      this.firing.delete(key);
    }
  }
}

/** How many states the advance has entered. */
function entered({ events }: Run): number {
  return events.filter(({ type }) => type.endsWith("StateEntered")).length;
}

/** Raised when an activity has a task to take. */
export function activityTopic(arn: string): string {
  return `states-activity:${arn}`;
}
