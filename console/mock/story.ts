import type {
  ApprovalView,
  LogEntry,
  RunSummary,
  StepView,
  TimelineBar,
  WaitView,
} from "../src/api/types.ts";
import { filmStory } from "./film-story.ts";
import { id } from "./random.ts";
import { endOf, open, type StepPart, type Story, step } from "./story-parts.ts";

/** The details of a run, generated from its summary. */
export function storyOf(summary: RunSummary): Story {
  return summary.workflow === "produce-video" ? filmStory(summary) : orderStory(summary);
}

function orderStory({ status, stuck, failedStep, error, key }: RunSummary): Story {
  const accept = step("accept-order", 150, 60, 320, { order: key });
  const stock = step("hold-stock", endOf(accept) + 110, 70, 640, { hold: "h-1" });
  const payment = step("take-payment", endOf(accept) + 110, 90, 1_250, { charge: "ch_1" });
  const failing = { "take-payment": payment, "hold-stock": stock }[failedStep ?? ""];
  if (failing) {
    failing.tries = failing.tries.map((one) => ({
      ...one,
      failure: {
        name: error!,
        message:
          failedStep === "take-payment" ? "The card was declined: insufficient funds." : "mug: 0 left.",
      },
    }));
    failing.result = undefined;
    const other = failing === payment ? stock : payment;
    const at = Math.max(endOf(stock), endOf(payment)) + 300;
    const undone = [other, accept].map(
      (part, index): StepPart => ({
        ...step(part.path, at + index * 700, 60, 420, undefined),
        direction: "undo",
      }),
    );
    if (status === "compensating") undone[1] = open(undone[1]!);
    return {
      steps: [accept, stock, payment, ...undone],
      waits: [],
      ends: status === "compensating" ? Number.POSITIVE_INFINITY : at + 1_500,
    };
  }
  const parcel = step("send-parcel", Math.max(endOf(stock), endOf(payment)) + 120, 80, 900, {
    parcel: "p-1",
  });
  if (stuck) {
    const failure = {
      name: "Runtime.ExitError",
      message: "The function ended before it answered (signal: killed).",
    };
    parcel.tries = [0, 3_000, 6_000].map((from) => ({
      from: parcel.tries[0]!.from + from,
      to: parcel.tries[0]!.from + from + 900,
      failure,
    }));
    parcel.result = undefined;
    parcel.given = endOf(parcel) + 400;
    return { steps: [accept, stock, payment, parcel], waits: [], ends: Number.POSITIVE_INFINITY };
  }
  const from = endOf(parcel) + 100;
  const wait = {
    path: "parcel.delivered",
    for: "parcel.delivered",
    from,
    ...(status !== "running" && { to: from + 6_000 }),
  };
  return {
    steps: [accept, stock, payment, parcel],
    waits: [wait],
    ends: status === "running" ? Number.POSITIVE_INFINITY : from + 6_300,
  };
}

type Event = Omit<LogEntry, "id" | "at" | "source" | "epoch"> & { after: number };

/** The log entries of a run, up to `until` milliseconds after it was accepted. */
export function logOf(summary: RunSummary, story: Story, until: number): LogEntry[] {
  const { run, acceptedAt, workflow, status, epoch } = summary;
  const events: Event[] = [
    { after: 0, name: "run.accepted", data: { workflow, key: summary.key } },
    { after: 120, name: "run.started", data: { workflow } },
  ];
  for (const { path, step: name, direction, tries, result, given } of story.steps) {
    tries.forEach(({ from, to, failure }, index) => {
      events.push({
        after: from,
        name: "step.started",
        path,
        data: { step: name, attempt: index + 1, direction },
      });
      if (to === undefined) return;
      if (failure)
        events.push({
          after: to,
          name: "step.failed",
          path,
          data: { step: name, attempt: index + 1, ...failure },
        });
      else
        events.push({
          after: to,
          name: direction === "undo" ? "step.undone" : "step.completed",
          path,
          data: { step: name, result },
        });
    });
    if (given !== undefined)
      events.push({
        after: given,
        name: "run.stuck",
        path,
        data: { reason: tries.at(-1)!.failure!.message },
      });
  }
  for (const { path, for: event, from, to } of story.waits) {
    events.push({ after: from, name: "wait.started", path, data: { event } });
    if (to !== undefined) events.push({ after: to, name: "wait.matched", path, data: { event } });
  }
  const { question } = story;
  if (question) {
    events.push({
      after: question.at,
      name: "approval.requested",
      path: question.path,
      data: { approval: "editor" },
    });
    if (question.decidedAt !== undefined)
      events.push({
        after: question.decidedAt,
        name: "approval.decided",
        path: question.path,
        data: { approved: question.approved, by: question.by, note: question.note },
      });
  }
  if (Number.isFinite(story.ends))
    events.push({ after: story.ends, name: `run.${status}`, data: { error: summary.error } });
  return events
    .filter(({ after }) => after <= until)
    .sort((a, b) => a.after - b.after)
    .map(({ after, ...event }, index) => ({
      ...event,
      id: id(26, run, index),
      at: new Date(Date.parse(acceptedAt) + after).toISOString(),
      source: "millrace",
      epoch,
    }));
}

export function stepsOf(story: Story, began: number, until: number): StepView[] {
  const at = (after: number) => new Date(began + after).toISOString();
  return story.steps
    .filter(({ queued }) => queued <= until)
    .flatMap(({ path, step: name, direction, queued, tries, result, costUsd }): StepView[] => {
      const begun = tries.filter(({ from }) => from <= until);
      const last = begun.at(-1);
      if (!last) return [];
      const over = last.to !== undefined && last.to <= until;
      return [
        {
          path,
          step: name,
          direction,
          state: !over ? "running" : last.failure ? "failed" : "done",
          attempt: begun.length,
          queuedAt: at(queued),
          startedAt: at(last.from),
          ...(over && { endedAt: at(last.to!) }),
          ...(over && last.failure && { failure: last.failure }),
          ...(over && !last.failure && result !== undefined && { result }),
          ...(over && costUsd !== undefined && { costUsd }),
          attempts: begun.map(({ from, to, failure }, index) => ({
            attempt: index + 1,
            startedAt: at(from),
            ...(to !== undefined && to <= until && { endedAt: at(to), ...(failure && { failure }) }),
          })),
        },
      ];
    });
}

export function waitsOf(story: Story, began: number, until: number): WaitView[] {
  return story.waits
    .filter(({ from, to }) => from <= until && (to === undefined || to > until))
    .map(({ path, for: event, from }) => ({ path, for: event, since: new Date(began + from).toISOString() }));
}

export function questionOf(summary: RunSummary, story: Story, until: number): ApprovalView | undefined {
  const { question } = story;
  if (!question || question.at > until) return undefined;
  const began = Date.parse(summary.acceptedAt);
  const decided = question.decidedAt !== undefined && question.decidedAt <= until;
  return {
    run: summary.run,
    workflow: summary.workflow,
    approval: "editor",
    path: question.path,
    level: 1,
    state: decided ? "decided" : "pending",
    askedAt: new Date(began + question.at).toISOString(),
    until: new Date(began + question.at + 86_400_000).toISOString(),
    show: {
      film: artifact(summary.run, "film.mp4", "video/mp4"),
      scenes: [1, 2, 3].map((scene) => artifact(summary.run, `scene-${scene}.svg`, "image/svg+xml")),
      narration:
        "The sea comes and goes twice a day.\nThe moon pulls, and the water follows: a bulge on the near side, and one on the far side.",
      script: {
        before: "title: Tides\nscene 1: a beach\nscene 2: the moon",
        after: "title: On tides\nscene 1: a beach at dawn\nscene 2: the moon\nscene 3: the harbour",
      },
      checks: { words: 212, seconds: 12, spelling: "ok" },
    },
    ...(decided && {
      decision: {
        approved: question.approved!,
        decidedBy: question.by!,
        ...(question.note && { note: question.note }),
        at: new Date(began + question.decidedAt!).toISOString(),
      },
    }),
  };
}

function artifact(run: string, name: string, type: string) {
  return { artifact: `artifacts?uri=${encodeURIComponent(`s3://artifacts/${run}/${name}`)}`, type, name };
}

export function barsOf(story: Story, began: number, until: number): TimelineBar[] {
  const at = (after: number) => new Date(began + after).toISOString();
  const bars: TimelineBar[] = [];
  for (const { path, queued, tries } of story.steps) {
    let waiting = queued;
    for (const [index, { from, to, failure }] of tries.entries()) {
      bars.push({
        path,
        kind: index === 0 ? "queued" : "backoff",
        from: at(waiting),
        to: at(from),
        attempt: index + 1,
      });
      bars.push({
        path,
        kind: "running",
        from: at(from),
        ...(to !== undefined && { to: at(to), outcome: failure ? "failed" : "done" }),
        attempt: index + 1,
      });
      waiting = to ?? from;
    }
    if (tries.length === 0) bars.push({ path, kind: "queued", from: at(queued), attempt: 1 });
  }
  for (const { path, from, to } of story.waits)
    bars.push({ path, kind: "waiting", from: at(from), ...(to !== undefined && { to: at(to) }), attempt: 1 });
  if (story.question) {
    const { path, at: asked, decidedAt } = story.question;
    bars.push({
      path,
      kind: "person",
      from: at(asked),
      ...(decidedAt !== undefined && { to: at(decidedAt) }),
      attempt: 1,
    });
  }
  return bars.filter(({ from }) => Date.parse(from) <= began + until);
}
