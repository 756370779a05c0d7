import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { Anything, ModelProgressView, WrittenLines } from "../../../../lib/contract/api/index.ts";
import { chunks } from "../../../../lib/contract/chunks.ts";
import { found, notFound } from "../errors.ts";
import { type Api, answer, named, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { currentProgress } from "../views/model-progress.ts";
import { linesOf, requestsIn } from "../views/written-lines.ts";

const tags = ["runs"];

const lines = createRoute({
  method: "get",
  path: "/runs/{run}/lines",
  tags,
  summary: "What the handlers of a run logged and printed",
  description: "From CloudWatch Logs, where a line appears some seconds after it was written.",
  request: {
    params: named("run"),
    query: z.object({ step: z.string().optional().meta({ description: "Only handlers of this step" }) }),
  },
  responses: { 200: answer(WrittenLines, "The lines, oldest first"), ...refusals(404) },
});
const input = createRoute({
  method: "get",
  path: "/runs/{run}/input",
  tags,
  summary: "The input of a step of a run",
  description: "From the history of the execution, which Step Functions keeps for 90 days.",
  request: {
    params: named("run"),
    query: z.object({
      path: z.string().max(2_000).meta({ description: "The step, for example scenes[3]/draw" }),
    }),
  },
  responses: { 200: answer(z.object({ input: Anything }), "The input"), ...refusals(404) },
});

const progress = createRoute({
  method: "get",
  path: "/runs/{run}/progress",
  tags,
  summary: "What a model is writing for a step now",
  description:
    "Of calls with `stream: true`. Absent when no model writes, and once the attempt has ended: then the step has its result.",
  request: {
    params: named("run"),
    query: z.object({
      path: z.string().max(2_000).meta({ description: "The step, for example scenes[3]/draw" }),
    }),
  },
  responses: {
    200: answer(z.object({ progress: ModelProgressView.optional() }), "The text so far"),
    ...refusals(404),
  },
});

/** Milliseconds before a run was accepted and after it ended in which lines about it are written. */
const EARLY = 5_000;
const LATE = 60_000;
/** Lines, and invocations whose other lines are looked up. */
const MOST_LINES = 2_000;
const MOST_REQUESTS = 60;
/** A filter pattern has at most 1,024 characters. */
const REQUESTS_AT_ONCE = 20;
const LIST_RUNS = "GET /api/runs lists them.";

export function runLineRoutes(api: Api, { views, logGroups, now }: ApiPorts): void {
  api.openapi(lines, async (context) => {
    const { run } = context.req.valid("param");
    const { step } = context.req.valid("query");
    const item = found(await views.runItem(run), "run", run, LIST_RUNS);
    const asked = Object.entries(logGroups[item.workflow] ?? {}).filter(
      ([name]) => step === undefined || name === step,
    );
    const of = {
      groups: [...new Set(asked.map(([, group]) => group))],
      from: Date.parse(item.acceptedAt) - EARLY,
      until: item.endedAt === undefined ? now() + LATE : Date.parse(item.endedAt) + LATE,
      most: MOST_LINES,
    };
    const own = await views.written({ ...of, words: [run] });
    const requests = requestsIn(own).slice(0, MOST_REQUESTS);
    const around = await Promise.all(
      chunks(requests, REQUESTS_AT_ONCE).map((words) => views.written({ ...of, words })),
    );
    const all = linesOf(run, [...own, ...around.flat()]);
    const shown = step === undefined ? all : all.filter((line) => line.step === step);
    const cut = own.length >= MOST_LINES || requests.length >= MOST_REQUESTS;
    return context.json({ items: shown, ...(cut && { more: true }) }, 200);
  });

  api.openapi(progress, async (context) => {
    const { run } = context.req.valid("param");
    const { path } = context.req.valid("query");
    const details = found(await views.run(run), "run", run, LIST_RUNS);
    const stored = await views.modelProgress(details.run, path);
    const current = currentProgress(details, path, stored, now());
    return context.json({ ...(current && { progress: current }) }, 200);
  });

  api.openapi(input, async (context) => {
    const { run } = context.req.valid("param");
    const { path } = context.req.valid("query");
    const { execution } = found(await views.runItem(run), "run", run, LIST_RUNS);
    const sent = execution === undefined ? undefined : await views.sentInput(execution, path);
    if (sent) return context.json(sent, 200);
    throw notFound(
      "step",
      path,
      `The history of ${run} has no message for it; GET /api/runs/${run} lists its steps.`,
    );
  });
}
