import type { Hono } from "hono";
import type { RunSummary } from "../../src/api/types.ts";
import { detailOf } from "../detail.ts";
import { linesOf, progressOf } from "../lines.ts";
import { isWanted } from "../runs.ts";
import type { SampleApp } from "../sample-app.ts";
import { barsOf, logOf } from "../story.ts";
import { problem } from "./problem.ts";

/** Runs, and what operators and people decide about them. */
export function runRoutes(api: Hono, sample: SampleApp): void {
  api.get("/runs", (context) => {
    const { limit = "50", cursor = "0", ...wanted } = context.req.query();
    const items: RunSummary[] = [];
    let number = Number(cursor);
    if (number === 0) items.push(...sample.begun.filter((run) => isWanted(run, wanted)));
    while (items.length < Number(limit) && number < sample.runs) {
      const run = sample.run(number);
      number += 1;
      if (isWanted(run, wanted)) items.push(run);
    }
    return context.json({ items, ...(number < sample.runs && { next: String(number) }) });
  });
  api.get("/runs/:run", (context) => {
    const summary = sample.find(context.req.param("run"));
    if (!summary)
      return context.json(problem("not-found", `There is no run ${context.req.param("run")}.`), 404);
    const { at } = context.req.query();
    const until = at === undefined ? sample.since(summary) : Date.parse(at) - Date.parse(summary.acceptedAt);
    return context.json(detailOf(summary, sample.story(summary), until));
  });
  api.get("/runs/:run/log", (context) => {
    const summary = sample.find(context.req.param("run"))!;
    return context.json({ items: logOf(summary, sample.story(summary), sample.since(summary)) });
  });
  api.get("/runs/:run/lines", (context) => {
    const summary = sample.find(context.req.param("run"))!;
    const { step } = context.req.query();
    const lines = linesOf(detailOf(summary, sample.story(summary), sample.since(summary)));
    return context.json({ items: step === undefined ? lines : lines.filter((line) => line.step === step) });
  });
  api.get("/runs/:run/input", (context) => {
    const { path } = context.req.query();
    return context.json({ input: { path, run: context.req.param("run") } });
  });
  api.get("/runs/:run/progress", (context) => {
    const summary = sample.find(context.req.param("run"))!;
    const { path } = context.req.query();
    const { steps } = detailOf(summary, sample.story(summary), sample.since(summary));
    const progress = progressOf(steps.find((step) => step.path === path));
    return context.json({ ...(progress && { progress }) });
  });
  api.get("/runs/:run/timeline", (context) => {
    const summary = sample.find(context.req.param("run"))!;
    return context.json({
      bars: barsOf(sample.story(summary), Date.parse(summary.acceptedAt), sample.since(summary)),
    });
  });
  api.get("/correlations", (context) => {
    const summary = sample.runs > 0 ? sample.run(0) : undefined;
    if (!summary) return context.json({ runs: [], items: [] });
    const items = logOf(summary, sample.story(summary), sample.since(summary)).map((entry) => ({
      ...entry,
      run: summary.run,
    }));
    return context.json({ runs: [summary.run], items });
  });
  api.post("/runs", async (context) => {
    const { workflow, payload } = await context.req.json();
    const { run } = sample.begin(workflow, String(payload.topic ?? payload.order ?? "new"));
    return context.json({ done: true, says: `${run} is on its way.`, run });
  });
  api.post("/runs/:run/:action", async (context) => {
    const { run, action } = context.req.param();
    const summary = sample.find(run);
    if (!summary) return context.json(problem("not-found", `There is no run ${run}.`), 404);
    if (action === "pause" || action === "resume") sample.change({ ...summary, paused: action === "pause" });
    if (action === "terminate")
      sample.change({ ...summary, status: "terminated", endedAt: new Date(sample.now()).toISOString() });
    if (action === "retry") sample.change({ ...summary, epoch: summary.epoch + 1 });
    sample.publish({ name: `run.${action}`, run });
    return context.json({ done: true, says: `${run}: ${action} is ordered.`, run });
  });

  api.get("/approvals", (context) => context.json({ items: sample.approvals() }));
  api.post("/approvals/:run/:path", async (context) => {
    const summary = sample.find(context.req.param("run"))!;
    const { decision, note } = await context.req.json();
    sample.decide(summary, decision === "approve", note);
    return context.json({
      done: true,
      says: `editor of ${summary.run} is ${decision === "approve" ? "approved" : "rejected"}.`,
    });
  });
}
