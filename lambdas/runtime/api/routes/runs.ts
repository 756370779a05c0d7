import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import {
  type AwaitedView,
  Correlation,
  LogEntry,
  PageQuery,
  pageOf,
  RunDetail,
  RunQuery,
  RunSummary,
  Time,
  Timeline,
} from "../../../../lib/contract/api/index.ts";
import { fold } from "../../../../lib/contract/log/fold.ts";
import { storyOf } from "../../../../lib/contract/log/log-order.ts";
import { indexedStatusOf } from "../../../../lib/contract/runs/run-indexes.ts";
import type { RunState } from "../../../../lib/contract/runs/run-state.ts";
import type { LogItem, RunItem } from "../../../../lib/contract/table.ts";
import type { WorkflowGraph } from "../../../../lib/contract/workflow-graph.ts";
import { ApiError, found, notFound } from "../errors.ts";
import { type Api, answer, named, refusals } from "../operation.ts";
import { listed, wanting } from "../paging.ts";
import type { ApiPorts } from "../ports.ts";
import { awaitedBy } from "../views/awaited.ts";
import { currentState } from "../views/current-state.ts";
import { runDetail } from "../views/run-detail.ts";
import { runSummary } from "../views/run-summary.ts";
import { timelineOf } from "../views/timeline.ts";

const tags = ["runs"];
const at = z.object({ at: Time.optional().meta({ description: "A past time. Default: now" }) });

const list = createRoute({
  method: "get",
  path: "/runs",
  tags,
  summary: "Runs, newest first",
  request: { query: RunQuery },
  responses: { 200: answer(pageOf(RunSummary), "A page of runs"), ...refusals(404) },
});
const read = createRoute({
  method: "get",
  path: "/runs/{run}",
  tags,
  summary: "One run, now or at a past time",
  request: { params: named("run"), query: at },
  responses: { 200: answer(RunDetail, "The run"), ...refusals(404) },
});
const log = createRoute({
  method: "get",
  path: "/runs/{run}/log",
  tags,
  summary: "The log of a run, in order",
  request: { params: named("run"), query: PageQuery },
  responses: { 200: answer(pageOf(LogEntry), "A page of entries, oldest first"), ...refusals(404) },
});
const timeline = createRoute({
  method: "get",
  path: "/runs/{run}/timeline",
  tags,
  summary: "The timeline of a run",
  request: { params: named("run"), query: at },
  responses: { 200: answer(Timeline, "The timeline"), ...refusals(404) },
});
const correlation = createRoute({
  method: "get",
  // The format of an event id depends on its origin: it may contain slashes, which a path segment may not.
  path: "/correlations",
  tags,
  summary: "The runs and events that one outside event led to",
  request: { query: z.object({ id: z.string().min(1).max(1_000) }) },
  responses: { 200: answer(Correlation, "Runs and their log entries"), ...refusals(404) },
});

/** The consequences of one event in one response: the log of each run has the rest. */
const MOST_ENTRIES = 2_000;
const LIST_RUNS = "GET /api/runs lists them.";

export function runRoutes(api: Api, ports: ApiPorts): void {
  const { views, system } = ports;

  api.openapi(list, async (context) => {
    const { limit, cursor, waiting, ...search } = context.req.valid("query");
    if (search.workflow !== undefined && !system.workflows.some(({ name }) => name === search.workflow))
      throw notFound("workflow", search.workflow, "GET /api/workflows lists them.");
    const page = await views.runs(search, wanting({ limit, cursor }));
    const awaited = waiting === "true" ? await awaitedByRuns(page.items, ports) : new Map();
    return context.json(
      listed(page, (item) => ({
        ...runSummary(item),
        ...(awaited.has(item.run) && { waiting: awaited.get(item.run) }),
      })),
      200,
    );
  });

  api.openapi(read, async (context) => {
    const { run } = context.req.valid("param");
    const { item, state } = await stateOf(run, context.req.valid("query").at, ports);
    const release = await views.release(item.workflow, item.version);
    const graph = release?.graph === undefined ? undefined : (JSON.parse(release.graph) as WorkflowGraph);
    return context.json(runDetail({ item, state, graph, consoleUrl: consoleUrl(ports) }), 200);
  });

  api.openapi(log, async (context) => {
    const { run } = context.req.valid("param");
    found(await views.runItem(run), "run", run, LIST_RUNS);
    const part = await views.logPart(run, wanting(context.req.valid("query")));
    return context.json(listed(part, logEntry), 200);
  });

  api.openapi(timeline, async (context) => {
    const { run } = context.req.valid("param");
    const { state, entries } = await stateOf(run, context.req.valid("query").at, ports);
    return context.json({ bars: timelineOf(state, entries) }, 200);
  });

  api.openapi(correlation, async (context) => {
    const { id } = context.req.valid("query");
    const { runs, entries } = await views.correlated(id);
    if (runs.length === 0)
      throw notFound("correlation", id, "The details of a run contain its correlation id.");
    const story = storyOf(entries);
    const items = story.slice(0, MOST_ENTRIES).map((item) => ({ run: item.run, ...logEntry(item) }));
    return context.json({ runs, items, ...(story.length > items.length && { more: true }) }, 200);
  });
}

/** The awaited events of open runs, by run id. */
async function awaitedByRuns(
  items: readonly RunItem[],
  ports: ApiPorts,
): Promise<Map<string, AwaitedView[]>> {
  const open = items.filter((item) => indexedStatusOf(item) === "open");
  const found = await Promise.all(
    open.map(async ({ run }) => [run, awaitedBy((await stateOf(run, undefined, ports)).state)] as const),
  );
  return new Map(found.filter(([, awaited]) => awaited.length > 0));
}

/** The state of a run at a past time, from its log; or its current state, from its items too. */
async function stateOf(run: string, moment: string | undefined, { views, now }: ApiPorts) {
  if (moment === undefined) {
    const [details, entries] = await Promise.all([views.run(run), views.log(run, undefined)]);
    const known = found(details, "run", run, LIST_RUNS);
    const time = new Date(now()).toISOString();
    return { item: known.run, entries, state: currentState(known, fold(entries), time) };
  }
  const [item, entries] = await Promise.all([views.runItem(run), views.log(run, moment)]);
  const known = found(item, "run", run, LIST_RUNS);
  const state: RunState | undefined = fold(entries);
  if (!state)
    throw new ApiError(
      "not-found",
      `Run ${run} did not exist at ${moment}: it was accepted at ${known.acceptedAt}.`,
    );
  return { item: known, entries, state: { ...state, asOf: moment } };
}

function logEntry({ id, at, name, source, epoch, path, causation, data, state }: LogItem): LogEntry {
  const { kind: _, ...current } = state ?? { kind: undefined };
  return {
    id,
    at,
    name,
    source,
    epoch,
    data: { ...current, ...data },
    path,
    causation,
  };
}

function consoleUrl({ place: { region, deployedOn } }: ApiPorts) {
  if (deployedOn !== "aws") return undefined;
  return (execution: string) =>
    `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${execution}`;
}
