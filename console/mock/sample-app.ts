import type {
  ApprovalView,
  BreakerView,
  DeadLetterView,
  DeliveryView,
  FeedChange,
  QuarantineView,
  ReplayView,
  RunSummary,
  SharedLimitView,
} from "../src/api/types.ts";
import { publication, refusal } from "./film-story.ts";
import { id } from "./random.ts";
import { ROLE, runOf } from "./runs.ts";
import { someBreakers, someDeadLetters, someDeliveries, someQuarantined } from "./sample-items.ts";
import { MockSettings } from "./settings.ts";
import { questionOf, storyOf } from "./story.ts";
import { endOf, type Story } from "./story-parts.ts";

export interface SampleAppOptions {
  /** How many runs there are. */
  runs: number;
  /** Epoch milliseconds. */
  now: () => number;
}

/** A sample app that remembers the commands that it receives. */
export class SampleApp {
  readonly started: number;
  readonly runs: number;
  readonly now: () => number;
  /** Runs that were started since, the newest first; and those that have changed. */
  readonly begun: RunSummary[] = [];
  readonly changed = new Map<string, RunSummary>();
  private readonly stories = new Map<string, Story>();
  deadLetters: DeadLetterView[];
  quarantine: QuarantineView[];
  breakers: BreakerView[];
  limits: SharedLimitView[];
  replays: ReplayView[] = [];
  deliveries: DeliveryView[];
  /** Of its workflows. */
  readonly settings = new MockSettings(() => this.now());
  /** The local cloud's report about changed code. */
  reload: Record<string, unknown> = { state: "current", reloads: 0, handlers: {} };
  /** Paused and drained workflows and reactions. */
  readonly held = new Map<string, { action: "pause" | "drain"; by: string; why: string; at: string }>();
  private feed: { id: number; changes: FeedChange[] }[] = [];
  private waiting = new Set<() => void>();

  constructor({ runs, now }: SampleAppOptions) {
    this.now = now;
    this.started = now();
    this.runs = runs;
    const some = runs > 0;
    this.deadLetters = some ? someDeadLetters(this.started) : [];
    this.quarantine = some ? someQuarantined(this.started) : [];
    this.breakers = some ? someBreakers(this.started) : [];
    this.limits = some ? [{ limit: "model-calls", byKey: false, usedBy: ["produce-video"] }] : [];
    this.deliveries = some ? someDeliveries(this.started) : [];
  }

  run(number: number): RunSummary {
    const summary = runOf(number, this.started);
    return this.changed.get(summary.run) ?? summary;
  }

  find(run: string): RunSummary | undefined {
    const known = this.changed.get(run) ?? this.begun.find((one) => one.run === run);
    if (known) return known;
    for (let number = 0; number < Math.min(this.runs, 5_000); number++) {
      const summary = this.run(number);
      if (summary.run === run) return summary;
    }
    return undefined;
  }

  story(summary: RunSummary): Story {
    const known = this.stories.get(summary.run);
    if (known) return known;
    const story = storyOf(summary);
    this.stories.set(summary.run, story);
    return story;
  }

  since(summary: RunSummary): number {
    return this.now() - Date.parse(summary.acceptedAt);
  }

  approvals(): ApprovalView[] {
    const open = [...this.begun, ...(this.runs > 0 ? [this.run(ROLE.asking)] : [])];
    return open.flatMap((summary) => {
      const question = questionOf(summary, this.story(summary), this.since(summary));
      return question?.state === "pending" ? [question] : [];
    });
  }

  decide(summary: RunSummary, approved: boolean, note: string | undefined): void {
    const story = this.story(summary);
    const at = this.since(summary);
    story.question = { ...story.question!, decidedAt: at, approved, by: "token", ...(note && { note }) };
    const onward = approved ? publication(at + 20) : refusal(at + 20);
    story.steps.push(...onward);
    story.ends = endOf(onward.at(-1)!) + 60;
    this.end(summary, "succeeded", story.ends);
    this.publish({ name: "approval.decided", run: summary.run, path: story.question.path });
  }

  private end(summary: RunSummary, status: RunSummary["status"], after: number): void {
    const { stuck: _, ...rest } = summary;
    this.change({ ...rest, status, endedAt: new Date(Date.parse(summary.acceptedAt) + after).toISOString() });
    this.publish({ name: `run.${status}`, run: summary.run, status });
  }

  redrive(letter: DeadLetterView): void {
    this.deadLetters = this.deadLetters.filter(({ id: one }) => one !== letter.id);
    const summary = letter.run === undefined ? undefined : this.find(letter.run);
    if (summary?.stuck) {
      const story = this.story(summary);
      const at = this.since(summary);
      const stuck = story.steps.find(({ given }) => given !== undefined)!;
      stuck.given = undefined;
      stuck.tries.push({ from: at + 20, to: at + 400 });
      stuck.result = { parcel: "p-1" };
      story.ends = at + 600;
      this.end(summary, "succeeded", at + 600);
    }
    this.publish({ name: "dead-letter.redriven", ...(letter.run && { run: letter.run }) });
  }

  change(summary: RunSummary): void {
    const at = this.begun.findIndex(({ run }) => run === summary.run);
    if (at >= 0) this.begun[at] = summary;
    else this.changed.set(summary.run, summary);
  }

  begin(workflow: string, key: string): RunSummary {
    const summary: RunSummary = {
      run: `${workflow}-${id(20, "begun", this.begun.length)}`,
      workflow,
      epoch: 1,
      status: "running",
      key,
      acceptedAt: new Date(this.now()).toISOString(),
    };
    this.begun.unshift(summary);
    this.publish({ name: "run.accepted", run: summary.run, workflow, status: "accepted" });
    return summary;
  }

  publish(change: Omit<FeedChange, "at">): void {
    this.feed.push({
      id: this.feed.length + 1,
      changes: [{ ...change, at: new Date(this.now()).toISOString() }],
    });
    for (const wake of this.waiting) wake();
  }

  /** What changed after an id, as soon as something has; nothing after `patience` milliseconds. */
  async changes(after: number | undefined, patience: number): Promise<{ id: number; changes: FeedChange[] }> {
    const from = after ?? this.feed.length;
    if (this.feed.length <= from) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, patience);
        this.waiting.add(wake);
      });
    }
    return {
      id: Math.max(this.feed.length, from),
      changes: this.feed.slice(from).flatMap(({ changes }) => changes),
    };
  }
}
